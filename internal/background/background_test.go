package background

import (
	"testing"

	"github.com/charmbracelet/lipgloss"
)

func TestDark(t *testing.T) {
	for _, test := range []struct {
		name    string
		environ []string
		want    bool
	}{
		{"nothing tells", nil, true},
		{"black", []string{"TERM=xterm", "COLORFGBG=15;0"}, true},
		{"white", []string{"COLORFGBG=0;15"}, false},
		{"grey, in rxvt's three parts", []string{"COLORFGBG=0;default;7"}, false},
		{"dark grey", []string{"COLORFGBG=15;8"}, true},
		{"default", []string{"COLORFGBG=15;default"}, true},
		{"no colour of the sixteen", []string{"COLORFGBG=0;231"}, true},
		{"empty", []string{"COLORFGBG="}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Dark(test.environ); got != test.want {
				t.Errorf("Dark(%q) = %v, want %v", test.environ, got, test.want)
			}
		})
	}
}

func TestLipglossIsTold(t *testing.T) {
	lipgloss.DefaultRenderer().SetOutput(nil) // asking it would panic
	if !lipgloss.HasDarkBackground() {
		t.Error("lipgloss was not told")
	}
}
