package tui

import (
	"context"
	"iter"
	"sync/atomic"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// receiver is a screen or a dialog that has asked the desk for something.
type receiver interface{ update(msg tea.Msg) tea.Cmd }

// answerMsg brings the desk's answer to whoever asked, be it on the screen or not.
type answerMsg struct {
	to  receiver
	msg tea.Msg
}

// deliver takes the answer there.
func (m answerMsg) deliver(*app) tea.Cmd { return m.to.update(m.msg) }

// answer asks the desk, and brings what it says to the one who asks.
func (o *office) answer(to receiver, ask func() tea.Msg) tea.Cmd {
	return o.run(func() tea.Msg { return answerMsg{to, ask()} })
}

// after brings a message when some time has passed; none where the program ends before.
func (o *office) after(d time.Duration, to receiver, msg tea.Msg) tea.Cmd {
	if o.still {
		return nil
	}
	return o.run(func() tea.Msg {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
			return answerMsg{to, msg}
		case <-o.long.Done():
			return nil
		}
	})
}

// stream is a use case that runs for long: what it tells gathers here until the screen takes it.
type stream struct {
	to      receiver
	events  chan desk.Event
	err     error // set before events is closed
	ctx     context.Context
	cancel  context.CancelFunc
	halted  atomic.Bool
	brought time.Time // when events were brought last; one next runs at a time
}

// streamMsg brings what a use case told since the last one.
type streamMsg struct {
	of     *stream
	events []desk.Event
	ended  bool
}

// halt asks the use case to stop.
func (s *stream) halt() {
	s.halted.Store(true)
	s.cancel()
}

// start runs a use case. The first command runs it, and next brings what it tells.
func (o *office) start(to receiver, run func(context.Context) iter.Seq2[desk.Event, error]) (*stream, tea.Cmd) {
	s := &stream{to: to, events: make(chan desk.Event, batch)}
	s.ctx, s.cancel = context.WithCancel(o.long)
	return s, tea.Batch(o.run(func() tea.Msg {
		defer close(s.events)
		defer s.cancel()
		for e, err := range run(s.ctx) {
			if err != nil {
				s.err = err
				continue
			}
			select {
			case s.events <- e:
			case <-o.long.Done(): // nobody looks any more; the use case still comes to its end
			}
		}
		return nil
	}), o.next(s))
}

// next waits for an event and brings it with all that come until the next frame is due.
func (o *office) next(s *stream) tea.Cmd {
	return o.run(func() tea.Msg {
		msg := streamMsg{of: s}
		var due <-chan time.Time // nil, which never comes, until there is an event to bring
		for len(msg.events) < batch {
			wait := due
			if len(s.events) > 0 {
				wait = nil // what is there comes along, or a slow screen would take few at a time and fall behind
			}
			select {
			case e, ok := <-s.events:
				if !ok {
					msg.ended = true
					return answerMsg{s.to, msg}
				}
				msg.events = append(msg.events, e)
				if due == nil {
					timer := time.NewTimer(time.Until(s.brought.Add(pace)))
					defer timer.Stop()
					due = timer.C
				}
			case <-wait:
				s.brought = time.Now()
				return answerMsg{s.to, msg}
			case <-o.long.Done():
				return nil
			}
		}
		s.brought = time.Now()
		return answerMsg{s.to, msg}
	})
}
