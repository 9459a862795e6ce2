package tui

import "github.com/charmbracelet/bubbles/key"

// keyMap is every key of the screen: what is pressed, what the last line names and what the help tells.
type keyMap struct {
	up, down, pageUp, pageDown, top, bottom key.Binding
	next, previous, left, right             key.Binding

	open, back, quit, stop, help, mask, theme key.Binding
	palette, choose, hide, unlock             key.Binding

	newRequest, reload                                      key.Binding
	copy, bulk, compare                                     key.Binding
	leaves, happened, approve, suggestion, redact, withhold key.Binding
	filter, keepFilter, sort, others                        key.Binding
	nextField, previousField, confirm, save                 key.Binding
	yes, no, again, write, shut, keep                       key.Binding
	passage, wordBefore, wordAfter, mark, takePassage       key.Binding
	refuse, reread                                          key.Binding

	search, export                     key.Binding
	include, exclude, undecide, decide key.Binding
	elsewhose, mention                 key.Binding
	fold, details                      key.Binding
}

func newKeys() *keyMap {
	bind := func(help, what string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, what))
	}
	return &keyMap{
		up:       bind("↑ k", "up", "up", "k"),
		down:     bind("↓ j", "down", "down", "j"),
		pageUp:   bind("pgup", "a page up", "pgup", "ctrl+b"),
		pageDown: bind("pgdn", "a page down", "pgdown", "ctrl+f"),
		top:      bind("home g", "first line", "home", "g"),
		bottom:   bind("end G", "last line", "end", "G"),
		next:     bind("tab", "next pane", "tab"),
		previous: bind("shift+tab", "pane before", "shift+tab"),
		left:     bind("← h", "pane on the left", "left", "h"),
		right:    bind("→ l", "pane on the right", "right", "l"),

		open:  bind("enter", "open", "enter"),
		back:  bind("esc", "back", "esc"),
		quit:  bind("q", "quit", "q"),
		stop:  bind("ctrl+c", "quit from anywhere", "ctrl+c"),
		help:  bind("?", "help", "?"),
		mask:  bind("m", "mask or show values", "m"),
		theme: bind("ctrl+t", "dark or light colours", "ctrl+t"),

		palette: bind("ctrl+k", "commands", "ctrl+k"),
		choose:  bind("enter", "run it", "enter"),
		hide:    bind("ctrl+l", "lock the screen", "ctrl+l"),
		unlock:  bind("enter", "unlock", "enter"),

		newRequest: bind("n", "new request", "n"),
		reload:     bind("r", "read the list again", "r"),

		filter:     bind("/", "filter", "/"),
		keepFilter: bind("enter", "keep the filter", "enter"),
		sort:       bind("t", "sort", "t"),
		others:     bind("p", "this person's requests", "p"),

		nextField:     bind("tab ↓", "next field", "tab", "down", "enter"),
		previousField: bind("shift+tab ↑", "field before", "shift+tab", "up"),
		confirm:       bind("enter", "record the request", "enter"),
		save:          bind("ctrl+s", "record", "ctrl+s"),

		passage:     bind("enter", "choose a passage of the field", "enter"),
		wordBefore:  bind("←", "word before", "left", "h"),
		wordAfter:   bind("← →", "word by word", "right", "l"),
		mark:        bind("space", "begin, or drop", " "),
		takePassage: bind("enter", "redact it", "enter"),
		refuse:      bind("x", "leave the name as it is", "x"),
		reread:      bind("ctrl+r", "read again", "ctrl+r"),

		yes:   bind("y", "yes", "y"),
		no:    bind("n", "no", "n", "esc"),
		again: bind("r", "try again", "r"),
		write: bind("enter", "write the file", "enter"),
		shut:  bind("enter", "close", "enter", "esc"),
		keep:  bind("enter", "record it", "enter"),

		search:   bind("s", "search", "s"),
		export:   bind("e", "export", "e"),
		include:  bind("i", "include", "i"),
		exclude:  bind("x", "exclude", "x"),
		undecide: bind("u", "take the decision back", "u"),
		decide:   bind("n", "next to decide", "n"),
		fold:     bind("space", "fold or unfold", " "),
		details:  bind("d", "details", "d"),

		bulk:       bind("b", "decide about all of the system", "b"),
		compare:    bind("c", "compare two records", "c"),
		copy:       bind("y", "copy a value", "y"),
		leaves:     bind("v", "what leaves", "v"),
		happened:   bind("f", "note what happened", "f"),
		approve:    bind("a", "approve", "a"),
		suggestion: bind("n", "next name of others", "n"),
		redact:     bind("r", "redact", "r"),
		withhold:   bind("w", "withhold", "w"),

		elsewhose: bind("o", "someone else's: say whose", "o"),
		mention:   bind("a", "about another, only mentions", "a"),
	}
}

// moving are the keys of every list.
func (k *keyMap) moving() group {
	return group{"Moving", told(k.up, k.down, k.pageUp, k.pageDown, k.top, k.bottom)}
}
