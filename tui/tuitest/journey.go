package tuitest

import (
	"fmt"
	"strings"
	"testing"
)

// Journey is a script in which several people work at terminals of their own, and things happen beside the screen. To the steps of
// Terminal.Run it adds:
//
//	as PERSON          the steps that follow are PERSON's, at the terminal where they work, or at a new one
//	kill               the program at this terminal is killed, as by a computer that loses its power
//	picture NAME       the screen is drawn
//
// and every sentence of World.
type Journey struct {
	Open    func(person string) *Terminal      // starts the program for a person
	World   map[string]func()                  // what happens beside the screen, by the sentence that says it
	Words   *strings.Replacer                  // what stands in the script for what is known only now; nil: nothing
	Picture func(screen *Screen, title string) // draws; nil: nothing is drawn
}

// Play plays the script of a name. In the end no terminal may have been sent a code that no screen needs.
func (j *Journey) Play(t testing.TB, name, script string) {
	t.Helper()
	if j.Words != nil {
		script = j.Words.Replace(script)
	}
	people, person := map[string]*Terminal{}, ""
	for i, line := range strings.Split(script, "\n") {
		verb, rest, ok := step(line)
		if !ok {
			continue
		}
		at := fmt.Sprintf("%s:%d: ", name, i+1)
		now := people[person]
		if happens := j.World[strings.TrimSpace(line)]; happens != nil {
			happens()
			continue
		}
		if verb == "as" {
			if person = rest; people[rest] == nil || people[rest].Ended() {
				people[rest] = j.Open(rest)
			}
			continue
		}
		if now == nil {
			t.Fatalf("%snobody is at a terminal: write as PERSON first", at)
		}
		switch now.at = at; verb {
		case "kill":
			now.Kill()
		case "picture":
			if j.Picture != nil {
				j.Picture(now.screen, rest)
			}
		default:
			now.do(verb, rest)
		}
		if verb == "kill" || verb == "exit" {
			now.clean()
		}
	}
	for _, m := range people {
		m.clean()
	}
}

// clean fails where the terminal was sent codes that no screen needs.
func (m *Terminal) clean() {
	m.t.Helper()
	if unknown := m.screen.Unknown(); len(unknown) > 0 {
		m.fail("the terminal was sent codes that no screen needs: %q", unknown)
	}
}
