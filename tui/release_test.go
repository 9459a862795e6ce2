package tui

import (
	"context"
	"fmt"
	"iter"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// fakeReleases is the part of the fake desk that tells what leaves.
type fakeReleases struct {
	leaving  []desk.Event
	approved string // the digest that was approved
}

func (f *fakeDesk) Release(_ context.Context, id string, _ desk.Scope) iter.Seq2[desk.Event, error] {
	return func(yield func(desk.Event, error) bool) {
		f.note("Release %s", id)
		if err := f.failure("Release"); err != nil {
			yield(nil, err)
			return
		}
		f.mu.Lock()
		list, approved := f.leaving, f.approved
		f.mu.Unlock()
		total := desk.ReleaseTotal{Request: id, Digest: fmt.Sprintf("access:%d", len(list))}
		for _, e := range list {
			switch e.(type) {
			case desk.Leaving:
				total.Records++
			case desk.HeldBack:
				total.Withheld++
			case desk.Suggested:
				total.Suggestions++
			case desk.Unread:
				total.Unread++
			}
			if !yield(e, nil) {
				return
			}
		}
		if approved != "" {
			total.Approved = &desk.ReleaseApproval{Operator: "Pat", Time: today}
			total.Changed = approved != total.Digest
		}
		yield(total, nil)
	}
}

func (f *fakeDesk) ApproveRelease(_ context.Context, id, digest string) error {
	f.note("ApproveRelease %s %s", id, digest)
	if err := f.failure("ApproveRelease"); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.approved = digest
	return nil
}

func (f *fakeDesk) Redact(_ context.Context, id string, n desk.NewRedaction) (desk.Withholding, error) {
	f.note("Redact %s %s %s %q %v %s", id, n.Record, n.Field, n.Passage, n.Here, n.Reason)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.leaving = append(f.leaving, desk.HeldBack{By: 7, System: "qlms", SystemTitle: "QLMS", Label: "Your registration", Field: n.Field, Reason: n.Reason, Records: 1})
	return desk.Withholding{}, f.fail["Redact"]
}

func (f *fakeDesk) Exempt(_ context.Context, id string, n desk.NewExemption) (desk.Withholding, error) {
	f.note("Exempt %s %v %s %s %s %v %s", id, n.Record, n.System, n.Entity, n.Field, n.Rights, n.Reason)
	return desk.Withholding{}, f.failure("Exempt")
}

func (f *fakeDesk) TakeBack(_ context.Context, id string, n int) error {
	f.note("TakeBack %s %d", id, n)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.leaving = f.leaving[:len(f.leaving)-1]
	return nil
}

// sampleRelease is what leaves of the sample.
func sampleRelease() []desk.Event {
	one := ref("qlms", "candidates", "1017")
	return []desk.Event{
		desk.Leaving{Record: one, Label: "Your registration", SystemTitle: "QLMS", Fields: fields("Forename", "Jane", "Notes", "Rang with Robert Kettle.", "ScriptText", "[withheld]"),
			Withheld: []desk.HeldBack{{System: "qlms", SystemTitle: "QLMS", Label: "Your registration", Field: "ScriptText", FieldLabel: "Examination script", Reason: "examination script", Records: 1}}},
		desk.Suggested{Record: one, Field: "Notes", FieldLabel: "Notes", From: 10, To: 23, Passage: "Robert Kettle", Why: "looks like a name, and is not the person's"},
		desk.Leaving{Record: ref("lms", "results", "77", "2"), Label: "results", SystemTitle: "LMS", Fields: fields("Score", "81")},
		desk.Unread{Record: one, Field: "Photo", Why: "a picture"},
		desk.HeldBack{System: "qlms", SystemTitle: "QLMS", Label: "Your registration", FieldLabel: "Examination script", Reason: "examination script", Records: 1},
	}
}

// openReleased opens what leaves for the request that was searched.
func openReleased(s *stage) {
	s.desk.mu.Lock()
	s.desk.leaving = sampleRelease()
	s.desk.mu.Unlock()
	openSearched(s)
	s.press("v")
	s.sees("2 records leave, 1 withheld", "not approved")
}

func TestReleaseIsSeenRedactedAndApproved(t *testing.T) {
	s := play(t, 120, 40, sample(t), Options{})
	openReleased(s)
	s.press("n", "r")
	s.sees("Redact ━", "Robert Kettle")
	s.press("about another person", "ctrl+s")
	s.sees("2 records leave, 2 withheld")
	s.press("G")
	s.sees("decision 7 of this request")
	s.press("u", "enter")
	s.sees("2 records leave, 1 withheld")
	s.press("g", "w")
	s.sees("Withhold ━")
	s.press("right", "down", "down", "ctrl+u", "access; portability", "down", "legal privilege", "enter")
	s.until("Exempt", func(string) bool { return len(s.desk.asked("Exempt")) > 0 })
	s.sees("not approved")
	s.press("a")
	s.sees("Approve what leaves for SAR-2026-0003", "! 1 name of others would leave", "! 1 content cannot be read")
	s.press("enter")
	s.sees("is not what must be typed")
	s.press("SAR-2026-0003", "enter")
	s.sees("● approved by Pat on 21 Nov 2026")
	s.desk.mu.Lock()
	s.desk.leaving = s.desk.leaving[:3]
	s.desk.mu.Unlock()
	s.press("f") // no key
	s.tm.Send(deliver(func(a *app) tea.Cmd { return a.top().(*release).enter() }))
	s.sees("changed since Pat approved it")
	wantCalls(t, s.desk.asked("Redact"), `Redact SAR-2026-0003 qlms/qlms-db/candidates/1017 Notes "Robert Kettle" false about another person`)
	wantCalls(t, s.desk.asked("Exempt"), "Exempt SAR-2026-0003 <nil> qlms candidates  [access portability] legal privilege")
	wantCalls(t, s.desk.asked("ApproveRelease"), "ApproveRelease SAR-2026-0003 access:5")
	wantCalls(t, s.desk.asked("TakeBack"), "TakeBack SAR-2026-0003 7")
}

func TestExportBeforeTheReleaseIsApproved(t *testing.T) {
	f := sample(t)
	f.leaving = sampleRelease()
	f.setFailure("Export", fmt.Errorf("%w: nobody has approved what leaves", desk.ErrWaiting))
	s := play(t, 80, 24, f, Options{})
	openSearched(s)
	s.press("e", "enter")
	s.sees("Nobody has approved what leaves", "Look at it now?")
	s.press("y")
	s.sees("2 records leave, 1 withheld", "not approved")
	s.press("esc")
	s.sees("Your registration")
}

func TestRedactInTheRequest(t *testing.T) {
	s := play(t, 120, 40, sample(t), Options{})
	openSearched(s)
	s.press("r", "right", "right", "down", "down", "of another", "enter", "right", "enter")
	s.sees("Redacted in Your registration of QLMS")
	s.press("w", "right", "right", "down", "down", "down", "negotiations", "enter")
	s.sees("Withheld of Your registration of QLMS")
	wantCalls(t, s.desk.asked("Redact"), `Redact SAR-2026-0003 qlms/qlms-db/candidates/1017 Forename "" true of another`)
	wantCalls(t, s.desk.asked("Exempt"), "Exempt SAR-2026-0003 <nil> qlms   [access] negotiations")
}
