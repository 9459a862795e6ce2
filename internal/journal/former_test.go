package journal

import (
	"bytes"
	"errors"
	"testing"

	"dossier/connectors"
	"dossier/request"
)

// formerOf is a file with more bytes to keep than are sealed together.
func formerOf(place, present string) Former {
	return Former{System: "book", Place: place, Present: present, Sum: "was", Delta: bytes.Repeat([]byte("PLANTED "+place), partSize/10)}
}

// restricted notes that a step of a request restricts a record of a file, and returns the step and the record.
func restricted(t *testing.T, j *Journal, request, key string) (Step, connectors.Ref) {
	t.Helper()
	ref := connectors.Ref{System: "book", Place: "a.xlsx", Entity: "people", Key: []string{key}}
	s := Step{Plan: request + "/P1", System: "book", Place: ref.Place, First: 3, Last: 5, Changes: 2, State: StepIntended}
	update(t, j, func(tx *Tx) error { return tx.NewSteps(s.Plan, []Step{s}) })
	return s, ref
}

// carried notes that a restricting step was made.
func carried(t *testing.T, j *Journal, request string, s Step, ref connectors.Ref) {
	t.Helper()
	s.State = StepMade
	update(t, j, func(tx *Tx) error {
		return errors.Join(tx.KeepOriginal(request, ref, s.Plan, 4, []byte("line")), tx.SetStep(s), tx.TidyFormers())
	})
}

func former(t *testing.T, j *Journal, place, present string) (Former, bool) {
	t.Helper()
	f, found, err := j.Former(t.Context(), "book", place, present)
	if err != nil {
		t.Fatal(err)
	}
	return f, found
}

func lifts(t *testing.T, j *Journal, request string, refs ...connectors.Ref) (own, all bool) {
	t.Helper()
	own, all, err := j.Lifts(t.Context(), request, "book", "a.xlsx", refs)
	if err != nil {
		t.Fatal(err)
	}
	return own, all
}

// What is kept of a file is had for the digest that it stands for, follows what is restricted and lifted in the file, and goes with
// the last restriction.
func TestFormers(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		one, two := newRequest(t, j), newRequest(t, j)
		first, x := restricted(t, j, one.ID, "x")
		update(t, j, func(tx *Tx) error { return tx.KeepFormer(formerOf("a.xlsx", "d1"), "d0", &first) })
		update(t, j, (*Tx).TidyFormers) // the step's outcome is open
		carried(t, j, one.ID, first, x)
		got, found := former(t, j, "a.xlsx", "d1")
		if want := formerOf("a.xlsx", "d1"); !found || !bytes.Equal(got.Delta, want.Delta) || got.Sum != want.Sum || got.Present != want.Present || got.Place != want.Place {
			t.Fatalf("%v, %d bytes", found, len(got.Delta))
		}
		if _, found := former(t, j, "a.xlsx", "d0"); found {
			t.Error("something is kept for what the file was")
		}
		if _, found := former(t, j, "b.xlsx", "d1"); found {
			t.Error("something is kept of another file")
		}
		if own, all := lifts(t, j, one.ID, x); !own || !all {
			t.Error("the only restriction of the file is not all of it", own, all)
		}
		if own, all := lifts(t, j, two.ID, x); own || all {
			t.Error("another request's restriction is lifted", own, all)
		}

		second, y := restricted(t, j, two.ID, "y")
		again := formerOf("a.xlsx", "d2")
		for range 2 { // another attempt takes the place of the first
			update(t, j, func(tx *Tx) error { return tx.KeepFormer(again, "d1", &second) })
		}
		if own, all := lifts(t, j, one.ID, x); !own || all {
			t.Error("while the outcome of a step is open, nobody knows what is restricted", own, all)
		}
		carried(t, j, two.ID, second, y)
		if own, all := lifts(t, j, one.ID, x); !own || all {
			t.Error("what stands for another is forgotten", own, all)
		}
		if own, _ := lifts(t, j, one.ID, x, y); own {
			t.Error("a record of another is taken for one's own")
		}
		update(t, j, func(tx *Tx) error { return tx.KeepFormer(formerOf("a.xlsx", "d3"), "d2", nil) }) // x is lifted by value
		update(t, j, func(tx *Tx) error { return errors.Join(tx.DropOriginal(one.ID, x), tx.TidyFormers()) })
		for present, want := range map[string]bool{"d1": false, "d2": true, "d3": true} {
			if _, found := former(t, j, "a.xlsx", present); found != want {
				t.Errorf("for %s: %v", present, found)
			}
		}
		update(t, j, func(tx *Tx) error { return tx.DropFormer("book", "a.xlsx", "d2") })
		if all, err := j.Formers(t.Context(), "book"); err != nil || len(all) != 1 || all[0].Present != "d3" || all[0].Place != "a.xlsx" || all[0].Sum != "was" {
			t.Error(all, err)
		}
		if own, all := lifts(t, j, two.ID, y); !own || !all {
			t.Error(own, all)
		}
		update(t, j, func(tx *Tx) error { return errors.Join(tx.DropOriginal(two.ID, y), tx.TidyFormers()) })
		if all, err := j.Formers(t.Context(), "book"); err != nil || len(all) != 0 {
			t.Error(all, err)
		}
		if n := rowsOf(t, j, "former_steps") + rowsOf(t, j, "former_parts"); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})
}

func rowsOf(t *testing.T, j *Journal, table string) (n int) {
	t.Helper()
	if err := j.read.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A restriction that does not start from what is kept starts anew: what was restricted before is not its own.
func TestFormersThatStartAnew(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		one, two := newRequest(t, j), newRequest(t, j)
		first, x := restricted(t, j, one.ID, "x")
		update(t, j, func(tx *Tx) error { return tx.KeepFormer(formerOf("a.xlsx", "d1"), "d0", &first) })
		carried(t, j, one.ID, first, x)
		second, y := restricted(t, j, two.ID, "y")
		update(t, j, func(tx *Tx) error { return tx.KeepFormer(formerOf("a.xlsx", "d9"), "edited", &second) })
		carried(t, j, two.ID, second, y)
		if _, found := former(t, j, "a.xlsx", "d1"); found {
			t.Error("what cannot come again is kept")
		}
		if own, _ := lifts(t, j, one.ID, x); own {
			t.Error("what was restricted before is its own")
		}
		if own, all := lifts(t, j, two.ID, y); !own || !all {
			t.Error(own, all)
		}
	})
}

// Whoever changes a file otherwise leaves nothing of it, in no file of the journal; and so does the purge of a request.
func TestForgottenFormersLeaveNothing(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		for name, forget := range map[string]func(*Journal, request.Request, Step, connectors.Ref) error{
			"changed otherwise": func(j *Journal, _ request.Request, _ Step, _ connectors.Ref) error {
				return errors.Join(j.Update(t.Context(), func(tx *Tx) error { return tx.DropFormers("book", "a.xlsx") }), j.ScrubFormers(t.Context()))
			},
			"changed by somebody else": func(j *Journal, _ request.Request, s Step, _ connectors.Ref) error {
				f := Former{System: "book", Place: "a.xlsx", Present: "d1"}
				stale := func(tx *Tx) error { return tx.DropStale(f) }
				s.State = StepIntended
				err := errors.Join(j.Update(t.Context(), func(tx *Tx) error { return tx.SetStep(s) }), j.Update(t.Context(), stale))
				if _, found := former(t, j, "a.xlsx", "d1"); !found {
					t.Error("it is forgotten while the file is being changed")
				}
				s.State = StepMade
				return errors.Join(err, j.Update(t.Context(), func(tx *Tx) error { return tx.SetStep(s) }), j.Update(t.Context(), stale), j.ScrubFormers(t.Context()))
			},
			"purged": func(j *Journal, r request.Request, _ Step, ref connectors.Ref) error {
				return errors.Join(j.Update(t.Context(), func(tx *Tx) error { return errors.Join(tx.DropOriginal(r.ID, ref), tx.SetState(r.ID, request.Closed)) }),
					j.Purge(t.Context(), r.ID, Entry{Operator: "Pat", Request: r.ID, What: "request purged"}))
			},
		} {
			t.Run(name, func(t *testing.T) {
				at := at
				at.Dir += name
				if at.Postgres != "" {
					at = inSchema(t)
				}
				j := open(t, at)
				r := newRequest(t, j)
				s, ref := restricted(t, j, r.ID, "x")
				f := formerOf("a.xlsx", "d1")
				f.Delta = []byte("PLANTED")
				update(t, j, func(tx *Tx) error { return tx.KeepFormer(f, "d0", &s) })
				carried(t, j, r.ID, s, ref)
				var gone [][]byte
				for _, q := range []string{`SELECT key FROM formers`, `SELECT sealed FROM formers`, `SELECT sealed FROM former_parts`} {
					var b []byte
					if err := j.read.QueryRow(q).Scan(&b); err != nil || len(b) == 0 {
						t.Fatal(err)
					}
					gone = append(gone, b)
				}
				if held := bytesOf(t, j, at); !bytes.Contains(held, gone[2]) || bytes.Contains(held, []byte("PLANTED")) || bytes.Contains(held, []byte("a.xlsx")) {
					t.Error("it is not kept, or not sealed")
				}
				if err := forget(j, r, s, ref); err != nil {
					t.Fatal(err)
				}
				held := bytesOf(t, j, at)
				for i, b := range gone {
					if bytes.Contains(held, b) {
						t.Errorf("the files still hold the sealed value %d", i)
					}
				}
			})
		}
	})
}

func TestDamagedFormers(t *testing.T) {
	for name, harm := range map[string]string{
		"a part is missing":     `DELETE FROM former_parts WHERE n = 1`,
		"a part is another":     `UPDATE former_parts SET sealed = (SELECT sealed FROM former_parts WHERE n = 2) WHERE n = 1`,
		"the head is another's": `UPDATE formers SET sealed = key`,
	} {
		t.Run(name, func(t *testing.T) {
			j := open(t, inFile(t))
			r := newRequest(t, j)
			s, _ := restricted(t, j, r.ID, "x")
			update(t, j, func(tx *Tx) error { return tx.KeepFormer(formerOf("a.xlsx", "d1"), "d0", &s) })
			update(t, j, func(tx *Tx) error { _, err := tx.exec(harm); return err })
			if _, _, err := j.Former(t.Context(), "book", "a.xlsx", "d1"); err == nil {
				t.Error("it is read")
			}
		})
	}
}
