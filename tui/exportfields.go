package tui

import (
	"errors"
	"slices"
	"strings"

	"dossier/desk"
	"dossier/export"
	"dossier/request"
)

// exportForm is what a package is written by: its fields, those that the request has no use for left out.
type exportForm struct {
	id     string
	fields []*field

	file, lock, keys, edition, scope, beside, large, letters *field
}

// The ways to encrypt a package, and what the names of such files end in.
var (
	lockWords = []string{"no", "as a ZIP with a password", "as a page that decrypts itself", "as a PDF with a password", "with age"}
	lockNames = []export.Lock{export.Unlocked, export.LockZIP, export.LockHTML, export.LockPDF, export.LockAge}
	lockEnds  = []string{".zip", ".zip", ".html", ".pdf", ".zip.age"}
)

// What is made for reading beside the report. The first is what is made where nobody says otherwise.
var (
	besideWords = []string{"workbook, PDF and letter", "workbook and PDF", "workbook and letter", "PDF and letter", "workbook", "PDF", "letter", "nothing"}
	besideNames = [][]string{nil, {"xlsx", "pdf"}, {"xlsx", "letter"}, {"pdf", "letter"}, {"xlsx"}, {"pdf"}, {"letter"}, {"none"}}
)

const (
	forPerson, ownFile = "for the person", "our own file, with scores, decisions and the log"
	asAsked            = "what is asked for"
)

// errKeysOfAge says why keys of recipients cannot be taken.
var errKeysOfAge = errors.New("are for age alone: choose to encrypt with age, or leave them out")

// newExportForm returns the fields, filled in as the request's wish for its delivery suggests: what goes over a network is encrypted so that
// any web browser opens it.
func newExportForm(r request.Request) *exportForm {
	f := &exportForm{id: r.ID}
	f.file = textField("File", "", "It takes the place of no other file").needed()
	f.lock = choiceField("Encrypted", lockWords...)
	if r.Delivery.Way == request.Email || r.Delivery.Way == request.Portal {
		f.lock.chosen = slices.Index(lockNames, export.LockHTML)
	}
	f.file.on(r.ID + lockEnds[f.lock.chosen])
	f.keys = textField("Keys", "", "With age: the public keys that open it, as age1…, ; between several; empty: a passphrase opens it").checked(func(string) error { return f.sealable() })
	f.edition = choiceField("Edition", forPerson, ownFile)
	f.scope = choiceField("Of the rights", asAsked, string(desk.ScopeAccess), string(desk.ScopePortability))
	f.beside = choiceField("Beside report", besideWords...)
	f.large = choiceField("Large print", "no", "yes")
	if r.Delivery.LargePrint {
		f.large = choiceField("Large print", "yes, as the person wishes")
	}
	f.letters = textField("Letters", "", "The folder of your own templates: access.txt.tmpl, portability.txt.tmpl; empty: those that come with the program")
	f.fields = []*field{f.file, f.lock, f.keys, f.edition, f.scope, f.beside, f.large, f.letters}
	if !r.Wants(request.Access) || !r.Wants(request.Portability) {
		f.fields = slices.DeleteFunc(f.fields, func(x *field) bool { return x == f.scope })
	}
	return f
}

// recipients returns the keys that were typed.
func (f *exportForm) recipients() []string { return f.keys.values() }

// sealing returns how the package is encrypted; a key alone says that it is with age.
func (f *exportForm) sealing() export.Sealing {
	s := export.Sealing{Lock: lockNames[f.lock.chosen], To: f.recipients()}
	if s.Lock == export.Unlocked && len(s.To) > 0 {
		s.Lock = export.LockAge
	}
	return s
}

// sealable returns what is wrong with the keys.
func (f *exportForm) sealable() error {
	s := f.sealing()
	if len(s.To) > 0 && s.Lock != export.LockAge {
		return errKeysOfAge
	}
	return s.Check()
}

// renamed puts the ending of the chosen encryption to the file's name, where that is still the one that was offered.
func (f *exportForm) renamed(before int) {
	if f.file.value() == f.id+lockEnds[before] {
		f.file.on(f.id + lockEnds[f.lock.chosen])
		f.file.input.CursorEnd()
	}
}

// handover returns what the fields say.
func (f *exportForm) handover() desk.Handover {
	h := desk.Handover{Path: f.file.value(), Controller: f.edition.value() == ownFile}
	if slices.Contains(f.fields, f.scope) && f.scope.chosen > 0 {
		h.Scope = desk.Scope(f.scope.value())
	}
	h.Formats, h.Large, h.Letters = besideNames[f.beside.chosen], strings.HasPrefix(f.large.value(), "yes"), f.letters.value()
	h.Lock, h.To = string(f.sealing().Lock), f.recipients()
	return h
}
