// Package request is the register of requests: what a person asked for, when it arrived and how far it is.
package request

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"dossier/locate"
)

// Kind is what a request asks for.
type Kind string

// The rights of the UK GDPR that a request can use, and a third party's request to be told.
const (
	Access           Kind = "access"             // Article 15
	Portability      Kind = "portability"        // Article 20
	Rectify          Kind = "rectify"            // Article 16
	Restrict         Kind = "restrict"           // Article 18
	Erase            Kind = "erase"              // Article 17
	Object           Kind = "object"             // Article 21
	WithdrawConsent  Kind = "withdraw consent"   // Article 7(3)
	ReviewAutomated  Kind = "review automated"   // Article 22
	DiscloseToOthers Kind = "disclose to others" // the police, a court
)

// Kinds lists every kind, in the order in which they are offered, and in which they are dealt with where a letter asks for several.
var Kinds = []Kind{Access, Portability, Rectify, Restrict, Erase, Object, WithdrawConsent, ReviewAutomated, DiscloseToOthers}

// Title returns the kind as a person reads it.
func (k Kind) Title() string {
	switch k {
	case Access:
		return "Access request"
	case Portability:
		return "Portability request"
	case Rectify:
		return "Request to correct data"
	case Restrict:
		return "Request to restrict processing"
	case Erase:
		return "Request to erase data"
	case Object:
		return "Objection to processing"
	case WithdrawConsent:
		return "Withdrawal of consent"
	case ReviewAutomated:
		return "Request to review an automated decision"
	case DiscloseToOthers:
		return "Request by a third party"
	}
	return string(k)
}

// State says how far a request is.
type State string

// The states of a request. It can be searched and exported again until it is closed.
const (
	Open     State = "open"     // recorded
	Searched State = "searched" // the systems were searched
	Exported State = "exported" // a package was written
	Closed   State = "closed"   // nothing more is done
	Purged   State = "purged"   // closed, and what the journal held of the person was destroyed
)

// States lists every state in the order in which a request goes through them.
var States = []State{Open, Searched, Exported, Closed, Purged}

// Ended reports whether nothing more is done about the request.
func (s State) Ended() bool { return s == Closed || s == Purged }

// Request is what a person asked for.
type Request struct {
	ID       string         `json:"id"` // SAR-2026-0001: the year it was recorded in, and a number that restarts each year
	Kind     Kind           `json:"kind"`
	Also     []Kind         `json:"also,omitempty"` // what else is asked for in the same letter, in the order of Kinds
	Received time.Time      `json:"received"`       // the day it arrived, midnight UTC
	Created  time.Time      `json:"created"`        // when it was recorded
	State    State          `json:"state"`
	Reason   string         `json:"reason"` // why the search is made, in the operator's words; may be empty where the kind says it
	Subject  locate.Subject `json:"subject"`
	Operator string         `json:"operator"` // who recorded it
	Letter
	Steps []Step `json:"steps,omitempty"` // what has happened since, the oldest first
}

// Wants reports whether one of the kinds is asked for.
func (r Request) Wants(kinds ...Kind) bool {
	return slices.ContainsFunc(kinds, func(k Kind) bool { return k == r.Kind || slices.Contains(r.Also, k) })
}

// Asks lists everything that is asked for, what is to be done first before the others: a package is handed over before anything is erased.
func (r Request) Asks() []Kind {
	return slices.DeleteFunc(slices.Clone(Kinds), func(k Kind) bool { return !r.Wants(k) })
}

var idForm = regexp.MustCompile(`^SAR-([0-9]{4})-([0-9]{4,9})$`)

// FormID returns the id of the n-th request of a year.
func FormID(year, n int) string { return fmt.Sprintf("SAR-%04d-%04d", year, n) }

// ParseID returns the year and the number that an id holds.
func ParseID(id string) (year, n int, err error) {
	m := idForm.FindStringSubmatch(id)
	if m == nil {
		return 0, 0, fmt.Errorf("%q is no id of a request: write it like SAR-2026-0001", id)
	}
	year, _ = strconv.Atoi(m[1])
	n, _ = strconv.Atoi(m[2])
	if n == 0 || FormID(year, n) != id {
		return 0, 0, fmt.Errorf("%q is no id of a request: write it like SAR-2026-0001", id)
	}
	return year, n, nil
}

// Check returns an error that tells what is missing or wrong in a request that is to be recorded. It
// leaves the subject's identifiers to Subject.Check, and names no value.
func (r Request) Check(now time.Time) error {
	var errs []error
	if !slices.Contains(Kinds, r.Kind) {
		errs = append(errs, fmt.Errorf("the request has no kind: choose one of %q", Kinds))
	}
	for i, k := range r.Also {
		if !slices.Contains(Kinds, k) || k == r.Kind || slices.Contains(r.Also[:i], k) {
			errs = append(errs, fmt.Errorf("what else is asked for is unknown or named twice: choose among %q", Kinds))
		}
	}
	switch {
	case r.Received.IsZero():
		errs = append(errs, errors.New("the day on which the request was received is missing"))
	case r.Received.After(now.Add(14 * time.Hour)): // somewhere the day has begun
		errs = append(errs, errors.New("the request was received on a day that is yet to come: check the date"))
	}
	if r.Operator == "" {
		errs = append(errs, errors.New("nobody is named as the operator: every search is made by a named person"))
	}
	return errors.Join(append(errs, r.Letter.check(r)...)...)
}
