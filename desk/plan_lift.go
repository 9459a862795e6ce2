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
	told := slices.ContainsFunc(notices, func(n journal.Notice) bool {
		return n.About == NoticeLift && !n.Sent.Before(own.since.Truncate(24*time.Hour)) && !n.Sent.After(p.now())
	})
	if !told {
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

// restrictedSince returns the later requests of the same person for which the records are restricted as well: they found the marks
// there, and would lose them.
func (p *planning) restrictedSince(ctx context.Context, since time.Time) ([]act.Problem, error) {
	requests, err := p.journal.Requests(ctx)
	if err != nil {
		return nil, err
	}
	person := act.Told(p.register, p.request.Subject, p.finding.own(), connectors.Strong)
	var problems []act.Problem
	for _, r := range requests {
		if r.ID == p.request.ID || r.State == request.Closed {
			continue
		}
		other, err := p.restriction(ctx, r.ID, nil)
		if err != nil {
			return nil, err
		}
		if other.since.IsZero() || other.since.Before(since) || other.since.Equal(since) && r.ID < p.request.ID {
			continue
		}
		a := asked{r, r.Subject}
		if f, err := p.Finding(ctx, r.ID); err == nil {
			a.person = act.Told(p.register, r.Subject, f.own(), connectors.Strong)
		} else if !errors.Is(err, ErrNotSearched) {
			return nil, err
		}
		if a.is(p.Desk, person) {
			problems = append(problems, act.Problem{Why: fmt.Sprintf("the person's records were restricted for %s since: lift that restriction first", r.ID)})
		}
	}
	return problems, nil
}
