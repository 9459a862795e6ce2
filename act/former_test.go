package act

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"dossier/connectors"
	"dossier/connectors/sheet"
	"dossier/internal/journal"
	"dossier/request"
)

const restrictedBook = `version = 1
[organisation]
name = "Test"
clock = "eu"
[system.book]
kind = "sheet"
files = ["*.xlsx"]
writable = true
owners = ["Pat"]
[system.book.entity.people]
key = ["id"]
restrict = { move = "held", set = { status = "restricted" } }
[system.book.entity.people.fields]
name = { is = "family_name" }
[system.book.entity.held]
key = ["id"]
[system.book.entity.held.fields]
name = { is = "family_name" }
`

// bookWorld is a workbook whose people are moved to another sheet when they are restricted: one who comes back stands below the others.
type bookWorld struct {
	*estate
	path     string
	state    string // the journal's folder
	original []byte
	requests map[string]request.Request // by the person that they are about
	target   Target
}

func newBookWorld(t *testing.T) *bookWorld {
	dir := t.TempDir()
	w := &bookWorld{estate: &estate{t: t, now: testTime}, path: filepath.Join(dir, "members.xlsx"), requests: map[string]request.Request{}}
	f := excelize.NewFile()
	for name, rows := range map[string][][]string{"people": {{"id", "name", "status"}, {"1", "Featherstone", "member"}, {"2", "Ashdown", "member"}, {"3", "Winterbourne", "member"}}, "held": {{"id", "name", "status"}}} {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := errors.Join(f.DeleteSheet("Sheet1"), f.SaveAs(w.path)); err != nil {
		t.Fatal(err)
	}
	w.original = w.held()
	register := filepath.Join(dir, "connectors.toml")
	if err := os.WriteFile(register, []byte(restrictedBook), 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	if w.register, err = connectors.Load(register, []connectors.Kind{sheet.Kind()}); err != nil {
		t.Fatal(err)
	}
	w.state = filepath.Join(t.TempDir(), "state")
	if w.journal, err = journal.Open(t.Context(), journal.Config{Dir: w.state, Now: func() time.Time { return w.now }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.journal.Close() })
	w.open()
	return w
}

func (w *bookWorld) held() []byte {
	w.t.Helper()
	b, err := os.ReadFile(w.path)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// open opens the workbook, and describes it at first: its sheets stay what they are.
func (w *bookWorld) open() {
	w.t.Helper()
	s, _ := w.register.System("book")
	conn, err := s.Opens()(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { conn.Close() })
	catalog, err := conn.Describe(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	w.target = Target{System: s, Conn: conn, Catalog: catalog}
}

// people returns the rows of the sheets, in their order.
func (w *bookWorld) people() (all []connectors.Record) {
	w.t.Helper()
	for _, entity := range []string{"people", "held"} {
		for r, err := range w.target.Conn.Find(w.t.Context(), connectors.Query{Entity: entity}) {
			if err != nil {
				w.t.Fatal(err)
			}
			all = append(all, r.Clone())
		}
	}
	return all
}

func (w *bookWorld) person(id string) connectors.Record {
	w.t.Helper()
	all := w.people()
	i := slices.IndexFunc(all, func(r connectors.Record) bool { return r.Get("id").String() == id })
	if i < 0 {
		w.t.Fatal("nobody has the id", id)
	}
	return all[i]
}

// about takes the request about a person.
func (w *bookWorld) about(person string) {
	w.t.Helper()
	if _, known := w.requests[person]; !known {
		w.update(func(tx *journal.Tx) (err error) {
			w.requests[person], err = tx.NewRequest(request.Request{Kind: request.Restrict, Received: testTime, Operator: "Pat", Subject: subject("family_name", person)})
			return err
		})
	}
	w.request = w.requests[person]
}

func (w *bookWorld) applied(plan string) (how, why string) {
	w.t.Helper()
	events, err := w.apply(plan)
	if err != nil {
		w.t.Fatal(events, err)
	}
	for _, e := range events {
		if r, ok := e.(Returned); ok {
			how, why = r.How, r.Why
		}
	}
	return how, why
}

func (w *bookWorld) restrict(about, id string) {
	w.t.Helper()
	w.about(about)
	p := NewPlanner(testRules(w.register, Restrict), []Target{w.target})
	w.applied(w.seal(Restrict, w.must(collect(p.Lines(w.t.Context(), seq([]Item{{Record: w.person(id)}}))))))
}

// lift lifts everything that is restricted for the request about a person.
func (w *bookWorld) lift(about string) (how, why string) {
	w.t.Helper()
	w.about(about)
	kept, err := w.journal.Originals(w.t.Context(), w.request.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	p := NewPlanner(testRules(w.register, Lift), []Target{w.target})
	return w.applied(w.seal(Lift, w.must(collect(p.Lift(w.t.Context(), w.must(Originals(kept)))))))
}

// change changes a field of a person, as another request has it.
func (w *bookWorld) change(action Action, id, field, value string) {
	w.t.Helper()
	w.about("changes")
	r := w.person(id)
	w.applied(w.seal(action, []Line{{Record: r.Ref, Does: Correct, Change: connectors.Change{Op: connectors.Update, Record: r.Ref, Digest: r.Digest(), Before: r.Fields, After: fields(field, value)}}}))
}

// edit changes a cell as a person does.
func (w *bookWorld) edit(cell, value string) {
	w.t.Helper()
	f, err := excelize.OpenFile(w.path)
	if err == nil {
		err = errors.Join(f.SetCellStr("people", cell, value), f.Save(), f.Close())
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// harm damages what is kept of files.
func (w *bookWorld) harm() {
	w.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.state, "journal.db"))
	if err == nil {
		_, err = db.Exec(`UPDATE former_parts SET sealed = x'00'`)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *bookWorld) formers() int {
	w.t.Helper()
	all, err := w.journal.Formers(w.t.Context(), "book")
	if err != nil {
		w.t.Fatal(err)
	}
	return len(all)
}

// What is restricted in a file comes back: byte for byte with the last restriction of the file, in whatever order they end, and value by
// value where the file is not what the program has left of it.
func TestAFileComesBack(t *testing.T) {
	const notKept, others = "is not kept", "still restricted"
	for _, c := range []struct {
		name string
		goes func(t *testing.T, w *bookWorld, lifts func(about, how, why string))
		back bool // to the last byte
	}{
		{"whatever ends first", func(t *testing.T, w *bookWorld, lifts func(about, how, why string)) {
			w.restrict("1", "1")
			w.restrict("2", "2")
			lifts("2", ByValues, others)
			lifts("1", ByBytes, "")
			w.restrict("1", "1")
			w.restrict("2", "2")
			lifts("1", ByValues, others)
			w.restrict("3", "3")
			lifts("2", ByValues, others)
			lifts("3", ByBytes, "")
		}, true},
		{"two plans of one request", func(t *testing.T, w *bookWorld, lifts func(about, how, why string)) {
			w.restrict("1", "1")
			w.restrict("1", "2")
			lifts("1", ByBytes, "")
		}, true},
		{"edited, and restricted again", func(t *testing.T, w *bookWorld, lifts func(about, how, why string)) {
			w.restrict("1", "1")
			w.edit("D1", "remark")
			edited := w.held()
			w.restrict("2", "2")
			lifts("2", ByBytes, "")
			if !bytes.Equal(w.held(), edited) {
				t.Error("the second restriction does not end where it began")
			}
			lifts("1", ByValues, notKept)
		}, false},
		{"edited, restricted again, and lifted in their order", func(t *testing.T, w *bookWorld, lifts func(about, how, why string)) {
			w.restrict("1", "1")
			w.edit("D1", "remark")
			w.restrict("2", "2")
			lifts("1", ByValues, notKept)
			lifts("2", ByValues, notKept) // the bytes from before would restrict the first again
		}, false},
		{"what is kept is damaged", func(t *testing.T, w *bookWorld, lifts func(about, how, why string)) {
			w.restrict("1", "1")
			w.harm()
			lifts("1", ByValues, "damaged")
		}, false},
		{"corrected since", func(t *testing.T, w *bookWorld, lifts func(about, how, why string)) {
			w.restrict("1", "1")
			w.change(Rectify, "3", "name", "Winterborne")
			if n := w.formers(); n != 0 {
				t.Errorf("%d files are kept with the wrong value", n)
			}
			lifts("1", ByValues, notKept)
			if got := w.person("3").Get("name").String(); got != "Winterborne" {
				t.Errorf("the correction is gone: %s", got)
			}
		}, false},
		{"erased since, and restricted on top of it", func(t *testing.T, w *bookWorld, lifts func(about, how, why string)) {
			w.restrict("1", "1")
			w.change(Erase, "3", "name", "")
			if n := w.formers(); n != 0 {
				t.Errorf("%d files are kept with what was erased", n)
			}
			w.restrict("2", "2")
			lifts("1", ByValues, notKept)
			lifts("2", ByValues, notKept)
			if got := w.person("3").Get("name").String(); got != "" {
				t.Errorf("what was erased is back: %s", got)
			}
		}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newBookWorld(t)
			before := w.people()
			c.goes(t, w, func(about, how, why string) {
				t.Helper()
				if gotHow, gotWhy := w.lift(about); gotHow != how || !strings.Contains(gotWhy, why) || why == "" && gotWhy != "" {
					t.Errorf("the restriction of %s is lifted by %s, since %q; want %s, %q", about, gotHow, gotWhy, how, why)
				}
			})
			if back := bytes.Equal(w.held(), w.original); back != c.back {
				t.Errorf("the file is what it was: %v", back)
			}
			now := w.people()
			if len(now) != len(before) {
				t.Errorf("there are %d rows of %d", len(now), len(before))
			}
			for _, r := range now {
				if r.Ref.Entity != "people" || r.Get("status").String() != "member" {
					t.Errorf("%s is %v", r.Ref, r.Fields)
				}
			}
			if n := w.formers(); n != 0 {
				t.Errorf("%d files are kept with no restriction left", n)
			}
		})
	}
}

// Whoever looks what a plan came to forgets what is kept of files that somebody else has changed: it may hold what they took out.
func TestWhatIsKeptOfAnEditedFileIsForgotten(t *testing.T) {
	w := newBookWorld(t)
	w.restrict("1", "1")
	for _, c := range []struct {
		edit bool
		want int
	}{{false, 1}, {true, 0}} {
		if c.edit {
			w.edit("B3", "")
		}
		if err := forgetStale(t.Context(), w.journal, "book", w.target.Conn); err != nil {
			t.Fatal(err)
		}
		if n := w.formers(); n != c.want {
			t.Errorf("edited %v: %d are kept", c.edit, n)
		}
	}
}

// What is kept of a file has its limit.
func TestWhatIsKeptHasALimit(t *testing.T) {
	l := &limited{most: 3}
	if _, err := l.Write([]byte("abc")); err != nil {
		t.Error(err)
	}
	if _, err := l.Write([]byte("x")); !errors.Is(err, errTooMuch) {
		t.Error(err)
	}
}

// The process dies behind the swap of a lift and before, and goes on to the same end.
func TestALiftThatDies(t *testing.T) {
	for _, behind := range []bool{false, true} {
		t.Run(fmt.Sprint("behind the swap ", behind), func(t *testing.T) {
			w := newBookWorld(t)
			w.restrict("1", "1")
			kept, err := w.journal.Originals(t.Context(), w.request.ID)
			if err != nil {
				t.Fatal(err)
			}
			p := NewPlanner(testRules(w.register, Lift), []Target{w.target})
			plan := w.seal(Lift, w.must(collect(p.Lift(t.Context(), w.must(Originals(kept))))))
			work := w.begun(plan)
			work.conn = &dying{work.conn.(connectors.Swapper), behind}
			func() {
				defer func() {
					if p := recover(); p != errDead {
						t.Fatal(p)
					}
				}()
				_, _, err := work.step(context.Background(), &work.steps[0])
				t.Error("it did not die", err)
			}()
			work.close()
			if err := work.lease.Release(); err != nil {
				t.Fatal(err)
			}
			if how, why := w.applied(plan); how != ByBytes || why != "" {
				t.Error(how, why)
			}
			if !bytes.Equal(w.held(), w.original) {
				t.Error("the file is not what it was")
			}
			if n := w.formers(); n != 0 {
				t.Errorf("%d files are kept", n)
			}
		})
	}
}

// dying is a system of files whose process dies when a file is restored.
type dying struct {
	connectors.Swapper
	behind bool
}

func (d *dying) Restore(ctx context.Context, f connectors.Former, note func(connectors.Swapping) error) connectors.Outcome {
	if d.behind {
		d.Swapper.Restore(ctx, f, note)
	} else {
		_ = note(connectors.Swapping{Swap: connectors.Swap{Place: f.Place, Before: f.Present, After: f.Sum}})
	}
	panic(errDead)
}
