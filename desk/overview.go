package desk

import (
	"context"
	"slices"

	"dossier/act"
	"dossier/request"
	"dossier/request/clock"
)

// Overview is a request with what is worth knowing before it is opened.
type Overview struct {
	request.Request
	Clock   clock.Answer // the zero answer where the law sets no time
	Unclear error        // why its days cannot be counted; nil: they can
	Holds   []string     // the holds on its person that stand
	Others  []string     // the other requests that are taken to be of the same person, the newest first
	Special []string     // what the last search found that needs special care: SpecialCategory, CriminalOffence
}

// Overviews returns every request, the newest first.
func (d *Desk) Overviews(ctx context.Context) ([]Overview, error) {
	if err := d.may(ctx, seePeople...); err != nil {
		return nil, err
	}
	list, err := d.journal.Requests(ctx)
	if err != nil {
		return nil, err
	}
	holds, err := d.journal.Holds(ctx)
	if err != nil {
		return nil, err
	}
	special, err := d.journal.Special(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]Overview, len(list))
	others := d.others(list)
	for i, r := range list {
		all[i] = Overview{Request: r, Others: others[i], Special: special[r.ID]}
		all[i].Clock, all[i].Unclear = d.Clock(r)
		if r.State == request.Purged {
			continue
		}
		keyed := act.KeyedPersons(d.register, r.Subject, d.journal.Person)
		for _, h := range holds {
			if h.Lifted.IsZero() && h.System == "" && (h.Request == r.ID || slices.ContainsFunc(h.Persons, func(p string) bool { return slices.Contains(keyed, p) })) {
				all[i].Holds = append(all[i].Holds, h.ID)
			}
		}
	}
	return all, nil
}

// others returns for each request the ids of those that are taken to be of the same person, in the order of the list. It compares those
// that have something in common, so that its time grows with the number of requests and not with its square.
func (d *Desk) others(list []request.Request) [][]string {
	sharing := map[string][]int{}
	keys := make([][]string, len(list))
	for i, r := range list {
		keys[i] = act.KeyedPersons(d.register, r.Subject, func(kind, value string) string { return kind + "\x00" + value })
		for _, k := range keys[i] {
			sharing[k] = append(sharing[k], i)
		}
	}
	others := make([][]string, len(list))
	for i, r := range list {
		var near []int
		for _, k := range keys[i] {
			near = append(near, sharing[k]...)
		}
		slices.Sort(near)
		for _, j := range slices.Compact(near) {
			if j != i && act.SamePerson(d.register, r.Subject, list[j].Subject) {
				others[i] = append(others[i], list[j].ID)
			}
		}
	}
	return others
}
