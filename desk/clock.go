package desk

import (
	"fmt"

	"dossier/request"
	"dossier/request/clock"
)

// Clock returns how long a request may still take, by the organisation's rule, with the derivation day by day. A third
// party's request has no clock in law, and no answer.
func (d *Desk) Clock(r request.Request) (clock.Answer, error) {
	if r.Kind == request.DiscloseToOthers {
		return clock.Answer{}, nil
	}
	rule, err := d.rule()
	if err != nil {
		return clock.Answer{}, err
	}
	return rule.Due(r.Facts())
}

// rule returns how the organisation counts days.
func (d *Desk) rule() (clock.Rule, error) {
	var own []clock.Day
	for _, text := range d.register.Organisation.Holidays {
		day, err := clock.ParseDay(text)
		if err != nil {
			return clock.Rule{}, fmt.Errorf("the holidays of the organisation: %w", err)
		}
		own = append(own, day)
	}
	rule, err := clock.For(d.register.Organisation.Clock, own...)
	if err != nil {
		err = fmt.Errorf("the clock of the organisation: %w", err)
	}
	return rule, err
}

// today is the day at the organisation now.
func (d *Desk) today() clock.Day { return clock.DayOf(d.now()) }
