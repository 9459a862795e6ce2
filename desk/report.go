package desk

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"dossier/internal/journal"
	"dossier/request"
	"dossier/request/clock"
)

// Figures are what a board is told of the requests of a period: numbers alone. Requests that were purged are counted too.
type Figures struct {
	From      clock.Day      `json:"from,omitzero"` // the first day of receipt; none: from the beginning
	To        clock.Day      `json:"to,omitzero"`   // the last
	Made      time.Time      `json:"made"`
	Total     Figure         `json:"total"`
	Kinds     []Figure       `json:"kinds"`  // a request that asks for several things is counted in each
	Months    []Figure       `json:"months"` // of receipt
	Complaint ComplaintCount `json:"complaints"`
	Incidents IncidentCount  `json:"incidents"` // by the day on which the organisation became aware
	Tasks     TaskCount      `json:"tasks"`     // as they are now, of all requests
	Holds     int            `json:"holds"`     // that stand now
}

// Figure are the numbers of one kind, one month, or all.
type Figure struct {
	Of       string         `json:"of"`
	Received int            `json:"received"`
	Open     int            `json:"open"`
	Overdue  int            `json:"overdue"` // of those open: the last day has passed
	Paused   int            `json:"paused"`  // of those open: the person is awaited
	Ended    int            `json:"ended"`
	InTime   int            `json:"in_time"` // of those ended
	Late     int            `json:"late"`    // of those ended
	Median   int            `json:"median"`  // days from receipt to the end, of those ended
	P90      int            `json:"p90"`     // nine in ten ended within so many days
	Outcomes map[string]int `json:"outcomes"`
	days     []int
}

// ComplaintCount are the numbers of complaints.
type ComplaintCount struct {
	Received int `json:"received"`
	Open     int `json:"open"` // not answered yet
}

// IncidentCount are the numbers of personal-data incidents.
type IncidentCount struct {
	Recorded int `json:"recorded"`
	Open     int `json:"open"`
	Told     int `json:"told"`    // to the supervisory authority
	Late     int `json:"late"`    // told after 72 hours
	Overdue  int `json:"overdue"` // neither told nor decided after 72 hours
}

// TaskCount are the numbers of what people do.
type TaskCount struct {
	Work    int `json:"work"`    // to be done
	Overdue int `json:"overdue"` // of them
	Unsent  int `json:"unsent"`  // notices to be sent
	Awaited int `json:"awaited"` // notices that nobody has acknowledged
}

// Type returns "report".
func (Figures) Type() string { return "report" }

// MarshalJSON writes the figures with their type first.
func (f Figures) MarshalJSON() ([]byte, error) {
	type plain Figures
	f.Kinds, f.Months = filled(f.Kinds), filled(f.Months)
	return typed(f.Type(), plain(f))
}

// Figures returns the numbers of the requests that were received in a period; no day stands for no limit.
func (d *Desk) Figures(ctx context.Context, from, to clock.Day) (Figures, error) {
	if err := d.may(ctx, append(slices.Clone(seePeople), journal.RoleAudit)...); err != nil {
		return Figures{}, err
	}
	f := Figures{From: from, To: to, Made: d.now().UTC(), Total: Figure{Of: "all"}}
	requests, err := d.journal.Requests(ctx)
	if err != nil {
		return f, err
	}
	closed, err := d.closings(ctx)
	if err != nil {
		return f, err
	}
	kinds, months := map[string]*Figure{}, map[string]*Figure{}
	for _, r := range requests {
		received := clock.DayOf(r.Received)
		if received < from || to != 0 && received > to {
			continue
		}
		c, err := d.count(r, closed[r.ID])
		if err != nil {
			return f, err
		}
		c.in(&f.Total)
		for _, k := range r.Asks() {
			c.in(figure(kinds, string(k)))
		}
		c.in(figure(months, r.Received.Format("2006-01")))
		if r.Did(request.Complained) {
			f.Complaint.Received++
			if last, _ := r.Last(request.Complained, request.ComplaintAcknowledged, request.ComplaintAnswered); last.What != request.ComplaintAnswered {
				f.Complaint.Open++
			}
		}
	}
	f.Total.sum()
	for _, k := range request.Kinds {
		if of := kinds[string(k)]; of != nil {
			of.sum()
			f.Kinds = append(f.Kinds, *of)
		}
	}
	for _, m := range slices.Sorted(maps.Keys(months)) {
		months[m].sum()
		f.Months = append(f.Months, *months[m])
	}
	return f, d.around(ctx, &f)
}

func figure(of map[string]*Figure, name string) *Figure {
	if of[name] == nil {
		of[name] = &Figure{Of: name}
	}
	return of[name]
}

// counted is what of a request is counted.
type counted struct {
	outcome string // "": open
	days    int    // from receipt to the end
	late    bool   // ended, or not, after the last day
	paused  bool
}

// endings are the steps that end a request, and what they are called.
var endings = map[request.What]string{
	request.Refused: "refused", request.Withdrawn: "withdrawn", request.Delivered: "delivered", request.Completed: "completed",
}

// count returns what of a request is counted. An end that no step tells of is the day on which it was closed.
func (d *Desk) count(r request.Request, closed time.Time) (counted, error) {
	var c counted
	answer, err := d.Clock(r)
	if err != nil {
		return c, fmt.Errorf("%s: %w", r.ID, err)
	}
	var end clock.Day
	for _, s := range r.Steps {
		outcome, ends := endings[s.What]
		if !ends || s.What == request.Delivered && len(r.Asks()) > 1 {
			continue // what else it asks for is to be done still
		}
		if c.outcome = outcome; end == 0 { // the person had the answer by then
			end = s.Day
		}
	}
	if end == 0 && r.State.Ended() {
		c.outcome, end = "closed", clock.DayOf(closed.UTC())
	}
	now := end
	if now == 0 {
		now = clock.DayOf(d.now().UTC())
		c.paused = answer.State == clock.Paused || answer.State == clock.NotStarted
	}
	c.days = int(now - clock.DayOf(r.Received))
	c.late = answer.Due != 0 && now > answer.Due
	return c, nil
}

// in counts the request in a figure.
func (c counted) in(f *Figure) {
	f.Received++
	switch {
	case c.outcome == "":
		f.Open++
		if c.late {
			f.Overdue++
		}
		if c.paused {
			f.Paused++
		}
		return
	case c.late:
		f.Late++
	default:
		f.InTime++
	}
	if f.Outcomes == nil {
		f.Outcomes = map[string]int{}
	}
	f.Ended++
	f.Outcomes[c.outcome]++
	f.days = append(f.days, c.days)
}

// sum works out the times: the nearest rank, so that each is a time that some request took.
func (f *Figure) sum() {
	slices.Sort(f.days)
	rank := func(percent int) int {
		if len(f.days) == 0 {
			return 0
		}
		return f.days[(len(f.days)*percent+99)/100-1]
	}
	f.Median, f.P90 = rank(50), rank(90)
	if f.Outcomes == nil {
		f.Outcomes = map[string]int{}
	}
}

// closings returns when requests were closed, as the log tells.
func (d *Desk) closings(ctx context.Context) (map[string]time.Time, error) {
	entries, err := d.journal.Entries(ctx, "")
	if err != nil {
		return nil, err
	}
	closed := map[string]time.Time{}
	for _, e := range entries {
		if e.What == "request closed" {
			closed[e.Request] = e.Time
		}
	}
	return closed, nil
}

// around counts what stands around the requests.
func (d *Desk) around(ctx context.Context, f *Figures) error {
	incidents, err := d.incidents(d.journal.Incidents(ctx))
	if err != nil {
		return err
	}
	for _, i := range incidents {
		if day := clock.DayOf(i.Aware.UTC()); day < f.From || f.To != 0 && day > f.To {
			continue
		}
		f.Incidents.Recorded++
		for _, c := range []struct {
			is bool
			n  *int
		}{{i.State == "open", &f.Incidents.Open}, {!i.Authority.On.IsZero(), &f.Incidents.Told}, {i.Authority.On.After(i.Due), &f.Incidents.Late}, {i.Overdue, &f.Incidents.Overdue}} {
			if c.is {
				*c.n++
			}
		}
	}
	today := d.now().UTC().Format(time.DateOnly)
	work, err := d.journal.Tasks(ctx, "")
	if err != nil {
		return err
	}
	notices, err := d.journal.NoticeTasks(ctx, "")
	if err != nil {
		return err
	}
	for _, t := range append(work, notices...) {
		switch {
		case !t.Done.IsZero():
		case t.Kind == journal.KindNotice && t.Sent.IsZero():
			f.Tasks.Unsent++
		case t.Kind == journal.KindNotice:
			f.Tasks.Awaited++
		default:
			f.Tasks.Work++
			if t.Due != "" && t.Due < today {
				f.Tasks.Overdue++
			}
		}
	}
	holds, err := d.journal.Holds(ctx)
	for _, h := range holds {
		if h.Lifted.IsZero() {
			f.Holds++
		}
	}
	return err
}
