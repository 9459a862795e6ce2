package desk

import (
	"context"
	"slices"

	"dossier/request"
	"dossier/request/clock"
)

// Deadline is a day by which something is owed.
type Deadline struct {
	Request string    `json:"request"`
	What    string    `json:"what"` // "answer", "notice of extension", "acknowledgement of the complaint"
	Day     clock.Day `json:"day"`
	Days    int       `json:"days"` // from today; negative: overdue
}

// Due returns what is owed within so many days from today, or was owed before, the most urgent first.
func (d *Desk) Due(ctx context.Context, within int) ([]Deadline, error) {
	if err := d.may(ctx, seePeople...); err != nil {
		return nil, err
	}
	list, err := d.journal.Requests(ctx)
	if err != nil {
		return nil, err
	}
	rule, err := d.rule()
	if err != nil {
		return nil, err
	}
	today := d.today()
	due := []Deadline{}
	owed := func(id, what string, day clock.Day) {
		if left := int(day - today); day != 0 && left <= within {
			due = append(due, Deadline{id, what, day, left})
		}
	}
	for _, r := range list {
		if s, waits := r.Unacknowledged(); waits && r.State != request.Purged {
			answer, err := rule.Complaint(s.Day)
			if err != nil {
				return nil, err
			}
			owed(r.ID, "acknowledgement of the complaint", answer.Due)
		}
		if r.Over() {
			continue
		}
		answer, err := d.Clock(r)
		if err != nil {
			return nil, err
		}
		owed(r.ID, "answer", answer.Due)
		if !answer.Extended && answer.NoticeBy >= today {
			owed(r.ID, "notice of extension, should one be needed", answer.NoticeBy)
		}
	}
	slices.SortStableFunc(due, func(a, b Deadline) int { return int(a.Day - b.Day) })
	return due, nil
}

// Others returns the ids of the other requests that are taken to be of the same person, the newest first.
func (d *Desk) Others(ctx context.Context, id string) ([]string, error) {
	if err := d.may(ctx, seePeople...); err != nil {
		return nil, err
	}
	list, err := d.journal.Requests(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(r request.Request) bool { return r.ID == id })
	if i < 0 {
		_, err := d.journal.Request(ctx, id)
		return nil, err
	}
	return d.others(list)[i], nil
}
