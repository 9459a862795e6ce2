package desk

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dossier/act"
	"dossier/connectors/kinds"
	"dossier/internal/estate"
	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request"
)

// batchEstate makes a demo estate with a desk on it, and returns those of its people who have a membership number.
func batchEstate(t *testing.T, people int) (*Desk, string, []estate.Person) {
	t.Helper()
	dir := t.TempDir()
	made, err := estate.Generate(t.Context(), estate.Options{Dir: dir, People: people, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	if err := made.NameRows(t.Context(), kinds.All()); err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), Config{Register: made.Register, State: filepath.Join(dir, "state"), Operator: "Pat"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	var members []estate.Person
	for _, p := range made.People {
		if len(p.Identifiers["membership_number"]) == 1 {
			members = append(members, p)
		}
	}
	return d, dir, members
}

func writeTable(t *testing.T, dir string, rows ...[]string) string {
	t.Helper()
	path := filepath.Join(dir, "leavers.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(csv.NewWriter(f).WriteAll(rows), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// one returns one value of a person, "" where there is none.
func one(p estate.Person, kind string) string {
	if v := p.Identifiers[kind]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func TestBatchIsPlanned(t *testing.T) {
	d, dir, members := batchEstate(t, 120)
	rows := [][]string{{"Membership number", "Surname", "given_name", "birth_date", "Notes"}}
	for _, p := range members[:40] {
		rows = append(rows, []string{one(p, "membership_number"), one(p, "family_name"), one(p, "given_name"), one(p, "birth_date"), "left"})
	}
	rows = append(rows, rows[1], []string{"M9999999", "Nobody", "Known", "1950-01-01", ""}, []string{"", "", "", "", "only a note"})
	table := writeTable(t, dir, rows...)
	n := NewBatch{Action: act.Erase, Ground: "17(1)(a)", Reason: "left more than six years ago", File: table}
	if _, err := gather(d.PlanBatch(t.Context(), n)); !errors.Is(err, ErrUsage) || !strings.Contains(err.Error(), `"Notes"`) {
		t.Fatalf("a column that names nothing: %v", err)
	}
	look, err := d.LookAtPeople(t.Context(), n)
	if err != nil || look.People != 43 || len(look.Columns) != 5 || look.Columns[0].Is != "membership_number" || !look.Columns[4].Unknown() || look.Usable() == nil {
		t.Errorf("%+v, %v", look, err)
	}
	if want := []TableRow{{"row 42", "the same person stands in row 2"}, {"row 44", "the row names nobody"}}; !slices.Equal(look.Aside, want) {
		t.Errorf("%q", look.Aside)
	}
	n.Ignore, n.Leave = []string{"notes"}, true
	if look, err = d.LookAtPeople(t.Context(), n); err != nil || look.Usable() != nil {
		t.Errorf("%+v, %v", look, err)
	}
	got, err := gather(d.PlanBatch(t.Context(), n))
	if len(got["problem"]) > 0 {
		for _, p := range got["problem"] {
			t.Error(p)
		}
		t.Fatal(err)
	}
	if !errors.Is(err, ErrWaiting) {
		t.Fatal(err)
	}
	b := got["batch"][0].(BatchPlanned)
	t.Logf("%d people: %d planned, %d set aside, %d without records", b.People, b.Planned, b.Aside, b.Nothing)
	if b.People != 43 || b.Planned+b.Aside+b.Nothing != b.People || b.Nothing != 1 || b.Planned < 20 || len(b.Plans) != 2 {
		t.Errorf("%+v", b)
	}
	// Every planned record is of somebody who is planned for, by the truth.
	whose := map[string]int{}
	for i, p := range members[:40] {
		for _, r := range p.Records {
			whose[r.System+"/"+r.Place+"/"+r.Entity+"/"+strings.Join(r.Key, ",")] = i + 1
		}
	}
	states := map[int]journal.PersonState{}
	whys := map[string]int{}
	for p, err := range d.journal.BatchPeople(t.Context(), b.Batch) {
		if err != nil {
			t.Fatal(err)
		}
		states[p.N] = p.State
		whys[p.Why]++
	}
	if states[41] != journal.PersonAside || states[42] != journal.PersonAbsent || states[43] != journal.PersonAside {
		t.Errorf("the last rows are %q, %q, %q", states[41], states[42], states[43])
	}
	planned := map[int]bool{}
	for i, plan := range b.Plans {
		_, head, lines, err := act.Read(t.Context(), d.journal, plan.Plan)
		if err != nil {
			t.Fatal(err)
		}
		if head.Batch != "file" || (head.Behind != "") != (i == 1) {
			t.Errorf("%+v", head)
		}
		people := map[int]bool{}
		for l, err := range lines {
			if err != nil {
				t.Fatal(err)
			}
			if l.Person == 0 {
				continue
			}
			people[l.Person] = true
			if states[l.Person] != journal.PersonClear {
				t.Errorf("person %d is %s, and in the plan", l.Person, states[l.Person])
			}
			if truly := whose[l.Record.System+"/"+l.Record.Place+"/"+l.Record.Entity+"/"+strings.Join(l.Record.Key, ",")]; truly != 0 && truly != l.Person {
				t.Errorf("a record of person %d is planned for person %d", truly, l.Person)
			}
		}
		for n := range people {
			if planned[n] {
				t.Errorf("person %d is in both plans", n)
			}
			planned[n] = true
		}
		if i == 0 && len(people) != 10 {
			t.Errorf("the canary is %d people", len(people))
		}
	}
	if len(planned) != b.Planned {
		t.Errorf("%d people are in the plans", len(planned))
	}
	list, err := d.BatchStatuses(t.Context())
	if err != nil || len(list) != 1 || len(list[0].Plans) != 2 {
		t.Fatal(list, err)
	}
	if s := list[0]; s.People[journal.PersonAside] != b.Aside || s.People[journal.PersonClear] != b.Planned || s.Plans[0].Waits || !s.Plans[1].Waits || s.Plans[1].Behind != s.Plans[0].ID {
		t.Errorf("%+v", s)
	}
}

func TestBatchSetsHeldPeopleAside(t *testing.T) {
	d, dir, members := batchEstate(t, 40)
	rows := [][]string{{"membership_number"}}
	for _, p := range members[:6] {
		rows = append(rows, []string{one(p, "membership_number")})
	}
	subject := func(p estate.Person) locate.Subject {
		return locate.Subject{Identifiers: []locate.Identifier{{Kind: "membership_number", Value: one(p, "membership_number")}}}
	}
	if _, err := d.AddHold(t.Context(), NewHold{Subject: subject(members[0]), Reason: "a claim"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.NewRequest(t.Context(), NewRequest{Kind: request.Access, Received: d.now(), Subject: subject(members[1]), Reason: "letter"}); err != nil {
		t.Fatal(err)
	}
	got, err := gather(d.PlanBatch(t.Context(), NewBatch{Action: act.Erase, Ground: "17(1)(a)", Reason: "left", File: writeTable(t, dir, rows...)}))
	if len(got["batch"]) != 1 || !errors.Is(err, ErrWaiting) {
		t.Fatalf("%v, %v", got["problem"], err)
	}
	var whys []string
	for p, err := range d.journal.BatchPeople(t.Context(), got["batch"][0].(BatchPlanned).Batch) {
		if err != nil {
			t.Fatal(err)
		}
		whys = append(whys, p.Why)
	}
	if !strings.Contains(whys[0], "held") || !strings.Contains(whys[1], "section 173") {
		t.Errorf("%q", whys)
	}
}

func TestBatchThatGoesTooFarIsRefused(t *testing.T) {
	d, dir, members := batchEstate(t, 40)
	rows := [][]string{{"membership_number", "family_name"}}
	for _, p := range members[:12] {
		rows = append(rows, []string{one(p, "membership_number"), one(p, "family_name")})
	}
	d.register.Batches.Rows = 5
	got, err := gather(d.PlanBatch(t.Context(), NewBatch{Action: act.Erase, Ground: "17(1)(a)", Reason: "left", File: writeTable(t, dir, rows...)}))
	if !errors.Is(err, ErrRefused) || len(got["problem"]) == 0 || len(got["batch"]) > 0 {
		t.Errorf("%v, %v", got["problem"], err)
	}
	plans, err := d.journal.Plans(t.Context(), "BATCH-"+d.now().UTC().Format("2006")+"-0001")
	if err != nil || len(plans) != 0 {
		t.Errorf("%v, %v", plans, err)
	}
}
