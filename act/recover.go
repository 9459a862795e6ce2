package act

import (
	"context"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/internal/journal"
)

// settle finds out what an earlier attempt at a step has made, as far as making it again would not show it by itself: a record
// whose change was made answers that it already is, but a file has lost the records that the plan names, and a new record would
// come a second time. It marks the lines that were made, or answers for the whole step.
func (w *work) settle(ctx context.Context, s *journal.Step, lines []Line, made []bool) (a answer, ended bool) {
	if swapper, ok := w.conn.(connectors.Swapper); ok && s.Swap.After != "" {
		sum, err := swapper.Sum(ctx, s.Place)
		switch {
		case err != nil:
			return answer{uniform(lines, connectors.Unknown, err.Error()), lost, err.Error()}, true
		case sum == s.Swap.After:
			return judge(w.renamed(ctx, lines)), true
		case sum != s.Swap.Before:
			return judge(uniform(lines, connectors.Drifted, "the file is neither what it was nor what the change would have made of it: somebody else has changed it")), true
		}
		return answer{}, false
	}
	for i, l := range lines {
		if !keyless(l) {
			continue
		}
		n, err := w.alike(ctx, l)
		if err != nil {
			return answer{uniform(lines, connectors.Unknown, err.Error()), lost, err.Error()}, true
		}
		made[i] = n > s.Alike[l.N]
	}
	return answer{}, false
}

// renamed returns the outcomes of lines that were made, each with the name that its record has by now, as far as it can be read:
// a restriction is lifted by it.
func (w *work) renamed(ctx context.Context, lines []Line) []connectors.Outcome {
	out := uniform(lines, connectors.Done, "")
	catalog, err := w.conn.Describe(ctx)
	if err != nil {
		return out
	}
	now, err := lookUp(ctx, w.conn, catalog, lines, nil)
	for i := range now {
		if err == nil && now[i].state == isAfter {
			out[i].Record = now[i].ref
		}
	}
	return out
}

// keyless reports whether a line makes a record whose key the system chooses.
func keyless(l Line) bool { return l.Change.Op == connectors.Insert && len(l.Change.Record.Key) == 0 }

// countAlike notes, before a step is made for the first time, how many records there are already like each that it would make.
func (w *work) countAlike(ctx context.Context, s *journal.Step, lines []Line) error {
	s.Alike = nil
	for _, l := range lines {
		if !keyless(l) {
			continue
		}
		n, err := w.alike(ctx, l)
		if err != nil {
			return err
		}
		if s.Alike == nil {
			s.Alike = map[int]int{}
		}
		s.Alike[l.N] = n
	}
	return nil
}

// alike counts the records that hold everything that a new record is to hold.
func (w *work) alike(ctx context.Context, l Line) (int, error) {
	q := connectors.Query{Entity: l.Record.Entity, Places: []string{l.Record.Place}}
	var clause connectors.Clause
	for i, name := range l.Change.After.Names {
		if v := l.Change.After.Values[i]; v.IsText() {
			clause = append(clause, connectors.Term{Fields: []string{name}, How: compare.Equal, Values: [][]string{{v.String()}}})
		}
	}
	if clause != nil {
		q.Any = []connectors.Clause{clause}
	}
	catalog, err := w.conn.Describe(ctx)
	if err != nil {
		return 0, err
	}
	shape, _ := catalog.Shape(l.Record.Entity)
	n := 0
	for r, err := range w.conn.Find(ctx, q) {
		if err != nil {
			return 0, err
		}
		if holds(shape, r.Fields, l.Change.After) {
			n++
		}
	}
	return n, nil
}

// look finds each record of a step under its key before and after, and compares: so that a step that was refused while the answer
// to an earlier attempt was lost tells truly which changes were made. What cannot be read keeps no certainty.
func (w *work) look(ctx context.Context, lines []Line, answered []connectors.Outcome) []connectors.Outcome {
	catalog, err := w.conn.Describe(ctx)
	var now []current
	if err == nil {
		now, err = lookUp(ctx, w.conn, catalog, lines, nil)
	}
	if err != nil {
		return uniform(lines, connectors.Unknown, err.Error())
	}
	out := slices.Clone(answered)
	for i, l := range lines {
		switch denied := out[i].Result == connectors.Denied; {
		case now[i].state == isAfter:
			out[i] = connectors.Outcome{Result: connectors.Done, Record: now[i].ref}
		case now[i].state == isOther && !denied:
			out[i] = connectors.Outcome{Result: connectors.Drifted, Record: l.Record, Why: "the record is neither what the plan saw nor what it would have made of it"}
		case now[i].state == isBefore && !denied:
			out[i] = connectors.Outcome{Result: connectors.RolledBack, Record: l.Record, Why: "the change was not made, because another one of its step could not be"}
		}
	}
	return out
}
