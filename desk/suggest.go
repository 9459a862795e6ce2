package desk

import (
	"strings"
	"unicode/utf8"

	"dossier/connectors"
	"dossier/export"
	"dossier/locate"
	"dossier/locate/others"
	"dossier/request"
)

// suggester finds other people's names in what leaves.
type suggester struct {
	register *connectors.Register
	others   *others.Finder
	taken    []takenName
}

// newSuggester returns what suggests for a request, where these redactions stand.
func newSuggester(register *connectors.Register, r request.Request, redactions []export.Redaction) *suggester {
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
	s := &suggester{register: register, others: others.New(names, emails, not)}
	for _, x := range redactions {
		if name, ok := s.others.NameOf(x.Text); ok {
			s.taken = append(s.taken, takenName{x.N, x.Record.ID(), name})
		}
	}
	return s
}

// in returns the names of others that leave in the free text of a record: they stand in what was found, by whose characters they are
// redacted, and in what leaves of it.
func (s *suggester) in(e Leaving, found *locate.Match) []Suggested {
	entity := s.entityOf(e.Record)
	var list []Suggested
	for i, name := range e.Fields.Names {
		if f, ok := entity.Field(name); ok && f.Is != "" {
			continue // it is about the subject, and no free text
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
			list = append(list, Suggested{Record: e.Record, Field: name, FieldLabel: entity.LabelOf(name), From: from, To: from + utf8.RuneCountInString(passage),
				Passage: passage, Why: m.Why})
		}
	}
	return s.partsIn(e, found, list)
}

// entityOf returns what the register says of a record's entity; an empty one where it says nothing.
func (s *suggester) entityOf(r connectors.Ref) *connectors.Entity {
	if system, ok := s.register.System(r.System); ok {
		if e, ok := system.Entity(r.Entity); ok {
			return e
		}
	}
	return &connectors.Entity{}
}
