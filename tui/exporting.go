package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/locate"
	"dossier/request"
)

// exporting asks for a file's name, has the package written and verified, and tells what came of it.
type exporting struct {
	work   *work
	file   *field
	lock   *field
	onLock bool     // the lock has the focus
	before []string // what should be known before
	busy   bool
	result *exportedMsg // nil: not written yet
}

func newExporting(w *work) *exporting {
	e := &exporting{work: w, file: textField("File", "", "").on(w.request.ID + ".zip"), lock: choiceField("Encrypted", lockWords...)}
	e.file.input.Focus()
	t, n := w.matches.tree.tally, w.systems.done()
	e.before = append(e.before, plural(t.included, "record")+" of "+matchWords(t.all)+" will be in the package.")
	if t.waiting > 0 {
		e.before = append(e.before, "! "+matchWords(t.waiting)+" to decide: left out until somebody decides.")
	}
	if missing := n[locate.Failed] + n[locate.Partly] + n[""]; missing > 0 {
		e.before = append(e.before, "! "+plural(missing, "system")+" not fully searched: the package says which, and why.")
	}
	if n[locate.ByHand] > 0 {
		e.before = append(e.before, "! "+plural(n[locate.ByHand], "system")+" worked by hand: what the stewards find is not in it.")
	}
	return e
}

// typing reports whether letters are part of the file's name.
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
		case key.Matches(msg, k.write):
			return e.write()
		case key.Matches(msg, k.nextLock):
			e.onLock = !e.onLock
		case e.onLock:
			named := e.work.request.ID + lockEnds[e.lock.chosen]
			e.lock.update(msg)
			if e.file.value() == named {
				e.file.on(e.work.request.ID + lockEnds[e.lock.chosen])
			}
		default:
			e.file.update(msg)
		}
	}
	return nil
}

// The ways to encrypt a package, and what the names of such files end in.
var (
	lockWords = []string{"no", "as a ZIP with a password", "as a page that decrypts itself", "as a PDF with a password", "with age"}
	lockNames = []string{"", "zip", "html", "pdf", "age"}
	lockEnds  = []string{".zip", ".zip", ".html", ".pdf", ".zip.age"}
)

// asked returns the field that has the focus.
func (e *exporting) asked() *field {
	switch {
	case !e.typing():
		return nil
	case e.onLock:
		return e.lock
	}
	return e.file
}

func (e *exporting) write() tea.Cmd {
	path := e.file.value()
	if path == "" {
		return nil
	}
	e.busy = true
	return e.work.ui.office.export(e.work.request.ID, path, lockNames[e.lock.chosen])
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
	e.work.request.State = request.Exported
	log.add(s.strong, "Package written: "+msg.written.Path)
	if msg.passphrase != "" {
		log.add(s.warn, "It is encrypted: its passphrase is shown once")
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
	for _, f := range []*field{e.file, e.lock} {
		mark, focused := "  ", !e.busy && (f == e.lock) == e.onLock
		if focused {
			mark = "► "
		}
		lines = append(lines, append(line{{s.accent, mark}, {s.strong, pad(f.label, 11)}}, f.line(s, focused, width-13)...))
	}
	lines = append(lines, nil)
	if e.busy {
		return append(lines, line{{s.accent, "writing and verifying …"}})
	}
	return append(lines, paragraph(s.dim, "It holds personal data: only you can read it. It takes the place of no other file.", width)...)
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
	return []key.Binding{k.write, k.nextLock, k.back}
}
