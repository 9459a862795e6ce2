package tui

import (
	"strings"

	"dossier/locate"
)

// page returns what is known of a system and of how it was searched.
func (s *systems) page(a *asked, running bool, width int) []line {
	st := s.ui.styles
	sign, words, k := s.status(a, running)
	lines := []line{{{st.strong, a.title}}, {{k, strings.TrimSpace(sign + " " + words)}}}
	const column = 14
	say := func(label, text string) {
		if text == "" {
			return
		}
		for i, part := range wrap(text, width-column) {
			if i > 0 {
				label = ""
			}
			lines = append(lines, line{{st.dim, pad(label, column)}, {st.plain, part}})
		}
	}
	if c := a.coverage; c != nil {
		lines = append(lines, nil)
		say("took", seconds(c.Seconds))
		say("searched by", s.titles(c.Searched))
		say("places", strings.Join(c.Places, "; "))
		if c.State == locate.ByHand {
			say("task", c.Task)
		}
		for _, g := range c.Gaps {
			say("not searched", gapWords(g))
		}
		if c.State == locate.Failed || c.State == locate.Partly {
			say("what to do", "Once it can be searched, search again ("+s.ui.keyMap.search.Help().Key+"). Until then every package says what is missing.")
		}
	}
	if sys := a.system; sys != nil {
		lines = append(lines, nil)
		say("kind", sys.Kind.Title)
		say("holds", sys.Holds)
		say("owners", strings.Join(sys.Owners, "; "))
		say("steward", sys.Steward)
		say("purpose", sys.Purpose)
		say("basis", string(sys.Basis))
		say("retention", sys.Retention)
	}
	return lines
}

// titles writes kinds of identifiers as a person reads them.
func (s *systems) titles(kinds []string) string {
	titles := make([]string, len(kinds))
	for i, kind := range kinds {
		titles[i] = s.ui.identifier(kind)
	}
	return strings.Join(titles, ", ")
}

// system returns a system's title.
func (u *ui) system(id string) string {
	if s, ok := u.office.desk.Register().System(id); ok {
		return s.Title
	}
	return id
}

// identifier returns a kind of identifier as a person reads it.
func (u *ui) identifier(kind string) string {
	if id, ok := u.office.desk.Register().Identifier(kind); ok {
		return id.Title
	}
	return kind
}
