package desk

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"dossier/connectors"
	"dossier/locate"
)

// TestDecisionsStayWithTheRequest decides about what was found, searches again, and looks at what each decision has become.
func TestDecisionsStayWithTheRequest(t *testing.T) {
	systems := newFakes()
	qlms := systems["qlms"].tables["candidates"]
	qlms.rows = append(qlms.rows, []string{"4", "C-20", "Zoe", "Kingsley", "", "zoe@example.org", "", ""})
	systems["qlms"].tables["candidates"] = qlms
	systems["lists"].tables["people"] = table{[]string{"id", "email"}, [][]string{{"10", "zoe@example.org"}, {"9", "ZOE@example.org"}}}
	d := newDesk(t, systems, registerText)
	r := record(t, d)
	search := func() map[string]Match {
		t.Helper()
		if _, err := gather(d.Locate(t.Context(), r.ID)); err != nil && !errors.Is(err, ErrPartly) {
			t.Fatal(err)
		}
		return found(t, d, r.ID)
	}
	matches := search()
	for _, c := range []struct {
		key      string
		decision Decision
		note     string
	}{
		{"qlms3", SomeoneElse, "Peter King, her father"}, {"qlms4", Mentions, ""}, {"lists9", Rejected, "another Zoe"}, {"lists10", Accepted, ""},
	} {
		if !matches[c.key].Waits() {
			t.Errorf("%s does not wait for a decision: %+v", c.key, matches[c.key])
		}
		if err := d.Decide(t.Context(), r.ID, matches[c.key].Record.Ref, c.decision, c.note); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Decide(t.Context(), r.ID, matches["qlms3"].Record.Ref, SomeoneElse, " "); ExitCode(err) != ExitUsage {
		t.Errorf("someone else's, and nobody named: %v", err)
	}
	for _, request := range []string{r.ID, "SAR-2026-0099"} {
		if err := d.Decide(t.Context(), r.ID, matches["qlms3"].Record.Ref, SomeoneElse, request); err == nil {
			t.Errorf("someone else's, whose request is %s", request)
		}
	}
	if matches = found(t, d, r.ID); !matches["lists10"].Unfollowed || matches["qlms1"].Unfollowed {
		t.Errorf("what was accepted since the search is not told apart: %+v", matches["lists10"])
	}
	matches = search()
	for key, want := range map[string]struct {
		included, followed bool
		note               string
	}{
		"qlms1": {included: true, followed: true}, "qlms3": {note: "Peter King, her father"}, "qlms4": {}, "lists9": {note: "another Zoe"},
		"lists10": {included: true, followed: true},
	} {
		m := matches[key]
		if m.Included() != want.included || m.Followed != want.followed || m.Note != want.note || m.Waits() || m.Unfollowed {
			t.Errorf("%s: %+v", key, m)
		}
	}
	list, err := d.Decisions(t.Context(), r.ID)
	if err != nil || len(list) != 4 || list[0].Operator != "Pat" {
		t.Errorf("%+v, %v", list, err)
	}
	approveRelease(t, d, r.ID)
	got, err := gather(d.Export(t.Context(), r.ID, filepath.Join(t.TempDir(), "package.zip")))
	if err != nil {
		t.Fatal(err)
	}
	if w := got["written"][0].(Written); w.Records != 2 || w.Rejected != 2 || w.Mentions != 1 || w.Undecided != 0 {
		t.Errorf("%+v", w)
	}
}

// found returns what the last search found, by system and key.
func found(t *testing.T, d *Desk, id string) map[string]Match {
	t.Helper()
	f, err := d.Finding(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	matches := map[string]Match{}
	for _, m := range f.Matches {
		matches[m.Record.Ref.System+m.Record.Ref.Key[0]] = m
	}
	return matches
}

// TestTakingADecisionBackLeavesWhatItLedTo puts what an accepted record led to before a person again.
func TestTakingADecisionBackLeavesWhatItLedTo(t *testing.T) {
	accepted := Match{Match: locate.Match{Followed: true}, Decision: Accepted}
	accepted.Record.Ref.Key = []string{"accepted"}
	child := Match{Match: locate.Match{Certain: true, Followed: true, Parent: &accepted.Record.Ref}}
	child.Record.Ref.Key = []string{"child"}
	matches := []Match{accepted, child}
	if ground(matches); !matches[1].Included() {
		t.Error("the child of an accepted record is left out")
	}
	matches[0].Decision = Undecided
	if ground(matches); !matches[0].Waits() || !matches[1].Waits() {
		t.Errorf("%+v", matches)
	}
}

// TestFamily covers what belongs to a record, and what belongs to that.
func TestFamily(t *testing.T) {
	var f Finding
	for _, of := range [][2]string{{"grandchild", "child"}, {"child", "parent"}, {"other", ""}, {"parent", ""}, {"second child", "parent"}} {
		m := Match{}
		m.Record.Ref.Key = []string{of[0]}
		if of[1] != "" {
			m.Parent = &connectors.Ref{Key: []string{of[1]}}
		}
		f.Matches = append(f.Matches, m)
	}
	var got []string
	for _, ref := range f.Family(connectors.Ref{Key: []string{"parent"}}) {
		got = append(got, ref.Key[0])
	}
	if want := []string{"parent", "child", "second child", "grandchild"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
