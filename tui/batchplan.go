package tui

import (
	"errors"

	"dossier/connectors"
)

// What the page of a plan says more where the plan is one of a batch.

var errCanary = errors.New("it waits for the canary of the batch: carry that plan out, and verify it, before this one")

// ofBatch reports whether the plan is one of a batch.
func (p *plan) ofBatch() bool { return p.request.Kind == "" }

// waits says what the plan of a batch waits for, "" where it does not.
func (p *plan) waits() string {
	if p.status == nil || !p.status.Waits {
		return ""
	}
	return "waits for " + p.status.Behind + ", the canary"
}

// paced tells when and how fast batches may change a system.
func (w *writer) paced(sys *connectors.System) {
	if sys.Hours.IsZero() && sys.Rate == 0 {
		return
	}
	s := w.ui.styles
	w.heading("When and how fast")
	const column = 12
	if !sys.Hours.IsZero() {
		words := sys.Hours.String() + ", open now"
		if opens := sys.Hours.Open(w.ui.now()); opens.After(w.ui.now()) {
			words = sys.Hours.String() + ", closed until " + opens.Local().Format("2 Jan 15:04")
		}
		w.text("", "hours", column, s.plain, words)
	}
	if sys.Rate > 0 {
		w.text("", "rate", column, s.plain, "at most "+plural(sys.Rate, "record")+" a second: slower than it could, so that others can work")
	}
}

// paceOf says by what the register slows a system down that a batch changes, "" where by nothing.
func (p *plan) paceOf(g *planSystem) string {
	sys, ok := p.ui.office.desk.Register().System(g.id)
	if !ok || !p.ofBatch() || sys.Rate == 0 {
		return ""
	}
	return "held to " + plural(sys.Rate, "record") + " a second by the register"
}
