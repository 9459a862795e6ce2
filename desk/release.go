package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"dossier/export"
	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request"
)

// releasePurpose is what the signature under an approval of a release is for.
const releasePurpose = "release"

// Release tells what would leave for a request by a right ("": the one that it asks for): Leaving for each record, HeldBack for each
// thing that is withheld, Suggested for other people's names that would leave, Unread for contents that may hold what was redacted,
// and a ReleaseTotal with the digest that ApproveRelease takes. It writes nothing.
func (d *Desk) Release(ctx context.Context, id string, scope Scope) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.may(ctx, journal.RoleDecide, journal.RoleApprove); err != nil {
			return err
		}
		r, err := d.openRequest(ctx, id)
		if err != nil {
			return err
		}
		if err := d.note(ctx, id, "", "release viewed", struct{}{}); err != nil {
			return err
		}
		return d.leaves(ctx, r, scope, func(p *leaves) error {
			suggest, suggestions := newSuggester(d.register, r, p.Redactions), 0
			total, err := p.release(ctx, func(e Event, found *locate.Match) error {
				if !emit(e) {
					return errLeft
				}
				leaving, ok := e.(Leaving)
				if !ok {
					return nil
				}
				for _, s := range suggest.in(leaving, found) {
					suggestions++
					if !emit(s) {
						return errLeft
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			total.Suggestions = suggestions
			if !emit(total) {
				return errLeft
			}
			return nil
		})
	})
}

// ApproveRelease approves what would leave, by the digest that Release told. From then on, and as long as the same would leave, a
// package is written. The error wraps ErrStale where something else would leave by now. Where the journal has operators, the
// approval is signed with the operator's key.
func (d *Desk) ApproveRelease(ctx context.Context, id, digest string) error {
	if err := d.may(ctx, journal.RoleApprove); err != nil {
		return err
	}
	r, err := d.openRequest(ctx, id)
	if err != nil {
		return err
	}
	if err := mayLeave(r); err != nil {
		return err
	}
	scope, _, ok := strings.Cut(digest, ":")
	if !ok || scope != string(ScopeAccess) && scope != string(ScopePortability) {
		return fmt.Errorf("%w: that is no digest of a release: see dossier release %s", ErrUsage, id)
	}
	approval := journal.Release{Request: id, Scope: scope, Digest: digest, Operator: d.operator, Time: d.now().UTC().Truncate(time.Microsecond)}
	if err := d.leaves(ctx, r, Scope(scope), func(p *leaves) error {
		total, err := p.release(ctx, func(Event, *locate.Match) error { return nil })
		if err == nil && total.Digest != digest {
			err = fmt.Errorf("%w: what would leave for %s is not what was shown any more: look at it again", ErrStale, id)
		}
		approval.Records = total.Records
		return err
	}); err != nil {
		return err
	}
	me, err := d.me(ctx)
	if err != nil {
		return err
	}
	if me != nil {
		if approval.Signature, err = d.sign(ctx, releasePurpose, releaseMessage(approval)); err != nil {
			return err
		}
	} else {
		approval.Signature = []byte{}
	}
	return d.journal.Update(ctx, func(tx *journal.Tx) error {
		if err := tx.Release(approval); err != nil {
			return err
		}
		return d.log(tx, id, "", "release approved", struct {
			Digest  string `json:"digest"`
			Records int    `json:"records"`
		}{digest, approval.Records})
	})
}

// releaseMessage returns what the signature under an approval covers.
func releaseMessage(r journal.Release) []byte {
	b, err := json.Marshal([]any{"dossier release 1", r.Request, r.Scope, r.Digest, r.Records, r.Operator, r.Time})
	if err != nil {
		panic(err) // only for values that JSON cannot write, of which there are none
	}
	return b
}

// leaves is a package as it would leave, in one state of the journal.
type leaves struct {
	export.Package
	desk     *Desk
	request  request.Request
	approval journal.Release // the zero digest: nobody has approved anything
	left     Written         // what is left out of it
	at       []int           // positions in the finding of what may leave
	reading  *journal.Reading
	finding  journal.Finding // without its matches
}

// leaves calls do with what would leave for a request by a right, "" for the one that it asks for.
func (d *Desk) leaves(ctx context.Context, r request.Request, scope Scope, do func(*leaves) error) error {
	if scope == "" {
		scope = ScopeAccess
		if r.Kind == request.Portability {
			scope = ScopePortability
		}
	}
	return d.journal.Read(ctx, r.ID, func(reading *journal.Reading) error {
		finding, err := reading.Finding()
		if errors.Is(err, ErrNotSearched) {
			return fmt.Errorf("%w: search before anything is handed over", err)
		}
		if err != nil {
			return err
		}
		outline, err := d.outline(reading)
		if err != nil {
			return err
		}
		if err := (Finding{Matches: outline}).whole(r.ID); err != nil {
			return err
		}
		l := &leaves{desk: d, request: r, reading: reading, finding: finding}
		l.Request, l.Register, l.Made = headerOf(r), d.register, d.now()
		l.Request.Scope = string(scope)
		l.Key = reading.Key()
		l.Matches, l.at = d.chosen(r, outline, reading, &l.left)
		for _, c := range finding.Coverage {
			if c.State != locate.Excluded {
				l.Coverage = append(l.Coverage, c)
				l.Actions = append(l.Actions, searched(c)...)
			}
		}
		l.Actions = inTime(append(l.Actions, copied(l.Made, d.register)...))
		withheld, err := reading.Withholdings()
		if err != nil {
			return err
		}
		for _, w := range withheld {
			if w.Kind == journal.Redaction {
				l.Redactions = append(l.Redactions, redactionOf(w))
			} else {
				l.Exemptions = append(l.Exemptions, exemptionOf(w))
			}
		}
		if l.approval, err = reading.Release(string(scope)); err != nil {
			return err
		}
		opened := &openers{register: d.register, systems: map[string]*opener{}}
		defer opened.close()
		l.Open = opened.open
		return do(l)
	})
}

// release tells what leaves, a record with what was found of it, and returns the total without suggestions.
func (l *leaves) release(ctx context.Context, tell func(Event, *locate.Match) error) (ReleaseTotal, error) {
	out := ReleaseTotal{Request: l.request.ID, Scope: Scope(l.Request.Scope), Undecided: l.left.Undecided, Rejected: l.left.Rejected, Mentions: l.left.Mentions}
	total, err := export.Release(ctx, l.Package, func(line export.ReleaseLine) error {
		switch line := line.(type) {
		case export.Leaving:
			e := Leaving{Record: line.Match.Record.Ref, Label: line.Label, SystemTitle: line.System, Fields: line.Fields}
			for _, h := range line.Withheld {
				e.Withheld = append(e.Withheld, HeldBack(h))
			}
			return tell(e, line.Match)
		case export.HeldBack:
			return tell(HeldBack(line), nil)
		case export.Unread:
			out.Unread++
			return tell(Unread(line), nil)
		}
		return nil
	})
	if err != nil {
		return out, err
	}
	out.Digest, out.Records, out.Withheld = total.Digest, total.Records, total.Withheld
	if l.approval.Digest != "" {
		out.Approved = &ReleaseApproval{l.approval.Operator, l.approval.Time}
		out.Changed = l.approval.Digest != out.Digest
	}
	return out, nil
}

// approved returns an error that wraps ErrWaiting where nobody has approved what leaves, and ErrRefused where the approval does not
// count. Whether it is what leaves still, Write finds out.
func (l *leaves) approved(ctx context.Context) error {
	a := l.approval
	if a.Digest == "" {
		return fmt.Errorf("%w: nobody has approved what leaves for %s: look at it with dossier release %s, and approve it with --approve", ErrWaiting, a.Request, a.Request)
	}
	me, err := l.desk.me(ctx)
	if err != nil || me == nil && len(a.Signature) == 0 {
		return err
	}
	return l.desk.signed(ctx, a.Operator, releasePurpose, releaseMessage(a), a.Signature, journal.RoleApprove)
}
