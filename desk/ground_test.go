package desk

import (
	"testing"

	"dossier/connectors"
	"dossier/locate"
)

func TestWhatRestsOnARejectedRecordWaitsForAPerson(t *testing.T) {
	ref := func(key string) connectors.Ref {
		return connectors.Ref{System: "s", Place: "p", Entity: "e", Key: []string{key}}
	}
	match := func(key string, d Decision, parent string, path ...string) Match {
		m := Match{Match: locate.Match{Record: connectors.Record{Ref: ref(key)}, Certain: true}, Decision: d}
		if parent != "" {
			r := ref(parent)
			m.Parent = &r
		}
		for _, from := range path {
			m.Path = append(m.Path, locate.Step{From: ref(from)})
		}
		return m
	}
	matches := []Match{
		match("grandchild", Undecided, "child"),
		match("child", Undecided, "rejected"),
		match("rejected", Rejected, ""),
		match("led to", Undecided, "", "fine", "rejected"),
		match("child of what it led to", Undecided, "led to"),
		match("accepted all the same", Accepted, "rejected"),
		match("child of that", Undecided, "accepted all the same"),
		match("fine", Undecided, ""),
		match("led to by a fine one", Undecided, "", "fine"),
	}
	ground(matches)
	included := map[string]bool{"accepted all the same": true, "child of that": true, "fine": true, "led to by a fine one": true}
	for _, m := range matches {
		key := m.Record.Ref.Key[0]
		if m.Included() != included[key] {
			t.Errorf("%s: included %v", key, m.Included())
		}
		if want := !included[key] && m.Decision == Undecided; m.Waits() != want {
			t.Errorf("%s: waits %v", key, m.Waits())
		}
	}
}
