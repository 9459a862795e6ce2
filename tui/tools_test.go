package tui

import (
	"errors"
	"fmt"
	"testing"

	"dossier/desk"
	"dossier/export"
)

func openTools(s *stage) { openHouse(s, "0", "Check a package") }

// subjectSample returns a desk that finds what the sample has, for a search without a request.
func subjectSample(f *fakeDesk) *fakeDesk {
	for _, c := range sampleCoverage() {
		f.locating = append(f.locating, desk.Started{System: c.System, Title: c.Title, Time: today}, c)
	}
	for _, m := range sampleMatches() {
		f.locating = append(f.locating, m)
	}
	f.locating = append(f.locating, desk.Done{Systems: 8, Partly: 2, Records: 8}, fmt.Errorf("%w: 360 System, Websites", desk.ErrPartly))
	return f
}

func openSubject(s *stage) {
	openTools(s)
	s.press("enter")
	s.sees("Search for a person without a request")
	s.press("whether SAR-2026-0001 was answered whole", "tab", "Jane", "ctrl+s")
	s.sees(" by hand, by their stewards, ")
}

func TestSearchWithoutARequest(t *testing.T) {
	s := play(t, 200, 50, subjectSample(houseSample(sample(t))), Options{})
	openTools(s)
	s.press("enter")
	s.sees("Search for a person without a request")
	s.press("ctrl+s")
	s.sees("Why: is needed")
	s.press("an audit", "ctrl+s")
	s.sees("fill in at least one identifier")
	s.press("esc")
	openSubjectAgain(s)
	s.sees("Candidate number")
	s.lacks("Featherstone")
	s.press("m")
	s.sees("Featherstone")
	wantCalls(t, s.desk.asked("Unmasked"), "Unmasked")
	s.press("tab", "tab", "down")
	s.sees("━━ Systems")
	s.press("esc")
	s.sees("━━ Tools")
	if got := s.desk.asked("LocateSubject"); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

func openSubjectAgain(s *stage) {
	s.sees("━━ Tools")
	s.press("enter")
	s.sees("Search for a person without a request")
	s.press("an audit", "tab", "Jane", "ctrl+s")
	s.sees(" by hand, by their stewards, ")
}

func TestPackageIsChecked(t *testing.T) {
	f := houseSample(sample(t))
	f.packed = export.Report{Files: 14, Records: 7, Entries: 3}
	f.packed.Manifest.Request.ID = "SAR-2026-0001"
	s := play(t, 120, 40, f, Options{})
	openTools(s)
	s.press("down", "enter")
	s.sees("Check a package")
	s.press("own.zip.age", "tab", "tab", "seven words", "enter")
	s.sees("● it is as it was written", "14 files and 7 records", "3 entries of the action log", "the package of SAR-2026-0001")
	s.lacks("seven words")
	wantCalls(t, f.asked("CheckPackage"), `CheckPackage own.zip.age "" 11`)
	f.packed.Problems = []string{"data/qlms.json: its sum is another"}
	s.press("esc", "enter")
	s.sees("Check a package")
	s.press("own.zip", "ctrl+s")
	s.sees("do not hand it over", "its sum is another")
	f.setFailure("CheckPackage", errors.New("the package cannot be read: there is no such file"))
	s.press("esc", "enter")
	s.sees("Check a package")
	s.press("none.zip", "ctrl+s")
	s.sees("× it did not come to its end", "there is no such file")
}

func TestCertificateIsChecked(t *testing.T) {
	f := houseSample(sample(t))
	s := play(t, 120, 40, f, Options{})
	openTools(s)
	s.press("down", "down", "enter")
	s.sees("Check a certificate")
	s.press("certificate.json", "ctrl+s")
	s.sees("● It was issued, and is as it was: the certificate of SAR-2026-0003/P1, erasure", "complete, of 21 Nov 2026")
	wantCalls(t, f.asked("CheckCertificate"), `CheckCertificate certificate.json ""`)
}

func TestMatchingIsTaughtAndMeasured(t *testing.T) {
	f := houseSample(sample(t))
	f.setFailure("TrainMatching", fmt.Errorf("%w: LMS does not answer; what was learnt of the others is kept", desk.ErrPartly))
	s := play(t, 120, 40, f, Options{})
	openTools(s)
	s.press("end", "up", "enter")
	s.sees("Teach matching from the records?")
	s.press("y")
	s.sees("▲ learnt from 48,210 records", "One record of 1,205", "LMS does not answer")
	s.press("esc", "down", "enter")
	s.sees("Truth")
	s.press("ctrl+s")
	s.sees("name either a truth, or a table with its map")
	s.press("esc", "enter", "truth.jsonl", "tab", "tab", "tab", "20", "tab", "right", "ctrl+s")
	s.sees("● 20 people searched for")
	wantCalls(t, f.asked("MeasureTruth"), "MeasureTruth truth.jsonl 20 true false")
	s.press("esc", "enter", "tab", "a.csv; b.csv", "tab", "map.toml", "ctrl+s")
	s.sees("● 300 rows compared")
	wantCalls(t, f.asked("MeasureTable"), "MeasureTable map.toml 2 0")
}
