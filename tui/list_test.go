package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"dossier/desk"
	"dossier/request"
	"dossier/request/clock"
)

// lists tells the ids that the list shows, from the top.
func lists(s *stage) []string {
	s.settle()
	frame, _ := s.m.look()
	var ids []string
	for _, l := range strings.Split(frame, "\n") {
		if i := strings.Index(l, "SAR-"); i == 3 {
			ids = append(ids, l[i:i+len("SAR-2026-0001")])
		} else if strings.HasPrefix(l, " ► SAR-") {
			ids = append(ids, l[len(" ► "):len(" ► SAR-2026-0001")])
		}
	}
	return ids
}

func wantList(s *stage, ids ...string) {
	s.t.Helper()
	for i, id := range ids {
		ids[i] = "SAR-2026-000" + id
	}
	if got := lists(s); !slices.Equal(got, ids) {
		s.t.Errorf("the list shows %v, want %v", got, ids)
	}
}

func TestListIsSortedFilteredAndSearched(t *testing.T) {
	f := sample(t)
	f.held["SAR-2026-0003"] = []string{"H1"}
	f.others["SAR-2026-0002"] = []string{"SAR-2026-0001"}
	s := play(t, 120, 40, f, Options{})
	s.sees("!! 5 days late, due 16 Nov", "next: settle who the person is", "the same person's: SAR-2026-0001 (p)")
	wantList(s, "2", "3", "4", "1")
	s.press("down")
	s.sees("! held: H1", "a notice of extension must arrive by")
	s.press("t")
	s.sees("by number")
	wantList(s, "4", "3", "2", "1")
	s.press("t", "t", "t")
	s.sees("by clock")
	s.press("/", "yam") // nothing
	s.sees("No request fits")
	s.press("esc", "/", "0001")
	wantList(s, "1")
	s.press("ctrl+u", "jane@ex")
	wantList(s, "4")
	s.press("ctrl+u", "late")
	wantList(s, "2")
	s.press("ctrl+u", "held")
	wantList(s, "3")
	s.press("ctrl+u", "erase SEARCHED", "enter")
	wantList(s, "3")
	s.press("esc")
	wantList(s, "2", "3", "4", "1")
	s.press("up", "p")
	s.sees("of one person")
	wantList(s, "2", "1")
	s.press("esc", "/", "q?n", "esc") // letters are text
	wantList(s, "2", "3", "4", "1")
	s.press("G", "p")
	wantList(s, "2", "3", "4", "1")
}

func TestTiming(t *testing.T) {
	u := &ui{styles: &styles{}, now: func() time.Time { return today }}
	now := clock.DayOf(today)
	on := func(a clock.Answer) *overview { return &overview{Overview: desk.Overview{Clock: a}} }
	running := func(start, due int) *overview {
		return on(clock.Answer{State: clock.Running, Start: now + clock.Day(start), Due: now + clock.Day(due)})
	}
	closed := running(-3, 20)
	closed.State = request.Closed
	for name, test := range map[string]struct {
		of        *overview
		bar, says string
	}{
		"the first day": {running(0, 30), "□□□□□□", "30 days left, due 21 Dec"},
		"half way":      {running(-15, 15), "■■■□□□", "15 days left, due 6 Dec"},
		"a week":        {running(-23, 7), "■■■■■□", "! 7 days left, due 28 Nov"},
		"a day":         {running(-29, 1), "■■■■■■", "! 1 day left, due 22 Nov"},
		"the day":       {running(-30, 0), "■■■■■■", "! due today"},
		"late":          {running(-31, -1), "■■■■■■", "!! 1 day late, due 20 Nov"},
		"paused":        {on(clock.Answer{State: clock.Paused, Left: 12}), "······", "= stands still, 12 days left after it"},
		"not started":   {on(clock.Answer{State: clock.NotStarted}), "······", "= not started"},
		"closed":        {closed, "      ", "closed"},
	} {
		got := u.timing(test.of)
		if words := strings.TrimSpace(strings.TrimSpace(got.sign) + " " + got.words); got.bar != test.bar || words != test.says {
			t.Errorf("%s: %q %q, want %q %q", name, got.bar, words, test.bar, test.says)
		}
	}
}
