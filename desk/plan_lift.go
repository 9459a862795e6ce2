package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"dossier/act"
	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request"
)

// restricted reads what is restricted, and tells what speaks against lifting it: the person is told first (Article 18(3)), and no
// later request of theirs rests on the same marks.
func (p *planning) restricted(ctx context.Context) ([]act.Problem, error) {
	kept, err := p.journal.Originals(ctx, p.request.ID)
	if err != nil {
		return nil, err
	}
	if p.by, err = act.Originals(kept); err != nil {
		return nil, err
	}
	own, err := p.restriction(ctx, p.request.ID, kept)
	if err != nil {
		return nil, err
	}
	if p.by = append(p.by, own.byHand...); len(p.by) == 0 && own.since.IsZero() {
		return []act.Problem{{Why: "no record is restricted for this request"}}, nil
	}
	problems, err := p.restrictedSince(ctx, own.since)
	if err != nil {
		return nil, err
	}
	notices, err := p.journal.Notices(ctx, p.request.ID)
	if err != nil {
		return nil, err
	}
	if !toldSince(notices, own.since, p.now()) {
		problems = append(problems, act.Problem{Why: "the person was not told yet that the restriction will be lifted (Article 18(3)): send the notice, and record it with dossier request notice"})
	}
	return problems, nil
}

// restriction is what of a request's restriction stands.
type restriction struct {
	since  time.Time  // when it was last planned; zero: none stands
	byHand []act.Line // the lines by which people restricted records
}

// restriction returns what of a request's restriction stands: what was restricted before the last lift does not any more, but for
// records whose originals are kept.
func (d *Desk) restriction(ctx context.Context, id string, kept []journal.Original) (r restriction, err error) {
	plans, err := d.journal.Plans(ctx, id)
	if err != nil {
		return r, err
	}
	for _, known := range plans {
		stands := slices.ContainsFunc(kept, func(o journal.Original) bool { return o.Plan == known.ID })
		if !known.State.Carried() && !stands {
			continue
		}
		plan, head, lines, err := act.Read(ctx, d.journal, known.ID)
		switch {
		case err != nil:
			return r, err
		case head.Action == act.Lift:
			r = restriction{}
			continue
		case head.Action != act.Restrict:
			continue
		}
		r.since = plan.Made
		for l, err := range lines {
			if err != nil {
				return r, err
			}
			if l.Does == act.Task {
				r.byHand = append(r.byHand, l)
			}
		}
	}
	return r, nil
}

// restrictedSince returns the later requests and batches for which the person's records are restricted as well: they found the marks
// there, and would lose them.
func (p *planning) restrictedSince(ctx context.Context, since time.Time) ([]act.Problem, error) {
	all, err := p.restrictions(ctx)
	if err != nil {
		return nil, err
	}
	var problems []act.Problem
	for _, id := range all.after(p.Desk, act.Told(p.register, p.request.Subject, p.finding.own(), connectors.Strong), p.request.ID, since) {
		problems = append(problems, act.Problem{Why: fmt.Sprintf("the person's records were restricted for %s since: lift that restriction first", id)})
	}
	return problems, nil
}

// restrictions are all that stand.
type restrictions struct {
	requests []asked
	many     map[string][]asked // of batches, by what tells a person
}

func (d *Desk) restrictions(ctx context.Context) (all restrictions, err error) {
	if all.many, err = d.restrictedByBatches(ctx); err != nil {
		return all, err
	}
	requests, err := d.journal.Requests(ctx)
	if err != nil {
		return all, err
	}
	for _, r := range requests {
		if r.State == request.Closed || r.State == request.Purged {
			continue
		}
		own, err := d.restriction(ctx, r.ID, nil)
		if err != nil {
			return all, err
		}
		if own.since.IsZero() {
			continue
		}
		a := asked{Request: r, person: r.Subject, since: own.since}
		if f, err := d.Finding(ctx, r.ID); err == nil {
			a.person = act.Told(d.register, r.Subject, f.own(), connectors.Strong)
		} else if !errors.Is(err, ErrNotSearched) {
			return all, err
		}
		all.requests = append(all.requests, a)
	}
	return all, nil
}

// after returns the requests and batches, but for the one of the id, for which a person's records were restricted after a time.
func (all restrictions) after(d *Desk, person locate.Subject, id string, since time.Time) (ids []string) {
	for _, a := range append(slices.Clip(all.requests), d.amongMany(all.many, person)...) {
		later := a.since.After(since) || a.since.Equal(since) && a.ID > id
		if later && a.ID != id && a.is(d, person) {
			ids = append(ids, a.ID)
		}
	}
	return ids
}
