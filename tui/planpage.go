package tui

import (
	"strconv"
	"strings"

	"dossier/connectors"
	"dossier/desk"
)

// shownLine is what the page of a line was made of: it is made again when one of these changes.
type shownLine struct {
	line   *desk.PlanLine
	width  int
	masked bool
	styles *styles
}

// doesWords says what is done with a record, as a sign, in words and in an ink.
func (u *ui) doesWords(l *desk.PlanLine) (sign, words string, k ink) {
	s := u.styles
	switch l.Does {
	case "delete":
		return "×", "delete", s.bad
	case "anonymise":
		return "▒", "anonymise", s.bad
	case "mark":
		return "■", "restrict", s.warn
	case "move":
		return "→", "move away", s.warn
	case "correct":
		return "±", "correct", s.accent
	case "append":
		return "+", "add a note", s.accent
	case "suppress":
		return "■", "suppress", s.warn
	case "restore":
		return "←", "restore", s.good
	case "keep":
		return "–", "keep", s.plain
	case "leave":
		return "–", "leave", s.dim
	case "task":
		return "□", "by hand", s.warn
	}
	return "?", string(l.Does), s.plain
}

// reason writes why a line does what it does.
func reason(l *desk.PlanLine) string {
	why := l.Why
	if l.Basis != "" {
		why += " (" + string(l.Basis) + ")"
	}
	if l.Until != "" {
		why += ", until " + l.Until
	}
	return why
}

// lineName writes what a line is about.
func (u *ui) lineName(l *desk.PlanLine) (label, key string) {
	if l.Record.Entity == "" {
		return "the whole system", ""
	}
	key = strings.Join(l.Record.Key, ", ")
	if l.At != "" {
		key = l.At
	}
	return l.Label, u.value(key)
}

// linePage makes the page of a line: what is done and why, every field before and after, what stays, and the task.
func (u *ui) linePage(l *desk.PlanLine, width int) []line {
	w := writer{ui: u, width: max(24, width)}
	w.system, _ = u.office.desk.Register().System(l.Record.System)
	if w.system != nil {
		w.entity, _ = w.system.Entity(l.Record.Entity)
	}
	s := u.styles
	label, key := u.lineName(l)
	w.add(span{s.strong, label}, span{s.dim, "  " + l.SystemTitle})
	if l.Record.Entity != "" {
		for _, part := range wrap(l.Record.Place+" / "+l.Record.Entity+" / "+key, w.width) {
			w.add(span{s.dim, part})
		}
	}
	if l.Person > 0 {
		w.add(span{s.dim, "of number " + count(l.Person) + " of the batch"})
	}
	sign, words, k := u.doesWords(l)
	w.add(span{k, sign + " " + words})
	if why := reason(l); why != "" {
		w.text("", "", 0, s.plain, why)
	}
	if l.Todo != "" {
		w.heading("Task")
		w.text("", "for", 8, s.plain, orNobody(l.Steward))
		w.text("", "by", 8, s.plain, l.Due)
		w.text("", "do", 8, s.plain, l.Todo)
	}
	w.beforeAfter(l)
	if len(l.Stays) > 0 {
		w.heading("Fields that stay")
		for _, stay := range l.Stays {
			w.text("", w.fieldLabel(stay.Field), min(24, w.width*2/5), s.plain, stay.Why)
		}
	}
	return w.lines
}

func (w *writer) fieldLabel(name string) string {
	if w.entity == nil {
		return name
	}
	return w.entity.LabelOf(name)
}

// beforeAfter adds the table of the fields that change, as they are and as they will be; of a record that goes, all of it.
func (w *writer) beforeAfter(l *desk.PlanLine) {
	before, after := l.Before(), l.Change.After
	if len(before.Names)+len(after.Names) == 0 {
		return
	}
	gone := len(after.Names) == 0
	names := after.Names
	title := "Before and after"
	if gone {
		names, title = before.Names, "What goes"
		if !l.Writes() {
			title = "What it holds"
		}
	}
	w.heading(title)
	for _, name := range names {
		field := &connectors.Field{}
		if w.entity != nil {
			if f, ok := w.entity.Field(name); ok {
				field = f
			}
		}
		was, k := w.value(before.Get(name), field)
		if gone {
			w.text("", w.fieldLabel(name), min(24, w.width*2/5), k, was)
			continue
		}
		if !before.Has(name) {
			was = ""
		}
		will, ka := w.value(after.Get(name), field)
		w.pair(w.fieldLabel(name), was, k, will, ka)
	}
}

// pair adds one field before and after, side by side where there is room.
func (w *writer) pair(label, was string, k ink, will string, ka ink) {
	s := w.ui.styles
	const arrow = " → "
	column := min(20, w.width/4)
	half := (w.width - 2 - column - cells(arrow)) / 2
	if half < 14 {
		w.add(span{s.dim, "  " + visible(label)})
		if was != "" {
			w.text("", "was", 6, k, was)
		}
		w.text("→", "will", 6, ka, will)
		return
	}
	left, right := wrap(was, half), wrap(will, half)
	for i := range max(len(left), len(right), 1) {
		name, sign, a, b := "", "   ", "", ""
		if i == 0 {
			name, sign = label, arrow
		}
		if i < len(left) {
			a = left[i]
		}
		if i < len(right) {
			b = right[i]
		}
		w.add(span{s.dim, "  " + fit(name, column)}, span{k, pad(a, half)}, span{s.accent, sign}, span{ka, b})
	}
}

// stagePage makes the page of a system: what the plan does there, how far it is, what went wrong and what to do, and what it came to.
func (p *plan) stagePage(g *planSystem, width int) []line {
	w := writer{ui: p.ui, width: max(24, width)}
	s := p.ui.styles
	sign, words, k := p.stages.status(g, p.doing)
	w.add(span{s.strong, g.title})
	w.add(span{k, sign + " " + words})
	if g.last {
		w.text("", "", 0, s.plain, "Changed behind all others, since they are keyed from it.")
	}
	const column = 12
	if g.running {
		w.text("", "so far", column, s.plain, bar(g.made, g.changes, 16)+" "+count(g.made)+" of "+plural(g.changes, "change"))
		w.text("", "", column, s.plain, paceWords(g.rate, g.left))
		w.text("", "", column, s.plain, p.paceOf(g))
	}
	if g.waiting != "" {
		w.text("▲", "waiting", column, s.warn, g.waiting)
	}
	if e := g.ended; e != nil && e.Ended != "applied" {
		if e.Why != "" {
			w.text("×", "why", column, s.bad, e.Why)
		}
		w.text("→", "do", column, s.strong, advice[string(e.Ended)])
	}
	if len(g.does) > 0 {
		w.heading("The plan")
		for _, d := range doesOrder {
			if n := g.does[d.does]; n > 0 {
				w.text("", count(n), column, s.plain, d.words)
			}
		}
	}
	if sys, ok := p.ui.office.desk.Register().System(g.id); ok && p.ofBatch() {
		w.paced(sys)
	}
	if g.changes > 0 {
		w.heading("Backups")
		w.text("", "", 0, s.plain, backupWords(g.backup))
	}
	if len(g.troubles) > 0 {
		w.heading("Not made")
		for _, t := range g.troubles {
			w.text("×", "line "+count(t.Line), column, s.bad, t.Why)
		}
	}
	p.verdictLines(&w, g.verdict)
	return w.lines
}

func backupWords(backup string) string {
	if backup == "" {
		return "The register does not say how long backups keep what is changed here."
	}
	return backup
}

// doesOrder is what plans do, in the order in which it is told.
var doesOrder = []struct{ does, words string }{
	{"delete", "deleted"}, {"anonymise", "anonymised"}, {"mark", "marked as restricted"}, {"move", "moved away"}, {"correct", "corrected"},
	{"append", "given a supplementary statement"}, {"suppress", "suppressed"}, {"restore", "restored"},
	{"keep", "kept by law"}, {"leave", "left as they are"}, {"task", "by hand"},
}

// paceWords writes how fast changes are made and how long the rest takes.
func paceWords(rate, left float64) string {
	if rate <= 0 {
		return ""
	}
	words := strconv.FormatFloat(rate, 'f', 1, 64) + " a second"
	if rate >= 10 {
		words = count(int(rate+0.5)) + " a second"
	}
	if left >= 1 {
		words += ", " + duration(left) + " left"
	}
	return words
}

// duration writes seconds as a person reads them: 45 s, 12 min, 3 h 20 min.
func duration(s float64) string {
	switch m := int(s / 60); {
	case s < 90:
		return count(int(s+0.5)) + " s"
	case m < 90:
		return count(m) + " min"
	default:
		return count(m/60) + " h " + count(m%60) + " min"
	}
}

// verdictLines adds what verifying found in a system.
func (p *plan) verdictLines(w *writer, v *desk.Verdict) {
	if v == nil {
		return
	}
	s := p.ui.styles
	w.heading("Verified")
	w.text("", "", 0, s.plain, effectMeans[string(v.Effect)])
	for _, f := range v.Findings {
		k, name := s.plain, strings.ToLower(string(f.Effect))
		switch {
		case f.Despite:
			name = "note"
		case f.Effect == "RESIDUAL" || f.Effect == "UNREACHABLE":
			k = s.bad
		case f.Effect == "PSEUDONYMISED" || f.Effect == "RECOVERABLE":
			k = s.warn
		}
		why := f.Why
		if f.Until != "" {
			why += ", until " + f.Until
		}
		where := f.Where
		if f.Record != nil {
			where = f.Record.Place + " / " + f.Record.Entity + " / " + p.ui.value(strings.Join(f.Record.Key, ", "))
		}
		w.text("", name, 15, k, why)
		if where != "" {
			w.text("", "", 15, s.dim, where)
		}
	}
}

// effectMeans says what a verdict means.
var effectMeans = map[string]string{
	"RESIDUAL":      "Something is still there as it was.",
	"UNREACHABLE":   "It could not be looked at: verify again (v) when it is back.",
	"PSEUDONYMISED": "Still linkable, through a key, children, or another system: this is no erasure yet.",
	"RECOVERABLE":   "Gone from what is in use, and still to be had from backups or history.",
	"KEPT":          "What the law keeps is kept; nothing else is left.",
	"ERASED":        "Nothing is left.",
	"RESTRICTED":    "The records are marked or moved as planned.",
	"CORRECTED":     "The right value stands wherever it was to be written.",
	"SUPPRESSED":    "The person is not written to any more.",
	"LIFTED":        "What was there before the restriction is there again.",
	"NOTHING HELD":  "The plan changed nothing here, and nothing is found.",
}
