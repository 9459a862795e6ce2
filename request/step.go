package request

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dossier/request/clock"
)

// Step is one thing that happened to a request after it arrived.
type Step struct {
	N        int       `json:"n"` // from 1
	What     What      `json:"what"`
	Day      clock.Day `json:"day"`      // the day it happened
	Noted    time.Time `json:"noted"`    // when it was recorded
	Operator string    `json:"operator"` // who recorded it
	Details
}

// Details are what of a step may be personal data. Which are needed depends on what happened, see After.
type Details struct {
	Note     string   `json:"note,omitempty"`     // the question, the answer, the reason or the outcome, in words
	Evidence []string `json:"evidence,omitempty"` // kinds: see Evidence. Copies are not kept
	SeenBy   string   `json:"seen_by,omitempty"`  // who saw the evidence
	Way      Way      `json:"way,omitempty"`      // how something was handed over
	Checked  bool     `json:"checked,omitempty"`  // the address was checked
	Channel  string   `json:"channel,omitempty"`  // by which other way the password went
	Ground   string   `json:"ground,omitempty"`   // refused: see RefusalGrounds; weighed: "upheld" or "overridden"
	To       string   `json:"to,omitempty"`       // disclosed: to whom, and under what authority
}

// What is the kind of a step.
type What string

// The kinds of steps.
const (
	IdentityAsked         What = "identity asked for"
	IdentitySeen          What = "identity seen"
	IdentityKnown         What = "identity known to us"
	IdentityOverridden    What = "identity overridden"
	AuthorityAsked        What = "authority asked for"
	AuthoritySeen         What = "authority seen"
	FeeAsked              What = "fee asked for"
	FeePaid               What = "fee paid"
	ClarificationAsked    What = "clarification asked for"
	Clarified             What = "clarified"
	Extended              What = "extended"
	Refused               What = "refused"
	Withdrawn             What = "withdrawn"
	Delivered             What = "delivered"
	Weighed               What = "weighed"   // an objection
	Reviewed              What = "reviewed"  // an automated decision, by a person
	Disclosed             What = "disclosed" // to a third party
	Completed             What = "completed"
	Complained            What = "complained"
	ComplaintAcknowledged What = "complaint acknowledged"
	ComplaintAnswered     What = "complaint answered"
)

// Evidence lists what identity, and authority, can be shown by.
var Evidence = []string{"passport", "photo driving licence", "utility bill", "birth certificate", "marriage certificate", "P45 or P60",
	"letter of authority", "power of attorney", "court order", "other"}

// RefusalGrounds are the only grounds for refusing a request, or charging for it (Article 12A and 12(5) of the UK GDPR).
var RefusalGrounds = []string{"manifestly unfounded", "manifestly excessive"}

// pairs tells which step waits for which, and what is to be said where one comes without the other.
var pairs = map[What]What{
	FeePaid: FeeAsked, Clarified: ClarificationAsked, ComplaintAcknowledged: Complained, ComplaintAnswered: Complained,
}

// Last returns the last step of one of the kinds.
func (r Request) Last(whats ...What) (Step, bool) {
	for _, s := range slices.Backward(r.Steps) {
		if slices.Contains(whats, s.What) {
			return s, true
		}
	}
	return Step{}, false
}

// Did reports whether there was a step of one of the kinds.
func (r Request) Did(whats ...What) bool {
	_, did := r.Last(whats...)
	return did
}

// Over reports whether the request was refused, withdrawn or completed.
func (r Request) Over() bool { return r.State.Ended() || r.Did(Refused, Withdrawn, Completed) }

// Owed reports whether a package is asked for and was not handed over yet: until then nothing may be erased (Data Protection Act
// 2018, section 173).
func (r Request) Owed() bool {
	return r.Wants(Access, Portability) && !r.Over() && !r.Did(Delivered)
}

// After returns why a step cannot follow those of the request: a fact is missing, it is of the future, or nothing waits for it. today is the
// day at the organisation.
func (r Request) After(s Step, today clock.Day) error {
	received := clock.DayOf(r.Received)
	switch {
	case r.State.Ended():
		return fmt.Errorf("the request %s is %s: record a new one", r.ID, r.State)
	case r.Did(Refused, Withdrawn, Completed) && !slices.Contains([]What{Complained, ComplaintAcknowledged, ComplaintAnswered}, s.What):
		return fmt.Errorf("the request %s is over: only a complaint can follow", r.ID)
	case s.Day == 0:
		return errors.New("the day on which it happened is missing")
	case s.Day < received:
		return fmt.Errorf("%s is before the request was received on %s", s.Day, received)
	case s.Day > today:
		return fmt.Errorf("%s is yet to come: record it when it has happened", s.Day)
	}
	if asked, waits := pairs[s.What]; waits {
		before, did := r.Last(asked, s.What)
		if !did || before.What == s.What {
			return fmt.Errorf("nothing waits for that: record first that it was %s", asked)
		}
		if s.Day < before.Day {
			return fmt.Errorf("%s is before it was %s on %s", s.Day, asked, before.Day)
		}
	}
	return s.check(r)
}

// check returns what is missing in a step.
func (s Step) check(r Request) error {
	needs := func(given bool, what string) error {
		if given {
			return nil
		}
		return errors.New(what)
	}
	noted := strings.TrimSpace(s.Note) != ""
	switch s.What {
	case IdentityAsked, ClarificationAsked:
		if last, _ := r.Last(ClarificationAsked, Clarified); s.What == ClarificationAsked && last.What == ClarificationAsked {
			return fmt.Errorf("a clarification has been awaited since %s: record the answer first", last.Day)
		}
		return needs(noted, "say what was asked for, and why: only what is reasonably needed may be asked")
	case IdentitySeen, AuthoritySeen:
		for _, e := range s.Evidence {
			if !slices.Contains(Evidence, e) {
				return fmt.Errorf("evidence is of a kind among %q", Evidence)
			}
		}
		return errors.Join(needs(len(s.Evidence) > 0, fmt.Sprintf("say what was seen, one or more of %q", Evidence)), needs(s.SeenBy != "", "say who saw the evidence"))
	case IdentityKnown:
		return needs(noted, "say how the person is known to us")
	case IdentityOverridden:
		return needs(noted, "say why the request goes on while identity is in doubt")
	case FeeAsked:
		return needs(slices.Contains(RefusalGrounds, s.Ground) && noted, fmt.Sprintf("a fee may be asked for on the grounds %q only: name one, and the amount with the reasons", RefusalGrounds))
	case Clarified, Weighed, Reviewed, Completed, Complained, ComplaintAnswered:
		err := needs(noted, map[What]string{
			Clarified: "say what the person answered", Weighed: "say how the objection was weighed", Reviewed: "say what the review came to",
			Completed: "say what came of the request", Complained: "say what the complaint is about", ComplaintAnswered: "say what the complaint came to",
		}[s.What])
		if s.What == Weighed && s.Ground != "upheld" && s.Ground != "overridden" {
			err = errors.Join(err, errors.New(`an objection is "upheld" or "overridden"`))
		}
		if s.What == Completed && r.Owed() {
			err = errors.Join(err, errors.New("the package was not handed over: record its delivery first, or that the request was refused or withdrawn"))
		}
		return err
	case Extended:
		return needs(noted, "say why the time is extended: the complexity of the request, or the number of the person's requests")
	case Refused:
		return needs(slices.Contains(RefusalGrounds, s.Ground) && noted, fmt.Sprintf("a request may be refused on the grounds %q only: name one, with the reasons that the person is told", RefusalGrounds))
	case Delivered:
		return errors.Join(needs(slices.Contains(Ways, s.Way), fmt.Sprintf("say how it was handed over, one of %q", Ways)),
			needs(s.Checked, "the address has to be checked before anything is sent"),
			needs(s.Way == ByHand || strings.TrimSpace(s.Channel) != "", "say by which other way the password went"))
	case Disclosed:
		return errors.Join(needs(strings.TrimSpace(s.To) != "", "say to whom the data was disclosed, and under what authority"), needs(noted, "say what was supplied"))
	}
	return nil
}
