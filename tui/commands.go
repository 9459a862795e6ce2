package tui

import (
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// command is one thing that can be asked for: by its key, by its name in the palette, or by either in the line mode. The help is
// made of the same commands.
type command struct {
	key  key.Binding
	name string         // as the palette lists it; "": what the key's help says
	run  func() tea.Cmd // nil: the screen takes the key itself, and it is only told in the help
}

// title returns the name that a person reads.
func (c command) title() string {
	if c.name != "" {
		return c.name
	}
	return capital(c.key.Help().Desc)
}

// group is a chapter of the help and of the palette.
type group struct {
	title    string
	commands []command
}

// told returns commands for keys that a screen takes itself.
func told(keys ...key.Binding) []command {
	list := make([]command, len(keys))
	for i, k := range keys {
		list[i].key = k
	}
	return list
}

// commands returns what can be asked for on the screen that is seen, its own commands first.
func (a *app) commands() []group { return append(a.top().commands(), a.around(), a.everywhere()) }

// everywhere are the commands of every screen.
func (a *app) everywhere() group {
	k := a.ui.keyMap
	list := []command{
		{k.palette, "Every command", func() tea.Cmd { a.show(newPalette(a, a.commands())); return nil }},
		{k.help, "", func() tea.Cmd { a.show(&help{a.ui, a.commands()}); return nil }},
		{k.mask, "", a.mask},
		{k.theme, "", a.turnColours},
		{k.back, "", nil},
		{k.stop, "", a.quit},
	}
	if !a.ui.plain {
		list = append(list, command{k.hide, "", a.lock})
	}
	return group{"Everywhere", list}
}

// obey runs the command of a key; it reports whether there is one.
func (a *app) obey(msg tea.KeyMsg) (tea.Cmd, bool) {
	for _, g := range a.commands() {
		i := slices.IndexFunc(g.commands, func(c command) bool { return c.run != nil && key.Matches(msg, c.key) })
		if i >= 0 {
			return g.commands[i].run(), true
		}
	}
	return nil, false
}
