package tui

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/connectors"
	"dossier/desk"
)

// maxText is how much of one value is shown, in bytes: more is read in the package.
const maxText = 256 << 10

// record is the pane of one record. A record is shown once the desk has noted that it is looked at, and
// noted again each time it comes into sight; with values masked nothing is seen, and nothing noted.
type record struct {
	ui      *ui
	running bool   // a search runs: the desk knows only what the one before found
	request string // its id
	page    page
	fields  []fieldLines // of the page
	at      int          // the field under the cursor; -1: none
	seen    string       // the ID of the record that is in sight and noted
	asking  string       // the ID of the record that the desk is asked to note
	refused string       // the ID of a record that the desk could not note; the next one that comes into sight is asked for
	reason  error        // why it could not
	made    made         // what the page was made of
}

// made is what a page is made of: it is made again when one of these changes.
type made struct {
	match  *desk.Match
	width  int
	masked bool
	state  sight
	styles *styles // replaced when the colours change
}

// sight says whether a record may be shown.
type sight int

const (
	closed  sight = iota // the desk is asked to note that it is looked at
	open                 // it is noted, or nothing of it can be read
	early                // it cannot be noted before the search has ended
	refused              // the desk could not note it
)

func (r *record) sight(m *desk.Match) sight {
	switch id := m.Record.Ref.ID(); {
	case r.ui.masked || r.seen == id:
		return open
	case r.running:
		return early
	case r.refused == id:
		return refused
	}
	return closed
}

// look asks the desk to note that a record comes into sight; nil: none is.
func (r *record) look(m *desk.Match) tea.Cmd {
	if m == nil || r.ui.masked || r.running {
		r.seen = ""
		return nil
	}
	id := m.Record.Ref.ID()
	if id != r.seen {
		r.seen = ""
	}
	if r.seen == id || r.asking != "" || r.refused == id {
		return nil
	}
	r.asking = id
	return r.ui.office.viewed(r.request, m.Record.Ref)
}

// noted takes the desk's answer; m is the record under the cursor, which may be another by now.
func (r *record) noted(msg viewedMsg, m *desk.Match) {
	r.asking = ""
	switch {
	case msg.err != nil:
		r.refused, r.reason = msg.record, msg.err
	case m != nil && !r.ui.masked && m.Record.Ref.ID() == msg.record:
		r.seen = msg.record
	}
}

// make makes the page of a match where it is not made yet.
func (r *record) make(m *desk.Match, width int) {
	now := made{m, width, r.ui.masked, r.sight(m), r.ui.styles}
	if now == r.made {
		return
	}
	if r.made.match == nil || r.made.match.Record.Ref.ID() != m.Record.Ref.ID() {
		r.page.offset, r.at = 0, -1
	}
	r.made = now
	w := writer{ui: r.ui, request: r.request, width: max(24, width-1)}.of(m)
	w.head(m)
	switch now.state {
	case open:
		w.evidence(m, !r.ui.masked)
		w.path(m)
		w.fields(m)
	case early:
		w.evidence(m, false)
		w.add()
		w.text("", "", 0, r.ui.styles.dim, "Its fields can be read when the search has ended: each record that is read is noted in the log, which does not hold it before.")
	case refused:
		w.add()
		w.text("!", "", 0, r.ui.styles.bad, "Not shown, since the log could not take in that it is read: "+r.reason.Error())
	}
	r.page.lines, r.fields = w.lines, w.named
	if r.at >= len(r.fields) {
		r.at = -1
	}
}

// writer makes the lines of a record.
type writer struct {
	ui      *ui
	request string // whose statement differences are told from; "": none's
	width   int
	system  *connectors.System // nil where the register does not know it
	entity  *connectors.Entity // nil where the register does not know it
	lines   []line
	named   []fieldLines // which of them the fields take
}

// of returns the writer for a record, with what the register says of it.
func (w writer) of(m *desk.Match) writer {
	if w.system, _ = w.ui.office.desk.Register().System(m.Record.Ref.System); w.system != nil {
		w.entity, _ = w.system.Entity(m.Record.Ref.Entity)
	}
	return w
}

func (w *writer) add(spans ...span) { w.lines = append(w.lines, line(spans)) }

// text adds a wrapped text behind a label of that many cells, all lines of it aligned.
func (w *writer) text(gutter, label string, labelWidth int, k ink, text string) {
	s := w.ui.styles
	for i, part := range wrap(text, w.width-labelWidth-2) {
		if i > 0 {
			gutter, label = "", ""
		}
		w.add(span{s.accent, pad(gutter, 2)}, span{s.dim, fit(label, labelWidth)}, span{k, part})
	}
}

// fit cuts or fills a label up to a column, with a space behind it.
func fit(text string, width int) string {
	text = visible(text)
	if width > 0 && cells(text) > width-1 {
		text = cut(text, width-1)
	}
	return pad(text, width)
}

func (w *writer) heading(title string) {
	w.add()
	w.add(span{w.ui.styles.strong, title})
}

func (w *writer) head(m *desk.Match) {
	s := w.ui.styles
	w.add(span{s.strong, m.Label}, span{s.dim, "  " + m.SystemTitle})
	where := m.Record.Ref.Place + " / " + m.Record.Ref.Entity + " / " + w.ui.value(strings.Join(m.Record.Ref.Key, ", "))
	if m.Record.At != "" {
		where = m.Record.Ref.Place + " / " + m.Record.Ref.Entity + ", " + m.Record.At
	}
	for _, part := range wrap(where, w.width) {
		w.add(span{s.dim, part})
	}
	if m.Parent != nil {
		w.add(span{s.dim, "beneath " + m.Parent.Entity + " " + w.ui.value(strings.Join(m.Parent.Key, ", "))})
	}
	sign, words, k := w.ui.decision(m)
	word, number := certainty(m.Score, m.Certain)
	w.add(span{k, sign + " " + words}, span{s.plain, " · " + word + " " + number})
	if m.Note != "" {
		w.text("", "", 0, s.plain, w.ui.value(m.Note))
	}
	if m.Unfollowed {
		w.add(span{s.warn, "  search again to find what it leads to"})
	}
}

// evidence adds what speaks for the match and what against it, aloud with the values that were compared.
func (w *writer) evidence(m *desk.Match, aloud bool) {
	s := w.ui.styles
	w.heading("Evidence")
	if len(m.Evidence) == 0 {
		w.add(span{s.plain, "  none of its own"})
	}
	for _, e := range m.Evidence {
		sign, words, field := "=", e.Words, e.Field
		if aloud && e.Aloud != "" {
			words = e.Aloud
		}
		switch {
		case e.Agrees:
		case e.Identifier == "":
			sign = ""
		default:
			sign = "≠"
		}
		if w.entity != nil && field != "" {
			field = w.entity.LabelOf(field)
		}
		if weight := weighed(field, e.Bits); weight != "" {
			words += " (" + weight + ")"
		}
		w.text(sign, "", 0, s.plain, words)
	}
}

// weighed writes where evidence stands and what it weighs, as far as it does.
func weighed(field string, weight float64) string {
	switch {
	case weight == 0:
		return field
	case field == "":
		return bits(weight)
	}
	return field + ", " + bits(weight)
}

// bits writes a weight of evidence: +8.2 bits.
func bits(weight float64) string {
	sign := ""
	if weight > 0 {
		sign = "+"
	}
	return sign + strconv.FormatFloat(weight, 'f', 1, 64) + " bits"
}

func (w *writer) path(m *desk.Match) {
	s := w.ui.styles
	w.heading("Path")
	if len(m.Path) == 0 {
		w.add(span{s.plain, "  by what the request itself gives"})
	}
	for _, step := range m.Path {
		told := w.ui.identifier(step.Identifier.Kind) + " " + w.ui.value(step.Identifier.Value) + ", told by " +
			w.ui.system(step.From.System) + " / " + step.From.Entity + " / " + w.ui.value(strings.Join(step.From.Key, ", "))
		w.text("→", "", 0, s.plain, told)
	}
}

// fields adds every field of the record, mapped or not, with its label and what the register says of it.
func (w *writer) fields(m *desk.Match) {
	s := w.ui.styles
	w.add()
	legend := ""
	switch {
	case w.entity == nil:
		legend = "  nothing of it is in the register"
	case slices.ContainsFunc(m.Record.Names, w.unmapped):
		legend = "  · not in the register"
	}
	w.add(span{s.strong, "Fields"}, span{s.dim, legend})
	column := min(24, w.width*2/5)
	speaks := map[string]string{}
	for _, e := range m.Evidence {
		if m.Parent != nil {
			break // it speaks of the parent's fields
		}
		if e.Field == "" {
			continue
		}
		if e.Agrees {
			speaks[e.Field] = "="
		} else {
			speaks[e.Field] = "≠"
		}
	}
	statement := w.ui.known[w.request]
	for i, name := range m.Record.Names {
		label, said := name, &connectors.Field{}
		if w.entity != nil {
			label = w.entity.LabelOf(name)
			if f, ok := w.entity.Field(name); ok {
				said = f
			} else {
				speaks[name] = "·"
			}
		}
		first := len(w.lines)
		text, k := w.value(m.Record.Values[i], said)
		if speaks[name] == "≠" {
			k = s.bad
		}
		w.text(speaks[name], label, column, k, text)
		if speaks[name] == "≠" && statement != nil && said.Is != "" {
			if stated := statement.Subject.Values(said.Is); len(stated) > 0 {
				w.text("", "", column, s.bad, "the request says: "+w.ui.value(strings.Join(stated, "; ")))
			}
		}
		if notes := notes(said); notes != "" {
			w.text("", "", column, s.dim, notes)
		}
		w.named = append(w.named, fieldLines{name, first, len(w.lines)})
	}
}

// value writes a value, with the meaning of its code.
func (w *writer) value(v connectors.Value, said *connectors.Field) (string, ink) {
	s := w.ui.styles
	if v.IsNull() {
		return "–", s.dim
	}
	if w.ui.masked {
		return masked, s.dim
	}
	if v.IsStream() {
		return size(v.Size()) + " of content, which the package holds", s.plain
	}
	text := v.String()
	if meaning := said.Codes[text]; meaning != "" {
		return text + " (" + meaning + ")", s.plain
	}
	if text == "" {
		return "empty", s.dim
	}
	if len(text) > maxText {
		end := maxText
		for !utf8.RuneStart(text[end]) {
			end--
		}
		return text[:end] + "\n… and " + size(int64(len(text)-end)) + " more, which the package holds", s.plain
	}
	return text, s.plain
}

// unmapped reports whether the register says nothing of a field.
func (w *writer) unmapped(name string) bool {
	_, ok := w.entity.Field(name)
	return !ok
}

// notes writes what a person should know of a field beside its value.
func notes(said *connectors.Field) string {
	var notes []string
	if said.Special {
		notes = append(notes, "special category")
	}
	if said.Exempt != nil {
		notes = append(notes, "withheld from "+strings.Join(said.Exempt.From, ", ")+": "+said.Exempt.Reason)
	}
	if len(notes) == 0 {
		return ""
	}
	return "(" + strings.Join(notes, "; ") + ")"
}
