package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/export"
	"dossier/locate"
	"dossier/request"
)

// exporting asks how a package is written, has it written and verified, and tells what came of it.
type exporting struct {
	work    *work
	form    *exportForm
	focus   int
	problem string   // what is wrong with the field that has the focus
	before  []string // what should be known before
	busy    bool
	result  *exportedMsg // nil: not written yet
}

func newExporting(w *work) *exporting {
	e := &exporting{work: w, form: newExportForm(w.request)}
	e.form.file.input.Focus()
	t, n := w.matches.tree.tally, w.systems.done()
	e.before = append(e.before, plural(t.included, "record")+" of "+matchWords(t.all)+" will be in the package.")
	if d := w.request.Delivery; d.Way != "" {
		e.before = append(e.before, "The person wishes for it by "+strings.TrimPrefix(string(d.Way), "by ")+".")
	}
	if t.waiting > 0 {
		e.before = append(e.before, "! "+matchWords(t.waiting)+" to decide: left out until somebody decides.")
	}
	if missing := n[locate.Failed] + n[locate.Partly] + n[locate.LeftOut] + n[""]; missing > 0 {
		e.before = append(e.before, "! "+plural(missing, "system")+" not fully searched: the package says which, and why.")
	}
	if n[locate.ByHand] > 0 {
		e.before = append(e.before, "! "+plural(n[locate.ByHand], "system")+" worked by hand: what the stewards find is not in it.")
	}
	return e
}

// typing reports whether letters are part of what is asked for.
func (e *exporting) typing() bool { return e.result == nil && !e.busy }

func (e *exporting) title() string { return "Export " + e.work.request.ID }

func (e *exporting) update(msg tea.Msg) tea.Cmd {
	k := e.work.ui.keyMap
	switch msg := msg.(type) {
	case exportedMsg:
		e.take(msg)
	case tea.KeyMsg:
		switch {
		case e.busy:
		case key.Matches(msg, k.back), e.result != nil && key.Matches(msg, k.shut):
			e.work.ui.then(closeDialog)
		case e.result != nil:
		case key.Matches(msg, k.save), key.Matches(msg, k.write) && !e.oneByOne():
			return e.write()
		case key.Matches(msg, k.nextField):
			e.focus = min(e.focus+1, len(e.form.fields)-1)
		case key.Matches(msg, k.previousField):
			e.focus = max(e.focus-1, 0)
		default:
			lock := e.form.lock.chosen
			e.form.fields[e.focus].update(msg)
			e.form.renamed(lock)
			e.problem = ""
		}
	}
	return nil
}

// oneByOne reports whether enter goes to the next field: the line mode asks for them one by one.
func (e *exporting) oneByOne() bool { return e.work.ui.plain && e.focus < len(e.form.fields)-1 }

// asked returns the field that has the focus.
func (e *exporting) asked() *field {
	if !e.typing() {
		return nil
	}
	return e.form.fields[e.focus]
}

// write has the package written, unless a field says what cannot be.
func (e *exporting) write() tea.Cmd {
	for i, f := range e.form.fields {
		if err := f.check(); err != nil {
			e.focus, e.problem = i, f.label+" "+err.Error()
			return nil
		}
	}
	e.busy, e.problem = true, ""
	return e.work.ui.office.export(e.work.request.ID, e.form.handover())
}

func (e *exporting) take(msg exportedMsg) {
	e.busy = false
	s, log := e.work.ui.styles, e.work.log
	if msg.err != nil {
		log.add(s.bad, "Export failed: "+msg.err.Error())
		if e.work.ui.unapproved(e.work.request, msg.err) {
			return
		}
		e.work.ui.fail("Nothing was written", msg.err, func(a *app) tea.Cmd { a.show(e); return nil })
		return
	}
	e.result = &msg
	if msg.own {
		log.add(s.strong, "Our own file written: "+msg.written.Path)
	} else {
		e.work.request.State = request.Exported
		log.add(s.strong, "Package written: "+msg.written.Path)
	}
	if msg.passphrase != "" {
		log.add(s.warn, "It is encrypted: its passphrase is shown once")
	} else if msg.written.Lock != "" {
		log.add(s.good, "It is encrypted for the keys that were named")
	} else if sound(msg) {
		log.add(s.good, "Package verified: "+plural(msg.report.Files, "file"))
	} else {
		log.add(s.bad, "Package not verified: do not hand it over")
	}
}

// sound reports whether a package is as it was written.
func sound(msg exportedMsg) bool { return msg.unverified == nil && len(msg.report.Problems) == 0 }

func (e *exporting) lines(width int) []line {
	s := e.work.ui.styles
	if e.result != nil {
		return e.outcome(width)
	}
	var lines []line
	for _, b := range e.before {
		k := s.plain
		if strings.HasPrefix(b, "!") {
			k = s.warn
		}
		lines = append(lines, paragraph(k, b, width)...)
	}
	lines = append(lines, nil)
	label := 0
	for _, f := range e.form.fields {
		label = max(label, cells(f.label))
	}
	for i, f := range e.form.fields {
		mark, k := "  ", s.dim
		focused := !e.busy && i == e.focus
		if focused {
			mark, k = "► ", s.strong
		}
		lines = append(lines, append(line{{s.accent, mark}, {k, pad(f.label, label+2)}}, f.line(s, focused, width-label-4)...))
	}
	lines = append(lines, nil)
	switch {
	case e.busy:
		return append(lines, line{{s.accent, "writing and verifying …"}})
	case e.problem != "":
		return append(lines, paragraph(s.bad, "! "+e.problem, width)...)
	case e.form.sealing().Lock == export.Unlocked && e.focus < 2:
		return append(lines, paragraph(s.dim, "It holds personal data, and is not encrypted: encrypt it where it leaves the house.", width)...)
	}
	return append(lines, paragraph(s.dim, e.form.fields[e.focus].hint, width)...)
}

// focused returns the line that must stay in sight.
func (e *exporting) focused() int {
	if !e.typing() {
		return 0
	}
	return len(e.before) + 1 + e.focus
}

// outcome tells what was written and whether it is sound.
func (e *exporting) outcome(width int) []line {
	s, r := e.work.ui.styles, e.result
	lines := []line{{{s.strong, "Written"}}}
	lines = append(lines, paragraph(s.plain, "  "+r.written.Path, width)...)
	lines = append(lines,
		line{{s.plain, "  " + plural(r.written.Records, "record") + ", " + plural(r.written.Files, "file") + ", " + size(r.written.Bytes)}})
	if r.written.Undecided > 0 {
		lines = append(lines, line{{s.warn, "  ! " + matchWords(r.written.Undecided) + " left out, still to decide"}})
	}
	if r.written.Rejected > 0 {
		lines = append(lines, line{{s.plain, "  " + matchWords(r.written.Rejected) + " left out, excluded"}})
	}
	if r.written.Mentions > 0 {
		lines = append(lines, line{{s.plain, "  " + matchWords(r.written.Mentions) + " left out, only a mention"}})
	}
	lines = append(lines, nil)
	switch {
	case r.passphrase != "":
		lines = append(lines, line{{s.warn, "! Its passphrase is kept nowhere and shown only here:"}}, nil, line{{s.strong, "  " + r.passphrase}}, nil)
		lines = append(lines, paragraph(s.plain, "Tell it to the person in another way than the file goes. Open the file once with it before you hand it over.", width)...)
	case r.written.Lock != "":
		lines = append(lines, line{{s.good, "● Encrypted for the keys that were named: only who holds one of them opens it"}})
	case r.unverified != nil:
		lines = append(lines, line{{s.bad, "× Not verified: do not hand it over"}})
		lines = append(lines, paragraph(s.plain, r.unverified.Error(), width)...)
	case len(r.report.Problems) > 0:
		lines = append(lines, line{{s.bad, "× Damaged: do not hand it over"}})
		for _, problem := range r.report.Problems {
			lines = append(lines, paragraph(s.plain, problem, width)...)
		}
	default:
		lines = append(lines, line{{s.good, "● Verified: " + plural(r.report.Files, "file") + ", " + plural(r.report.Records, "record") +
			", each as it was written"}})
	}
	return lines
}

func (e *exporting) hints() []key.Binding {
	k := e.work.ui.keyMap
	switch {
	case e.busy:
		return nil
	case e.result != nil:
		return []key.Binding{k.shut}
	}
	if e.oneByOne() {
		return []key.Binding{k.nextField, k.previousField, k.save, k.back}
	}
	return []key.Binding{k.write, k.nextField, k.back}
}
