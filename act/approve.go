package act

import (
	"context"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"dossier/connectors"
	"dossier/internal/journal"
)

// ApprovalPurpose is what an approver's signature is for (see journal.ToSign).
const ApprovalPurpose = "plan approval 1"

// ApprovalMessage returns what an approver signs: every word of the approval but the signature, each after its length, so that
// none can be taken for a part of another.
func ApprovalMessage(a journal.Approval) []byte {
	var b []byte
	for _, part := range []string{a.Plan, a.Digest, a.Operator,
		a.Time.UTC().Format(time.RFC3339Nano), a.Expires.UTC().Format(time.RFC3339Nano), a.Ticket} {
		b = append(binary.AppendUvarint(b, uint64(len(part))), part...)
	}
	return b
}

// Approver returns an operator who may approve; the error says why somebody may not (any more).
type Approver func(ctx context.Context, name string) (journal.Operator, error)

// Approvals is how far the approval of a plan is.
type Approvals struct {
	Needed int
	By     []string // who approved, with a signature that counts now
	Void   []string // signatures that do not count, and why
}

// Enough reports whether the plan may be carried out.
func (a Approvals) Enough() bool { return len(a.By) >= a.Needed }

// String says what is missing, for a person.
func (a Approvals) String() string {
	words := fmt.Sprintf("%d of %d approvals", len(a.By), a.Needed)
	if len(a.By) > 0 {
		words += ", by " + strings.Join(a.By, ", ")
	}
	if len(a.Void) > 0 {
		words += "; not counted: " + strings.Join(a.Void, "; ")
	}
	return words
}

// CheckApprovals says which approvals of a sealed plan count at a time: signed with the key of an operator who still may
// approve, for exactly this plan, and not expired. Two names with one key are one person.
func CheckApprovals(ctx context.Context, register *connectors.Register, action Action, digest string, given []journal.Approval, who Approver, now time.Time) (Approvals, error) {
	out := Approvals{Needed: register.Approvals.Needed(string(action))}
	seen := map[string]bool{}
	for _, a := range given {
		why, key := "", ""
		switch {
		case a.Digest != digest:
			why = "was given for another state of the plan"
		case !now.Before(a.Expires):
			why = "expired on " + a.Expires.Format("2 January 2006")
		case a.Time.After(now.Add(time.Minute)):
			why = "was given in the future: look at the clocks of the computers"
		default:
			o, err := who(ctx, a.Operator)
			key = string(o.Key)
			switch {
			case ctx.Err() != nil:
				return out, ctx.Err()
			case err != nil:
				why = "does not count: " + err.Error()
			case !o.Signed(ApprovalPurpose, ApprovalMessage(a), a.Signature):
				why = "has a signature that is not of this operator's key"
			case seen[key]:
				why = "was given with the key of another approver"
			}
		}
		if why != "" {
			out.Void = append(out.Void, fmt.Sprintf("the approval of %s %s", a.Operator, why))
			continue
		}
		seen[key] = true
		out.By = append(out.By, a.Operator)
	}
	return out, nil
}
