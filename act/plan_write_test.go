package act

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/request"
)

func newJournal(t *testing.T) (*journal.Journal, string) {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC) }
	j, err := journal.Open(t.Context(), journal.Config{Dir: filepath.Join(t.TempDir(), "state"), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	var id string
	change(t, j, func(tx *journal.Tx) error {
		r, err := tx.NewRequest(request.Request{Kind: request.Restrict, Received: now(), Operator: "Pat", Subject: subject("email", "zoe@example.org")})
		id = r.ID
		return err
	})
	return j, id
}

func change(t *testing.T, j *journal.Journal, do func(*journal.Tx) error) {
	t.Helper()
	if err := j.Update(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}

// A plan that was written is read as it was made, and the digest tells where it is not.
func TestDraft(t *testing.T) {
	j, id := newJournal(t)
	head := Head{Action: Erase, Request: id, Stages: []Stage{{System: "s"}}}
	d, err := NewDraft(t.Context(), j, id, "Pat", head, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	const n = 2*together + 1
	for i := range n {
		l := lineOf("x", Leave, "why")
		l.N = i + 1
		if err := d.Add(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	sealedWith := false
	if err := d.Seal(t.Context(), func(*journal.Tx) error { sealedWith = true; return nil }); err != nil || !sealedWith {
		t.Fatal(err)
	}
	plan, got, lines, err := Read(t.Context(), j, d.Plan.ID)
	if err != nil || got.Request != id || plan.Lines != n || plan.Digest == "" || plan.State != journal.PlanSealed {
		t.Errorf("%+v, %+v, %v", plan, got, err)
	}
	read := 0
	for l, err := range lines {
		if read++; err != nil || l.N != read {
			t.Fatalf("%+v, %v", l, err)
		}
	}
	if read != n {
		t.Errorf("%d lines", read)
	}
	if _, _, _, err := Read(t.Context(), j, id+"/P9"); !errors.Is(err, journal.ErrNoPlan) {
		t.Errorf("%v", err)
	}

	change(t, j, func(tx *journal.Tx) error { // a plan under another plan's digest
		other, err := tx.NewPlan(id, "Eve", []byte(`{"action":"erase"}`))
		return errors.Join(err, tx.SealPlan(other.ID, plan.Digest))
	})
	_, _, lines, err = Read(t.Context(), j, id+"/P2")
	for _, e := range lines {
		err = e
	}
	if err == nil || !strings.Contains(err.Error(), "is not the plan that was sealed") {
		t.Errorf("a forged plan: %v", err)
	}
}

func TestDraftIsDropped(t *testing.T) {
	j, id := newJournal(t)
	d, err := NewDraft(t.Context(), j, id, "Pat", Head{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Add(t.Context(), Line{N: 2}); err == nil {
		t.Error("a line was left out")
	}
	if err := d.Drop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if plans, err := j.Plans(t.Context(), id); len(plans) > 0 || err != nil {
		t.Errorf("%v, %v", plans, err)
	}
}

// What a restriction did is kept with the receipt, under the names that the records have then, and forgotten once it is undone.
func TestSettle(t *testing.T) {
	j, id := newJournal(t)
	restrict, lift := Head{Action: Restrict, Request: id}, Head{Action: Lift, Request: id}
	here := connectors.Ref{System: "s", Place: "main", Entity: "people", Key: []string{"7"}}
	there := connectors.Ref{System: "s", Place: "main", Entity: "vault", Key: []string{"99"}}
	insert := Line{N: 1, Does: Move, Record: connectors.Ref{System: "s", Place: "main", Entity: "vault"}, Change: connectors.Change{Op: connectors.Insert}}
	remove := Line{N: 2, Does: Move, Record: here, Change: connectors.Change{Op: connectors.Delete, Record: here}}
	change(t, j, func(tx *journal.Tx) error {
		return errors.Join(Settle(tx, id+"/P1", restrict, insert, there), Settle(tx, id+"/P1", restrict, remove, here),
			Settle(tx, id+"/P1", restrict, Line{N: 3, Does: Leave, Record: here}, here), Settle(tx, id+"/P2", Head{Action: Erase, Request: id}, remove, here))
	})
	kept, err := j.Originals(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := Originals(kept)
	if err != nil || len(lines) != 2 || lines[0].Record.ID() != there.ID() || lines[1].Record.ID() != here.ID() {
		t.Errorf("%+v, %v", lines, err)
	}
	change(t, j, func(tx *journal.Tx) error {
		return errors.Join(Settle(tx, id+"/P3", lift, Line{Does: Restore, Record: here}, here), Settle(tx, id+"/P3", lift, Line{Does: Restore, Record: there}, there))
	})
	if n, err := j.Restricted(t.Context(), id); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}
