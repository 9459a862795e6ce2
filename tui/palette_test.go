package tui

import (
	"slices"
	"testing"
)

func TestPaletteRunsWhatItLists(t *testing.T) {
	s := play(t, 120, 40, sample(t), Options{})
	openSearched(s)
	s.press("ctrl+k")
	s.sees("Search every system, or stop")
	s.press("mskv")
	s.sees("Mask or show values")
	s.lacks("Search every system, or stop")
	s.press("enter")
	s.sees(masked)
	s.press("ctrl+k", "zzz")
	s.sees("No command is called like this")
	s.press("enter")
	s.lacks("Commands ━")
	s.press("ctrl+k", "exp", "down", "up", "enter")
	s.sees("Export SAR-2026-0003")
}

func TestLikeness(t *testing.T) {
	names := []string{"Export the package", "Next match to decide about", "Take the decision back", "Extend the time", "Mask or show values"}
	for _, test := range []struct {
		typed string
		want  []string
	}{
		{"", names},
		{"ext", []string{"Extend the time", "Next match to decide about", "Export the package"}},
		{"dec", []string{"Take the decision back", "Next match to decide about"}},
		{"MASK or", []string{"Mask or show values"}},
		{"qq", nil},
	} {
		all := make([]offer, len(names))
		for i, n := range names {
			all[i].name = n
		}
		var got []string
		for _, o := range matching(all, test.typed) {
			got = append(got, o.title())
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q finds %q, want %q", test.typed, got, test.want)
		}
	}
}
