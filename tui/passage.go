package tui

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// passage lets words be chosen in a long text: a cursor goes from word to word, a selection is begun at one and grows with it.
type passage struct {
	ui    *ui
	name  string
	text  string // as it stands in the record
	words []word
	at    int // the word under the cursor
	begun int // the word at which the selection was begun; -1: there is none
	take  func(chosen string) tea.Cmd

	width int    // that rows and plain were made for
	rows  []row  // the words of each line
	plain []line // the lines without cursor and selection
}

// word is a word of a text, or the punctuation before or behind one, by its bytes.
type word struct {
	from, to int
	spaced   bool // a space stands before it
	newline  bool // it begins a line of the text
}

// row is a line's words: from first up to, and without, last.
type row struct{ first, last int }

// wordsOf splits a text into words and the punctuation around them. A word that is longer than a line is apart in pieces of most cells.
func wordsOf(text string, most int) []word {
	var words []word
	add := func(w word) {
		for used, start := 0, w.from; start < w.to; {
			at, width := start, 0
			for at < w.to {
				_, size := utf8.DecodeRuneInString(text[at:])
				n := cells(visible(text[at : at+size]))
				if width+n > most && at > start {
					break
				}
				at, width = at+size, width+n
			}
			words = append(words, word{start, at, w.spaced && used == 0, w.newline && used == 0})
			start, used = at, used+1
		}
	}
	spaced, newline := false, true
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if unicode.IsSpace(r) {
			spaced, newline = true, newline || r == '\n' || r == '\r'
			i += size
			continue
		}
		end := i
		if n := strings.IndexFunc(text[i:], unicode.IsSpace); n >= 0 {
			end += n
		} else {
			end = len(text)
		}
		whole := text[i:end]
		core := strings.TrimLeftFunc(whole, unicode.IsPunct)
		before := len(whole) - len(core)
		core = strings.TrimRightFunc(core, unicode.IsPunct)
		for _, part := range [][2]int{{i, i + before}, {i + before, i + before + len(core)}, {i + before + len(core), end}} {
			if part[0] < part[1] {
				add(word{part[0], part[1], spaced, newline})
				spaced, newline = false, false
			}
		}
		i = end
	}
	return words
}

// newPassage chooses in a text.
func newPassage(u *ui, name, text string, take func(chosen string) tea.Cmd) *passage {
	return &passage{ui: u, name: name, text: text, words: wordsOf(text, minWidth-20), begun: -1, take: take}
}

func (p *passage) title() string { return p.name }

// selected returns the words of the selection, or the one under the cursor: the first, and the one behind the last.
func (p *passage) selected() (first, last int) {
	if p.begun < 0 {
		return p.at, p.at + 1
	}
	return min(p.begun, p.at), max(p.begun, p.at) + 1
}

// chosen returns the text of the selection, as it stands in the record.
func (p *passage) chosen() string {
	first, last := p.selected()
	return p.text[p.words[first].from:p.words[last-1].to]
}

func (p *passage) update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	to := func(word int) { p.at = max(0, min(word, len(p.words)-1)) }
	switch keys := p.ui.keyMap; {
	case key.Matches(k, keys.back) && p.begun >= 0:
		p.begun = -1
	case key.Matches(k, keys.back):
		p.ui.then(closeDialog)
	case key.Matches(k, keys.wordBefore):
		to(p.at - 1)
	case key.Matches(k, keys.wordAfter):
		to(p.at + 1)
	case key.Matches(k, keys.up):
		p.line(-1)
	case key.Matches(k, keys.down):
		p.line(1)
	case key.Matches(k, keys.pageUp):
		p.line(-10)
	case key.Matches(k, keys.pageDown):
		p.line(10)
	case key.Matches(k, keys.top):
		to(0)
	case key.Matches(k, keys.bottom):
		to(len(p.words) - 1)
	case key.Matches(k, keys.mark) && p.begun >= 0:
		p.begun = -1
	case key.Matches(k, keys.mark):
		p.begun = p.at
	case key.Matches(k, keys.takePassage):
		chosen := p.chosen()
		p.ui.then(closeDialog)
		return p.take(chosen)
	}
	return nil
}

// line goes so many lines down, to the word that stands where the cursor stood.
func (p *passage) line(by int) {
	y := p.row()
	if y < 0 {
		return
	}
	r := p.rows[y]
	column := p.at - r.first
	r = p.rows[max(0, min(y+by, len(p.rows)-1))]
	p.at = min(r.first+column, r.last-1)
}

// row returns the line of the cursor.
func (p *passage) row() int {
	return slices.IndexFunc(p.rows, func(r row) bool { return r.first <= p.at && p.at < r.last })
}

// focused returns the line that must stay in sight.
func (p *passage) focused() int { return max(0, p.row()) }

func (p *passage) lines(width int) []line {
	if width != p.width {
		p.arrange(width)
	}
	lines := slices.Clone(p.plain)
	first, last := p.selected()
	for y, r := range p.rows {
		if r.first < last && first < r.last {
			lines[y] = p.draw(r, first, last)
		}
	}
	s := p.ui.styles
	return append(lines, nil, line{{s.dim, "The person sees a mark in the place of what is taken out."}})
}

// arrange shares the words among lines of that many cells, two of which are kept for the marks of the selection.
func (p *passage) arrange(width int) {
	p.width, p.rows, p.plain = width, nil, nil
	used := 0
	for i, w := range p.words {
		n := cells(visible(p.text[w.from:w.to]))
		if w.spaced {
			n++
		}
		if len(p.rows) == 0 || w.newline || used+n > width-2 {
			p.rows, used = append(p.rows, row{i, i}), 0
		}
		used += n
		p.rows[len(p.rows)-1].last = i + 1
	}
	for _, r := range p.rows {
		p.plain = append(p.plain, p.draw(r, 0, 0))
	}
}

// draw writes the words of a line, those of the selection between brackets, so that they are told without colour too.
func (p *passage) draw(r row, first, last int) line {
	s := p.ui.styles
	var l line
	for i := r.first; i < r.last; i++ {
		w := p.words[i]
		in := first <= i && i < last
		if w.spaced && i > r.first {
			k := s.plain
			if in && i > first {
				k = s.selected
			}
			l = append(l, span{k, " "})
		}
		if i == first && in {
			l = append(l, span{s.accent, "["})
		}
		k := s.plain
		if in {
			k = s.selected
		}
		l = append(l, span{k, p.text[w.from:w.to]})
		if in && i == last-1 {
			l = append(l, span{s.accent, "]"})
		}
	}
	return l
}

func (p *passage) hints() []key.Binding {
	k := p.ui.keyMap
	return []key.Binding{k.wordAfter, k.mark, k.takePassage, k.up, k.down, k.back, k.wordBefore}
}
