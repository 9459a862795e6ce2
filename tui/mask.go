package tui

import tea "github.com/charmbracelet/bubbletea"

// listing is a screen that lists people: there, names are masked until they are asked for.
type listing interface{ listing() }

// unmaskedMsg tells whether the desk has noted that values are about to be shown.
type unmaskedMsg struct {
	names bool // those of lists, else of a request
	err   error
}

// mask hides values, or has them shown once the desk has noted it.
func (a *app) mask() tea.Cmd {
	id := ""
	hidden := &a.ui.masked
	_, list := a.top().(listing)
	if list {
		hidden = &a.ui.nameless
	}
	switch s := a.top().(type) {
	case *work:
		id = s.request.ID
	case *release:
		id = s.request.ID
	case *plan:
		id = s.request.ID
	case *comparing:
		id = s.request
	case *batchPage:
		id = s.id
	}
	if !*hidden {
		*hidden = true
		return nil
	}
	return a.ui.office.unmasked(id, list)
}

func (m unmaskedMsg) deliver(a *app) tea.Cmd {
	switch {
	case m.err != nil:
		a.ui.fail("Not shown, since the log could not take it in", m.err, nil)
	case m.names:
		a.ui.nameless = false
	default:
		a.ui.masked = false
	}
	return nil
}

// unmasked records that values are about to be shown.
func (o *office) unmasked(id string, names bool) tea.Cmd {
	return o.run(func() tea.Msg { return unmaskedMsg{names, o.desk.Unmasked(o.short, id)} })
}

// value returns a value as it may be shown on the screen of a request.
func (u *ui) value(v string) string {
	if u.masked && v != "" {
		return masked
	}
	return v
}

// named returns a person's name as it may be shown in a list.
func (u *ui) named(v string) string {
	if u.nameless && v != "" {
		return masked
	}
	return v
}
