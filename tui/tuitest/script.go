package tuitest

import (
	"strconv"
	"strings"
)

// Run plays a script, a step a line; empty lines and those that start with # say nothing:
//
//	press KEY …        press keys by their names
//	type TEXT          type text, letter by letter
//	expect TEXT        wait until the screen shows the text
//	gone TEXT          wait until the screen does not show the text
//	resize WIDTH HEIGHT
//	exit CODE          wait until the program has ended with that exit code
func (m *Terminal) Run(script string) {
	m.t.Helper()
	for i, step := range strings.Split(script, "\n") {
		step = strings.TrimSpace(step)
		if step == "" || strings.HasPrefix(step, "#") {
			continue
		}
		verb, rest, _ := strings.Cut(step, " ")
		switch verb {
		case "press":
			m.Press(strings.Fields(rest)...)
		case "type":
			m.Type(rest)
		case "expect":
			m.Expect(rest)
		case "gone":
			m.ExpectGone(rest)
		case "resize":
			width, height, ok := numbers(rest)
			if !ok {
				m.t.Fatalf("line %d: write resize WIDTH HEIGHT", i+1)
			}
			m.Resize(width, height)
		case "exit":
			want, err := strconv.Atoi(rest)
			if code := m.Wait(); err != nil || code != want {
				m.t.Fatalf("line %d: the program ended with exit code %d, want %s:\n%s", i+1, code, rest, m.screen.Text())
			}
		default:
			m.t.Fatalf("line %d: %q is no step", i+1, verb)
		}
	}
}

func numbers(text string) (a, b int, ok bool) {
	first, second, _ := strings.Cut(text, " ")
	a, errA := strconv.Atoi(first)
	b, errB := strconv.Atoi(strings.TrimSpace(second))
	return a, b, errA == nil && errB == nil
}
