package tui

import (
	"errors"
	"slices"
	"testing"

	"dossier/desk"
)

// The lines of a plan are chosen by words: a system, what is done, kept or changed, a key.
func TestAPlanShowsOnlySomeLines(t *testing.T) {
	f := actSample(sample(t))
	s := play(t, 120, 40, f, Options{})
	openPlan(s)
	s.press("/", "kept qlms")
	s.sees("Lines · / kept qlms│", "enter keep the filter")
	s.press("enter")
	s.sees(" of 9 · / kept qlms", "– keep")
	s.lacks("× delete")
	s.press("/", "ctrl+u", "nothing like it", "enter")
	s.sees("0 of 9", "No line fits. esc shows all of them.")
	s.press("esc")
	s.sees("Lines · 9", "× delete")
	f.setFailure("PlanLines", errors.New("the journal cannot be read"))
	s.press("/", "delete", "enter")
	s.sees("The lines cannot be read: the journal cannot be read")
	s.press("/", "esc") // while it is typed
	s.sees("Lines · 9")
}

func TestLinesThatFit(t *testing.T) {
	l := desk.PlanLine{SystemTitle: "QLMS"}
	l.Record.System, l.Record.Key, l.Does, l.Why = "qlms", []string{"C-88123"}, "keep", "certification records"
	for name, test := range map[string]struct {
		words  []string
		masked bool
		want   bool
	}{
		"nothing":               {nil, false, true},
		"system and what":       {[]string{"qlms", "keep"}, false, true},
		"kept":                  {[]string{"kept"}, false, true},
		"changed":               {[]string{"changed"}, false, false},
		"why":                   {[]string{"certification"}, false, true},
		"a key":                 {[]string{"c-881"}, false, true},
		"a key that is masked":  {[]string{"c-881"}, true, false},
		"one word of two fits":  {[]string{"qlms", "delete"}, false, false},
		"a word of a wide text": {[]string{"太郎"}, false, false},
	} {
		if got := fitsLine(&l, slices.Clone(test.words), test.masked); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
