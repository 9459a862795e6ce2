package tui

import (
	"context"
	"iter"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// running is the screen of something that takes its time: how far it is, and then what it came to.
type running struct {
	leaf
	run    func(ctx context.Context, far func(words string)) (outcome, error)
	begun  bool
	stream *stream // nil: it does not run
	out    *outcome
	failed error
}

// outcome is what something came to: in a line, and at length.
type outcome struct {
	words string
	good  bool
	lines []string
}

// What a run tells: how far it is, and at its end what it came to.
type howFar struct{ words string }

func (howFar) Type() string { return "progress" }

func (outcome) Type() string { return "done" }

// visitRunning shows the screen, and runs.
func (u *ui) visitRunning(title string, run func(ctx context.Context, far func(words string)) (outcome, error)) tea.Cmd {
	r := &running{run: run, leaf: leaf{ui: u, title: title}}
	r.leaf.write = r.write
	u.visit(r)
	return nil
}

func (r *running) enter() tea.Cmd {
	if r.begun {
		return nil
	}
	r.begun = true
	r.say("► working …", r.ui.styles.accent)
	var cmd tea.Cmd
	var s *stream
	far := func(words string) { // it may be told from several goroutines at once
		select {
		case s.events <- howFar{words}:
		default: // what comes next tells it
		}
	}
	s, cmd = r.ui.office.start(r, func(ctx context.Context) iter.Seq2[desk.Event, error] {
		return func(yield func(desk.Event, error) bool) {
			out, err := r.run(ctx, far)
			if err == nil || len(out.lines) > 0 {
				yield(out, nil)
			}
			if err != nil {
				yield(nil, err)
			}
		}
	})
	r.stream = s
	return cmd
}

// say tells how far it is.
func (r *running) say(words string, k ink) { r.words, r.ink, r.made = words, k, leafOf{} }

func (r *running) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case streamMsg:
		for _, e := range msg.events {
			switch e := e.(type) {
			case howFar:
				r.say("► "+e.words, r.ui.styles.accent)
			case outcome:
				r.out = &e
			}
		}
		if !msg.ended {
			return r.ui.office.next(msg.of)
		}
		r.ended(msg.of)
	case tea.KeyMsg:
		if r.stream != nil && key.Matches(msg, r.ui.keyMap.back) {
			r.stream.halt()
			return nil
		}
		return r.leaf.update(msg)
	}
	return nil
}

func (r *running) ended(s *stream) {
	r.stream, r.failed = nil, s.err
	st := r.ui.styles
	switch {
	case s.halted.Load():
		r.say("▲ stopped before its end", st.warn)
	case r.out == nil:
		r.say("× it did not come to its end", st.bad)
	case !r.out.good || r.failed != nil:
		r.say("▲ "+r.out.words, st.warn)
	default:
		r.say("● "+r.out.words, st.good)
	}
}

func (r *running) write(w *writer) {
	s := r.ui.styles
	w.add()
	if r.failed != nil {
		w.text("!", "", 0, s.bad, r.failed.Error())
		w.add()
	}
	if r.out != nil {
		for _, l := range r.out.lines {
			if cells(visible(l)) <= w.width {
				w.add(span{s.plain, l}) // columns stay as they are
			} else {
				w.text("", "", 0, s.plain, l)
			}
		}
	}
}

func (r *running) hints() []key.Binding {
	k := r.ui.keyMap
	if r.stream != nil {
		return []key.Binding{k.back}
	}
	return r.leaf.hints()
}
