package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
)

// office carries out what the screens ask of the desk, away from Update: each of its methods returns a
// command, whose message is the answer. It knows which commands run, so that the program ends after them.
type office struct {
	desk Desk

	short context.Context // for what is soon done and must not be lost: it outlives the screen
	long  context.Context // for what can be broken off: searching, exporting
	leave context.CancelFunc
	out   io.Writer // the terminal
	still bool      // nothing is looked at again by itself: the line mode waits for every answer

	mu     sync.Mutex
	closed bool
	busy   sync.WaitGroup
}

func newOffice(ctx context.Context, d Desk) *office {
	o := &office{desk: d, short: context.WithoutCancel(ctx)}
	o.long, o.leave = context.WithCancel(ctx)
	return o
}

// close breaks off what can be broken off and waits for what runs.
func (o *office) close() {
	o.mu.Lock()
	o.closed = true
	o.mu.Unlock()
	o.leave()
	o.busy.Wait()
}

// run makes a command of a function that may wait.
func (o *office) run(f func() tea.Msg) tea.Cmd {
	return func() tea.Msg {
		o.mu.Lock()
		if o.closed {
			o.mu.Unlock()
			return nil
		}
		o.busy.Add(1)
		o.mu.Unlock()
		defer o.busy.Done()
		return f()
	}
}

// requests reads the list of requests.
func (o *office) requests() tea.Cmd {
	return o.run(func() tea.Msg {
		list, err := o.desk.Overviews(o.long)
		all := make([]*overview, len(list))
		for i, v := range list {
			all[i] = newOverview(v)
		}
		return requestsMsg{all, err}
	})
}

// create records a request.
func (o *office) create(n desk.NewRequest) tea.Cmd {
	return o.run(func() tea.Msg {
		r, err := o.desk.NewRequest(o.short, n)
		return createdMsg{r, err}
	})
}

// finding reads what the last search of a request found, and sorts it into a tree.
func (o *office) finding(id string) tea.Cmd {
	return o.run(func() tea.Msg {
		f, err := o.desk.Finding(o.long, id)
		if errors.Is(err, desk.ErrNotSearched) {
			return findingMsg{id: id, tree: newTree(o.desk.Register())}
		}
		if err != nil {
			return findingMsg{id: id, err: err}
		}
		t := newTree(o.desk.Register())
		for i := range f.Matches {
			t.add(&f.Matches[i])
		}
		return findingMsg{id: id, searched: f.Searched, tree: t, coverage: f.Coverage}
	})
}

// logged reads what was done about a request before.
func (o *office) logged(id string) tea.Cmd {
	return o.run(func() tea.Msg {
		entries, err := o.desk.Log(o.long, id)
		return loggedMsg{id, entries, err}
	})
}

// decide records a decision about records, one after the other; it stops at the first that fails.
func (o *office) decide(id string, d decision) tea.Cmd {
	return o.run(func() tea.Msg {
		for i, ref := range d.refs {
			if err := o.desk.Decide(o.short, id, ref, d.decision, d.note); err != nil {
				return decidedMsg{id, d.refs[:i], d.decision, err}
			}
		}
		return decidedMsg{id, d.refs, d.decision, nil}
	})
}

// viewed records that a record is about to be shown.
func (o *office) viewed(id string, ref connectors.Ref) tea.Cmd {
	return o.run(func() tea.Msg {
		return viewedMsg{id, ref.ID(), o.desk.Viewed(o.short, id, ref)}
	})
}

// export writes a package, and reads it again where it is not encrypted. A path that begins with ~/ is in the user's home folder.
func (o *office) export(id string, h desk.Handover) tea.Cmd {
	return o.run(func() tea.Msg {
		msg := exportedMsg{id: id, own: h.Controller}
		if h.Path, msg.err = whole(h.Path); msg.err != nil {
			return msg
		}
		if h.Letters != "" {
			if h.Letters, msg.err = whole(h.Letters); msg.err != nil {
				return msg
			}
		}
		for e, err := range o.desk.HandOver(o.long, id, h) {
			if err != nil {
				return exportedMsg{id: id, err: err}
			}
			switch e := e.(type) {
			case desk.Written:
				msg.written = e
			case desk.Passphrase:
				msg.passphrase = e.Words
			}
		}
		if h.Lock == "" {
			msg.report, msg.unverified = o.desk.VerifyPackage(o.long, h.Path)
		}
		return msg
	})
}

// whole returns the absolute path of a file, as a person writes it.
func whole(path string) (string, error) {
	if rest, ok := strings.CutPrefix(path, "~"+string(filepath.Separator)); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("the home folder is not known: write the whole path: %w", err)
		}
		path = filepath.Join(home, rest)
	}
	return filepath.Abs(path)
}
