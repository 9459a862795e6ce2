package desk

import (
	"context"
	"iter"
	"slices"
	"time"

	"dossier/connectors"
	"dossier/export"
	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request"
)

// outline returns every match without its values, with what was decided about it.
func (d *Desk) outline(reading *journal.Reading) ([]Match, error) {
	decided, err := reading.Decisions()
	if err != nil {
		return nil, err
	}
	n, err := reading.Count()
	if err != nil {
		return nil, err
	}
	list := make([]Match, 0, n)
	for m, err := range reading.Outline() {
		if err != nil {
			return nil, err
		}
		list = append(list, d.match(*m, decided))
	}
	ground(list)
	return list, nil
}

// chosen returns the matches that may leave: those that are taken as the subject's, and none of another controller's than the
// request's, whatever the search found; and their positions in the finding. It counts the others.
func (d *Desk) chosen(r request.Request, outline []Match, reading *journal.Reading, left *Written) (all export.Matches, at []int) {
	for i, m := range outline {
		switch s, known := d.register.System(m.Record.Ref.System); {
		case !known || s.ControllerOf(m.Record.Ref.Place) != r.Subject.Controller:
		case m.Included():
			at = append(at, i)
		case m.Waits():
			left.Undecided++
		case m.Decision == Mentions:
			left.Mentions++
		default:
			left.Rejected++
		}
	}
	all = func(_ context.Context, from, to int) iter.Seq2[*locate.Match, error] {
		if to < 0 {
			to = len(at)
		}
		return func(yield func(*locate.Match, error) bool) {
			if from >= to {
				return
			}
			next := from
			position := at[from] - 1
			for m, err := range reading.Matches(at[from], at[to-1]+1) {
				if err != nil {
					yield(nil, err)
					return
				}
				if position++; position != at[next] {
					continue
				}
				if next++; !yield(m, nil) {
					return
				}
			}
		}
	}
	return all, at
}

// searched returns what the log of the package tells of the search of one system: a line for the system, and one for each
// place that was searched completely and each that was not. The package counts the records.
func searched(c locate.Coverage) []export.Action {
	line := func(place string, what export.What, result export.Result) export.Action {
		return export.Action{Time: c.Started, System: c.System, Place: place, What: what, Result: result}
	}
	var lines []export.Action
	switch c.State {
	case locate.Searched:
		lines = append(lines, line("", export.DidSearch, export.Complete))
	case locate.Partly:
		lines = append(lines, line("", export.DidSearch, export.InPart))
	case locate.ByHand:
		lines = append(lines, line("", export.DidAsk, export.Awaited))
	default:
		lines = append(lines, line("", export.DidSearch, export.NotDone))
	}
	for _, place := range c.Places {
		lines = append(lines, line(place, export.DidSearch, export.Complete))
	}
	var told []string
	for _, g := range c.Gaps {
		if g.Place != "" && !slices.Contains(told, g.Place) {
			told = append(told, g.Place)
			lines = append(lines, line(g.Place, export.DidSearch, export.InPart))
		}
	}
	return lines
}

// copied returns a line for each system: the package leaves out those of which nothing is copied.
func copied(at time.Time, register *connectors.Register) []export.Action {
	var lines []export.Action
	for _, s := range register.Systems {
		lines = append(lines, export.Action{Time: at, System: s.ID, What: export.DidCopy, Result: export.Complete})
	}
	return lines
}

func inTime(actions []export.Action) []export.Action {
	slices.SortStableFunc(actions, func(a, b export.Action) int { return a.Time.Compare(b.Time) })
	return actions
}
