package tui

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// batch is how many events one message carries at most, and pace how often one comes. Events that come
// faster gather, so that drawing them takes little from the machine that searches, and a screen that is slow draws less
// often and never falls behind.
const (
	batch = 4096
	pace  = time.Second / 30
)

// errStopped ends a search that the user stopped.
var errStopped = errors.New("stopped")

// search is one run of Locate: its events gather here until the screen takes them.
type search struct {
	id      string
	events  chan desk.Event
	err     error // set before events is closed
	ctx     context.Context
	stop    context.CancelFunc
	halted  atomic.Bool
	brought time.Time // when events were brought last; one nextEvents runs at a time
}

// halt stops the search before its end.
func (s *search) halt() {
	s.halted.Store(true)
	s.stop()
}

// search prepares the search of a request. It starts when both commands run: run asks the desk,
// next brings what it told.
func (o *office) search(id string) *search {
	s := &search{id: id, events: make(chan desk.Event, batch)}
	s.ctx, s.stop = context.WithCancel(o.long)
	return s
}

// run asks the desk and ends with the search.
func (o *office) runSearch(s *search) tea.Cmd {
	return o.run(func() tea.Msg {
		defer close(s.events)
		if s.err = o.pour(s); s.halted.Load() {
			s.err = errStopped
		}
		return nil
	})
}

// pour takes what the desk tells into the search's events; it returns the error that the search ended with.
func (o *office) pour(s *search) error {
	var last error
	for e, err := range o.desk.Locate(s.ctx, s.id) {
		if err != nil {
			last = err
			continue
		}
		select {
		case s.events <- e:
		case <-s.ctx.Done():
			return s.ctx.Err()
		}
	}
	return last
}

// nextEvents waits for an event and brings it with all that come until the next frame is due.
func (o *office) nextEvents(s *search) tea.Cmd {
	return o.run(func() tea.Msg {
		msg := eventsMsg{search: s}
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
					return msg
				}
				msg.events = append(msg.events, e)
				if due == nil {
					timer := time.NewTimer(time.Until(s.brought.Add(pace)))
					defer timer.Stop()
					due = timer.C
				}
			case <-wait:
				s.brought = time.Now()
				return msg
			case <-o.long.Done():
				return nil
			}
		}
		s.brought = time.Now()
		return msg
	})
}
