package desk

import (
	"strings"
	"unicode/utf8"

	"dossier/connectors"
	"dossier/locate"
	"dossier/locate/others"
	"dossier/request"
)

// suggester finds other people's names in what leaves.
type suggester struct {
	register *connectors.Register
	others   *others.Finder
}

func newSuggester(register *connectors.Register, r request.Request) *suggester {
	var names, emails []string
	for _, id := range r.Subject.Identifiers {
		switch id.Kind {
		case "given_name", "family_name", "full_name", "former_name":
			names = append(names, id.Value)
		case "email":
			emails = append(emails, id.Value)
		}
	}
	not := []string{register.Organisation.Name}
	for _, s := range register.Systems {
		not = append(not, s.Title)
	}
	return &suggester{register, others.New(names, emails, not)}
}

// in returns the names of others that leave in the free text of a record: they stand in what was found, by whose characters they are
// redacted, and in what leaves of it.
func (s *suggester) in(e Leaving, found *locate.Match) []Suggested {
	var entity *connectors.Entity
	if system, ok := s.register.System(e.Record.System); ok {
		entity, _ = system.Entity(e.Record.Entity)
	}
	var list []Suggested
	for i, name := range e.Fields.Names {
		label := name
		if entity != nil {
			if f, ok := entity.Field(name); ok {
				if f.Is != "" {
					continue // it is about the subject, and no free text
				}
				label = entity.LabelOf(name)
			}
		}
		v := found.Record.Get(name)
		if v.IsNull() || v.IsStream() {
			continue
		}
		text := v.String()
		leaves := e.Fields.Values[i].String()
		for _, m := range s.others.In(text) {
			passage := text[m.From:m.To]
			if !strings.Contains(leaves, passage) {
				continue
			}
			from := utf8.RuneCountInString(text[:m.From])
			list = append(list, Suggested{Record: e.Record, Field: name, FieldLabel: label, From: from, To: from + utf8.RuneCountInString(passage),
				Passage: passage, Why: m.Why})
		}
	}
	return list
}
