package desk

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"dossier/locate"
	"dossier/locate/others"
)

// takenName is somebody's name that a redaction takes out: its words may leave in fields of their own, or in another order.
type takenName struct {
	by     int    // the redaction's number
	record string // its record's, by its ID
	name   others.Name
}

// partsIn adds what leaves of the names that redactions take out: words of one in fields of their own, of the redaction's own record, and
// of another where two of them stand in it; and passages in which they stand together otherwise.
func (s *suggester) partsIn(e Leaving, found *locate.Match, list []Suggested) []Suggested {
	id := e.Record.ID()
	for _, t := range s.taken {
		own := t.record == id
		var seen []int
		var parts []Suggested
		for i, field := range e.Fields.Names {
			v, leaves := found.Record.Get(field), e.Fields.Values[i].String()
			if v.IsNull() || v.IsStream() {
				continue
			}
			text := v.String()
			part, theirs := t.name.Part(text)
			if part >= 0 && leaves == text && !slices.Contains(seen, part) {
				seen = append(seen, part)
			}
			if part >= 0 {
				if theirs && leaves == text {
					parts = append(parts, s.part(e, field, text, 0, len(text), t.by, "a part of the name"))
				}
				continue
			}
			for _, m := range t.name.In(text, own) {
				passage := s.part(e, field, text, m.From, m.To, t.by, "words of the name")
				if strings.Contains(leaves, passage.Passage) && !slices.ContainsFunc(list, passage.overlaps) {
					list = append(list, passage)
				}
			}
		}
		if own || len(seen) > 1 {
			list = append(list, parts...)
		}
	}
	return list
}

// part returns a passage of a field, by its bytes, as a suggestion.
func (s *suggester) part(e Leaving, field, text string, from, to, by int, what string) Suggested {
	first := utf8.RuneCountInString(text[:from])
	return Suggested{Record: e.Record, Field: field, FieldLabel: s.entityOf(e.Record).LabelOf(field), From: first, To: first + utf8.RuneCountInString(text[from:to]),
		Passage: text[from:to], Why: fmt.Sprintf("%s that the redaction %d takes out", what, by)}
}

// overlaps reports whether two suggestions are about the same characters.
func (a Suggested) overlaps(b Suggested) bool {
	return a.Field == b.Field && a.Record.ID() == b.Record.ID() && a.From < b.To && b.From < a.To
}
