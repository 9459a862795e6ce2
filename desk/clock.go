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
	rule, err := clock.For(d.register.Organisation.Clock)
	if err != nil {
		return clock.Answer{}, fmt.Errorf("the clock of the organisation: %w", err)
	}
	return rule.Due(clock.Facts{Access: r.Kind == request.Access, Received: clock.DayOf(r.Received)})
}
