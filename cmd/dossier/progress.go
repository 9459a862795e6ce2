package main

import (
	"io"
	"time"

	"dossier/desk"
)

// each is how often at most, with --json, it is told how far a system is.
const each = time.Second

// pace keeps a reader from being flooded. The zero value goes by the clock.
type pace struct {
	now  func() time.Time // nil: time.Now
	told map[string]time.Time
}

// due reports whether an event is worth a line: what only counts on is, once a second for each system. Its end is told by another event.
func (p *pace) due(e desk.Event) bool {
	var system string
	switch e := e.(type) {
	case desk.Progress:
		system = e.System
	case desk.Changing:
		system = e.System
	default:
		return true
	}
	if p.now == nil {
		p.now = time.Now
	}
	if p.told == nil {
		p.told = map[string]time.Time{}
	}
	now := p.now()
	if last, known := p.told[system]; known && now.Sub(last) < each {
		return false
	}
	p.told[system] = now
	return true
}

// progress tells on standard error how far a use case is: with --json as JSON Lines, each with a type.
func (a *app) progress(e desk.Event) error {
	if !a.json {
		_, err := io.WriteString(a.errs, words(e))
		return err
	}
	if !a.pace.due(e) {
		return nil
	}
	return printTo(a.errs, e)
}
