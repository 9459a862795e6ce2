package clock

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// randomFacts draws facts that do not contradict each other, with nothing still awaited.
func randomFacts(t *rapid.T) Facts {
	f := Facts{
		Access:   rapid.Bool().Draw(t, "access"),
		Received: Day(rapid.IntRange(int(On(2015, time.January, 1)), int(On(2045, time.December, 31))).Draw(t, "received")),
	}
	wait := rapid.Custom(func(t *rapid.T) Wait {
		asked := f.Received + Day(rapid.IntRange(0, 120).Draw(t, "asked"))
		return Wait{asked, asked + Day(rapid.IntRange(0, 60).Draw(t, "arrived"))}
	})
	f.Evidence = rapid.SliceOfN(wait, 0, 2).Draw(t, "evidence")
	if rapid.Bool().Draw(t, "fee") {
		f.Fee = wait.Draw(t, "fee")
	}
	f.Clarifications = rapid.SliceOfN(wait, 0, 4).Draw(t, "clarifications")
	if rapid.Bool().Draw(t, "extended") {
		f.Extended = f.Received + Day(rapid.IntRange(0, 90).Draw(t, "notice"))
	}
	return f
}

func randomRule(t *rapid.T) Rule {
	day := rapid.Map(rapid.IntRange(int(On(2015, time.January, 1)), int(On(2046, time.December, 31))), func(n int) Day { return Day(n) })
	r, err := For(rapid.SampledFrom(Names).Draw(t, "rule"), rapid.SliceOfN(day, 0, 20).Draw(t, "holidays")...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func due(t *rapid.T, r Rule, f Facts) Answer {
	a, err := r.Due(f)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestDueDates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, f := randomRule(t), randomFacts(t)
		a := due(t, r, f)
		months := 1
		if a.Extended {
			months = 3
		}
		switch {
		case a.State != Running:
			t.Fatalf("nothing is awaited, and the clock is %s", a.State)
		case a.Start < f.Received:
			t.Fatalf("starts on %s, before %s", a.Start, f.Received)
		case a.Due < a.Start.AddMonths(months):
			t.Fatalf("due %s, before the corresponding date %s", a.Due, a.Start.AddMonths(months))
		case !r.Working(a.Due):
			t.Fatalf("due on %s, no working day", a.Due.Long())
		case a.NoticeBy < a.Start.AddMonths(1) || a.NoticeBy > a.Due:
			t.Fatalf("notice by %s, due %s", a.NoticeBy, a.Due)
		case a.Extended && f.Extended > a.NoticeBy:
			t.Fatalf("extended on %s, after %s", f.Extended, a.NoticeBy)
		case a.Steps[len(a.Steps)-1].Text == "" || a.Steps[0].Part != StepReceived:
			t.Fatalf("steps %+v", a.Steps)
		}
		longest := a.Start.AddMonths(months)
		for _, w := range f.Clarifications {
			longest += w.Arrived - w.Asked
		}
		if last := lastDay(a); last > longest || !f.Access && last != a.Start.AddMonths(months) {
			t.Fatalf("the last day is %s, and can't be after %s", last, longest)
		}
	})
}

// lastDay returns the last day before it was rolled on.
func lastDay(a Answer) Day {
	var last Day
	for _, s := range a.Steps {
		if s.Part != StepRoll && s.Part != StepCalendar && s.Part != StepReceived && s.Part != StepStart && s.Day != 0 {
			last = s.Day
		}
	}
	return last
}

func TestMoreFactsNeverShorten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, f := randomRule(t), randomFacts(t)
		whole := due(t, r, f)

		fewer := f
		fewer.Clarifications = nil
		without := due(t, r, fewer)
		if without.Due > whole.Due || without.NoticeBy > whole.NoticeBy {
			t.Fatalf("due %s without pauses, %s with them", without.Due, whole.Due)
		}
		fewer = f
		fewer.Extended = 0
		if short := due(t, r, fewer); short.Due > whole.Due || short.NoticeBy != whole.NoticeBy {
			t.Fatalf("due %s without the extension, %s with it", short.Due, whole.Due)
		}
		shuffled := f
		shuffled.Clarifications = rapid.Permutation(f.Clarifications).Draw(t, "order")
		shuffled.Evidence = rapid.Permutation(f.Evidence).Draw(t, "order of evidence")
		if again := due(t, r, shuffled); again.Due != whole.Due || again.NoticeBy != whole.NoticeBy {
			t.Fatalf("the order of the facts changes %s to %s", whole.Due, again.Due)
		}
	})
}

// TestAnAwaitedClarification: while it is awaited no day can be named, and the days left are kept.
func TestAnAwaitedClarification(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, f := randomRule(t), randomFacts(t)
		f.Access = true
		f.Clarifications = slices.DeleteFunc(f.Clarifications, func(w Wait) bool { return w.Arrived == w.Asked })
		if len(f.Clarifications) == 0 {
			return
		}
		open := slices.Clone(f.Clarifications)
		slices.SortFunc(open, func(x, y Wait) int { return int(x.Asked - y.Asked) })
		end := len(open) - 1
		open[end].Arrived = 0
		f.Clarifications = open // the last one to be asked is awaited
		a := due(t, r, f)
		if a.State == Running {
			return // asked after the last day
		}
		if a.State != Paused || a.Due != 0 || a.Left < 0 {
			t.Fatalf("%+v", a)
		}
		arrived := slices.MaxFunc(open, func(x, y Wait) int { return int(x.Arrived - y.Arrived) }).Arrived
		arrived = max(arrived, open[end].Asked, a.Start, f.Extended) + Day(rapid.IntRange(0, 90).Draw(t, "arrives after"))
		f.Clarifications = slices.Clone(open)
		f.Clarifications[end].Arrived = arrived
		if then := due(t, r, f); then.Due != r.roll(arrived+Day(a.Left)) {
			t.Fatalf("%d days were left when it arrived on %s, and the request is due on %s", a.Left, arrived, then.Due)
		}
	})
}
