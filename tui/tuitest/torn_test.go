package tuitest

import (
	"strings"
	"testing"
)

func TestTorn(t *testing.T) {
	for _, test := range []struct {
		name, frame, want string
	}{
		{"whole", "SAR  12\n━━┬────\na │ b\n──┴────\nkeys", ""},
		{"a dialog", "a\n ┏━━┓\n ┃hi┃\n ┗━━┛\nkeys", ""},
		{"a row that is too long", "SAR\n━━┬────\nabc│ b\n──┴────\nkeys", `the line in column 3 is broken in row 3 by "c"`},
		{"a row that is too short", "SAR\n━━┬────\na│ b\n──┴────\nkeys", "the line in column 3 ends in row 2"},
		{"a pane down to the keys", "SAR\n━━┬────\na │ b\na │ b\nkeys", ""},
		{"no beginning", "SAR\n\na │ b\n──┴────\nkeys", "the line in column 3 ends in row 4 and never began"},
		{"half a frame", "\n━━┬────\na │ b\n──┴────\nkeys", "row 1 is empty"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := NewScreen(10, 5)
			_, _ = s.Write([]byte(strings.ReplaceAll(test.frame, "\n", "\r\n")))
			if got := s.Torn(); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}
