package journal

import (
	"crypto/sha256"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"dossier/connectors"
	"dossier/locate"
)

var testRef = connectors.Ref{System: "qlms", Place: "PLANTED \xff place", Entity: "candidates", Key: []string{"PLANTED key \xfe", ""}}

var testFinding = Finding{
	Searched: testTime,
	Matches: []locate.Match{{
		Record: connectors.Record{Ref: testRef, At: "row 17", Fields: connectors.Fields{
			Names: []string{"a", "b", "c", "d", "e", "f"},
			Values: []connectors.Value{connectors.Text("PLANTED text"), connectors.Null, connectors.List("PLANTED item", "\xff"),
				connectors.Stream(7, sha256.Sum256([]byte("content"))), connectors.Text("\xff\x00 no utf-8"), connectors.Text("")},
		}},
		Score: 0.75, Certain: true, Time: testTime,
		Evidence: []locate.Evidence{{Identifier: "email", Field: "a", Agrees: true, Words: "PLANTED words", Bits: 3.5}},
		Path:     []locate.Step{{Identifier: locate.Identifier{Kind: "email", Value: "PLANTED path"}, From: testRef}},
		Parent:   &testRef,
	}, {Record: connectors.Record{Ref: connectors.Ref{System: "x"}}, Time: testTime}},
	Coverage: []locate.Coverage{{System: "qlms", State: locate.Partly, Gaps: []connectors.Gap{{Place: "p", Why: "PLANTED why"}}, Started: testTime}},
}

var testDecision = Decision{Record: testRef, Decision: "rejected", Note: "PLANTED note", Operator: "Pat"}

func TestFinding(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		r := newRequest(t, j)
		if _, err := j.Finding(t.Context(), r.ID); !errors.Is(err, ErrNotSearched) {
			t.Errorf("before any search: %v", err)
		}
		if _, err := j.Finding(t.Context(), "SAR-2026-0099"); !errors.Is(err, ErrNoRequest) {
			t.Errorf("no such request: %v", err)
		}
		for range 2 { // the second in the place of the first
			update(t, j, func(tx *Tx) error { return tx.SaveFinding(r.ID, testFinding) })
		}
		got, err := j.Finding(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(testFinding, got, cmp.Comparer(connectors.Value.Equal)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDecisions(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		r := newRequest(t, j)
		for _, d := range []string{"accepted", "rejected"} {
			testDecision.Decision = d
			update(t, j, func(tx *Tx) error { return tx.Decide(r.ID, testDecision) })
		}
		want := testDecision
		want.Time = testTime
		got, err := j.Decisions(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]Decision{testRef.ID(): want}, got); diff != "" {
			t.Error(diff)
		}
		update(t, j, func(tx *Tx) error { return tx.Decide(r.ID, Decision{Record: testRef}) })
		if got, err := j.Decisions(t.Context(), r.ID); err != nil || len(got) != 0 {
			t.Errorf("taken back: %v, %v", got, err)
		}
	})
}

func TestReferences(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		a, b := newRequest(t, j), newRequest(t, j)
		refer := func(id string, ref connectors.Ref) (s string) {
			update(t, j, func(tx *Tx) (err error) { s, _, err = tx.Found(id, ref); return err })
			return s
		}
		one := refer(a.ID, testRef)
		if one != refer(a.ID, testRef) {
			t.Error("the same record has two references")
		}
		if one == refer(b.ID, testRef) || one == refer(a.ID, connectors.Ref{System: "qlms"}) {
			t.Error("two have the same reference")
		}
		update(t, j, func(tx *Tx) error {
			if _, found, err := tx.Found(a.ID, testRef); found || err != nil {
				t.Errorf("found before any search: %v, %v", found, err)
			}
			if err := tx.SaveFinding(a.ID, testFinding); err != nil {
				return err
			}
			if _, found, err := tx.Found(a.ID, testRef); !found || err != nil {
				t.Errorf("not found: %v, %v", found, err)
			}
			return nil
		})
	})
}

func FuzzDecodeMatch(f *testing.F) {
	for _, m := range testFinding.Matches {
		b, err := encodeMatch(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"values":[{"s":{"sha256":"zz"}}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := decodeMatch(b)
		if err != nil {
			return
		}
		again, err := encodeMatch(m)
		if err != nil {
			t.Skip() // a time beyond the year 9999
		}
		if _, err := decodeMatch(again); err != nil {
			t.Errorf("what was read is not read again: %v", err)
		}
	})
}
