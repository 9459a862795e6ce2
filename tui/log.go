package tui

import (
	"time"

	"dossier/desk"
	"dossier/locate"
)

// journal is the running log of a request on the screen: what was done, newest below. It holds no
// values of records.
type journal struct {
	ui      *ui
	entries []entry
}

type entry struct {
	at   time.Time
	ink  ink
	text string
}

// keptEntries is how many lines the log keeps on the screen; the desk's own keeps all.
const keptEntries = 1000

func (j *journal) add(k ink, text string) {
	if len(j.entries) >= keptEntries {
		j.entries = append(j.entries[:0], j.entries[keptEntries/2:]...)
	}
	j.entries = append(j.entries, entry{j.ui.now(), k, text})
}

// before takes in what was done before the request was opened.
func (j *journal) before(msg loggedMsg) {
	s := j.ui.styles
	if msg.err != nil {
		j.add(s.bad, "What was done before cannot be read: "+msg.err.Error())
		return
	}
	earlier := make([]entry, 0, len(msg.entries)+len(j.entries))
	for _, e := range msg.entries[max(0, len(msg.entries)-keptEntries/2):] {
		words := capital(e.What)
		if e.System != "" {
			words += ": " + j.ui.system(e.System)
		}
		earlier = append(earlier, entry{e.Time, s.dim, words + " (" + e.Operator + ")"})
	}
	j.entries = append(earlier, j.entries...)
}

// covered tells that a system is done.
func (j *journal) covered(c locate.Coverage) {
	s := j.ui.styles
	name := c.Title
	if name == "" {
		name = c.System
	}
	switch c.State {
	case locate.Searched:
		j.add(s.plain, name+": searched in "+seconds(c.Seconds)+", "+matchWords(c.Records))
	case locate.Partly:
		j.add(s.warn, name+": searched with "+plural(len(c.Gaps), "gap")+", "+matchWords(c.Records))
	case locate.Failed:
		why := ""
		if len(c.Gaps) > 0 {
			why = ": " + gapWords(c.Gaps[0])
		}
		j.add(s.bad, name+": not searched"+why)
	case locate.ByHand:
		j.add(s.plain, name+": a task for its steward")
	}
}

// decided tells what was recorded of a decision.
func (j *journal) decided(t *tree, msg decidedMsg) {
	words := map[desk.Decision]string{included: "Included: ", excluded: "Excluded: ", elsewhose: "Excluded as someone else's: ",
		mentions: "Excluded as only a mention: ", undecided: "Decision taken back: "}[msg.decision]
	first, ok := t.index[msg.refs[0].ID()]
	if !ok {
		return
	}
	m := t.nodes[first].match
	words += m.Label + " in " + m.SystemTitle
	if more := len(msg.refs) - 1; more > 0 {
		words += ", and " + count(more) + " beneath"
	}
	j.add(j.ui.styles.plain, words)
}

// when writes the time of an entry of today, the day of an older one.
func (j *journal) when(at time.Time) string {
	at = at.In(j.ui.now().Location())
	if y, d := at.Year(), at.YearDay(); y != j.ui.now().Year() || d != j.ui.now().YearDay() {
		return at.Format("02/01/06")
	}
	return at.Format("15:04:05")
}

// row draws one line of the newest ones.
func (j *journal) row(p *pen, y, height int) {
	if i := max(0, len(j.entries)-height) + y; i < len(j.entries) {
		e := j.entries[i]
		p.gap(1)
		p.put(j.ui.styles.dim, j.when(e.at))
		p.gap(2)
		p.put(e.ink, e.text)
	}
}
