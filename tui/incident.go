package tui

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// incidents is the screen of personal-data incidents: what is known of each, and how long the authority may still be told of it. What
// is written of them may name people, and is masked until it is asked for.
type incidents struct {
	ui      *ui
	list    []desk.Incident // open ones first, the newest first
	read    bool
	at      string // the incident that the cursor goes to when the list has come
	browser browser
}

// incidentsMsg brings every incident.
type incidentsMsg struct {
	incidents []desk.Incident
	err       error
}

func newIncidents(u *ui) *incidents { return &incidents{ui: u, browser: browser{ui: u}} }

func (n *incidents) surrounds() {}

// listing says that what is written is masked here until it is asked for.
func (n *incidents) listing() {}

func (n *incidents) enter() tea.Cmd {
	o := n.ui.office
	return o.answer(n, func() tea.Msg {
		list, err := o.desk.Incidents(o.long)
		return incidentsMsg{list, err}
	})
}

func (n *incidents) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case incidentsMsg:
		n.take(msg)
	case tea.KeyMsg:
		if !n.browser.update(msg, len(n.list)) && key.Matches(msg, n.ui.keyMap.back) {
			n.ui.then(leave)
		}
	}
	return nil
}

func (n *incidents) take(msg incidentsMsg) {
	if msg.err != nil {
		n.ui.fail("The incidents cannot be read", msg.err, func(*app) tea.Cmd { return n.enter() })
		return
	}
	if i := n.chosen(); i != nil && n.at == "" {
		n.at = i.ID
	}
	n.read, n.list = true, nil
	for _, state := range []string{"open", "closed", "purged"} {
		for _, i := range msg.incidents {
			if i.State == state {
				n.list = append(n.list, i)
			}
		}
	}
	for line, i := range n.list {
		if i.ID == n.at {
			n.browser.scroll.cursor = line
		}
	}
	n.at = ""
	n.browser.scroll.fit(len(n.list))
	n.browser.forget()
}

// chosen returns the incident under the cursor, nil where there is none.
func (n *incidents) chosen() *desk.Incident {
	if n.browser.scroll.cursor < len(n.list) {
		return &n.list[n.browser.scroll.cursor]
	}
	return nil
}

// open returns the chosen incident where it can still be changed; where not, it says why.
func (n *incidents) open() *desk.Incident {
	i := n.chosen()
	if i != nil && i.State != "open" {
		n.ui.fail("Not now", errors.New(i.ID+" is "+i.State+": record a new incident that names it"), nil)
		return nil
	}
	return i
}

// noted reads the incidents again, and goes to one of them.
func (n *incidents) noted(id *string) step {
	return func(*app) tea.Cmd {
		n.at = *id
		return n.enter()
	}
}

// askClose has the incident's id typed, and closes it.
func (n *incidents) askClose() tea.Cmd {
	i := n.open()
	if i == nil {
		return nil
	}
	if lacks := i.Lacks(); len(lacks) > 0 {
		words := make([]string, len(lacks))
		for at, l := range lacks {
			words[at] = l.What
		}
		n.ui.fail("Not yet", errors.New("the law wants this to be documented before:\n○ "+strings.Join(words, "\n○ ")), nil)
		return nil
	}
	return n.ui.put(&asking{name: "Close " + i.ID, text: "Nothing can be noted of it any more. The record of it stays (Article 33(5)).",
		fields: []*field{textField("Type "+i.ID, "", "").exactly(i.ID)},
		do: func(ctx context.Context, _ []string) error {
			_, err := n.ui.office.desk.CloseIncident(ctx, i.ID)
			return err
		}, after: n.noted(&i.ID)})
}

// askPurge has the incident's id typed, and destroys what is kept of it.
func (n *incidents) askPurge() tea.Cmd {
	i := n.chosen()
	if i == nil {
		return nil
	}
	return n.ui.put(&asking{name: "Destroy what is kept of " + i.ID, text: "What the journal holds of a closed incident is destroyed for good. Its dates and the log stay.", warn: true,
		fields: []*field{textField("Type "+i.ID, "", "").exactly(i.ID)},
		do:     func(ctx context.Context, _ []string) error { return n.ui.office.desk.PurgeIncident(ctx, i.ID) }, after: n.noted(&i.ID)})
}

// showVersions shows how the chosen incident was known before.
func (n *incidents) showVersions() tea.Cmd {
	i := n.chosen()
	if i == nil {
		return nil
	}
	o, id := n.ui.office, i.ID
	return o.answer(then(func(msg tea.Msg) tea.Cmd {
		if err, failed := msg.(error); failed {
			n.ui.fail("It cannot be read", err, nil)
			return nil
		}
		versions := msg.([]desk.Incident)
		n.ui.visit(&maskedLeaf{leaf{ui: n.ui, title: id, words: "as it was known, version by version", write: func(w *writer) {
			for at := len(versions) - 1; at >= 0; at-- {
				n.write(w, &versions[at])
				w.add()
			}
		}}})
		return nil
	}), func() tea.Msg {
		versions, err := o.desk.Incident(o.long, id)
		if err != nil {
			return err
		}
		return versions
	})
}

// clock tells how long the authority may still be told of an incident, or that it was.
func (n *incidents) clock(i *desk.Incident) (words string, k ink) {
	s := n.ui.styles
	left := i.Due.Sub(n.ui.now())
	switch told := i.Authority; {
	case i.State == "purged":
		return "– destroyed", s.dim
	case !i.Closed.IsZero():
		return "– closed " + day(i.Closed.Local()), s.dim
	case !told.On.IsZero() && told.On.After(i.Due):
		return "▲ told, " + hours(told.On.Sub(i.Due)) + " late", s.warn
	case !told.On.IsZero():
		return "● told in time", s.good
	case told.Decided():
		return "● not told: reasons", s.good
	case left < 0:
		return "!! " + hours(-left) + " late", s.bad
	case left <= 24*time.Hour:
		return "! " + hours(left) + " left", s.warn
	}
	return hours(left) + " left", s.plain
}

// hours writes a length of time: 40 min, 71 h, 9 days.
func hours(d time.Duration) string {
	switch h := int(d.Hours()); {
	case h < 1:
		return count(int(d.Minutes())) + " min"
	case h <= 120:
		return count(h) + " h"
	default:
		return plural(h/24, "day")
	}
}

// next tells what an incident waits for, with the key that does it.
func (n *incidents) next(i *desk.Incident) string {
	k := n.ui.house
	by := func(what string, b key.Binding) string { return what + " (" + b.Help().Key + ")" }
	lacks := i.Lacks()
	switch {
	case i.State != "open":
		return ""
	case !i.Authority.Decided():
		return by("tell the authority, or say why not", k.authority)
	case !i.Concerned.Decided():
		return by("tell the people, or say why not", k.concerned)
	case len(lacks) > 0:
		return by("note "+lacks[0].What, k.change)
	}
	return by("close it", k.end)
}

func (n *incidents) hints() []key.Binding {
	k, h := n.ui.keyMap, n.ui.house
	if i := n.chosen(); i != nil && i.State == "open" {
		return []key.Binding{h.record, h.change, h.authority, h.concerned, h.end, k.open, k.mask, k.back}
	}
	return []key.Binding{h.record, k.open, k.mask, k.back}
}

func (n *incidents) commands() []group {
	k, h := n.ui.keyMap, n.ui.house
	return []group{
		{"Incidents", append([]command{
			{h.record, "Record an incident", n.askNew},
			{h.change, "Note what is known of the incident by now", n.askChange},
			{h.authority, "Note that the authority was told, or why not", n.askAuthority},
			{h.concerned, "Note that the people concerned were told, or why not", n.askConcerned},
			{h.end, "Close the incident", n.askClose},
			{h.versions, "The incident as it was known before", n.showVersions},
			{n.ui.act.reload, "", n.enter},
			{name: "Destroy what is kept of a closed incident", run: n.askPurge},
		}, told(k.open, k.back)...)},
		k.moving(),
	}
}
