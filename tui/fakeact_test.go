package tui

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"dossier/act"
	"dossier/connectors"
	"dossier/desk"
	kept "dossier/internal/journal"
	"dossier/request/clock"
)

// fakeActs is the part of the fake desk that changes systems: the test gives its answers.
type fakeActs struct {
	plans     map[string][]desk.PlanInfo // by request
	status    map[string]*desk.PlanStatus
	sums      map[string]desk.Planned
	line      func(n int) desk.PlanLine // a line of every plan
	diffs     []desk.PlanDifference
	problems  []desk.PlanProblem
	intent    desk.Intent
	applying  chan any // what Apply tells: events, and errors; it ends with the channel
	verifying []any
	holds     []desk.Hold
	tasks     []desk.Task
	checks    []desk.Checked
	before    map[string]desk.LastCheck
	log       []desk.Entry
	figures   desk.Figures
	report    desk.LogReport
}

func (f *fakeDesk) Plans(_ context.Context, id string) ([]desk.PlanInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.plans[id]), f.fail["Plans"]
}

func (f *fakeDesk) Plan(_ context.Context, id string, n desk.NewPlan) iter.Seq2[desk.Event, error] {
	return func(yield func(desk.Event, error) bool) {
		f.note("Plan %s %s %s %v %v", id, n.Action, n.Ground, n.Fact, n.Despite)
		if err := f.failure("Plan"); err != nil {
			yield(nil, err)
			return
		}
		for _, p := range f.problems {
			yield(p, nil)
		}
		if len(f.problems) > 0 {
			yield(nil, fmt.Errorf("%w: %d reasons", desk.ErrRefused, len(f.problems)))
			return
		}
		sum := f.sums[id+"/P1"]
		for i := range min(sum.Lines, 100) {
			yield(f.line(i+1), nil)
		}
		yield(sum, nil)
	}
}

func (f *fakeDesk) PlanStatus(_ context.Context, plan string) (desk.PlanStatus, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, ok := f.status[plan]
	if !ok {
		return desk.PlanStatus{}, errors.New("there is no such plan")
	}
	return *s, nil
}

func (f *fakeDesk) PlanLines(_ context.Context, plan string, first, last int) ([]desk.PlanLine, error) {
	f.note("PlanLines %s %d %d", plan, first, last)
	if err := f.failure("PlanLines"); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var lines []desk.PlanLine
	for n := first; n <= min(last, f.status[plan].Lines); n++ {
		lines = append(lines, f.line(n))
	}
	return lines, nil
}

func (f *fakeDesk) SumPlan(_ context.Context, plan string) (desk.Planned, error) {
	return f.sums[plan], f.failure("SumPlan")
}

func (f *fakeDesk) DiffPlans(_ context.Context, before, after string) iter.Seq2[desk.Event, error] {
	return func(yield func(desk.Event, error) bool) {
		f.note("DiffPlans %s %s", before, after)
		for _, d := range f.diffs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func (f *fakeDesk) Intent(context.Context, string) (desk.Intent, error) {
	return f.intent, f.failure("Intent")
}

func (f *fakeDesk) Approve(_ context.Context, plan, _ string) iter.Seq2[desk.Event, error] {
	return func(yield func(desk.Event, error) bool) {
		f.note("Approve %s", plan)
		if err := f.failure("Approve"); err != nil {
			yield(nil, err)
			return
		}
		s := f.approve(plan, "jcole")
		yield(desk.Approved{Plan: plan, Expires: today.AddDate(0, 0, 7), Given: len(s.By), Needed: s.Needed}, nil)
		if !s.Enough() {
			yield(nil, fmt.Errorf("%w: %d of %d", desk.ErrWaiting, len(s.By), s.Needed))
		}
	}
}

// approve has somebody approve a plan.
func (f *fakeDesk) approve(plan, who string) desk.PlanStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.status[plan]
	s.By = append(slices.Clone(s.By), who)
	s.Others = slices.DeleteFunc(slices.Clone(s.Others), func(o string) bool { return o == who })
	return *s
}

func (f *fakeDesk) Apply(ctx context.Context, plan string) iter.Seq2[desk.Event, error] {
	return func(yield func(desk.Event, error) bool) {
		f.note("Apply %s", plan)
		f.mu.Lock()
		f.status[plan].Begun = true
		told := f.applying
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
				if done, ok := t.(desk.Applied); ok && done.Whole == done.Systems {
					f.mu.Lock()
					f.status[plan].State = kept.PlanApplied
					f.mu.Unlock()
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

func (f *fakeDesk) Verify(_ context.Context, plan string) iter.Seq2[desk.Event, error] {
	return func(yield func(desk.Event, error) bool) {
		f.note("Verify %s", plan)
		for _, t := range f.verifying {
			event, _ := t.(desk.Event)
			err, _ := t.(error)
			if !yield(event, err) {
				return
			}
		}
	}
}

func (f *fakeDesk) Noticed(_ context.Context, id, about string, sent time.Time) error {
	f.note("Noticed %s %s %s", id, about, sent.Format(time.DateOnly))
	return f.failure("Noticed")
}

func (f *fakeDesk) Holds(context.Context) ([]desk.Hold, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.holds), f.fail["Holds"]
}

func (f *fakeDesk) AddHold(_ context.Context, n desk.NewHold) (desk.Hold, error) {
	f.note("AddHold %s%s: %s", n.Request, n.System, n.Reason)
	f.mu.Lock()
	defer f.mu.Unlock()
	h := desk.Hold{ID: "HOLD-2026-000" + strconv.Itoa(len(f.holds)+1), Request: n.Request, System: n.System, Reason: n.Reason, Operator: "jcole", Added: today}
	f.holds = append(f.holds, h)
	return h, f.fail["AddHold"]
}

func (f *fakeDesk) LiftHold(_ context.Context, id, why string) error {
	f.note("LiftHold %s: %s", id, why)
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.holds {
		if f.holds[i].ID == id {
			f.holds[i].Lifted, f.holds[i].LiftedBy, f.holds[i].LiftedWhy = today, "jcole", why
		}
	}
	return f.fail["LiftHold"]
}

func (f *fakeDesk) Tasks(_ context.Context, plan string) ([]desk.Task, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.tasks), f.fail["Tasks"]
}

func (f *fakeDesk) EndTask(_ context.Context, id, outcome string) (desk.Task, error) {
	f.note("EndTask %s: %s", id, outcome)
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.tasks {
		if f.tasks[i].ID == id {
			f.tasks[i].Done, f.tasks[i].Outcome, f.tasks[i].By = today, outcome, "jcole"
		}
	}
	return desk.Task{}, f.fail["EndTask"]
}

func (f *fakeDesk) DraftNotices(_ context.Context, plan string, lift bool) ([]desk.Task, error) {
	f.note("DraftNotices %s %v", plan, lift)
	return make([]desk.Task, 2), f.failure("DraftNotices")
}

func (f *fakeDesk) SendNotice(_ context.Context, task string, day time.Time) (desk.Task, error) {
	f.note("SendNotice %s %s", task, day.Format(time.DateOnly))
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.tasks {
		if f.tasks[i].ID == task {
			f.tasks[i].Sent = day
		}
	}
	return desk.Task{}, f.fail["SendNotice"]
}

func (f *fakeDesk) Certificate(_ context.Context, plan, path string) (desk.Issued, error) {
	f.note("Certificate %s %s", plan, filepath.Base(path))
	name := "/home/dpo/" + strings.TrimSuffix(filepath.Base(path), ".pdf")
	return desk.Issued{Plan: plan, Outcome: "complete", JSON: name + ".json", PDF: name + ".pdf", SHA256: "9f86d081884c7d65"}, f.failure("Certificate")
}

func (f *fakeDesk) Figures(_ context.Context, from, to clock.Day) (desk.Figures, error) {
	f.note("Figures %d %d", from, to)
	return f.figures, f.failure("Figures")
}

func (f *fakeDesk) Check(context.Context) iter.Seq2[desk.Event, error] {
	return func(yield func(desk.Event, error) bool) {
		f.note("Check")
		for _, c := range f.checks {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func (f *fakeDesk) LastChecks(context.Context) (map[string]desk.LastCheck, error) {
	return f.before, f.failure("LastChecks")
}

func (f *fakeDesk) VerifyLog(context.Context, string) (desk.LogReport, error) {
	return f.report, f.failure("VerifyLog")
}

// actSample returns a desk whose request SAR-2026-0003 has a plan to erase that needs two approvals.
func actSample(f *fakeDesk) *fakeDesk {
	const id = "SAR-2026-0003/P1"
	info := desk.PlanInfo{Plan: kept.Plan{ID: id, Request: "SAR-2026-0003", State: kept.PlanSealed, Made: today.Add(-time.Hour), Operator: "jcole",
		Digest: "5f1d", Lines: 9}, Action: desk.Erase, Ground: "17(1)(b)"}
	f.plans = map[string][]desk.PlanInfo{"SAR-2026-0003": {info}}
	f.status = map[string]*desk.PlanStatus{id: {PlanInfo: info, Needed: 2, Others: []string{"Eve Marsh"}, You: "jcole"}}
	lines := sampleLines()
	f.line = func(n int) desk.PlanLine {
		l := lines[(n-1)%len(lines)]
		l.N = n
		return l
	}
	f.sums = map[string]desk.Planned{id: {Plan: id, Request: "SAR-2026-0003", Action: desk.Erase, Ground: "17(1)(b)", State: "sealed", Digest: "5f1d",
		Lines: 9, Changes: 5, Systems: []desk.PlanTotal{
			{System: "qlms", Title: "QLMS", Backup: "nightly, kept for 35 days", Does: map[act.Does]int{act.Delete: 1, act.Anonymise: 1, act.Keep: 2}},
			{System: "lms", Title: "LMS", Does: map[act.Does]int{act.Delete: 2}},
			{System: "prodrive", Title: "ProDrive", Last: true, Backup: "weekly, kept for 90 days", Does: map[act.Does]int{act.Anonymise: 1, act.Leave: 1}},
			{System: "hr", Title: "Simply HR", Does: map[act.Does]int{act.Task: 1}}}}}
	f.intent = desk.Intent{Plan: id, Request: "SAR-2026-0003", Action: desk.Erase, Changes: 5, Approvals: "0 of 2 approvals", NoUndo: true,
		Systems: []desk.IntendedStage{{System: "qlms", Title: "QLMS", Changes: 2, Backup: "nightly, kept for 35 days"}, {System: "lms", Title: "LMS", Changes: 2},
			{System: "prodrive", Title: "ProDrive", Changes: 1, Backup: "weekly, kept for 90 days"}}}
	f.holds = []desk.Hold{
		{ID: "HOLD-2026-0001", Request: "SAR-2026-0002", Reason: "a claim, reference 2026/17", Operator: "jcole", Added: today.AddDate(0, -2, 0), Lifted: today.AddDate(0, -1, 0),
			LiftedBy: "Eve Marsh", LiftedWhy: "the claim is settled"},
		{ID: "HOLD-2026-0002", System: "360", Reason: "the auditors look at it until the end of the year", Operator: "Eve Marsh", Added: today.AddDate(0, 0, -9)}}
	f.tasks = sampleTasks()
	f.checks = sampleChecks()
	f.before = map[string]desk.LastCheck{"qlms": {Time: today.AddDate(0, 0, -3), Operator: "jcole"}, "websites": {Time: today.AddDate(0, 0, -3), Mistakes: 2}}
	f.report = desk.LogReport{Entries: 4, Root: "q83vEjRWeJCrze8="}
	f.applying = make(chan any, 64)
	f.figures = sampleFigures()
	for i, e := range []desk.Entry{{Operator: "jcole", Request: "SAR-2026-0003", What: "request recorded"}, {Operator: "jcole", Request: "SAR-2026-0003", System: "qlms", What: "system searched",
		Details: []byte(`{"state":"searched","matches":5,"gaps":["a","b"]}`)}, {Operator: "jcole", What: "system checked", System: "lms"},
		{Operator: "Eve Marsh", Request: "SAR-2026-0003", What: "plan approved", Details: []byte(`{"plan":"SAR-2026-0003/P1","digest":"5f1d"}`)}} {
		e.Seq, e.Time = int64(i+1), today.Add(time.Duration(i-9)*time.Hour)
		f.log = append(f.log, e)
	}
	return f
}

func sampleLines() []desk.PlanLine {
	line := func(title, label string, does act.Does, r connectors.Ref, at, why string) desk.PlanLine {
		return desk.PlanLine{SystemTitle: title, Label: label, Line: act.Line{Record: r, At: at, Does: does, Why: why}}
	}
	anonymised := line("QLMS", "Your registration", act.Anonymise, ref("qlms", "candidates", "1017"), "", "children stay that the law keeps")
	anonymised.Change = connectors.Change{Op: connectors.Update, Before: fields("Forename", "Jane", "Surname", "Featherstone", "Email", "jane@example.org",
		"Notes", "Rang on 3 March.\nMoved from Leeds to York.", "Status", "2"), After: fields("Forename", "", "Surname", "", "Email", "removed-7f2c@invalid", "Notes", "")}
	anonymised.Change.After.Values[0], anonymised.Change.After.Values[1], anonymised.Change.After.Values[3] = connectors.Null, connectors.Null, connectors.Null
	anonymised.Stays = []act.Stay{{Field: "CandidateID", Why: "it names the record, and claims point at it"}, {Field: "Status", Why: "the register keeps it"}}
	deleted := line("QLMS", "Your claims", act.Delete, ref("qlms", "claims", "5003"), "", "no rule keeps it")
	deleted.Change = connectors.Change{Op: connectors.Delete, Before: fields("ClaimID", "5003", "CandidateID", "1017", "Unit", "Brakes")}
	kept := func(key string) desk.PlanLine {
		l := line("QLMS", "Your claims", act.Keep, ref("qlms", "claims", key), "", "certification records")
		l.Basis, l.Until = "legal obligation", "2030-03-31"
		return l
	}
	result := func(key string) desk.PlanLine {
		l := line("LMS", "results", act.Delete, ref("lms", "results", key, "2"), "", "no rule keeps it")
		l.Change = connectors.Change{Op: connectors.Delete, Before: fields("ResultID", key, "Attempt", "2", "Score", "81")}
		return l
	}
	member := line("ProDrive", "Your membership", act.Anonymise, ref("prodrive", "contacts", "288"), "", "invoices stay that the law keeps")
	member.Change = connectors.Change{Op: connectors.Update, Before: fields("Name", "Jane Featherstone"), After: fields("Name", "removed")}
	left := line("ProDrive", "Your membership", act.Leave, ref("prodrive", "contacts", "310"), "", "it was decided that it is not the person's")
	task := line("Simply HR", "", act.Task, connectors.Ref{System: "hr"}, "", "people work it")
	task.Todo, task.Steward, task.Due = "Erase what it holds about the person, but what the law asks to keep.", "HR desk", "2026-11-26"
	return []desk.PlanLine{deleted, anonymised, kept("5001"), kept("5002"), result("77"), result("78"), member, left, task}
}

func sampleTasks() []desk.Task {
	return []desk.Task{
		{ID: "SAR-2026-0002/P1/T1", Plan: "SAR-2026-0002/P1", System: "fileshare", Title: "IMI fileshares", Steward: "IT", What: "Take the person off the attendance lists.",
			Due: "2026-11-19", Made: today.AddDate(0, 0, -10), Records: []desk.TaskRecord{{Ref: ref("fileshare", "attendance", "0f3a9c", "1"), At: "row 17",
				Write: fields("Name", "removed")}}},
		{ID: "SAR-2026-0003/P1/T1", Plan: "SAR-2026-0003/P1", System: "hr", Title: "Simply HR", Steward: "HR desk",
			What: "Erase what it holds about the person, but what the law asks to keep. How the person is found: Look the person up in Simply HR.", Due: "2026-11-26", Made: today},
		{ID: "SAR-2026-0001/P1/T1", Plan: "SAR-2026-0001/P1", System: "hr", Title: "Simply HR", Steward: "HR desk", What: "Look the person up.", Due: "2026-10-01",
			Made: today.AddDate(0, -2, 0), Done: today.AddDate(0, -1, -20), Outcome: "nothing was found", By: "Eve Marsh"},
	}
}

func sampleChecks() []desk.Checked {
	ok := func(id, title string) desk.Checked {
		return desk.Checked{System: id, Title: title, Seconds: 0.2}
	}
	qlms := ok("qlms", "QLMS")
	qlms.Rights = []desk.Rights{{Entity: "candidates", May: "read, update"}, {Entity: "claims", May: "read, update, delete"}}
	qlms.Findings = []connectors.Finding{{System: "qlms", Entity: "candidates", Field: "Photo", Severity: connectors.Warning, What: "the register does not say what it is"}}
	web := ok("websites", "Websites")
	web.Findings = []connectors.Finding{{System: "websites", Severity: connectors.Mistake, What: "it cannot be opened: no answer in 2 minutes"}}
	web.Mistakes = 1
	return []desk.Checked{qlms, ok("lms", "LMS"), web, ok("hr", "Simply HR")}
}

func sampleFigures() desk.Figures {
	return desk.Figures{Made: today, Holds: 1,
		Total: desk.Figure{Of: "all", Received: 14, Open: 4, Overdue: 1, Paused: 1, Ended: 10, InTime: 9, Late: 1, Median: 19, P90: 29,
			Outcomes: map[string]int{"delivered": 6, "completed": 3, "refused": 1}},
		Kinds: []desk.Figure{{Of: "access", Received: 9, Open: 2, Ended: 7, InTime: 7, Median: 17, P90: 27}, {Of: "erase", Received: 5, Open: 2, Overdue: 1, Ended: 3,
			InTime: 2, Late: 1, Median: 24, P90: 35}},
		Months:    []desk.Figure{{Of: "2026-10", Received: 8, Ended: 8, InTime: 7, Late: 1, Median: 19, P90: 29}, {Of: "2026-11", Received: 6, Open: 4, Overdue: 1, Ended: 2, InTime: 2, Median: 4, P90: 6}},
		Complaint: desk.ComplaintCount{Received: 1, Open: 1}, Incidents: desk.IncidentCount{Recorded: 2, Open: 1, Told: 1}, Tasks: desk.TaskCount{Work: 2, Overdue: 1, Unsent: 3}}
}
