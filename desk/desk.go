// Package desk holds every use case of the hub as one method: recording a request, searching, deciding,
// exporting, checking. Each tells what happens as typed events; the command line prints them and the
// screen draws them.
package desk

import (
	"time"

	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request"
)

// Config says where the hub finds its things and who works with it.
type Config struct {
	Register string           // the path of connectors.toml
	State    string           // the folder of the journal, made where it is missing
	Operator string           // who works; every search and decision is logged under this name
	Now      func() time.Time // nil: time.Now
}

// NewRequest is what is known of a request when it is recorded.
type NewRequest struct {
	Kind     request.Kind
	Received time.Time // the day it arrived
	Subject  locate.Subject
	Reason   string
}

// Finding is what the last search of a request found.
type Finding struct {
	Searched time.Time // when the search ended
	Matches  []Match   // by system in the register's order, then place, entity and key
	Coverage []locate.Coverage
}

// SystemInfo is what the register says of a system, for a screen.
type SystemInfo struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Kind       string   `json:"kind"` // as a person reads it
	Holds      string   `json:"holds"`
	Owners     []string `json:"owners"`
	Steward    string   `json:"steward"`
	Manual     bool     `json:"manual"`     // people work it
	Controller string   `json:"controller"` // processor: whose data it is; "" for the organisation's own
	Entities   []string `json:"entities"`   // their labels
}

// Entry is one line of the log.
type Entry = journal.Entry
