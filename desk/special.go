package desk

import (
	"slices"

	"dossier/connectors"
	"dossier/locate"
)

// The kinds of data that need special care.
const (
	CriminalOffence = "criminal offence" // Article 10 of the UK GDPR
	SpecialCategory = "special category" // Article 9
)

// special returns which kinds of data that need special care are in what was found, by the register's word on each field. Fields without a
// value do not count, nor does what was decided not to be about the subject.
func (d *Desk) special(matches []locate.Match, decided map[string]Decided) (kinds []string) {
	type entity struct{ system, name string }
	careful := map[entity][]*connectors.Field{}
	for _, s := range d.register.Systems {
		for _, e := range s.Entities {
			for _, f := range e.Fields {
				if f.SpecialCategory() || f.CriminalOffence() {
					careful[entity{s.ID, e.Name}] = append(careful[entity{s.ID, e.Name}], f)
				}
			}
		}
	}
	var special, criminal bool
	for _, m := range matches {
		fields := careful[entity{m.Record.Ref.System, m.Record.Ref.Entity}]
		if len(fields) == 0 || slices.Contains([]Decision{Rejected, SomeoneElse, Mentions}, Decision(decided[m.Record.Ref.ID()].Decision)) {
			continue
		}
		for _, f := range fields {
			if v := m.Record.Get(f.Name); v.IsNull() || !v.IsStream() && v.String() == "" {
				continue
			}
			special, criminal = special || f.SpecialCategory(), criminal || f.CriminalOffence()
		}
	}
	if criminal {
		kinds = append(kinds, CriminalOffence)
	}
	if special {
		kinds = append(kinds, SpecialCategory)
	}
	return kinds
}
