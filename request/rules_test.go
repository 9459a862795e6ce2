package request

import (
	"strings"
	"testing"
	"time"

	"dossier/locate"
	"dossier/request/clock"
)

// What may follow what: the law's rules of a request's steps, one after the other.
func TestWhatMayFollow(t *testing.T) {
	feb := func(d int) clock.Day { return clock.On(2026, 2, d) }
	said := func(w What, d int) Step { return Step{What: w, Day: feb(d), Details: Details{Note: "so"}} }
	known := said(IdentityKnown, 1)
	sent := Step{What: Delivered, Day: feb(9), Details: Details{Way: Email, Checked: true, Channel: "telephone"}}
	same, noted := sent, sent
	same.Channel, noted.Note = "E-mail ", "a copy on paper"
	told := Step{What: Disclosed, Day: feb(9), Details: Details{To: "Kent Police, a court's order", Note: "the address"}}
	weighed := Step{What: Weighed, Day: feb(9), Details: Details{Ground: "overridden", Note: "a claim"}}
	authority := Step{What: AuthoritySeen, Day: feb(2), Details: Details{Evidence: []string{"court order"}, SeenBy: "Pat"}}
	marketing := Letter{Marketing: true}
	for name, c := range map[string]struct {
		kinds  []Kind
		letter Letter
		state  State
		before []Step
		step   Step
		err    string // "": it may follow
	}{
		"a package":                        {kinds: []Kind{Access}, state: Exported, before: []Step{known}, step: sent},
		"a package that was not written":   {kinds: []Kind{Access}, state: Searched, before: []Step{known}, step: sent, err: "no package was written"},
		"a copy on paper instead":          {kinds: []Kind{Access}, state: Searched, before: []Step{known}, step: noted},
		"a package to nobody knows whom":   {kinds: []Kind{Access}, state: Exported, step: sent, err: "has not been settled"},
		"a package and its password":       {kinds: []Kind{Access}, state: Exported, before: []Step{known}, step: same, err: "the same way"},
		"a package of an erasure":          {kinds: []Kind{Erase}, state: Exported, before: []Step{known}, step: sent, err: "nothing is handed over"},
		"extended":                         {kinds: []Kind{Access}, state: Open, step: said(Extended, 9)},
		"extended twice":                   {kinds: []Kind{Access}, state: Open, before: []Step{said(Extended, 8)}, step: said(Extended, 9), err: "extended once"},
		"an objection that is overridden":  {kinds: []Kind{Object}, state: Open, step: weighed},
		"marketing that goes on":           {kinds: []Kind{Object}, letter: marketing, state: Open, step: weighed, err: "absolute"},
		"an objection nobody weighed":      {kinds: []Kind{Object}, state: Open, step: said(Completed, 9), err: "was not weighed"},
		"an objection to marketing":        {kinds: []Kind{Object}, letter: marketing, state: Open, step: said(Completed, 9)},
		"a decision nobody reviewed":       {kinds: []Kind{ReviewAutomated}, state: Open, step: said(Completed, 9), err: "no person has reviewed"},
		"a package still owed":             {kinds: []Kind{Erase, Portability}, state: Exported, step: said(Completed, 9), err: "was not handed over"},
		"told by no authority":             {kinds: []Kind{DiscloseToOthers}, state: Searched, step: told, err: "authority"},
		"told by a court's order":          {kinds: []Kind{DiscloseToOthers}, state: Searched, before: []Step{authority}, step: told},
		"told unasked":                     {kinds: []Kind{Access}, state: Searched, before: []Step{known}, step: told, err: "nobody else asks"},
		"a complaint long after":           {kinds: []Kind{Access}, state: Closed, step: said(Complained, 20)},
		"a complaint about what is purged": {kinds: []Kind{Access}, state: Purged, step: said(Complained, 20), err: "was destroyed"},
		"a question when it is closed":     {kinds: []Kind{Access}, state: Closed, step: said(ClarificationAsked, 20), err: "record a new one"},
		"no complaint to acknowledge":      {kinds: []Kind{Access}, state: Open, step: said(ComplaintAcknowledged, 20), err: "no complaint"},
		"acknowledged twice":               {kinds: []Kind{Access}, state: Open, before: []Step{said(Complained, 8), said(ComplaintAcknowledged, 9)}, step: said(ComplaintAcknowledged, 20), err: "no complaint"},
		"progress, then the outcome":       {kinds: []Kind{Access}, state: Open, before: []Step{said(Complained, 8), said(ComplaintAcknowledged, 9), said(ComplaintProgress, 10)}, step: said(ComplaintAnswered, 20)},
		"an outcome before the complaint":  {kinds: []Kind{Access}, state: Open, before: []Step{said(Complained, 8)}, step: said(ComplaintAnswered, 7), err: "before the complaint"},
	} {
		t.Run(name, func(t *testing.T) {
			r := Request{ID: "SAR-2026-0001", Kind: c.kinds[0], Also: c.kinds[1:], Letter: c.letter, State: c.state, Steps: c.before,
				Received: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)}
			err := r.After(c.step, feb(28))
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Errorf("%v, want %q", err, c.err)
			}
		})
	}
}

// A fresh doubt counts more than what was seen before it.
func TestDoubtComesBack(t *testing.T) {
	r := Request{Kind: Access, Steps: []Step{{What: IdentitySeen}, {What: IdentityAsked}}}
	if r.Settled() == nil {
		t.Error("settled although evidence is awaited again")
	}
	if r.Steps = append(r.Steps, Step{What: IdentityKnown}); r.Settled() != nil {
		t.Error(r.Settled())
	}
}

func TestAControllerInstructs(t *testing.T) {
	now := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	r := Request{Kind: Access, Received: now, Operator: "Pat", Subject: locate.Subject{Controller: "Acme"}}
	if err := r.Check(now); err == nil || !strings.Contains(err.Error(), "record who instructs") {
		t.Errorf("without an instruction: %v", err)
	}
	if r.Instruction = (&Instruction{"Kim", "clause 4", clock.On(2026, 1, 30)}); r.Check(now) != nil || r.Settled() != nil {
		t.Error(r.Check(now), r.Settled())
	}
}

// The earliest complaint that waits is told, until it is answered.
func TestComplaintsWait(t *testing.T) {
	r := Request{Steps: []Step{{What: Complained, Day: 1}, {What: Complained, Day: 2}}}
	if s, is := r.Unacknowledged(); !is || s.Day != 1 {
		t.Errorf("%+v, %v", s, is)
	}
	r.Steps = append(r.Steps, Step{What: ComplaintAcknowledged, Day: 3})
	_, silent := r.Unacknowledged()
	if s, is := r.Complaint(); silent || !is || s.Day != 1 {
		t.Errorf("acknowledged: %+v, %v, %v", s, is, silent)
	}
	r.Steps = append(r.Steps, Step{What: ComplaintAnswered, Day: 4})
	if _, is := r.Complaint(); is {
		t.Error("answered, and open")
	}
}

// The clock of several rights in one letter is the earliest: it does not stop for a clarification.
func TestFactsOfSeveralKinds(t *testing.T) {
	steps := []Step{{What: ClarificationAsked, Day: clock.On(2026, 2, 3)}}
	r := Request{Kind: Access, Received: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Steps: steps}
	rule, err := clock.For("england-and-wales")
	if err != nil {
		t.Fatal(err)
	}
	if a, err := rule.Due(r.Facts()); err != nil || a.State != clock.Paused {
		t.Errorf("access alone: %+v, %v", a, err)
	}
	r.Also = []Kind{Erase}
	if a, err := rule.Due(r.Facts()); err != nil || a.Due != clock.On(2026, 3, 2) {
		t.Errorf("with an erasure: %+v, %v", a, err)
	}
}
