package clock

import (
	"errors"
	"time"
)

// Complaint counts the 30 days within which a complaint must be acknowledged, beginning on the day it was
// received (section 164A Data Protection Act 2018, in force from 19 June 2026), on to the next working day.
// The ICO's guidance counts from the day after ("How to deal with data protection complaints"), so that
// this is never later than it allows. The European Union has no such period; the days are counted all the
// same. The enquiry itself, and its outcome, are owed without undue delay and have no last day.
func (r Rule) Complaint(received Day) (Answer, error) {
	if received == 0 {
		return Answer{}, errors.New("the day on which the complaint was received is missing")
	}
	a := Answer{State: Running, Start: received}
	a.step(StepReceived, received, "The complaint was received on %s.", received.Long())
	switch {
	case r.where == "":
		a.step(StepStart, received, "The European Union has no period for acknowledging a complaint: the United Kingdom's is counted, from that day on.")
	case received < On(2026, time.June, 19):
		a.step(StepStart, received, "The period for acknowledging a complaint is law from 19 June 2026: it is counted all the same, from that day on.")
	default:
		a.step(StepStart, received, "The 30 days begin on that day, which is the first of them.")
	}
	last := received + 29
	a.step(StepRule, last, "The thirtieth day is %s (section 164A Data Protection Act 2018; the ICO begins a day later, so its last day is never before this).", last.Long())
	r.end(&a, last)
	return a, nil
}

// Marks counts the days of a request of access to examination marks. Made before the day on which the
// results are announced, it is due at the earlier of five months from the request and 40 days after the
// announcement, on to the next working day (paragraph 25 of Schedule 2, Data Protection Act 2018); evidence,
// fee, pauses and extension play no part in that. No announced day means that the results are still to come.
// A request made on the day of the announcement or later, and every one under "eu", is due as any other.
func (r Rule) Marks(f Facts, announced Day) (Answer, error) {
	if r.where == "" || announced != 0 && announced <= f.Received {
		return r.Due(f)
	}
	if err := f.check(); err != nil {
		return Answer{}, err
	}
	a := Answer{State: Running, Start: f.Received}
	a.step(StepReceived, f.Received, "The request for marks was received on %s.", f.Received.Long())
	a.step(StepStart, f.Received, "The results were still to be announced, so the period is the earlier of five months from that day and 40 days after the announcement (Data Protection Act 2018, Schedule 2, paragraph 25).")
	last := f.Received.AddMonths(5)
	a.step(StepRule, last, "Five months end on %s.", last.Long())
	switch forty := announced + 40; {
	case announced == 0:
		a.step(StepRule, last, "The results are not announced yet.")
	case forty < last:
		last = forty
		a.step(StepRule, last, "The results were announced on %s, and 40 days after that is %s, which is earlier.", announced.Long(), last.Long())
	default:
		a.step(StepRule, last, "The results were announced on %s, and 40 days after that is %s, which is not earlier.", announced.Long(), forty.Long())
	}
	r.end(&a, last)
	return a, nil
}

// Incident returns the instant by which a personal-data incident must be notified to the supervisory
// authority: 72 hours after the controller became aware of it, in hours that pass at weekends and on holidays
// too (Article 33(1); Regulation 1182/71, Article 3(4) rolls no period of hours). It is in aware's location.
func Incident(aware time.Time) time.Time { return aware.Add(72 * time.Hour) }
