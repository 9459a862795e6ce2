package tui

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/muesli/termenv"

	"dossier/act"
	"dossier/connectors"
	"dossier/desk"
)

// clean fails where the frame holds what could steer a terminal, or a line that is not as wide as the screen.
func (s *stage) clean() {
	s.t.Helper()
	s.note()
	frame, _ := s.m.look()
	for _, l := range strings.Split(frame, "\n") {
		if cells(l) != s.m.app.width {
			s.t.Errorf("a line of %d cells: %q", cells(l), l)
		}
		for _, r := range l {
			if !unicode.IsGraphic(r) || showsNothing(r) || r == '�' {
				s.t.Fatalf("%U reached the terminal in %q", r, l)
			}
		}
	}
}

func TestHostilePlansReachNoTerminal(t *testing.T) {
	f := actSample(sample(t))
	l := desk.PlanLine{SystemTitle: hostile, Label: hostile, Line: act.Line{Does: act.Anonymise, At: hostile, Why: hostile, Basis: connectors.Basis(hostile), Until: hostile,
		Record: connectors.Ref{System: hostile, Place: hostile, Entity: hostile, Key: []string{hostile}}, Todo: hostile, Steward: hostile, Due: hostile,
		Stays:  []act.Stay{{Field: hostile, Why: hostile}},
		Change: connectors.Change{Op: connectors.Update, Before: fields(hostile, hostile), After: fields(hostile, hostile)}}}
	f.line = func(n int) desk.PlanLine { l.N = n; return l }
	sum := f.sums["SAR-2026-0003/P1"]
	sum.Systems[0].Title, sum.Systems[0].Backup = hostile, hostile
	f.intent.Systems[0].Title, f.intent.Systems[0].Backup, f.intent.Approvals = hostile, hostile, hostile
	f.problems = []desk.PlanProblem{{Problem: act.Problem{System: hostile, Entity: hostile, Why: hostile}}}
	f.diffs = []desk.PlanDifference{{Before: &l, After: &l}}
	f.holds[1].Reason, f.holds[1].Operator = hostile, hostile
	f.tasks[0].What, f.tasks[0].Title, f.tasks[0].Steward, f.tasks[0].Records[0].Place = hostile, hostile, hostile, hostile
	f.log[0].What, f.log[0].Operator, f.log[0].Details = strings.ToValidUTF8(hostile, ""), hostile, []byte(hostile) // the journal keeps UTF-8
	f.log[3].Details = []byte(`{"a":"\u001b[2J\u202e"}`)
	f.checks[0].Findings[0].What, f.checks[0].Rights[0].Entity = hostile, hostile
	s := play(t, 200, 50, f, Options{})
	openSearched(s)
	s.press("p")
	s.sees("SAR-2026-0003/P1")
	s.press("n")
	s.sees("Despite")
	s.press("ctrl+s")
	s.sees("No plan was made")
	s.clean()
	s.press("esc", "enter")
	s.sees("9 lines: 3 deleted", "␛]52")
	s.clean()
	s.press("tab", "end")
	s.clean()
	s.press("a")
	s.sees("There is no undo")
	s.clean()
	s.press("esc")
	for _, k := range []string{"2", "3", "4", "5"} {
		s.press(k)
		s.sees("esc back")
		if k == "3" {
			s.press("c")
		}
		s.settle()
		s.clean()
		s.press("end", "tab")
		s.clean()
	}
	s.tm.Send(tea.WindowSizeMsg{Width: 80, Height: 24})
	s.settle()
	s.clean()
}

func TestMaskedPlansShowNoValues(t *testing.T) {
	s := play(t, 200, 50, actSample(sample(t)), Options{})
	openPlan(s)
	s.press("down")
	s.sees("Jane")
	s.press("m")
	s.sees("Before and after", masked)
	for _, value := range []string{"Jane", "Featherstone", "jane@example.org", " 1017"} {
		s.lacks(value)
	}
	s.press("2")
	s.sees("Records · 1")
	s.lacks("attendance lists.")
}

// TestEveryActKeyIsTold holds that each key of these screens stands in a help.
func TestEveryActKeyIsTold(t *testing.T) {
	s := play(t, 80, 24, actSample(sample(t)), Options{})
	openPlan(s)
	s.hold()
	a := s.m.app
	p := a.ui.acting["SAR-2026-0003/P1"]
	groups := slices.Concat(p.commands(), newPlans(a.ui, p.request).commands(), newTasks(a.ui, "").commands(), newEstate(a.ui).commands(), newHolds(a.ui).commands(),
		newLogPage(a.ui).commands(), newFigures(a.ui).commands(), []group{a.around(), {commands: told(a.ui.act.plans, a.ui.act.goOn, a.ui.act.accept)}})
	told := (&confirm{plan: p}).hints()
	for _, g := range groups {
		for _, c := range g.commands {
			told = append(told, c.key)
		}
	}
	allTold(t, *a.ui.act, told)
}

// allTold fails for each key of a key map that is not among those that are told.
func allTold(t *testing.T, keys any, told []key.Binding) {
	t.Helper()
	m := reflect.ValueOf(keys)
	for i := range m.NumField() {
		help := m.Field(i).FieldByName("help")
		if !slices.ContainsFunc(told, func(b key.Binding) bool {
			return b.Help().Key == help.FieldByName("Key").String() && b.Help().Desc == help.FieldByName("Desc").String()
		}) {
			t.Errorf("the key %s is told nowhere", m.Type().Field(i).Name)
		}
	}
}

// TestPlanColours holds the codes of a plan on dark and light terminals, and that without them each is the same text.
func TestPlanColours(t *testing.T) {
	plain := ""
	for _, test := range []struct {
		name    string
		profile termenv.Profile
		dark    bool
	}{{"none", termenv.Ascii, true}, {"dark", termenv.ANSI, true}, {"light", termenv.ANSI, false}} {
		t.Run(test.name, func(t *testing.T) {
			a := planned(t, 9, 140, 24)
			a.profile, a.dark = test.profile, !test.dark
			a.Update(tea.KeyMsg{Type: tea.KeyCtrlT}) // to the colours wanted
			frame := a.View()
			if test.name == "none" {
				plain = frame
			} else if ansi.Strip(frame) != plain {
				t.Error("without its codes the screen is not the one without colours")
			}
			golden.RequireEqualEscape(t, []byte(frame), true)
		})
	}
}

// planned returns the program on a plan with that many lines.
func planned(t testing.TB, lines, width, height int) *app {
	f := actSample(sample(t))
	const id = "SAR-2026-0003/P1"
	f.status[id].Lines = lines
	sum := f.sums[id]
	sum.Lines = lines
	o := newOffice(context.Background(), f)
	t.Cleanup(o.close)
	a := newApp(o, Options{Environ: []string{}, Output: &strings.Builder{}, Now: func() time.Time { return today }}.filled())
	a.Update(tea.WindowSizeMsg{Width: width, Height: height})
	a.Update(deliver(func(a *app) tea.Cmd {
		a.ui.openPlan(sampleRequests()[1], id, "", &sum)
		return nil
	}))
	p := a.ui.acting[id]
	a.Update(answerMsg{p, planStatusMsg{status: *f.status[id]}})
	page, err := f.PlanLines(context.Background(), id, 1, planPage)
	a.Update(answerMsg{p, linesMsg{0, page, err}})
	for _, e := range []desk.Event{desk.Begun{System: "qlms", Title: "QLMS", Changes: 2}, desk.Changing{System: "qlms", Changes: 2, Made: 1, Rate: 12, Seconds: 200},
		desk.SystemApplied{System: "lms", Title: "LMS", Ended: act.Refused, Changes: 2, Why: "UPDATE is denied"}} {
		p.stages.event(e, p.log)
	}
	a.View()
	return a
}

// TestPlanFrameAllocatesLittle holds what a frame of a plan of a million lines may allocate, unchanged and drawn afresh.
func TestPlanFrameAllocatesLittle(t *testing.T) {
	a := planned(t, 1_000_000, 200, 50)
	if n := testing.AllocsPerRun(10, func() { a.View() }); n > 0 {
		t.Errorf("a frame that did not change allocates %v times", n)
	}
	if n := testing.AllocsPerRun(10, func() { a.fresh = false; a.View() }); n > 1000 {
		t.Errorf("a frame drawn again allocates %v times", n)
	}
	down := tea.KeyMsg{Type: tea.KeyDown}
	if n := testing.AllocsPerRun(10, func() { a.Update(down); a.View() }); n > 2000 {
		t.Errorf("a key and its frame allocate %v times", n)
	}
}

func BenchmarkPlanFrame(b *testing.B) {
	a := planned(b, 1_000_000, 200, 50)
	b.ReportAllocs()
	for b.Loop() {
		a.fresh = false
		a.View()
	}
}

func TestLinesThatCannotBeRead(t *testing.T) {
	f := actSample(sample(t))
	f.setFailure("PlanLines", errors.New("the key of the request is gone"))
	f.setFailure("SumPlan", errors.New("it is not the plan that was sealed: somebody changed it; plan again"))
	s := play(t, 120, 40, f, Options{})
	openSearched(s)
	s.press("p")
	s.sees("SAR-2026-0003/P1")
	s.press("enter")
	s.sees("not the plan that was sealed: plan again", "The lines cannot be read: the key of the request is gone")
	s.press("a")
	s.sees("not what was sealed: plan again")
}

func TestApprovalThatFails(t *testing.T) {
	f := actSample(sample(t))
	f.setFailure("Approve", errors.New("this is signed with an operator's key, and nobody has one yet: make yours with dossier operator init"))
	s := play(t, 120, 40, f, Options{})
	openPlan(s)
	s.press("a")
	s.sees("There is no undo")
	s.press("SAR-2026-0003", "enter")
	s.sees("It was not approved", "operator init")
	s.press("esc")
	s.sees("next: approve (a)")
}
