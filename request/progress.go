package request

import (
	"errors"
	"fmt"

	"dossier/request/clock"
)

// Facts are what the clock of a request depends on.
func (r Request) Facts() clock.Facts {
	f := clock.Facts{Access: r.Kind == Access && len(r.Also) == 0, Received: clock.DayOf(r.Received)}
	wait := func(asked What, arrived ...What) (waits []clock.Wait) {
		for _, s := range r.Steps {
			open := len(waits) > 0 && waits[len(waits)-1].Arrived == 0
			switch {
			case s.What == asked && !open:
				waits = append(waits, clock.Wait{Asked: s.Day})
			case open && s.isOne(arrived):
				waits[len(waits)-1].Arrived = s.Day
			}
		}
		return waits
	}
	f.Evidence = append(wait(IdentityAsked, IdentitySeen, IdentityKnown, IdentityOverridden), wait(AuthorityAsked, AuthoritySeen, IdentityOverridden)...)
	f.Clarifications = wait(ClarificationAsked, Clarified)
	if fees := wait(FeeAsked, FeePaid); len(fees) > 0 {
		f.Fee = fees[len(fees)-1]
	}
	if s, ok := r.Last(Extended); ok {
		f.Extended = s.Day
	}
	return f
}

func (s Step) isOne(whats []What) bool {
	for _, w := range whats {
		if s.What == w {
			return true
		}
	}
	return false
}

// Settled returns nil where it is settled who asks, and by what right; else what is missing. A controller's instruction settles it where the
// data is held for one, and an objection to marketing needs nothing.
func (r Request) Settled() error {
	switch {
	case r.Instruction != nil, r.Did(IdentityOverridden), r.Kind == Object && len(r.Also) == 0:
		return nil // nothing of what was found leaves for an objection
	case r.Kind == DiscloseToOthers:
		if !r.stands(AuthorityAsked, AuthoritySeen) {
			return errors.New("the authority of who asks to be told is not recorded: see dossier request identity")
		}
		return nil
	case !r.stands(IdentityAsked, IdentitySeen, IdentityKnown):
		return errors.New("who the person is has not been settled: record the evidence that was seen, or that they are known to us, with dossier request identity")
	case r.OnBehalf != nil && !r.stands(AuthorityAsked, AuthoritySeen):
		return fmt.Errorf("somebody asks on behalf of the person, and their %s has not been seen: record it with dossier request identity", r.OnBehalf.Authority)
	}
	return nil
}

// stands reports whether something was shown, and was not doubted and asked for again since.
func (r Request) stands(asked What, shown ...What) bool {
	last, _ := r.Last(append(shown, asked)...)
	return last.isOne(shown)
}

// Next is what is to be done about a request, and by whom.
type Next struct {
	Do      string `json:"do"`
	Awaited string `json:"awaited"` // "us", "the person", or "nobody" where nothing is left
}

// Us, ThePerson and Nobody are who a request waits for.
const (
	Us        = "us"
	ThePerson = "the person"
	Nobody    = "nobody"
)

// Next returns what is to be done next.
func (r Request) Next() Next {
	_, unacknowledged := r.Unacknowledged()
	_, unanswered := r.Complaint()
	facts := r.Facts()
	awaited := func(waits []clock.Wait) bool { return len(waits) > 0 && waits[len(waits)-1].Arrived == 0 }
	switch {
	case unacknowledged:
		return Next{"acknowledge the complaint", Us}
	case unanswered:
		return Next{"answer the complaint", Us}
	case r.State.Ended():
		return Next{"nothing is left to do", Nobody}
	case r.Over():
		return Next{"close the request", Us}
	case awaited(facts.Evidence):
		return Next{"wait for the evidence of identity or authority", ThePerson}
	case facts.Fee.Asked != 0 && facts.Fee.Arrived == 0:
		return Next{"wait for the fee", ThePerson}
	case awaited(facts.Clarifications):
		return Next{"wait for the clarification", ThePerson}
	case r.Settled() != nil:
		return Next{"settle who the person is", Us}
	case r.State == Open:
		return Next{"search the systems", Us}
	case r.Owed() && r.State == Searched:
		return Next{"decide, release and export", Us}
	case r.Owed():
		return Next{"hand the package over", Us}
	}
	for _, k := range r.Asks() {
		switch k {
		case Object:
			switch {
			case r.Marketing:
				return Next{"stop the marketing: plan, approve and apply", Us}
			case !r.Did(Weighed):
				return Next{"restrict the processing, and weigh the objection", Us}
			}
		case ReviewAutomated:
			if !r.Did(Reviewed) {
				return Next{"have a person review the decision", Us}
			}
		case DiscloseToOthers:
			if !r.Did(Disclosed) {
				return Next{"decide what is disclosed", Us}
			}
		case Rectify, Restrict, Erase, WithdrawConsent:
			return Next{"plan, approve and apply", Us}
		}
	}
	return Next{"complete the request", Us}
}
