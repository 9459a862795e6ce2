package journal

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Entries go on in their order, without details; those that are not taken wait, over a restart too, and none is left out.
func TestForwarding(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		var lines []string
		var down error
		at.Forward = func(line string) error {
			if down == nil {
				lines = append(lines, line)
			}
			return down
		}
		waiting := func(j *Journal, want int) {
			t.Helper()
			if n, since, why, err := j.Unsent(t.Context()); n != want || err != nil || (n > 0) != errors.Is(why, down) && down != nil || n > 0 && !since.Equal(testTime) {
				t.Errorf("%d wait since %v, %v, %v; want %d", n, since, why, err, want)
			}
		}
		j := open(t, at)
		write(t, j, "first", 2)
		waiting(j, 0)
		down = errors.New("nobody listens")
		write(t, j, "second", 2)
		waiting(j, 2)
		j.Close()
		j = open(t, at)
		write(t, j, "third", 1)
		waiting(j, 3)
		down = nil
		write(t, j, "fourth", 1)
		waiting(j, 0)
		for i, what := range []string{"first", "first", "second", "second", "third", "fourth"} {
			want := fmt.Sprintf(`entry=%d time=2026-03-02T09:30:00.123000000Z operator="Pat" request="" system="" what="%s" hash=`, i+1, what)
			if i >= len(lines) || !strings.HasPrefix(lines[i], want) || strings.Contains(lines[i], `{`) {
				t.Errorf("line %d of %q", i, lines)
			}
		}
		report, err := j.VerifyLog(t.Context())
		if got := names(t, report, err); got != "" {
			t.Error(got)
		}
	})
}
