package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request"
)

// Locate searches every system for the subject of a request, and keeps what it finds in the place of what the
// last search found. Its events are Started, Progress, Match and Coverage, and Done once the finding is kept; its last
// error wraps ErrPartly where some system was not fully searched. A search that is cancelled or left keeps nothing, and the
// last one's finding stays.
func (d *Desk) Locate(ctx context.Context, id string) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.may(ctx, journal.RoleSearch); err != nil {
			return err
		}
		r, err := d.openRequest(ctx, id)
		if err != nil {
			return err
		}
		if s, over := r.Last(request.Refused, request.Withdrawn); over {
			return fmt.Errorf("%w: there is no reason any more to search for the person of %s: the request was %s on %s", ErrRefused, id, s.What, s.Day)
		}
		decided, err := d.journal.Decisions(ctx, id)
		if err != nil {
			return err
		}
		omit := map[string]string{}
		for _, system := range r.Scope.Omit {
			omit[system] = r.Scope.Reason
		}
		return d.search(ctx, r.Subject, id, "", decided, omit, emit)
	})
}

// LocateSubject searches every system for a person without a request, for a reason that the log keeps. What it finds is
// told and kept nowhere.
func (d *Desk) LocateSubject(ctx context.Context, s locate.Subject, reason string) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.may(ctx, journal.RoleSearch); err != nil {
			return err
		}
		if err := checkReason(reason, s); err != nil {
			return err
		}
		if err := s.Check(d.register); err != nil {
			return err
		}
		return d.search(ctx, s, "", reason, nil, nil, emit)
	})
}

// search searches, tells and logs; with a request it keeps the finding too.
func (d *Desk) search(ctx context.Context, s locate.Subject, id, reason string, decided map[string]Decided, omit map[string]string, emit func(Event) bool) error {
	if err := d.note(ctx, id, "", "search begun", struct {
		Reason      string   `json:"reason,omitempty"`
		Identifiers []string `json:"identifiers"`
	}{reason, kindsOf(s)}); err != nil {
		return err
	}
	model, err := d.model()
	if err != nil {
		return err
	}
	began := d.now()
	var coverage []locate.Coverage
	found := map[string]locate.Match{}
	going := true
	options := locate.Options{Model: model, Now: d.now, Omit: omit, Decided: func(ref connectors.Ref) Decision { return Decision(decided[ref.ID()].Decision) }}
	for e := range locate.Search(ctx, d.register, s, options) {
		switch e := e.(type) {
		case locate.Started:
			going = emit(Started(e))
		case locate.Progress:
			going = emit(Progress(e))
		case locate.Match:
			found[e.Record.Ref.ID()] = e
			going = emit(d.match(e, decided))
		case locate.Coverage:
			coverage = append(coverage, e)
			going = emit(Coverage{e})
		}
		if !going {
			break
		}
	}
	if !going || ctx.Err() != nil {
		if err := d.note(ctx, id, "", "search broken off", struct{}{}); err != nil {
			return err
		}
		return cmp.Or(ctx.Err(), errLeft)
	}
	done := Done{Request: id, Systems: len(coverage), Records: len(found), Seconds: d.now().Sub(began).Seconds()}
	matches := make([]locate.Match, 0, len(found))
	for _, m := range found {
		matches = append(matches, m)
	}
	d.sort(matches)
	for _, m := range d.found(journal.Finding{Matches: matches}, decided).Matches {
		if m.Waits() {
			done.Undecided++
		}
	}
	var partly []string
	for _, c := range coverage {
		switch c.State {
		case locate.Partly, locate.Failed:
			done.Partly++
			partly = append(partly, c.Title)
		case locate.ByHand:
			done.Manual++
		}
	}
	finding := journal.Finding{Searched: d.now(), Matches: matches, Coverage: coverage}
	if err := d.keep(ctx, id, finding, d.special(matches, decided)); err != nil {
		return err
	}
	if !emit(done) {
		return errLeft
	}
	if len(partly) > 0 {
		return fmt.Errorf("%w: %s; the coverage says what is missing and why", ErrPartly, strings.Join(partly, ", "))
	}
	return nil
}

// keep logs what was searched, system by system, and keeps the finding of a request with the kinds of data in it that need special care.
func (d *Desk) keep(ctx context.Context, id string, f journal.Finding, special []string) error {
	return d.journal.Update(ctx, func(tx *journal.Tx) error {
		for _, c := range f.Coverage {
			if err := d.log(tx, id, c.System, "system searched", struct {
				State    locate.State `json:"state"`
				Searched []string     `json:"searched"`
				Gaps     int          `json:"gaps"`
				Records  int          `json:"records"`
				Seconds  float64      `json:"seconds"`
			}{c.State, filled(c.Searched), len(c.Gaps), c.Records, c.Seconds}); err != nil {
				return err
			}
		}
		if id == "" {
			return nil
		}
		if err := errors.Join(tx.SaveFinding(id, f), tx.SaveSpecial(id, special)); err != nil {
			return err
		}
		return tx.SetState(id, request.Searched)
	})
}

// match puts what the register and the decisions say beside a match.
func (d *Desk) match(m locate.Match, decided map[string]Decided) Match {
	kept := decided[m.Record.Ref.ID()]
	out := Match{Match: m, Label: m.Record.Ref.Entity, SystemTitle: m.Record.Ref.System, Decision: Decision(kept.Decision), Note: kept.Note}
	if s, ok := d.register.System(m.Record.Ref.System); ok {
		out.SystemTitle = s.Title
		if e, ok := s.Entity(m.Record.Ref.Entity); ok {
			out.Label = e.Label
		}
	}
	return out
}

// sort orders matches by system and entity in the register's order, then place and key.
func (d *Desk) sort(matches []locate.Match) {
	rank := map[[2]string]int{}
	for _, s := range d.register.Systems {
		rank[[2]string{s.ID}] = len(rank) + 1
		for _, e := range s.Entities {
			rank[[2]string{s.ID, e.Name}] = len(rank) + 1
		}
	}
	last := len(rank) + 1 // what the register does not name, behind the rest
	of := func(system, entity string) int { return cmp.Or(rank[[2]string{system, entity}], last) }
	slices.SortFunc(matches, func(a, b locate.Match) int {
		x, y := a.Record.Ref, b.Record.Ref
		return cmp.Or(
			cmp.Compare(of(x.System, ""), of(y.System, "")), strings.Compare(x.System, y.System),
			strings.Compare(x.Place, y.Place),
			cmp.Compare(of(x.System, x.Entity), of(y.System, y.Entity)), strings.Compare(x.Entity, y.Entity),
			slices.CompareFunc(x.Key, y.Key, compareKeys))
	})
}

// compareKeys orders numbers by their size and everything else as text.
func compareKeys(a, b string) int {
	if number(a) && number(b) && len(a) != len(b) {
		return cmp.Compare(len(a), len(b))
	}
	return strings.Compare(a, b)
}

func number(s string) bool {
	return s != "" && s[0] != '0' && strings.Trim(s, "0123456789") == ""
}

// Finding is what the last search of a request found.
type Finding struct {
	Searched time.Time // when the search ended
	Matches  []Match   // by system in the register's order, then place, entity and key
	Coverage []locate.Coverage
}

// Finding returns what the last search of a request found, with the decisions of today; the error wraps ErrNotSearched
// where there was no search.
func (d *Desk) Finding(ctx context.Context, id string) (Finding, error) {
	if err := d.may(ctx, seePeople...); err != nil {
		return Finding{}, err
	}
	f, err := d.journal.Finding(ctx, id)
	if err != nil {
		return Finding{}, err
	}
	decided, err := d.journal.Decisions(ctx, id)
	if err != nil {
		return Finding{}, err
	}
	return d.found(f, decided), nil
}

// found puts the decisions beside what a search found.
func (d *Desk) found(f journal.Finding, decided map[string]Decided) Finding {
	out := Finding{Searched: f.Searched, Coverage: f.Coverage, Matches: make([]Match, len(f.Matches))}
	for i, m := range f.Matches {
		out.Matches[i] = d.match(m, decided)
	}
	ground(out.Matches)
	return out
}

// whole returns an error that wraps ErrStale where records are taken as the subject's that the search has not followed.
func (f Finding) whole(id string) error {
	n := 0
	for _, m := range f.Matches {
		if m.Unfollowed {
			n++
		}
	}
	switch n {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("%w: since the last search of %s a record was accepted: search again, so that what it leads to is found too", ErrStale, id)
	}
	return fmt.Errorf("%w: since the last search of %s %d records were accepted: search again, so that what they lead to is found too", ErrStale, id, n)
}
