package act

import (
	"strings"
	"time"

	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/locate/normal"
)

// tracesFor is how many years traces are of use where the register does not say how long backups are kept.
const tracesFor = 7

// Tracer makes the keyed forms by which a record is told again when a backup has brought it back. It is for one goroutine at a time.
type Tracer struct {
	register *connectors.Register
	forms    *journal.Tracer
	fields   map[*connectors.Entity][]traced
}

// traced is a field that holds a strong or a shareable identifier.
type traced struct {
	name string
	of   connectors.Identifier
	kind journal.TraceKind
}

// NewTracer returns a tracer of the records of a register's systems.
func NewTracer(register *connectors.Register, forms *journal.Tracer) *Tracer {
	return &Tracer{register, forms, map[*connectors.Entity][]traced{}}
}

// Record returns the keyed form of a record's name.
func (t *Tracer) Record(ref connectors.Ref) journal.TraceForm {
	return t.forms.Form(string(journal.TraceRecord), ref.ID())
}

// Identifiers yields the keyed forms of the strong and the shareable identifiers that a record holds, as they are compared from one
// request to another (see Persons). What an anonymisation has written in the place of one is none.
func (t *Tracer) Identifiers(e *connectors.Entity, record connectors.Record, yield func(journal.TraceKind, journal.TraceForm)) {
	fields, known := t.fields[e]
	if !known {
		fields = t.fieldsOf(e)
		t.fields[e] = fields
	}
	for _, f := range fields {
		v := record.Get(f.name)
		values := v.Items()
		if v.IsText() {
			values = []string{v.String()}
		}
		for _, value := range values {
			if form := plainForm(f.of.How, value, t.register.Organisation.Region); form != "" && !strings.HasPrefix(value, erased) {
				yield(f.kind, t.forms.Form(f.of.Name, form))
			}
		}
	}
}

func (t *Tracer) fieldsOf(e *connectors.Entity) []traced {
	fields := []traced{}
	for _, f := range e.Fields {
		id, known := t.register.Identifier(f.Is)
		switch {
		case !known:
		case id.Strength == connectors.Strong:
			fields = append(fields, traced{f.Name, id, journal.TraceStrong})
		case id.Strength == connectors.Shareable:
			fields = append(fields, traced{f.Name, id, journal.TraceShareable})
		}
	}
	return fields
}

// traces returns what tells the record of a line that was made. Records that a plan makes need none, nor does what lifts or suppresses.
func (w *work) traces(l Line) []journal.Trace {
	if l.Change.Op == connectors.Insert || w.head.Action != Erase && w.head.Action != Restrict && w.head.Action != Rectify {
		return nil
	}
	trace := journal.Trace{Plan: w.id, Line: l.N, Kind: journal.TraceRecord, Form: w.tracer.Record(l.Record), Version: normal.Version, Action: string(w.head.Action),
		Ground: w.head.Ground, System: l.Record.System, Entity: l.Record.Entity, Until: gone(w.system.Backups, w.Now())}
	if trace.Until == "" {
		trace.Until = w.Now().AddDate(tracesFor, 0, 0).UTC().Format(time.DateOnly)
	}
	traces := []journal.Trace{trace}
	if e, ok := w.system.Entity(l.Record.Entity); ok {
		w.tracer.Identifiers(e, connectors.Record{Ref: l.Record, Fields: l.Change.Before}, func(kind journal.TraceKind, form journal.TraceForm) {
			trace.Kind, trace.Form = kind, form
			traces = append(traces, trace)
		})
	}
	return traces
}
