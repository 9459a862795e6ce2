//go:build !race

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestJourneys drives the ways of a request and of a batch from the command line over one register with a system of each kind that is
// changed: MariaDB, PostgreSQL, SQLite, a workbook, text files and an Access database.
func TestJourneys(t *testing.T) {
	w := newJourneyWorld(t)
	for _, journey := range []struct {
		name string
		goes func(*journeyWorld)
	}{
		{"erase", (*journeyWorld).erase},
		{"restrict and lift", (*journeyWorld).restrictAndLift},
		{"rectify", (*journeyWorld).rectify},
		{"hold", (*journeyWorld).hold},
		{"interrupt", (*journeyWorld).interrupt},
		{"batch that erases", (*journeyWorld).batchErase},
		{"batch that restricts", (*journeyWorld).batchRestrict},
		{"batch that rectifies", (*journeyWorld).batchRectify},
		{"replay", (*journeyWorld).replay},
		{"batch of retention", (*journeyWorld).batchRetention},
		{"batch of a controller", (*journeyWorld).batchController},
	} {
		passed := t.Run(journey.name, func(t *testing.T) {
			w.t = t
			journey.goes(w)
			w.code(0, "log", "verify")
		})
		if !passed {
			t.FailNow() // the next one begins where this one ends
		}
	}
}

// code runs the program, which must end with an exit code.
func (w *journeyWorld) code(want int, args ...string) ended {
	w.t.Helper()
	return w.codeWith("", want, args...)
}

func (w *journeyWorld) codeWith(in string, want int, args ...string) ended {
	w.t.Helper()
	e := w.runWith(in, args...)
	if e.code != want {
		w.t.Fatalf("%q ends with %d, want %d: %s", args, e.code, want, e)
	}
	for line := range strings.Lines(e.out) {
		if !json.Valid([]byte(line)) || !strings.HasPrefix(line, `{"type":"`) {
			w.t.Errorf("%q prints what is no JSON with a type: %s", args, line)
		}
	}
	return e
}

// asked records a request of one of the people and searches.
func (w *journeyWorld) asked(kind string, person int) string {
	w.t.Helper()
	var r struct{ ID string }
	w.decode(w.codeWith(fmt.Sprintf("membership_number = %q\n", w.people[person].number), 0, "request", "new", "--kind", kind, "--subject", "-"), "request", &r)
	w.code(0, "locate", r.ID)
	return r.ID
}

// planned plans for a request.
func (w *journeyWorld) planned(in, request string, args ...string) string {
	w.t.Helper()
	var p struct{ Plan string }
	w.decode(w.codeWith(in, 0, append([]string{"plan", request}, args...)...), "planned", &p)
	return p.Plan
}

// carriedOut approves a plan and applies it.
func (w *journeyWorld) carriedOut(plan string) {
	w.t.Helper()
	w.code(5, "apply", plan, "--yes")
	w.code(0, "approve", plan, "--yes", "--ticket", "CHG-1")
	w.code(0, "apply", plan, "--yes")
}

// verdicts returns what a verification says of each system.
func (w *journeyWorld) verdicts(want int, plan string) map[string]string {
	w.t.Helper()
	effects := map[string]string{}
	for line := range strings.Lines(w.code(want, "verify", plan).out) {
		var v struct{ Type, System, Effect string }
		if json.Unmarshal([]byte(line), &v) == nil && v.Type == "verdict" {
			effects[v.System] = v.Effect
		}
	}
	return effects
}

// snapshot is every record of our systems, by system, entity and id.
func (w *journeyWorld) snapshot() map[string]map[string]string {
	w.t.Helper()
	all := map[string]map[string]string{}
	for _, system := range ours {
		entities := []string{"people", "letters"}
		switch system {
		case "postgres", "book":
			entities = append(entities, "held")
		case "sqlite":
			entities = append(entities, "claims")
		}
		for _, entity := range entities {
			for _, row := range w.records(system, entity) {
				id := row["id"]
				if system == "access" {
					id = map[string]string{"people": row["MemberID"], "letters": row["LetterID"]}[entity]
				}
				name := system + " " + entity + " " + id
				if all[name] != nil {
					w.t.Fatalf("%s is there twice", name)
				}
				all[name] = row
			}
		}
	}
	return all
}

// changed returns the names of the records that differ.
func changed(before, after map[string]map[string]string) []string {
	var names []string
	for name, row := range before {
		if !maps.Equal(row, after[name]) {
			names = append(names, name)
		}
	}
	for name := range after {
		if before[name] == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// of returns the names of the records of a person: their own, and the letters to them.
func (w *journeyWorld) of(person int, all map[string]map[string]string) (people, letters []string) {
	id := w.people[person].id
	for name, row := range all {
		switch parts := strings.Split(name, " "); {
		case parts[1] == "people" && parts[2] == id:
			people = append(people, name)
		case parts[1] == "letters" && (row["person"] == id || row["MemberID"] == id):
			letters = append(letters, name)
		}
	}
	slices.Sort(people)
	slices.Sort(letters)
	return people, letters
}

// same fails unless exactly the records of the names differ.
func (w *journeyWorld) same(before, after map[string]map[string]string, but ...[]string) {
	w.t.Helper()
	want := slices.Concat(but...)
	slices.Sort(want)
	if got := changed(before, after); !slices.Equal(got, want) {
		w.t.Fatalf("changed are\n%q, want\n%q", got, want)
	}
}

// blanked are the fields of which nothing is left in a record that is anonymised.
func blanked(name string) []string {
	if strings.HasPrefix(name, "access") {
		return []string{"MembershipNo", "Forename", "Surname", "Email", "Notes"}
	}
	return []string{"forename", "surname", "number", "note", "left_on"}
}

// erased fails unless nothing of the people is left, and everything else as it was.
func (w *journeyWorld) erased(before, after map[string]map[string]string, persons ...int) {
	w.t.Helper()
	var all []string
	for _, i := range persons {
		people, letters := w.of(i, before)
		if len(people) != len(ours) || len(letters) < 2*(len(ours)-1) {
			w.t.Fatalf("person %d has %q and %q", i, people, letters)
		}
		all = append(all, append(people, letters...)...)
		for _, name := range people {
			for _, field := range blanked(name) {
				if got := after[name][field]; got != "" {
					w.t.Errorf("%s: %s holds %q", name, field, got)
				}
			}
		}
		for _, name := range letters {
			if after[name] != nil {
				w.t.Errorf("%s is still there", name)
			}
		}
	}
	w.same(before, after, all)
}

// Everything of a person is erased in every system, but what the law asks to keep.
func (w *journeyWorld) erase() {
	before := w.snapshot()
	plan := w.planned("", w.asked("erase", 0), "--ground", "17(1)(b)")
	w.carriedOut(plan)
	w.erased(before, w.snapshot(), 0)
	if again := w.code(0, "apply", plan, "--yes"); strings.Count(again.out, `"last_backup":"20`) != len(ours)-1 || !strings.Contains(again.out, `"no_undo":true`) {
		w.t.Errorf("it does not say when the systems were backed up last: %s", again.out)
	}
	want := map[string]string{"mariadb": "RECOVERABLE", "postgres": "RECOVERABLE", "sqlite": "PSEUDONYMISED", "book": "RECOVERABLE", "text": "RECOVERABLE", "access": "ERASED"}
	for _, c := range clients {
		want[c] = "NOTHING HELD"
	}
	if got := w.verdicts(3, plan); !maps.Equal(got, want) {
		w.t.Errorf("%v, want %v", got, want)
	}
}

// What is restricted is marked, or moved away, and comes back to the byte.
func (w *journeyWorld) restrictAndLift() {
	before, was := w.contents(ours...), w.snapshot()
	request := w.asked("restrict", 1)
	restrict := w.planned("", request, "--ground", "18(1)(a)")
	w.carriedOut(restrict)
	after := w.snapshot()
	people, letters := w.of(1, was)
	people = append(people, slices.DeleteFunc(letters, func(name string) bool { return !strings.HasPrefix(name, "text") })...)
	held := []string{"book held " + w.people[1].id, "postgres held " + w.people[1].id}
	w.same(was, after, people, held)
	for _, name := range append(people, held...) {
		row, moved := after[name], strings.HasPrefix(name, "postgres people") || strings.HasPrefix(name, "book people")
		if moved != (row == nil) || !moved && row["status"]+row["Grade"] != "restricted" {
			w.t.Errorf("%s is %q", name, row)
		}
	}
	for system, effect := range w.verdicts(0, restrict) {
		if want := "RESTRICTED"; slices.Contains(ours, system) && effect != want {
			w.t.Errorf("%s is %s", system, effect)
		}
	}
	w.code(7, "request", "purge", request, "--yes")
	w.code(7, "plan", request, "--action", "lift") // nobody has told the person
	w.code(0, "request", "notice", request, "--about", "lift")
	lift := w.planned("", request, "--action", "lift")
	w.carriedOut(lift)
	if now := w.contents(ours...); !maps.Equal(now, before) {
		for name, b := range before {
			if now[name] != b {
				w.t.Errorf("%s is not what it was: %d bytes and not %d", name, len(now[name]), len(b))
			}
		}
		w.t.Errorf("lifted, there are %q and not %q", slices.Sorted(maps.Keys(now)), slices.Sorted(maps.Keys(before)))
	}
	w.same(was, w.snapshot())
	w.verdicts(0, lift)
	w.code(0, "request", "close", request)
	w.code(0, "request", "purge", request, "--yes")
}

// One fact is put right in every system, in the way that it allows.
func (w *journeyWorld) rectify() {
	before := w.snapshot()
	request := w.asked("rectify", 2)
	plan := w.planned("right = \"Zoë 'Änne\"\nwrong = \""+w.people[2].forename+"\"\n", request, "--fact", "given_name", "--value", "-")
	w.carriedOut(plan)
	after := w.snapshot()
	people, _ := w.of(2, before)
	w.same(before, after, people)
	for _, name := range people {
		row, was := after[name], before[name]
		kept := row["forename"] == was["forename"]
		ok := row["forename"]+row["Forename"] == "Zoë 'Änne"
		switch system, _, _ := strings.Cut(name, " "); system {
		case "postgres", "text":
			ok = kept && strings.HasPrefix(row["note"], was["note"]+"\n") && strings.Contains(row["note"], "Zoë 'Änne ("+request+")")
		case "sqlite":
			ok = kept && row["status"] == "disputed"
		}
		if !ok {
			w.t.Errorf("%s is %q", name, row)
		}
	}
	for system, effect := range w.verdicts(0, plan) {
		if slices.Contains(ours, system) && effect != "CORRECTED" {
			w.t.Errorf("%s is %s", system, effect)
		}
	}
}

// Ctrl-C stops between two steps, and the next run goes on where it was.
func (w *journeyWorld) interrupt() {
	before := w.snapshot()
	plan := w.planned("", w.asked("erase", 4), "--ground", "17(1)(b)")
	w.code(0, "approve", plan, "--yes")
	ctx, cancel := context.WithCancel(w.t.Context())
	errs := &interrupting{at: `{"type":"begun"`, interrupt: cancel}
	var out bytes.Buffer
	if code := run(ctx, w.args([]string{"apply", plan, "--yes"}), strings.NewReader(""), &out, errs); code != 130 {
		w.t.Fatalf("it ends with %d, want 130: %s%s", code, &out, &errs.told)
	}
	if people, letters := w.of(4, before); slices.Equal(changed(before, w.snapshot()), append(people, letters...)) {
		w.t.Errorf("nothing was left to do")
	}
	w.code(0, "apply", plan, "--yes")
	w.erased(before, w.snapshot(), 4)
}

// interrupting takes what is told, and interrupts once a text comes.
type interrupting struct {
	told      bytes.Buffer
	at        string
	interrupt func()
}

func (i *interrupting) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte(i.at)) {
		i.interrupt()
	}
	return i.told.Write(b)
}

// A hold on a person or a system refuses what would be erased, at every step.
func (w *journeyWorld) hold() {
	before := w.snapshot()
	request := w.asked("erase", 3)
	add := func(args ...string) (hold string) {
		var h struct{ Hold string }
		w.decode(w.code(0, append([]string{"hold", "add", "--reason", "a claim"}, args...)...), "hold", &h)
		return h.Hold
	}
	hold := add("--request", request)
	refused := w.code(7, "plan", request, "--ground", "17(1)(b)")
	if !strings.Contains(refused.out, `{"type":"problem"`) || !strings.Contains(refused.out, hold) {
		w.t.Errorf("nothing says why: %s", refused)
	}
	w.code(0, "hold", "lift", hold, "--reason", "settled")
	hold = add("--system", "postgres")
	w.code(7, "plan", request, "--ground", "17(1)(b)")
	w.code(0, "hold", "lift", hold, "--reason", "settled")
	plan := w.planned("", request, "--ground", "17(1)(b)")
	hold = add("--request", request)
	w.code(7, "approve", plan, "--yes")
	w.code(0, "hold", "lift", hold, "--reason", "settled")
	w.code(0, "approve", plan, "--yes")
	hold = add("--system", "access")
	w.code(7, "apply", plan, "--yes")
	w.same(before, w.snapshot())
	w.code(0, "hold", "lift", hold, "--reason", "settled")
	w.code(0, "apply", plan, "--yes")
	w.erased(before, w.snapshot(), 3)
}
