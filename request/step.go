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
	Nothing  bool     `json:"nothing,omitempty"`  // completed: no record was changed, and the note says why
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
	ComplaintProgress     What = "complaint progress" // the person was told how far the enquiry is
	ComplaintAnswered     What = "complaint answered"
)

// Evidence lists what identity, and authority, can be shown by.
var Evidence = []string{"passport", "photo driving licence", "utility bill", "birth certificate", "marriage certificate", "P45 or P60",
	"letter of authority", "power of attorney", "court order", "other"}

// RefusalGrounds are the only grounds for refusing a request, or charging for it (Article 12A and 12(5) of the UK GDPR).
var RefusalGrounds = []string{"manifestly unfounded", "manifestly excessive"}

// pairs tells which step waits for which, and what is to be said where one comes without the other.
var pairs = map[What]What{
	FeePaid: FeeAsked, Clarified: ClarificationAsked,
}

// ofComplaints are the steps of a complaint, which may come long after the request is closed.
var ofComplaints = []What{Complained, ComplaintAcknowledged, ComplaintProgress, ComplaintAnswered}

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

// Complaint returns the earliest complaint that was not answered yet, and whether there is one.
func (r Request) Complaint() (Step, bool) { return r.unanswered(ComplaintAnswered) }

// Unacknowledged returns the earliest complaint that was neither acknowledged nor answered, and whether there is one.
func (r Request) Unacknowledged() (Step, bool) {
	return r.unanswered(ComplaintAcknowledged, ComplaintAnswered)
}

func (r Request) unanswered(by ...What) (first Step, is bool) {
	for _, s := range r.Steps {
		switch {
		case s.What == Complained && !is:
			first, is = s, true
		case slices.Contains(by, s.What):
			first, is = Step{}, false
		}
	}
	return first, is
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
	complains := slices.Contains(ofComplaints, s.What)
	switch {
	case r.State == Purged:
		return fmt.Errorf("what was kept of the person of %s was destroyed: record a new request", r.ID)
	case r.State.Ended() && !complains:
		return fmt.Errorf("the request %s is %s: record a new one; only a complaint can follow", r.ID, r.State)
	case r.Over() && !complains:
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
	if err := s.complains(r); err != nil {
		return err
	}
	return s.check(r)
}

// complains returns why a step of a complaint does not fit: no complaint waits for it.
func (s Step) complains(r Request) error {
	var about Step
	waits := true
	switch s.What {
	case ComplaintAcknowledged:
		about, waits = r.Unacknowledged()
	case ComplaintProgress, ComplaintAnswered:
		about, waits = r.Complaint()
	}
	switch {
	case !waits:
		return errors.New("no complaint waits for that: record first what it is about, and the day it arrived")
	case s.Day < about.Day:
		return fmt.Errorf("%s is before the complaint of %s", s.Day, about.Day)
	}
	return nil
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
	case Clarified, Weighed, Reviewed, Completed, Complained, ComplaintProgress, ComplaintAnswered:
		err := needs(noted, map[What]string{
			Clarified: "say what the person answered", Weighed: "say how the objection was weighed", Reviewed: "say what the review came to",
			Completed: "say what came of the request", Complained: "say what the complaint is about",
			ComplaintProgress: "say what the person was told of the enquiry", ComplaintAnswered: "say what the complaint came to",
		}[s.What])
		if s.What == Weighed && s.Ground != "upheld" && s.Ground != "overridden" {
			err = errors.Join(err, errors.New(`an objection is "upheld" or "overridden"`))
		}
		if s.What == Weighed && s.Ground == "overridden" && r.Marketing {
			err = errors.Join(err, errors.New("an objection to direct marketing is absolute (Article 21(3)): it is not weighed, and the marketing stops"))
		}
		if s.What == Completed {
			err = errors.Join(err, r.undone())
		}
		return err
	case Extended:
		if before, did := r.Last(Extended); did {
			return fmt.Errorf("the time was extended on %s already, and can be extended once", before.Day)
		}
		return needs(noted, "say why the time is extended: the complexity of the request, or the number of the person's requests")
	case Refused:
		return needs(slices.Contains(RefusalGrounds, s.Ground) && noted, fmt.Sprintf("a request may be refused on the grounds %q only: name one, with the reasons that the person is told", RefusalGrounds))
	case Delivered:
		return errors.Join(r.deliverable(s), needs(slices.Contains(Ways, s.Way), fmt.Sprintf("say how it was handed over, one of %q", Ways)),
			needs(s.Checked, "the address has to be checked before anything is sent"),
			needs(s.Way == ByHand || strings.TrimSpace(s.Channel) != "", "say by which other way the password went"),
			needs(s.Way == "" || !strings.EqualFold(strings.TrimSpace(s.Channel), string(s.Way)), "the password went the same way as the package: whoever gets hold of one has both; send it by another"))
	case Disclosed:
		if !r.Wants(DiscloseToOthers) {
			return errors.New("nobody else asks to be told: record a third party's request of its own")
		}
		return errors.Join(r.Settled(), needs(strings.TrimSpace(s.To) != "", "say to whom the data was disclosed, and under what authority"), needs(noted, "say what was supplied"))
	}
	return nil
}

// deliverable returns why a package cannot have been handed over.
func (r Request) deliverable(s Step) error {
	switch {
	case !r.Wants(Access, Portability):
		return errors.New("nothing is handed over for what is asked: a package belongs to a request of access or portability")
	case r.Settled() != nil:
		return r.Settled()
	case r.State != Exported && strings.TrimSpace(s.Note) == "":
		return errors.New("no package was written since the last search: write it first, or note what was handed over instead")
	}
	return nil
}

// undone returns what has to be recorded before a request is completed.
func (r Request) undone() error {
	var errs []error
	if r.Owed() {
		errs = append(errs, errors.New("the package was not handed over: record its delivery first, or that the request was refused or withdrawn"))
	}
	if r.Wants(Object) && !r.Marketing && !r.Did(Weighed) {
		errs = append(errs, errors.New("the objection was not weighed: record how with dossier request weigh"))
	}
	if r.Wants(ReviewAutomated) && !r.Did(Reviewed) {
		errs = append(errs, errors.New("no person has reviewed the decision: record it with dossier request review"))
	}
	return errors.Join(errs...)
}
