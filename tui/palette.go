package tui

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
)

// palette lists commands that can be run where the user is, narrowed by what is typed.
type palette struct {
	app    *app
	input  textinput.Model
	all    []offer
	found  []offer
	cursor int
}

// offer is a command of the palette with its chapter.
type offer struct {
	command
	chapter string
}

func newPalette(a *app, groups []group) *palette {
	p := &palette{app: a, input: textField("", "", "").input}
	p.input.Focus()
	for _, g := range groups {
		for _, c := range g.commands {
			if c.run != nil && !slices.Equal(c.key.Keys(), a.ui.keyMap.palette.Keys()) {
				p.all = append(p.all, offer{c, g.title})
			}
		}
	}
	p.found = p.all
	return p
}

func (p *palette) typing() bool { return true }

func (p *palette) title() string { return "Commands" }

func (p *palette) update(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	switch keys := p.app.ui.keyMap; {
	case key.Matches(k, keys.back, keys.palette):
		p.app.show(nil)
	case key.Matches(k, keys.choose):
		p.app.show(nil)
		if p.cursor < len(p.found) {
			return p.found[p.cursor].run()
		}
	case key.Matches(k, keys.nextField):
		p.cursor = min(p.cursor+1, max(0, len(p.found)-1))
	case key.Matches(k, keys.previousField):
		p.cursor = max(p.cursor-1, 0)
	default:
		p.input, _ = p.input.Update(msg)
		p.found, p.cursor = matching(p.all, p.input.Value()), 0
	}
	return nil
}

// matching returns the offers whose name holds the letters of what was typed in their order, the closest first.
func matching(all []offer, typed string) []offer {
	type ranked struct {
		offer
		rank int
	}
	var list []ranked
	for _, o := range all {
		if rank, ok := likeness(o.title(), typed); ok {
			list = append(list, ranked{o, rank})
		}
	}
	slices.SortStableFunc(list, func(a, b ranked) int { return b.rank - a.rank })
	found := make([]offer, len(list))
	for i, r := range list {
		found[i] = r.offer
	}
	return found
}

// likeness reports whether a name holds the letters typed in their order, and how well: letters that begin a word or follow each
// other count more, and a shorter name goes before a longer one.
func likeness(name, typed string) (rank int, ok bool) {
	rest := []rune(strings.ToLower(strings.Join(strings.Fields(typed), "")))
	if len(rest) == 0 {
		return 0, true
	}
	begins, follows := true, false
	for _, r := range strings.ToLower(name) {
		switch {
		case len(rest) > 0 && r == rest[0]:
			rank += 10
			if begins {
				rank += 15
			}
			if follows {
				rank += 20
			}
			rest, follows = rest[1:], true
		case r != ' ':
			follows = false
		}
		begins = !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}
	return rank - utf8.RuneCountInString(name)/4, len(rest) == 0
}

// focused returns the line that must stay in sight.
func (p *palette) focused() int { return p.cursor + 2 }

func (p *palette) lines(width int) []line {
	s := p.app.ui.styles
	lines := []line{append(line{{s.strong, "> "}}, typed(s, &p.input, true, width-2)...), nil}
	if len(p.found) == 0 {
		return append(lines, line{{s.dim, "No command is called like this."}})
	}
	for i, o := range p.found {
		mark, k := "  ", s.plain
		if i == p.cursor {
			mark, k = "► ", s.selected
		}
		name := fit(o.title(), max(8, width-32))
		lines = append(lines, line{{s.accent, mark}, {k, name}, {s.accent, fit(o.key.Help().Key, 12)}, {s.dim, o.chapter}})
	}
	return lines
}

func (p *palette) hints() []key.Binding {
	k := p.app.ui.keyMap
	return []key.Binding{k.choose, k.nextField, k.previousField, k.back}
}
