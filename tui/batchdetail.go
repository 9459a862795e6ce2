package tui

import (
	"strings"

	"dossier/desk"
)

// planPage tells of a plan how far it is, and what is next.
func (b *batchPage) planPage(w *writer, i int) {
	s, p := b.ui.styles, b.status.Plans[i]
	const column = 12
	sign, words, k := b.ui.batchPlanState(p)
	w.add(span{s.strong, p.ID}, span{s.dim, "  " + planRole(*b.status, i)})
	w.add(span{k, sign + " " + words})
	w.add()
	w.text("", "does", column, s.plain, actionWords(p.Action)+", Article "+p.Ground)
	w.text("", "lines", column, s.plain, count(p.Lines))
	w.text("", "made", column, s.plain, p.Made.Local().Format("2 Jan 2006 15:04")+" by "+p.Operator)
	if len(p.By) > 0 {
		w.text("", "approved", column, s.plain, strings.Join(p.By, ", ")+" ("+count(len(p.By))+" of "+count(p.Needed)+")")
	}
	for _, void := range p.Void {
		w.text("▲", "void", column, s.warn, void)
	}
	if p.Behind != "" && p.Waits {
		w.text("▲", "waits", column, s.warn, "for "+p.Behind+", the canary, to be carried out and verified")
	}
	w.text("→", "open", column, s.strong, "enter opens it: there it is approved, carried out, paused and verified")
	if len(p.Verdicts) > 0 {
		w.heading("Verified " + p.Verified.Local().Format("2 Jan 2006 15:04"))
		for _, v := range p.Verdicts {
			sign, words, k := (&stages{ui: b.ui}).effect(&v)
			w.text(sign, v.Title, min(24, w.width*2/5), k, words)
		}
	}
	b.limits(w)
}

// limits says how far a batch may go.
func (b *batchPage) limits(w *writer) {
	w.heading("Limits")
	w.text("", "", 0, b.ui.styles.plain, b.ui.limitsOfBatches())
	if b.status.Reason != "" {
		w.heading("Why")
		w.text("", "", 0, b.ui.styles.plain, b.status.Reason)
	}
}

// systemPage tells what the batch comes to in a system, and when and how fast the system may be changed.
func (b *batchPage) systemPage(w *writer, id string) {
	s := b.ui.styles
	const column = 12
	w.add(span{s.strong, b.ui.system(id)})
	w.add()
	for _, r := range rowStates {
		if n := b.people.sum.Results[id][r.state]; n > 0 {
			sign, name, k := b.ui.rowState(r.state)
			people := "people"
			if n == 1 {
				people = "person"
			}
			w.text(sign, name, column, k, count(n)+" "+people+": "+r.means)
		}
	}
	if sys := b.system(id); sys != nil {
		w.paced(sys)
		w.heading("Backups")
		w.text("", "", 0, s.plain, backupWords(sys.Backups))
	}
}

// personPage tells who somebody is, what is done for them, and what became of it in each system.
func (b *batchPage) personPage(w *writer, rows []desk.BatchRow) {
	s := b.ui.styles
	first := rows[0]
	sign, words, k := b.ui.stateOfPerson(rows)
	w.add(span{s.strong, first.At}, span{s.dim, "  number " + count(first.N) + " of the batch"})
	w.add(span{k, sign + " " + words})
	if first.Why != "" {
		w.text("", "", 0, k, first.Why)
	}
	if len(first.Identifiers) > 0 {
		w.heading("Known by")
	}
	for _, id := range first.Identifiers {
		w.text("", capital(b.ui.identifier(id.Kind)), min(26, w.width*2/5), s.plain, b.ui.named(id.Value))
	}
	if first.System == "" {
		return
	}
	w.heading("In the systems")
	for _, r := range rows {
		sign, words, k := b.ui.rowState(r.State)
		w.text(sign, r.Title, min(26, w.width*2/5), k, words+countsOf(r))
		if r.Why != "" && r.Why != first.Why {
			w.text("", "", min(26, w.width*2/5), s.plain, r.Why)
		}
	}
}

// countsOf says of how many records a row tells.
func countsOf(r desk.BatchRow) string {
	var parts []string
	if r.Planned > 0 {
		parts = append(parts, count(r.Done)+" of "+plural(r.Planned, "change"))
	}
	if r.Kept > 0 {
		parts = append(parts, count(r.Kept)+" kept")
	}
	if r.Tasks > 0 {
		parts = append(parts, count(r.Tasks)+" by hand")
	}
	if parts == nil {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}
