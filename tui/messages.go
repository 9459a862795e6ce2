package tui

import (
	"time"

	"dossier/connectors"
	"dossier/desk"
	"dossier/export"
	"dossier/locate"
	"dossier/request"
)

// The desk's answers.
type (
	requestsMsg struct {
		requests []*overview
		err      error
	}
	createdMsg struct {
		request request.Request
		err     error
	}
	// findingMsg brings what the last search found, nothing where there was none.
	findingMsg struct {
		id       string
		searched time.Time // zero: there was no search
		tree     *tree
		coverage []locate.Coverage
		err      error
	}
	// loggedMsg brings what was done about a request before.
	loggedMsg struct {
		id      string
		entries []desk.Entry
		err     error
	}
	// eventsMsg brings what a search told since the last one.
	eventsMsg struct {
		search *search
		events []desk.Event
		ended  bool
	}
	// decidedMsg tells which records a decision was recorded for; err says why not for the others.
	decidedMsg struct {
		id       string
		refs     []connectors.Ref
		decision desk.Decision
		err      error
	}
	viewedMsg struct {
		id     string
		record string // its ID
		err    error
	}
	exportedMsg struct {
		id         string
		own        bool // the organisation's own file, which is not handed over
		written    desk.Written
		report     export.Report
		err        error  // nothing was written
		passphrase string // not "": the one that opens it, told once
		unverified error  // it was written, and could not be read again
	}
)
