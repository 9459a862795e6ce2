package act

import (
	"strings"

	"dossier/connectors"
)

// tried asks the system whether its own rules let the fields of a line hold what is planned, so that a change that it would refuse is
// not approved first. Each value is asked about once; tokens, of which each record has another, as one.
func (r *planning) tried(t *target, l Line) ([]Problem, error) {
	system, ok := t.Conn.(connectors.Trier)
	if !ok || !l.Writes() {
		return nil, nil
	}
	var problems []Problem
	for i, field := range l.Change.After.Names {
		v := l.Change.After.Values[i]
		asked := strings.Join([]string{l.Record.Entity, field, v.String()}, "\x00")
		switch {
		case v.IsNull():
			asked += "\x00"
		case strings.HasPrefix(v.String(), erased):
			asked = strings.Join([]string{l.Record.Entity, field, erased}, "\x00")
		}
		rule, known := r.tries[asked]
		if !known {
			var err error
			if rule, err = system.Try(r.ctx, l.Record, field, v); err != nil {
				return nil, err
			}
			r.tries[asked] = rule
		}
		if rule != "" {
			problems = append(problems, Problem{System: l.Record.System, Entity: l.Record.Entity, Field: field, Records: 1,
				Why: "the system's own rule forbids what would be written: " + rule + "; let the register write a value that it allows, say erase = \"keep\" of the field, or correct the value"})
		}
	}
	return problems, nil
}
