package act

import (
	"testing"

	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/locate/normal"
)

// A record answers by its name or by a strong identifier, and in doubt it is left.
func TestTracesOf(t *testing.T) {
	e := newEstate(t, "crm")
	tracer := NewTracer(e.register, e.journal.Tracer())
	system, _ := e.register.System("crm")
	people, _ := system.Entity("people")
	record := func(id, email, number string) connectors.Record {
		r := connectors.Record{Ref: connectors.Ref{System: "crm", Place: "a", Entity: "people", Key: []string{id}}}
		r.Names = []string{"id", "name", "email", "number"}
		for _, v := range []string{id, "", email, number} {
			value := connectors.Text(v)
			if v == "" {
				value = connectors.Null
			}
			r.Values = append(r.Values, value)
		}
		return r
	}
	kept := func(action Action, entity string, r connectors.Record, version int) []journal.Trace {
		trace := journal.Trace{Plan: "SAR-2026-0001/P1", Line: 1, Kind: journal.TraceRecord, Form: tracer.Record(r.Ref), Version: version, Action: string(action), Entity: entity}
		traces := []journal.Trace{trace}
		tracer.Identifiers(people, r, func(kind journal.TraceKind, form journal.TraceForm) {
			trace.Kind, trace.Form = kind, form
			traces = append(traces, trace)
		})
		return traces
	}
	erased := record("1", "jo@example.org", "M1001")
	cases := []struct {
		name   string
		kept   []journal.Trace
		record connectors.Record
		lines  int
		left   bool
	}{
		{"the record itself", kept(Erase, "people", erased, normal.Version), erased, 1, false},
		{"its name, and nothing else", kept(Erase, "people", erased, normal.Version), record("1", "", ""), 1, false},
		{"its name, and what stands for an erased number", kept(Erase, "people", erased, normal.Version), record("1", "", "erased-abcdefghijklm"), 1, false},
		{"its name, with another person's number", kept(Erase, "people", erased, normal.Version), record("1", "", "M2002"), 1, true},
		{"its number under another name, otherwise written", kept(Erase, "people", erased, normal.Version), record("7", "", "m 1001"), 1, false},
		{"its number in another entity", kept(Erase, "claims", erased, normal.Version), record("7", "", "M1001"), 1, false},
		{"the number of what was restricted in another entity", kept(Restrict, "claims", erased, normal.Version), record("7", "", "M1001"), 0, false},
		{"its address alone", kept(Erase, "people", erased, normal.Version), record("7", "JO@example.org", ""), 1, true},
		{"its number, kept in an earlier form", kept(Erase, "people", erased, normal.Version-1), record("7", "", "M1001"), 0, false},
		{"nothing of it", kept(Erase, "people", erased, normal.Version), record("7", "sam@example.org", "M2002"), 0, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			traces := NewTraces(c.kept)
			if a := traces.Of(tracer, people, c.record); len(a.Lines) != c.lines || (a.Left != "") != c.left {
				t.Errorf("%+v", a)
			}
			if old := c.kept[0].Version != normal.Version; (traces.Older > 0) != old {
				t.Errorf("%d are older", traces.Older)
			}
		})
	}
}
