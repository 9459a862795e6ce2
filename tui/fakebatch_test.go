package tui

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dossier/act"
	"dossier/desk"
	kept "dossier/internal/journal"
	"dossier/locate"
)

// fakeBatches is the part of the fake desk that works for many people at once: the test gives its answers.
type fakeBatches struct {
	batches []desk.BatchStatus
	clients []string
	table   desk.PeopleTable
	dryRun  chan any // what PlanBatch tells: events, and errors; it ends with the channel
	rows    []desk.BatchRow
	lifting []any
}

func (f *fakeDesk) BatchStatuses(context.Context) ([]desk.BatchStatus, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.batches), f.fail["BatchStatuses"]
}

func (f *fakeDesk) BatchStatus(_ context.Context, id string) (desk.BatchStatus, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.batches, func(b desk.BatchStatus) bool { return b.ID == id })
	b := f.batches[i]
	b.Plans = slices.Clone(b.Plans)
	for i, p := range b.Plans {
		if now, ok := f.status[p.ID]; ok {
			b.Plans[i] = *now
		}
	}
	return b, f.fail["BatchStatus"]
}

func (f *fakeDesk) Clients(context.Context) ([]string, error) {
	return f.clients, f.failure("Clients")
}

func (f *fakeDesk) LookAtPeople(_ context.Context, n desk.NewBatch) (desk.PeopleTable, error) {
	f.note("LookAtPeople %s %s", n.Action, filepath.Base(n.File))
	t := f.table
	t.Columns = slices.Clone(t.Columns)
	return t, f.failure("LookAtPeople")
}

func (f *fakeDesk) PlanBatch(ctx context.Context, n desk.NewBatch) iter.Seq2[desk.Event, error] {
	return func(yield func(desk.Event, error) bool) {
		file := n.File
		if file != "" {
			file = filepath.Base(file)
		}
		f.note("PlanBatch %s %s %q %s%s%s %q %v %s %v", n.Action, n.Ground, n.Reason, file, n.Entity, n.Client, n.Ignore, n.Leave, n.Fact, n.Despite)
		f.mu.Lock()
		told := f.dryRun
		f.mu.Unlock()
		for {
			select {
			case <-ctx.Done():
				yield(nil, ctx.Err())
				return
			case t, ok := <-told:
				if !ok {
					return
				}
				event, _ := t.(desk.Event)
				err, _ := t.(error)
				if !yield(event, err) {
					return
				}
			}
		}
	}
}

func (f *fakeDesk) BatchResult(_ context.Context, id, path string) iter.Seq2[desk.Event, error] {
	return func(yield func(desk.Event, error) bool) {
		f.note("%s", strings.TrimSpace("BatchResult "+id+" "+filepath.Base(path)))
		if err := f.failure("BatchResult"); err != nil {
			yield(nil, err)
			return
		}
		sum := desk.BatchSummary{Batch: id, Action: desk.Erase, Results: map[string]map[string]int{}}
		f.mu.Lock()
		rows := f.rows
		if slices.ContainsFunc(f.batches, func(b desk.BatchStatus) bool { return b.ID == id && b.Purged }) {
			rows = nil
		}
		f.mu.Unlock()
		for _, r := range rows {
			if r.System != "" {
				if sum.Results[r.System] == nil {
					sum.Results[r.System] = map[string]int{}
				}
				sum.Results[r.System][r.State]++
			}
			sum.Records, sum.Done = sum.Records+r.Planned, sum.Done+r.Done
			if path == "" && !yield(r, nil) {
				return
			}
		}
		if path != "" {
			sum.Workbook = "/home/dpo/" + filepath.Base(path)
		}
		yield(sum, nil)
	}
}

func (f *fakeDesk) LiftBatch(_ context.Context, id string, people []int) iter.Seq2[desk.Event, error] {
	return func(yield func(desk.Event, error) bool) {
		f.note("LiftBatch %s %v", id, people)
		for _, t := range f.lifting {
			event, _ := t.(desk.Event)
			err, _ := t.(error)
			if !yield(event, err) {
				return
			}
		}
	}
}

func (f *fakeDesk) PurgeBatch(_ context.Context, id string) error {
	f.note("PurgeBatch %s", id)
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.batches {
		if f.batches[i].ID == id && f.fail["PurgeBatch"] == nil {
			f.batches[i] = desk.BatchStatus{BatchInfo: f.batches[i].BatchInfo}
			f.batches[i].Purged, f.batches[i].From, f.batches[i].Reason = true, "", ""
		}
	}
	return f.fail["PurgeBatch"]
}

// The batches of the sample: one that erases and is planned, and one that has restricted.
const (
	erasing     = "BATCH-2026-0002"
	restricting = "BATCH-2026-0001"
)

// batchSample returns a desk with two batches.
func batchSample(f *fakeDesk) *fakeDesk {
	actSample(f)
	made := today.AddDate(0, 0, -1)
	plan := func(id, behind string, action act.Action, state kept.PlanState, lines int) desk.PlanStatus {
		batch, _, _ := strings.Cut(id, "/")
		p := desk.PlanStatus{PlanInfo: desk.PlanInfo{Plan: kept.Plan{ID: id, Request: batch, State: state, Made: made, Operator: "jcole", Digest: "5f1d", Lines: lines},
			Action: action, Ground: "17(1)(a)", Behind: behind}, Needed: 1, You: "jcole", Waits: behind != "" && state == kept.PlanSealed}
		if action == act.Restrict {
			p.Ground = "18(1)(a)"
		}
		f.status[id] = &p
		f.sums[id] = desk.Planned{Plan: id, Request: batch, Action: action, Ground: p.Ground, State: "sealed", Digest: "5f1d", Lines: lines, Changes: lines / 2,
			Systems: []desk.PlanTotal{{System: "qlms", Title: "QLMS", Backup: "nightly, kept for 35 days", Does: map[act.Does]int{act.Anonymise: lines / 2, act.Keep: lines - lines/2}}}}
		return p
	}
	f.batches = []desk.BatchStatus{
		{BatchInfo: desk.BatchInfo{Batch: kept.Batch{ID: erasing, Action: "erase", Origin: "file", From: "leavers.csv", Reason: "left more than six years ago", Created: made, Operator: "jcole"}},
			People: map[kept.PersonState]int{desk.PersonPlanned: 43, desk.PersonAside: 3, desk.PersonAbsent: 2}, Tasks: 0,
			Plans: []desk.PlanStatus{plan(erasing+"/P1", "", act.Erase, kept.PlanSealed, 40), plan(erasing+"/P2", erasing+"/P1", act.Erase, kept.PlanSealed, 132)}},
		{BatchInfo: desk.BatchInfo{Batch: kept.Batch{ID: restricting, Action: "restrict", Origin: "retention", From: "qlms.candidates", Reason: "the centre contests its marks",
			Created: made.AddDate(0, -2, 0), Operator: "Eve Marsh"}}, People: map[kept.PersonState]int{desk.PersonPlanned: 4}, Tasks: 2,
			Plans: []desk.PlanStatus{plan(restricting+"/P1", "", act.Restrict, kept.PlanVerified, 8)}},
	}
	f.rows = batchSampleRows(48)
	f.clients = []string{"Acme Ltd", "Bolt & Sons"}
	f.table = desk.PeopleTable{People: 48, Columns: []desk.TableColumn{{Name: "Membership number", Is: "membership_number"}, {Name: "Surname", Is: "family_name"}, {Name: "Notes"}},
		Aside: []desk.TableRow{{At: "row 17", Why: "the same person stands in row 4"}, {At: "row 31", Why: "the row names nobody"}}}
	f.dryRun = make(chan any, 64)
	return f
}

// batchSampleRows are the results of that many people: most planned in two systems, some set aside, some without records.
func batchSampleRows(people int) []desk.BatchRow {
	var rows []desk.BatchRow
	for n := 1; n <= people; n++ {
		row := desk.BatchRow{N: n, At: fmt.Sprintf("row %d", n+1), State: "planned",
			Identifiers: []locate.Identifier{{Kind: "membership_number", Value: fmt.Sprintf("IMI-%06d", 4700+n)}, {Kind: "family_name", Value: "Featherstone"}}}
		switch n % 16 {
		case 3:
			row.State, row.Why = "set aside", "2 records may be theirs, and nobody has decided: make a request, and decide there"
			rows = append(rows, row)
		case 9:
			row.State = "nothing"
			rows = append(rows, row)
		default:
			qlms, lms := row, row
			qlms.System, qlms.Title, qlms.Planned, qlms.Kept = "qlms", "QLMS", 1, 2
			lms.System, lms.Title, lms.Planned = "lms", "LMS", 2
			rows = append(rows, qlms, lms)
		}
	}
	return rows
}

// carriedOutBatch has both plans of the erasing batch carried out and verified; one person's record had changed behind the plan.
func carriedOutBatch(f *fakeDesk) {
	for _, id := range []string{erasing + "/P1", erasing + "/P2"} {
		p := f.status[id]
		p.State, p.By, p.Begun, p.Waits, p.Verified = kept.PlanVerified, []string{"jcole"}, true, false, today.Add(-time.Hour)
		p.Verdicts = []desk.Verdict{{System: "qlms", Title: "QLMS", Effect: act.Kept, Changed: 20}}
	}
	for i := range f.rows {
		r := &f.rows[i]
		switch {
		case r.System == "":
		case r.N == 2 && r.System == "lms":
			r.State, r.Why = "not done", "records changed behind the plan: plan a batch of the person again"
		default:
			r.State, r.Done = "done", r.Planned
		}
	}
	f.batches[0].Plans = []desk.PlanStatus{*f.status[erasing+"/P1"], *f.status[erasing+"/P2"]}
}
