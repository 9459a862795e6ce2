package act

import (
	"context"
	"errors"
	"slices"

	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/locate/normal"
)

// Traces are what is known of the records of one system that plans have changed, to tell those that a backup has brought back.
type Traces struct {
	lines                      []TracedLine
	records, strong, shareable map[journal.TraceForm][]int // by their keyed forms: positions of lines
	entities                   map[string]bool             // of those lines
	Older                      int                         // lines whose identifiers were kept in an earlier normal form, and are not compared
}

// Made returns how many records of the system plans have changed, as far as traces of them are kept.
func (t *Traces) Made() int { return len(t.lines) }

// TracedLine is a line of a plan that was made.
type TracedLine struct {
	Plan   string
	Line   int
	Action Action
	Ground string
	Entity string
}

// NewTraces takes in the traces of a system, the oldest first.
func NewTraces(kept []journal.Trace) *Traces {
	t := &Traces{records: map[journal.TraceForm][]int{}, strong: map[journal.TraceForm][]int{}, shareable: map[journal.TraceForm][]int{}, entities: map[string]bool{}}
	at := map[TracedLine]int{}
	older := map[int]bool{}
	for _, k := range kept {
		l := TracedLine{k.Plan, k.Line, Action(k.Action), k.Ground, k.Entity}
		i, known := at[l]
		if !known {
			i = len(t.lines)
			at[l], t.lines = i, append(t.lines, l)
			t.entities[l.Entity] = true
		}
		into := map[journal.TraceKind]map[journal.TraceForm][]int{journal.TraceRecord: t.records, journal.TraceStrong: t.strong, journal.TraceShareable: t.shareable}[k.Kind]
		if k.Kind != journal.TraceRecord && k.Version != normal.Version {
			older[i] = true
			continue
		}
		into[k.Form] = append(into[k.Form], i)
	}
	t.Older = len(older)
	return t
}

// Answers is what the traces say of a record.
type Answers struct {
	Lines []TracedLine // the lines that were made for it, the oldest first; none: it answers to no trace
	Left  string       // why it is left as it is: it is not certain that it is the record of those lines
}

// Of returns what the traces say of a record. By its name it is certain to be the record of a line, unless it holds strong identifiers
// and none that the system's traces know: then another record has got the name. By a strong identifier it is certain to be of the
// same person: what was erased of them is erased, and what was done in its entity is done again. A shareable identifier alone tells
// too little.
func (t *Traces) Of(tracer *Tracer, e *connectors.Entity, record connectors.Record) (a Answers) {
	var strong, shareable []int
	holds := 0
	tracer.Identifiers(e, record, func(kind journal.TraceKind, form journal.TraceForm) {
		if kind == journal.TraceStrong {
			holds++
			strong = append(strong, t.reaching(t.strong[form], e.Name)...)
			return
		}
		shareable = append(shareable, t.reaching(t.shareable[form], e.Name)...)
	})
	var named []int
	if t.entities[e.Name] {
		named = t.records[tracer.Record(record.Ref)]
	}
	switch {
	case len(named) > 0 && holds > 0 && len(strong) == 0:
		a.Left = "it has the name of a record that was changed, and holds another person's identifiers"
	case len(named)+len(strong) == 0 && len(shareable) > 0:
		a.Left, named = "only an identifier that several people may share tells of it", shareable
	}
	all := slices.Concat(named, strong)
	slices.Sort(all)
	for _, i := range slices.Compact(all) {
		a.Lines = append(a.Lines, t.lines[i])
	}
	return a
}

// reaching returns the lines that reach the records of an entity by an identifier alone.
func (t *Traces) reaching(lines []int, entity string) (reach []int) {
	for _, i := range lines {
		if t.lines[i].Action == Erase || t.lines[i].Entity == entity {
			reach = append(reach, i)
		}
	}
	return reach
}

// Again is how a record was corrected before.
type Again struct {
	Lines []Line // that corrected it, the oldest first
	Lost  bool   // the right value was destroyed with a request
}

// ReadAgain reads the lines that corrected a record, as far as their requests were not purged.
func ReadAgain(ctx context.Context, j *journal.Journal, made []TracedLine) (*Again, error) {
	a := &Again{}
	for _, m := range made {
		for b, err := range j.Lines(ctx, m.Plan, m.Line, m.Line) {
			if errors.Is(err, journal.ErrPurged) {
				a.Lost = true
				break
			}
			if err != nil {
				return nil, err
			}
			l, err := decodeLine(b)
			if err != nil {
				return nil, err
			}
			a.Lines = append(a.Lines, l)
		}
	}
	return a, nil
}

// again plans that a record is corrected as it was before. Only a field that holds what was wrong then changes.
func (r Rules) again(c Case, was Again) ([]Line, []Problem) {
	var after connectors.Fields
	var stays []Stay
	for _, l := range was.Lines {
		for i, name := range l.Change.After.Names {
			column, there := c.Shape.Column(name)
			at := slices.Index(after.Names, name)
			now, right := c.Record.Get(name), l.Change.After.Values[i]
			if at >= 0 {
				now = after.Values[at]
			}
			switch {
			case there && same(column, now, right):
			case !there || !same(column, now, l.Change.Before.Get(name)):
				stays = append(stays, Stay{name, "it holds another value than the one that was wrong"})
			case at >= 0:
				after.Values[at] = right
			default:
				after.Names, after.Values = append(after.Names, name), append(after.Values, right)
			}
		}
	}
	var lines []Line
	var problems []Problem
	if len(after.Names) > 0 {
		l := c.change(Correct, connectors.Update, after, "it was corrected before")
		l.Stays = stays
		l, problems = r.permitted(c, l, "Correct this record: "+c.labels(after.Names)+".")
		lines = append(lines, l)
	}
	if was.Lost {
		lines = append(lines, r.task(c.System, c.change(Task, 0, connectors.Fields{}, ""), "the right value was destroyed with the request that it was corrected for",
			"Look whether this record holds again what was wrong before, and correct it."))
	}
	if len(lines) == 0 {
		l := c.line(Leave, "nothing in it holds what was wrong")
		l.Stays = stays
		lines = []Line{l}
	}
	return lines, problems
}
