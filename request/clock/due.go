package clock

import (
	"errors"
	"fmt"
	"slices"
)

// Facts are what the count of a request depends on.
type Facts struct {
	Access         bool   // the request is one of access (Article 15): only its clock stops for a clarification
	Received       Day    // the day the request arrived, working or not, whoever it reached
	Evidence       []Wait // evidence of identity or authority that was reasonably asked for
	Fee            Wait   // the fee, where one may be charged
	Clarifications []Wait // what the person was asked about the scope, where it was reasonably required
	Extended       Day    // the day the notice of extension, with its reasons, reached the person
}

// Wait is something that was asked of the person. The zero Wait is nothing that was asked.
type Wait struct {
	Asked   Day
	Arrived Day // none while it is awaited
}

// State says whether the clock runs.
type State string

// The states of a clock.
const (
	NotStarted State = "not started" // evidence or a fee is awaited
	Running    State = "running"
	Paused     State = "paused" // a clarification is awaited
)

// Answer is the outcome of a count.
type Answer struct {
	State    State  `json:"state"`
	Start    Day    `json:"start,omitzero"`     // the day counted from; none before the clock starts
	Due      Day    `json:"due,omitzero"`       // the last day; none unless the clock runs
	NoticeBy Day    `json:"notice_by,omitzero"` // the last day for a notice of extension to reach the person
	Left     int    `json:"left,omitzero"`      // Paused: the days between the clarification's arrival and the last day
	Extended bool   `json:"extended,omitzero"`  // the notice was in time: two months are added
	Computed bool   `json:"computed,omitzero"`  // the bank holidays were computed, because none are published for that year
	Steps    []Step `json:"steps"`
}

// Part says what a step of the derivation decides.
type Part string

// The parts of a derivation, in their order. A pause after the first month follows the extension.
const (
	StepReceived  Part = "received"
	StepStart     Part = "start"
	StepRule      Part = "rule"
	StepPause     Part = "pause"
	StepExtension Part = "extension"
	StepRoll      Part = "roll"
	StepCalendar  Part = "calendar" // what the public holidays rest on, where that is unsure
)

// Step is one step of the derivation: what was decided, the day reached by it and the reason in words.
type Step struct {
	Part Part   `json:"part"`
	Day  Day    `json:"day,omitzero"`
	Text string `json:"text"`
}

func (a *Answer) step(part Part, day Day, format string, args ...any) {
	a.Steps = append(a.Steps, Step{part, day, fmt.Sprintf(format, args...)})
}

// check returns an error that tells which facts contradict each other.
func (f Facts) check() error {
	if f.Received == 0 {
		return errors.New("the day on which the request was received is missing")
	}
	var errs []error
	wait := func(what string, w Wait) {
		switch {
		case w.Asked == 0 && w.Arrived != 0:
			errs = append(errs, fmt.Errorf("%s arrived on %s, but the day on which it was asked for is missing", what, w.Arrived))
		case w.Asked != 0 && w.Asked < f.Received:
			errs = append(errs, fmt.Errorf("%s was asked for on %s, before the request was received on %s", what, w.Asked, f.Received))
		case w.Arrived != 0 && w.Arrived < w.Asked:
			errs = append(errs, fmt.Errorf("%s arrived on %s, before it was asked for on %s", what, w.Arrived, w.Asked))
		}
	}
	for _, w := range f.Evidence {
		wait("evidence", w)
	}
	wait("the fee", f.Fee)
	for _, w := range f.Clarifications {
		wait("a clarification", w)
	}
	if f.Extended != 0 && f.Extended < f.Received {
		errs = append(errs, fmt.Errorf("the notice of extension was given on %s, before the request was received on %s", f.Extended, f.Received))
	}
	return errors.Join(errs...)
}

// Due counts the days of a request: one month from the start, longer by the pauses, three months where it
// was extended in time, on to the next working day. The error names the facts that contradict each other.
//
// The start is the latest of the request, the evidence and the fee (Article 12A(2) UK GDPR). What was asked
// for only after the month had run out does not start it again.
//
// A pause lasts from the day a clarification was asked for to the day it arrived: asked on the 5th and
// answered on the 8th, three days do not count, and answered on the 5th, none (Article 12A UK GDPR; the EDPB's
// Guidelines 01/2022, section 5.3, where recital 63 applies). Days of two pauses count once.
//
// The notice of extension must reach the person within the first month, made longer by the pauses in it and
// not rolled on; later it extends nothing.
func (r Rule) Due(f Facts) (Answer, error) {
	if err := f.check(); err != nil {
		return Answer{}, err
	}
	a := Answer{State: Running}
	a.step(StepReceived, f.Received, "The request was received on %s.", f.Received.Long())
	if !r.start(&a, f) {
		return a, nil
	}
	last := a.Start.AddMonths(1)
	a.step(StepRule, last, "%s", r.month(a.Start, last))

	p := pauses{awaited: slices.Clone(f.Clarifications), stood: a.Start}
	slices.SortFunc(p.awaited, func(x, y Wait) int { return int(x.Asked - y.Asked) })
	if !f.Access {
		p.without(&a)
	}
	last = p.during(&a, last)
	if a.State == Running {
		a.NoticeBy = last
	}
	last = p.during(&a, r.extend(&a, f, last, p.days))
	p.late(&a, last)
	if a.State == Paused {
		a.Left = int(last - p.stood)
		a.step(StepRoll, 0, "No due date can be named yet: the last day is %s after the day the clarification arrives.", days(a.Left))
		return a, nil
	}
	r.end(&a, last)
	return a, nil
}
