package act

import (
	"context"
	"strings"
	"testing"
	"time"

	"dossier/connectors"
	"dossier/internal/journal"
)

func TestCheckApprovals(t *testing.T) {
	signed := func(name string, spoil func(*journal.Approval)) journal.Approval {
		a := journal.Approval{Plan: "SAR-2026-0001/P1", Digest: "d", Operator: name, Time: testTime, Expires: testTime.Add(time.Hour), Ticket: "CHG-7"}
		a.Signature = sign(name, a)
		if spoil != nil {
			spoil(&a)
		}
		return a
	}
	for name, c := range map[string]struct {
		given []journal.Approval
		by    int
		void  string
	}{
		"nobody":                     {nil, 0, ""},
		"one":                        {[]journal.Approval{signed("Ann", nil)}, 1, ""},
		"two":                        {[]journal.Approval{signed("Ann", nil), signed("Bob", nil)}, 2, ""},
		"one person with two names":  {[]journal.Approval{signed("Ann", nil), signed("ann", nil)}, 1, "another approver"},
		"somebody without the role":  {[]journal.Approval{signed("Mallory", nil)}, 0, "may not approve"},
		"another plan's":             {[]journal.Approval{signed("Ann", func(a *journal.Approval) { a.Plan = "SAR-2026-0002/P1" })}, 0, "signature"},
		"another ticket":             {[]journal.Approval{signed("Ann", func(a *journal.Approval) { a.Ticket = "CHG-8" })}, 0, "signature"},
		"a later end":                {[]journal.Approval{signed("Ann", func(a *journal.Approval) { a.Expires = a.Expires.Add(time.Hour) })}, 0, "signature"},
		"another operator's name":    {[]journal.Approval{signed("Ann", func(a *journal.Approval) { a.Operator = "Bob" })}, 0, "signature"},
		"another state of the plan":  {[]journal.Approval{signed("Ann", func(a *journal.Approval) { a.Digest = "e" })}, 0, "another state"},
		"an approval that has ended": {[]journal.Approval{signed("Ann", func(a *journal.Approval) { a.Expires = testTime })}, 0, "expired"},
		"no signature":               {[]journal.Approval{signed("Ann", func(a *journal.Approval) { a.Signature = nil })}, 0, "signature"},
	} {
		t.Run(name, func(t *testing.T) {
			who := approvers
			if name == "one person with two names" {
				for i := range c.given {
					c.given[i].Signature = sign("Ann", c.given[i])
				}
				who = func(ctx context.Context, _ string) (journal.Operator, error) { return approvers(ctx, "Ann") }
			}
			r := &connectors.Register{Approvals: connectors.Approvals{Erase: 2}}
			got, err := CheckApprovals(t.Context(), r, Erase, "d", c.given, who, testTime)
			if err != nil || len(got.By) != c.by || got.Enough() != (c.by == 2) || !strings.Contains(strings.Join(got.Void, " "), c.void) || (c.void == "") != (got.Void == nil) {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
}
