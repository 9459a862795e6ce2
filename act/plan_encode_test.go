package act

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dossier/connectors"
)

func everyLine() Line {
	ref := connectors.Ref{System: "s", Place: "caf\xe9.xlsx", Entity: "people", Key: []string{"7", "\xff"}}
	return Line{N: 3, Person: 2, Record: ref, At: "row 17", Does: Task, Why: "why", Basis: "contract", Until: "2026-03-02", Todo: "do", Steward: "IT", Due: "2026-03-03",
		Stays: []Stay{{"id", "it names the record"}},
		Change: connectors.Change{Op: connectors.Move, Record: ref, Digest: "abc", Target: "there\xff",
			Before: connectors.Fields{Names: []string{"a", "b", "c", "d", "\xfe"}, Values: []connectors.Value{connectors.Null, connectors.Text("\xff\x00"), connectors.List("x", "\xff"), connectors.Stream(7, [32]byte{1}), connectors.Text("")}},
			After:  connectors.Fields{Names: []string{"a", "b"}, Values: []connectors.Value{connectors.Text("<&>"), connectors.Null}}}}
}

// Every byte of a line comes back from the journal: values and names are not always UTF-8.
func TestLinesComeBack(t *testing.T) {
	for name, want := range map[string]Line{"all of it": everyLine(), "nothing": {}, "a system": {N: 1, Record: connectors.Ref{System: "paper"}, Does: Leave}} {
		b, err := encodeLine(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeLine(b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmp.Comparer(connectors.Value.Equal)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if again, err := encodeLine(got); err != nil || !bytes.Equal(again, b) {
			t.Errorf("%s: encoded again it is another: %s", name, again)
		}
	}
	h := Head{Action: Erase, Request: "SAR-2026-0001", Ground: "17(1)(a)", Fact: "email", Searched: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Register: "abc",
		Stages: []Stage{{System: "s", Last: true, Scope: connectors.PerPlace, Backup: "35 days"}}, Despite: []Despite{{"s", "why"}}}
	b, err := encodeHead(h)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := decodeHead(b); err != nil || !cmp.Equal(h, got) {
		t.Errorf("%+v, %v", got, err)
	}
}

func FuzzDecodeLine(f *testing.F) {
	b, err := encodeLine(everyLine())
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{b, {}, []byte("{}"), []byte(`{"change":{"before":[{"f":{"b":"/w=="},"l":[]}]}}`), []byte(`{"n":"x"}`)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := decodeLine(b)
		if err != nil {
			return
		}
		kept, err := encodeLine(l)
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodeLine(kept)
		if err != nil {
			t.Fatal(err)
		}
		if twice, err := encodeLine(again); err != nil || !bytes.Equal(kept, twice) {
			t.Fatalf("%s\n%s\n%v", kept, twice, err)
		}
	})
}
