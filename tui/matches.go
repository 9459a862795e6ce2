package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// matches is the pane of what was found: by system, children folded beneath their parents.
type matches struct {
	ui     *ui
	tree   *tree
	scroll scroll
	place  place // what the cursor is on; it stays there while matches arrive around it
	moved  bool  // the user moved the cursor: the lines around it stay where they are
}

func newMatches(u *ui) *matches {
	return &matches{ui: u, tree: newTree(u.office.desk.Register()), place: nowhere}
}

// show replaces the tree by one that was read, leaving the cursor on the same record.
func (m *matches) show(t *tree) {
	var at string
	if n := m.chosen(); n != nil && m.moved {
		at = n.match.Record.Ref.ID()
	}
	for i := range m.tree.nodes {
		if m.tree.nodes[i].unfolded {
			if same, ok := t.index[m.tree.nodes[i].match.Record.Ref.ID()]; ok {
				t.fold(same, false)
			}
		}
	}
	m.tree, m.place = t, nowhere
	if i, ok := t.index[at]; ok {
		m.place = place{t.nodes[i].branch, i}
	}
	m.follow()
}

// follow puts the cursor back on what it was on after lines have come or gone, and keeps it at the same
// height in the pane once the user has moved it.
func (m *matches) follow() {
	lines := m.tree.size()
	line := min(1, lines-1) // the first match, beneath its heading
	if m.place != nowhere {
		line = m.tree.find(m.place)
	}
	if m.moved {
		m.scroll.offset += line - m.scroll.cursor
	} else {
		m.scroll.offset = 0
	}
	m.scroll.cursor = line
	m.scroll.fit(lines)
	m.place = m.tree.at(m.scroll.cursor)
}

// chosen returns the match under the cursor, nil where there is none.
func (m *matches) chosen() *node {
	if m.place.node == none {
		return nil
	}
	return &m.tree.nodes[m.place.node]
}

// goTo puts the cursor on a match.
func (m *matches) goTo(i int32) {
	m.moved = true
	m.tree.reveal(i)
	m.place = place{m.tree.nodes[i].branch, i}
	m.scroll.cursor = m.tree.find(m.place)
	m.scroll.fit(m.tree.size())
}

// goToSystem puts the cursor on the first match of a system; it reports whether there is one.
func (m *matches) goToSystem(id string) bool {
	for _, b := range m.tree.branches {
		if b.system == id && len(b.tops) > 0 {
			m.goTo(b.tops[0])
			return true
		}
	}
	return false
}

// key takes the keys of moving and folding; it reports whether it was one.
func (m *matches) key(msg tea.KeyMsg) bool {
	k := m.ui.keyMap
	switch {
	case m.scroll.update(k, msg, m.tree.size()):
		m.place, m.moved = m.tree.at(m.scroll.cursor), true
	case key.Matches(msg, k.fold):
		m.fold()
	default:
		return false
	}
	return true
}

// fold hides or shows what is beneath the line under the cursor; on a child, what is beneath its parent.
func (m *matches) fold() {
	switch {
	case m.place == nowhere:
		return
	case m.place.node == none:
		b := m.tree.branches[m.place.branch]
		b.folded = !b.folded
	case len(m.chosen().children) > 0:
		m.tree.fold(m.place.node, m.chosen().unfolded)
	case m.chosen().parent != none:
		m.place.node = m.chosen().parent
		m.tree.fold(m.place.node, true)
	}
	m.follow()
}

// rows draws the lines in sight, each into a part that was begun.
func (m *matches) rows(height int, focused bool) func(p *pen, y int) {
	lines := m.tree.size()
	m.scroll.height = height
	m.scroll.fit(lines)
	return func(p *pen, y int) {
		if y += m.scroll.offset; y >= lines {
			return
		}
		at, s := m.tree.at(y), m.ui.styles
		mark := " "
		if y == m.scroll.cursor {
			mark = "►"
			if focused {
				p.lit(p.left, &s.selected)
			}
		}
		p.put(s.accent, mark)
		if at.node == none {
			m.heading(p, m.tree.branches[at.branch])
		} else {
			m.row(p, at.node)
		}
	}
}

func (m *matches) heading(p *pen, b *branch) {
	s := m.ui.styles
	sign := "-"
	if b.folded {
		sign = "+"
	}
	words := matchWords(b.tally.all)
	if b.tally.waiting > 0 {
		words += ", " + count(b.tally.waiting) + " to decide"
	}
	p.put(s.dim, sign)
	p.gap(1)
	p.put(s.strong, b.title)
	p.gap(2)
	p.put(s.dim, words)
}

// row draws a match: its decision as a sign, its certainty as a word and a number, how many stand beneath
// it, what it is, and what speaks for it where there is room.
func (m *matches) row(p *pen, i int32) {
	n, s := &m.tree.nodes[i], m.ui.styles
	sign, words, k := m.ui.decision(n.match)
	if m.ui.plain {
		sign = words + ","
	}
	word, number := certainty(n.match.Score, n.match.Certain)
	sure := s.warn
	if n.match.Certain {
		sure = s.plain
	}
	p.put(k, sign)
	p.gap(1)
	p.cell(sure, word, 8)
	p.right(s.plain, number, 5)
	p.gap(2 + 2*m.tree.depth(i))
	switch {
	case len(n.children) == 0:
		p.gap(4)
	case n.unfolded:
		p.cell(s.dim, "-", 4)
	default:
		p.cell(s.dim, "+"+count(len(m.tree.family(i))-1), 4)
	}
	key, label := visible(m.ui.value(keyWords(n.match))), visible(n.match.Label)
	keyWidth := min(cells(key), max(8, p.left/2))
	p.cell(s.plain, label, min(cells(label), p.left-keyWidth-1))
	p.gap(1)
	p.cell(s.dim, key, keyWidth)
	if p.left > minEvidence {
		p.gap(2)
		p.put(s.dim, m.evidence(n.match))
	}
}

// minEvidence is the room from which on evidence says something.
const minEvidence = 12

// keyWords writes the key of a record in short. A spreadsheet's row is named by where it stands.
func keyWords(m *desk.Match) string {
	if m.Record.At != "" {
		return m.Record.At
	}
	return strings.Join(m.Record.Ref.Key, ", ")
}

// evidence writes in short what speaks for a match, and what against it.
func (m *matches) evidence(match *desk.Match) string {
	var b strings.Builder
	for _, agrees := range []bool{true, false} {
		sign := "= "
		if !agrees {
			sign = "≠ "
		}
		for _, e := range match.Evidence {
			if e.Agrees != agrees || e.Identifier == "" {
				continue
			}
			if sign != ", " && b.Len() > 0 {
				b.WriteString("  ")
			}
			b.WriteString(sign)
			b.WriteString(m.ui.identifier(e.Identifier))
			sign = ", "
		}
	}
	return b.String()
}

// decision tells whether a match is taken as the subject's, as a sign, in words and in an ink.
func (u *ui) decision(m *desk.Match) (sign, words string, k ink) {
	switch {
	case m.Decision == desk.Accepted:
		return "●", "included, as decided", u.styles.good
	case m.Decision == desk.Rejected:
		return "×", "excluded, as decided", u.styles.bad
	case m.Decision == desk.SomeoneElse:
		return "×", "excluded as someone else's", u.styles.bad
	case m.Decision == desk.Mentions:
		return "×", "excluded as only a mention", u.styles.bad
	case m.Included():
		return "●", "included, as certain", u.styles.good
	case m.Unfounded:
		return "○", "to be decided: it rests on a record that is not included", u.styles.warn
	}
	return "○", "to be decided", u.styles.warn
}
