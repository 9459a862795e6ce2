package export

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"dossier/export/lock"
)

// Lock is a way to encrypt a package.
type Lock string

// The ways to encrypt a package.
const (
	Unlocked Lock = ""
	LockAge  Lock = "age"  // for age, with a passphrase or for a recipient's key
	LockZIP  Lock = "zip"  // a ZIP with a password, for 7-Zip and its like; the package is the one file in it
	LockHTML Lock = "html" // one HTML file that decrypts itself in a browser
	LockPDF  Lock = "pdf"  // a PDF with a password: the report, with every other file attached
)

// Locks are all ways to encrypt a package.
var Locks = []Lock{LockAge, LockZIP, LockHTML, LockPDF}

// Extension returns what the name of a file locked so ends in.
func (l Lock) Extension() string {
	if l == LockAge || l == Unlocked {
		return ".zip" + map[Lock]string{LockAge: ".age"}[l]
	}
	return "." + string(l)
}

// Sealing is how a package is encrypted, and for whom.
type Sealing struct {
	Lock       Lock
	To         []string // keys of recipients (age1…), for LockAge alone; none: the passphrase opens it
	Passphrase string   // as Passphrase makes it
}

// Passphrase returns a new passphrase, easy to say on the telephone.
func Passphrase() (string, error) { return lock.Passphrase() }

// Check reports what is wrong with a sealing, whether or not it has its passphrase yet.
func (s Sealing) Check() error {
	switch {
	case s.Lock != Unlocked && !slices.Contains(Locks, s.Lock):
		return fmt.Errorf("there is no way %q to lock a package: name zip, html, age or pdf", s.Lock)
	case len(s.To) > 0 && s.Lock != LockAge:
		return errors.New("only age encrypts for a recipient's key: leave --lock out, or name age")
	}
	_, err := lock.Recipients(s.To)
	return err
}

// Spoken reports whether a passphrase opens the package.
func (s Sealing) Spoken() bool { return s.Lock != Unlocked && len(s.To) == 0 }

// maxPDF is how large a package may be that becomes a PDF, which is made in memory.
const maxPDF = 50 << 20

// ErrTooLarge says that a package is too large for the way in which it was to be locked.
var ErrTooLarge = lock.ErrTooLarge

// WriteSealed is WriteFile for a package that is encrypted while it is written: its plain form is never on the disk.
func WriteSealed(ctx context.Context, path string, p Package, s Sealing) (Manifest, error) {
	if err := s.Check(); err != nil {
		return Manifest{}, err
	}
	return writeFile(path, func(w io.Writer) (Manifest, error) { return seal(ctx, w, p, s) })
}

func seal(ctx context.Context, w io.Writer, p Package, s Sealing) (Manifest, error) {
	var sealed io.WriteCloser
	var err error
	name := p.Request.ID + ".zip"
	switch {
	case s.Lock == Unlocked:
		return Write(ctx, w, p)
	case s.Lock != Unlocked && len(s.To) == 0 && s.Passphrase == "":
		return Manifest{}, errors.New("the package has no passphrase to be locked with")
	case s.Lock == LockPDF:
		return sealPDF(ctx, w, p, s.Passphrase)
	case s.Lock == LockZIP:
		sealed, err = lock.ZIP(w, name, s.Passphrase, p.Made)
	case s.Lock == LockHTML:
		org := p.Register.Organisation
		sealed, err = lock.HTML(w, lock.Page{Title: "Answer to the request " + p.Request.ID, Organisation: org.Name, Contact: org.Contact,
			File: name, First: reportName, Style: reportStyle}, s.Passphrase)
	case len(s.To) > 0:
		recipients, bad := lock.Recipients(s.To)
		if bad != nil {
			return Manifest{}, bad
		}
		sealed, err = lock.AgeTo(w, recipients)
	default:
		sealed, err = lock.Age(w, s.Passphrase)
	}
	if err != nil {
		return Manifest{}, err
	}
	m, err := Write(ctx, sealed, p)
	if err != nil {
		return Manifest{}, err
	}
	return m, sealed.Close()
}

// sealPDF writes the report as an encrypted PDF to which every file of the package is attached.
func sealPDF(ctx context.Context, w io.Writer, p Package, passphrase string) (Manifest, error) {
	p.Papers.Formats = slices.DeleteFunc(slices.Clone(p.Papers.Formats), func(f Format) bool { return f == Paper }) // which the PDF itself is
	ed, err := approved(ctx, p)
	if err != nil {
		return Manifest{}, err
	}
	var plain bytes.Buffer
	m, err := ed.write(ctx, &limited{&plain, maxPDF})
	if err != nil {
		return Manifest{}, err
	}
	z, err := zip.NewReader(bytes.NewReader(plain.Bytes()), int64(plain.Len()))
	if err != nil {
		return Manifest{}, err
	}
	d := ed.paper()
	d.Heading(1, "The files of this package")
	d.Para("Every file is attached to this document, the records for spreadsheets and for programs among them. Programs that show PDF documents list them, often behind the picture of a paper clip.")
	room := int64(4 * maxPDF)
	for _, f := range z.File {
		if room -= int64(f.UncompressedSize64); room < 0 {
			return Manifest{}, ErrTooLarge
		}
		r, err := f.Open()
		if err != nil {
			return Manifest{}, err
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return Manifest{}, err
		}
		i := slices.IndexFunc(m.Files, func(of File) bool { return of.Name == f.Name })
		what := ""
		if i >= 0 {
			what = m.Files[i].What
		}
		d.Attach(f.Name, what, content)
	}
	var pdf bytes.Buffer
	if err := d.Write(&pdf); err != nil {
		return Manifest{}, err
	}
	if ed.fault != nil {
		return Manifest{}, ed.fault
	}
	return m, lock.PDF(w, pdf.Bytes(), passphrase)
}

// limited is a writer that refuses more than is left.
type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, ErrTooLarge
	}
	return l.w.Write(p)
}
