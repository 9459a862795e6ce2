package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
	"dossier/locate"
)

func wantCalls(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("the desk was asked for\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestDecisionCoversWhatIsBeneath(t *testing.T) {
	s := play(t, 120, 40, sample(t), Options{})
	openSearched(s)
	s.press("x")
	// What the excluded registration led to in the LMS rests on nothing any more.
	s.sees("Excluded: Your registration in QLMS, and 3 beneath", "1 included, 5 excluded, 2 to decide", "○ certain   99%      results 77")
	wantCalls(t, s.desk.asked("Decide"),
		"Decide SAR-2026-0003 qlms/qlms-db/candidates/1017 rejected", "Decide SAR-2026-0003 qlms/qlms-db/claims/5001 rejected",
		"Decide SAR-2026-0003 qlms/qlms-db/claims/5002 rejected", "Decide SAR-2026-0003 qlms/qlms-db/claims/5003 rejected")
	s.press("n", "i", "n")
	s.sees("2 included, 5 excluded, 1 to decide", "to be decided: it rests on a record that is not included")
	s.press("i")
	s.sees("3 included, 5 excluded", "next: search again (s), export (e)")
	s.press("u")
	s.sees("1 to decide", "Decision taken back")
}

func TestDecisionsAreRecordedInOrderAndBeforeLeaving(t *testing.T) {
	f := sample(t)
	f.deciding = make(chan struct{})
	s := play(t, 80, 24, f, Options{})
	openSearched(s)
	s.press("down", "i", "x", "ctrl+c")
	s.sees("saving")
	f.deciding <- struct{}{}
	f.deciding <- struct{}{}
	s.tm.WaitFinished(t)
	wantCalls(t, f.asked("Decide"), "Decide SAR-2026-0003 qlms/qlms-db/candidates/2040 accepted", "Decide SAR-2026-0003 qlms/qlms-db/candidates/2040 rejected")
}

func TestSomeoneElsesAndMentions(t *testing.T) {
	s := play(t, 120, 40, sample(t), Options{})
	openSearched(s)
	s.press("down", "o")
	s.sees("Whose record is it?")
	s.press("enter") // nobody was named
	s.press("SAR-2026-0001")
	s.press("enter")
	s.sees("Excluded as someone else's: Your registration in QLMS", "excluded as someone else's", "SAR-2026-0001")
	s.press("a")
	s.sees("excluded as only a mention")
	wantCalls(t, s.desk.asked("Decide"), "Decide SAR-2026-0003 qlms/qlms-db/candidates/2040 someone else SAR-2026-0001",
		"Decide SAR-2026-0003 qlms/qlms-db/candidates/2040 mentions")
}

func TestNoPackageBeforeWhatWasIncludedIsFollowed(t *testing.T) {
	f := sample(t)
	f.behind = true
	s := play(t, 120, 40, f, Options{})
	openSearched(s)
	s.press("down", "i")
	s.sees("search again to find what it leads to")
	s.press("e")
	s.sees("Not yet", "press s to search again")
}

func TestDecisionThatFailsIsNotShown(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	s.desk.setFailure("Decide", errors.New("the journal is full: free some space, then decide again"))
	openSearched(s)
	s.press("down", "i")
	s.sees("The decision was not recorded", "free some space")
	s.press("esc")
	s.sees("1 to decide")
}

func TestLeavingDoesNotHideThatADecisionFailed(t *testing.T) {
	f := sample(t)
	f.deciding = make(chan struct{})
	f.setFailure("Decide", errors.New("the journal is full"))
	s := play(t, 80, 24, f, Options{})
	openSearched(s)
	s.press("i", "ctrl+c")
	s.sees("saving")
	f.deciding <- struct{}{}
	s.sees("The decision was not recorded")
	s.press("esc")
	s.sees("1 to decide")
}

func TestNextToDecideFindsWhatIsFolded(t *testing.T) {
	f := sample(t)
	found := f.findings["SAR-2026-0003"]
	found.Matches[2].Certain = false // a claim beneath the registration
	s := play(t, 80, 24, f, Options{})
	openSearched(s)
	s.press("n")
	s.sees("►○ possible  99%", "Your claims 5002")
	s.press("n")
	s.sees("►○ possible  62%")
	s.press("n")
	s.until("the claim again", func(frame string) bool { return strings.Contains(frame, "►○ possible  99%") })
}

func TestRecordIsShownOnlyWhenTheViewIsNoted(t *testing.T) {
	f := sample(t)
	f.noted = make(chan struct{})
	s := play(t, 120, 40, f, Options{})
	s.sees("SAR-2026-0003")
	s.press("down", "enter")
	s.sees("Your membership")
	s.lacks("Featherstone")
	s.press("down", "down", "down") // what is passed by is not seen, and not noted
	f.noted <- struct{}{}
	f.noted <- struct{}{}
	s.sees("told by")
	s.press("down", "down")
	f.noted <- struct{}{}
	s.sees("Robert")
	wantCalls(t, f.asked("Viewed"), "Viewed SAR-2026-0003 qlms/qlms-db/candidates/1017", "Viewed SAR-2026-0003 lms/lms-db/results/77,2",
		"Viewed SAR-2026-0003 prodrive/prodrive-db/contacts/310")
}

func TestMaskedRecordIsNotNotedUntilItIsUnmasked(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	openSearched(s)
	s.press("m", "enter")
	s.sees("First name              " + masked)
	if asked := s.desk.asked("Viewed"); len(asked) > 0 {
		t.Errorf("a masked record was noted as seen: %q", asked)
	}
	s.press("m")
	s.sees("First name              Jane")
	wantCalls(t, s.desk.asked("Viewed"), "Viewed SAR-2026-0003 qlms/qlms-db/candidates/1017")
	s.press("m", "m")
	s.until("the record again", func(string) bool { return len(s.desk.asked("Viewed")) == 2 })
}

func TestRecordIsNotShownWhenTheViewCannotBeNoted(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	s.desk.setFailure("Viewed", errors.New("the journal cannot be written"))
	openSearched(s)
	s.press("enter")
	s.sees("Not shown", "be written")
	s.lacks("First name ")
	s.desk.setFailure("Viewed", nil)
	s.press("esc", "down", "enter")
	s.sees("First name ")
}

func TestTenThousandMatchesStreamPastTheCursor(t *testing.T) {
	s := play(t, 120, 40, sample(t), Options{})
	s.sees("SAR-2026-0004")
	s.press("down", "down", "enter")
	s.sees("Not searched yet")
	s.press("s")
	s.tell(desk.Started{System: "prodrive", Title: "ProDrive"})
	one := func(system string, n int) desk.Match {
		return desk.Match{Label: "Row", SystemTitle: system, Match: locate.Match{Score: 0.9, Certain: n%2 == 0,
			Record: connectors.Record{Ref: ref(system, "rows", fmt.Sprint(n)), Fields: fields("A", fmt.Sprint(n))}}}
	}
	for n := range 100 {
		s.tell(one("prodrive", n))
	}
	s.sees("100 matches: 50 included, 50 to decide")
	s.press("tab", "down", "down")
	s.sees("►● certain   90%      Row 2 ")
	before := lineOf(s, "Row 2 ")
	for n := range 10_000 {
		s.tell(one("qlms", n)) // above the cursor
	}
	s.sees("10,100 matches", "►● certain   90%      Row 2 ")
	if after := lineOf(s, "►● "); after != before {
		t.Errorf("the cursor moved from line %d to %d", before, after)
	}
	close(s.desk.told)
	s.sees("Search ended: 10,100 matches", "next: decide 5,050 matches (n)")
}

func lineOf(s *stage, text string) int {
	frame, _ := s.m.look()
	return slices.IndexFunc(strings.Split(frame, "\n"), func(l string) bool { return strings.Contains(l, text) })
}

func TestResizeAtAnyMoment(t *testing.T) {
	s := play(t, 200, 50, sample(t), Options{})
	openSearched(s)
	for _, size := range []tea.WindowSizeMsg{{Width: 80, Height: 24}, {Width: 10, Height: 3}, {Width: 0, Height: 0}, {Width: 60, Height: 16},
		{Width: 131, Height: 21}, {Width: 300, Height: 100}, {Width: 96, Height: 17}} {
		for _, keys := range [][]string{{"tab"}, {"tab"}, {"?"}, {"esc"}, {"e"}, {"esc"}} {
			s.tm.Send(size)
			s.press(keys...)
			frame, _ := s.m.look()
			if size.Height == 0 {
				continue
			}
			lines := strings.Split(frame, "\n")
			if len(lines) != size.Height {
				t.Fatalf("%dx%d: %d lines", size.Width, size.Height, len(lines))
			}
			for _, l := range lines {
				if cells(l) != size.Width {
					t.Fatalf("%dx%d: a line of %d cells: %q", size.Width, size.Height, cells(l), l)
				}
			}
		}
	}
}

// hostile is text that would steer a terminal, or hide or reorder what is read on it.
const hostile = "\x1b[2J\x1b]0;owned\a\x1b]52;c;aGk=\x1b\\\u009b31m\u202egpj.exe\u2066\u200b\u200d\ufeff\x00\x7f\r\n\t\xff\xfe\x9b e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301 👩\u200d👩\u200d👧 山田 \U000e0041"

func TestKeysThatComeTogetherAndTextThatIsPasted(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	openSearched(s)
	s.tm.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("jx"), Paste: true})
	s.tm.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("jix")})
	s.sees("Excluded: Your registration in QLMS")
	wantCalls(t, s.desk.asked("Decide"), "Decide SAR-2026-0003 qlms/qlms-db/candidates/2040 accepted", "Decide SAR-2026-0003 qlms/qlms-db/candidates/2040 rejected")
	s.press("e")
	s.tm.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("\n.bak"), Paste: true})
	s.sees("SAR-2026-0003.zip .bak")
}

func TestSearchGoesOnBehindTheList(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	searchSample(s)
	s.press("esc")
	s.sees("searching")
	for _, m := range sampleMatches()[5:] {
		s.tell(m)
	}
	s.press("enter")
	s.sees("8 matches")
	for _, c := range sampleCoverage() {
		s.tell(c)
	}
	s.tell(desk.ErrPartly)
	close(s.desk.told)
	s.sees("5 of 8 systems searched, 1 by hand, 1 partly, 1 failed", "Search ended: 8 matches, 2 systems not fully searched", "next: decide 1 match (n)")
}

func TestSearchThatFails(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	searchSample(s)
	s.tell(fmt.Errorf("%w: another search of this request runs", desk.ErrRefused))
	close(s.desk.told)
	s.sees("The search failed", "another search")
	s.press("esc")
	s.sees("Search failed")
}

func TestSearchIsStopped(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	searchSample(s)
	s.press("e")
	s.sees("a search is running")
	s.press("esc", "s", "y")
	s.sees("Search stopped before its end")
}

func TestLeavingDuringASearchAsks(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	searchSample(s)
	s.press("q")
	s.sees("Quit and stop the search?")
	s.press("n", "ctrl+c")
	s.leave('y')
}

func TestStartsOnARequest(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{Request: "SAR-2026-0003"})
	s.sees("Your membership")
	s.press("esc")
	s.sees("► SAR-2026-0003")
}

func TestStartsOnARequestThatIsNone(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{Request: "SAR-1999-0001"})
	s.sees("there is no request SAR-1999-0001")
}

func TestExportThatFails(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	s.desk.setFailure("Export", errors.New("a file of that name exists: choose another name"))
	openSearched(s)
	s.press("e", "enter")
	s.sees("Nothing was written", "choose another name")
	s.press("esc")
	s.sees("Your registration")
	s.desk.setFailure("Export", nil)
	s.desk.setFailure("VerifyPackage", errors.New("the file ends too soon"))
	s.press("e", "-2", "enter")
	s.sees("do not hand it over", "the file ends too soon")
	wantCalls(t, s.desk.asked("Export"), "Export SAR-2026-0003 SAR-2026-0003.zip", "Export SAR-2026-0003 SAR-2026-0003.zip-2")
}

func TestExportThatIsEncrypted(t *testing.T) {
	s := play(t, 80, 24, sample(t), Options{})
	openSearched(s)
	s.press("e", "tab", "right", "right")
	s.sees("SAR-2026-0003.html", "as a page that decrypts itself")
	s.press("enter")
	s.sees("shown only here", "seven plain words")
	s.press("enter")
	s.sees("Your registration")
	s.lacks("seven plain words")
	wantCalls(t, s.desk.asked("Export"), "Export SAR-2026-0003 SAR-2026-0003.html html")
}

func TestFindingThatCannotBeRead(t *testing.T) {
	f := sample(t)
	f.setFailure("Finding", errors.New("the key of the request is gone"))
	s := play(t, 80, 24, f, Options{Request: "SAR-2026-0003"})
	s.sees("What was found cannot be read")
	f.setFailure("Finding", nil)
	s.press("r")
	s.sees("Your membership")
}
