package desk

import (
	"cmp"
	"fmt"
	"strings"

	"dossier/connectors"
	"dossier/export"
	"dossier/request"
)

// Packing says in which formats a package is written, and how it is encrypted.
type Packing struct {
	Formats []string // of xlsx, pdf, letter; nil: all of them; "none" alone: none
	Large   bool     // large print, which the request may wish for as well
	Letters string   // the folder of the organisation's templates of letters; "": what the register says, else those that come with the program
	Lock    string   // zip, html, age or pdf; "": age where To names somebody, else not encrypted
	To      []string // keys of recipients, each as age1…; none: a passphrase opens it
}

// Passphrase is the event that tells the passphrase of what was written, once: it is kept nowhere.
type Passphrase struct {
	Words string `json:"words"`
}

// Type returns "passphrase".
func (Passphrase) Type() string { return "passphrase" }

// MarshalJSON writes the event with its type first.
func (e Passphrase) MarshalJSON() ([]byte, error) {
	type plain Passphrase
	return typed(e.Type(), plain(e))
}

// sealing returns how the package is encrypted, with a new passphrase where it needs one.
func (k Packing) sealing() (export.Sealing, error) {
	s := export.Sealing{Lock: export.Lock(k.Lock), To: k.To}
	if s.Lock == export.Unlocked && len(k.To) > 0 {
		s.Lock = export.LockAge
	}
	if err := s.Check(); err != nil {
		return s, fmt.Errorf("%w: %w", ErrUsage, err)
	}
	if !s.Spoken() {
		return s, nil
	}
	var err error
	s.Passphrase, err = export.Passphrase()
	return s, err
}

// papers returns what is made for reading, for the person who asked.
func (k Packing) papers(r request.Request, register *connectors.Register) (export.Papers, error) {
	p := export.Papers{Formats: export.Formats, Large: k.Large || r.Delivery.LargePrint, Letters: cmp.Or(k.Letters, register.LettersFolder()),
		Addressee: strings.TrimSpace(r.Contact.Title + " " + r.Contact.Name)}
	if r.Contact.Name == "" {
		p.Addressee = ""
	}
	if r.Contact.Address != "" {
		p.Address = strings.Split(r.Contact.Address, "\n")
	}
	if k.Formats != nil {
		var err error
		if p.Formats, err = export.ParseFormats(k.Formats); err != nil {
			return p, fmt.Errorf("%w: %w", ErrUsage, err)
		}
	}
	return p, nil
}
