//go:build !race

package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// batchPlans plans a batch, and returns its id and its plans.
func (w *journeyWorld) batchPlans(want int, args ...string) (id string, plans []string) {
	w.t.Helper()
	var b struct {
		Batch string
		Plans []struct{ Plan string }
	}
	w.decode(w.code(want, append([]string{"batch"}, args...)...), "batch", &b)
	for _, p := range b.Plans {
		plans = append(plans, p.Plan)
	}
	return b.Batch, plans
}

// table writes a table of people as text.
func (w *journeyWorld) table(name string, header []string, rows ...[]string) string {
	lines := []string{strings.Join(header, ",")}
	for _, row := range rows {
		lines = append(lines, strings.Join(row, ","))
	}
	w.write("tables/"+name, strings.Join(lines, "\n")+"\n")
	return w.file("tables/" + name)
}

// workbook writes a table of people as a workbook.
func (w *journeyWorld) workbook(name string, rows ...[]string) string {
	w.t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			w.t.Fatal(err)
		}
	}
	path := w.file("tables/" + name)
	if err := f.SaveAs(path); err != nil {
		w.t.Fatal(err)
	}
	return path
}

// carriedOutBoth carries a batch out: its canary is applied and verified before the others are.
func (w *journeyWorld) carriedOutBoth(plans []string) {
	w.t.Helper()
	if len(plans) != 2 {
		w.t.Fatalf("the batch has the plans %q", plans)
	}
	for _, plan := range plans {
		w.code(0, "approve", plan, "--yes", "--ticket", "CHG-7")
		w.code(0, "apply", plan, "--yes")
		w.verdicts(0, plan)
	}
}

// Whoever stands in a table is erased everywhere, but those of whom somebody has to decide first.
func (w *journeyWorld) batchErase() {
	before := w.snapshot()
	var rows [][]string
	for _, i := range []int{10, 11, 12, 13, 14, 11} {
		rows = append(rows, []string{w.people[i].number})
	}
	rows = append(rows, []string{"M999999"})
	file := w.table("leavers.csv", []string{"membership_number"}, rows...)
	w.code(2, "batch", "erase", file, "--ground", "17(1)(a)")
	id, plans := w.batchPlans(5, "erase", file, "--ground", "17(1)(a)", "--reason", "left", "--leave")
	w.same(before, w.snapshot())
	w.code(0, "approve", plans[1], "--yes")
	w.code(5, "apply", plans[1], "--yes") // the canary goes first
	w.carriedOutBoth(plans)
	w.erased(before, w.snapshot(), 10, 11, 12, 13, 14)
	var sum struct {
		People, Records, Done int
		States                map[string]int
	}
	w.decode(w.code(0, "batch", "result", id), "summary", &sum)
	if sum.People != 7 || sum.Records != sum.Done || sum.States["planned"] != 5 || sum.States["set aside"] != 1 || sum.States["nothing"] != 1 {
		w.t.Errorf("%+v", sum)
	}
	result := w.file("tables/result.xlsx")
	w.code(0, "batch", "result", id, "--workbook", result)
	f, err := excelize.OpenFile(result)
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	if lines, err := f.GetRows("Result"); err != nil || len(lines) != 1+5*len(ours)+2 {
		w.t.Errorf("the result has %d lines: %v", len(lines), err)
	}
}

// Whoever stands in a workbook is restricted, and what the first two of them had comes back to the byte.
func (w *journeyWorld) batchRestrict() {
	before, was := w.snapshot(), w.contents(ours...)
	rows := [][]string{{"Membership number", "why"}}
	for i := 16; i < 20; i++ {
		rows = append(rows, []string{w.people[i].number, "contests it"})
	}
	id, plans := w.batchPlans(0, "restrict", w.workbook("contested.xlsx", rows...), "--ground", "18(1)(a)", "--reason", "contested", "--ignore", "why")
	w.carriedOutBoth(plans)
	after := w.snapshot()
	for i := 16; i < 20; i++ {
		people, _ := w.of(i, before)
		for _, name := range append(people, "book held "+w.people[i].id, "postgres held "+w.people[i].id) {
			moved := strings.HasPrefix(name, "postgres people") || strings.HasPrefix(name, "book people")
			if row := after[name]; moved != (row == nil) || !moved && row["status"]+row["Grade"] != "restricted" {
				w.t.Errorf("%s is %q", name, row)
			}
		}
	}
	w.code(7, "batch", "purge", id, "--yes")
	w.code(7, "plan", w.asked("erase", 16), "--ground", "17(1)(b)") // what is restricted is stored, and nothing else
	w.code(7, "batch", "lift", id)                                  // nobody has told them
	w.code(0, "batch", "notice", id)
	lift := func(want int, people ...string) {
		w.t.Helper()
		_, plans := w.batchPlans(want, append([]string{"lift", id}, people...)...)
		for _, plan := range plans {
			w.code(0, "approve", plan, "--yes")
			w.code(0, "apply", plan, "--yes")
			w.verdicts(0, plan)
		}
	}
	lift(0, "--person", "1", "--person", "2")
	var still []string
	for _, i := range []int{18, 19} {
		people, letters := w.of(i, before)
		for _, name := range append(people, letters...) {
			if !maps.Equal(before[name], after[name]) {
				still = append(still, name)
			}
		}
		still = append(still, "book held "+w.people[i].id, "postgres held "+w.people[i].id)
	}
	w.same(before, w.snapshot(), still)
	lift(0)
	w.same(before, w.snapshot())
	if now := w.contents(ours...); !maps.Equal(now, was) {
		w.t.Errorf("lifted, the systems do not hold to the byte what they did")
	}
	w.code(7, "batch", "lift", id)
	if result := w.code(0, "batch", "result", id); strings.Count(result.out, `"state":"lifted"`) != 4*len(ours) {
		w.t.Errorf("the result does not say that the restriction was lifted: %s", result)
	}
	w.code(0, "batch", "purge", id, "--yes")
	w.code(1, "batch", "result", id)
	w.code(0, "batch", "list")
	w.restrictOne()
}

// restrictOne restricts one of the people in a batch: what is so when a system comes back from a backup.
func (w *journeyWorld) restrictOne() {
	w.t.Helper()
	_, plans := w.batchPlans(0, "restrict", w.table("contested.csv", []string{"membership_number"}, []string{w.people[18].number}), "--ground", "18(1)(a)", "--reason", "contested")
	w.code(0, "approve", plans[0], "--yes")
	w.code(0, "apply", plans[0], "--yes")
}

// Each person of a table gets their own right value.
func (w *journeyWorld) batchRectify() {
	before := w.snapshot()
	var rows [][]string
	for i := 20; i < 24; i++ {
		rows = append(rows, []string{w.people[i].number, w.people[i].surname, fmt.Sprintf("Nováková-%d", i)})
	}
	_, plans := w.batchPlans(0, "rectify", w.table("married.csv", []string{"membership_number", "wrong", "right"}, rows...), "--fact", "family_name", "--reason", "married")
	w.carriedOutBoth(plans)
	after := w.snapshot()
	var all []string
	for i := 20; i < 24; i++ {
		people, _ := w.of(i, before)
		all = append(all, people...)
		for _, name := range people {
			right := fmt.Sprintf("Nováková-%d", i)
			row := after[name]
			if row["surname"]+row["Surname"] != right && !strings.Contains(row["note"], right) && row["status"] != "disputed" {
				w.t.Errorf("%s is %q", name, row)
			}
		}
	}
	w.same(before, after, all)
}

// Every system comes back from a backup of the first day, and is brought to where it was.
func (w *journeyWorld) replay() {
	before := w.snapshot()
	for _, system := range ours {
		w.restore(system)
		if len(changed(before, w.snapshot())) == 0 {
			w.t.Fatalf("%s was not brought back", system)
		}
		if system == "sqlite" { // one person's number stands for everybody
			if _, err := w.databases[system].Exec("UPDATE people SET number = (SELECT number FROM people WHERE id = " + w.people[0].id + ")"); err != nil {
				w.t.Fatal(err)
			}
			w.code(7, "replay", system, "--reason", "restored")
			w.restore(system)
		}
		var b struct {
			Plans []struct{ Plan string }
		}
		w.decode(w.runWith("", "replay", system, "--reason", "restored"), "batch", &b)
		for _, p := range b.Plans {
			w.code(0, "approve", p.Plan, "--yes")
			w.code(0, "apply", p.Plan, "--yes")
		}
		w.same(before, w.snapshot())
	}
}

// Whoever the register's rule of retention has passed is erased in that system, and nowhere else.
func (w *journeyWorld) batchRetention() {
	for _, system := range ours {
		before := w.snapshot()
		aside := 0
		if slices.Contains([]string{"mariadb", "sqlite", "text"}, system) {
			aside = 5 // one whose record is marked as restricted
		}
		_, plans := w.batchPlans(aside, "erase", "--retention", system+".people", "--ground", "17(1)(a)", "--reason", "retention")
		w.carriedOutBoth(plans)
		after := w.snapshot()
		names := changed(before, after)
		if len(names) == 0 || slices.ContainsFunc(names, func(name string) bool { return !strings.HasPrefix(name, system+" ") }) {
			w.t.Errorf("%s: changed are %q", system, names)
		}
		for name, row := range after {
			if left := row["left_on"]; strings.HasPrefix(name, system+" people") && left != "" && left < "2020" && row["status"] != "restricted" {
				w.t.Errorf("%s: %q", name, row)
			}
		}
	}
}

// A client has left: everything that is held for them goes.
func (w *journeyWorld) batchController() {
	before, was := w.contents(ours...), w.snapshot()
	_, plans := w.batchPlans(0, "erase", "--controller", "Acme Ltd", "--ground", "17(1)(a)", "--reason", "the client has left")
	w.carriedOutBoth(plans)
	for _, system := range clients {
		if letters := w.records(system, "letters"); len(letters) != 0 {
			w.t.Errorf("%s has %d letters", system, len(letters))
		}
		people := w.records(system, "people")
		for _, row := range people {
			for _, field := range blanked(system) {
				if row[field] != "" {
					w.t.Errorf("%s holds %q", system, row)
				}
			}
		}
		if len(people) != journeyPeople {
			w.t.Errorf("%s has %d people", system, len(people))
		}
	}
	w.same(was, w.snapshot())
	for name, b := range w.contents(ours...) {
		if before[name] != b {
			w.t.Errorf("%s was changed", name)
		}
	}
	var seen struct{ Entries int }
	_ = json.Unmarshal([]byte(w.code(0, "log", "verify").out), &seen)
	if seen.Entries == 0 {
		w.t.Errorf("the log has no entries")
	}
}
