package tuitest

import (
	"fmt"
	"strconv"
	"strings"
)

// Run plays a script, a step a line; empty lines and those that start with # say nothing:
//
//	press KEY …        press keys by their names
//	type TEXT          type text, letter by letter
//	expect TEXT        wait until the screen shows the text
//	gone TEXT          wait until the screen does not show the text
//	whole              wait until the frame is whole: see Screen.Torn
//	resize WIDTH HEIGHT
//	exit CODE          wait until the program has ended with that exit code
func (m *Terminal) Run(script string) {
	m.t.Helper()
	for i, line := range strings.Split(script, "\n") {
		if verb, rest, ok := step(line); ok {
			m.at = fmt.Sprintf("line %d: ", i+1)
			m.do(verb, rest)
		}
	}
	m.at = ""
}

// step takes a line of a script apart; ok is false where it says nothing.
func step(line string) (verb, rest string, ok bool) {
	line = strings.TrimSpace(line)
	verb, rest, _ = strings.Cut(line, " ")
	return verb, strings.TrimSpace(rest), line != "" && line[0] != '#'
}

// do makes one step.
func (m *Terminal) do(verb, rest string) {
	m.t.Helper()
	switch verb {
	case "press":
		m.Press(strings.Fields(rest)...)
	case "type":
		m.Type(rest)
	case "expect":
		m.Expect(rest)
	case "gone":
		m.ExpectGone(rest)
	case "whole":
		m.ExpectWhole()
	case "resize":
		width, height, ok := numbers(rest)
		if !ok {
			m.fail("write resize WIDTH HEIGHT")
		}
		m.Resize(width, height)
	case "exit":
		if code := m.Wait(); strconv.Itoa(code) != rest {
			m.fail("the program ended with exit code %d, want %s:\n%s", code, rest, m.screen.Text())
		}
	default:
		m.fail("%q is no step", verb)
	}
}

func numbers(text string) (a, b int, ok bool) {
	first, second, _ := strings.Cut(text, " ")
	a, errA := strconv.Atoi(first)
	b, errB := strconv.Atoi(strings.TrimSpace(second))
	return a, b, errA == nil && errB == nil
}
