package export

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"dossier/export/lock"
)

// ErrLocked says that a package is encrypted, and that it has to be opened before it can be checked.
var ErrLocked = errors.New("the package is locked")

// unlocked returns the package in a file, the plain content of one that a passphrase locks, which ask asks for, and what the check then
// does not tell, "" for nothing. It is never on the disk. The error wraps ErrLocked where nobody can be asked, and where the file around
// the package was not written by this program: it says how the package is got out of it.
func unlocked(r io.ReaderAt, size int64, ask func() (string, error)) (io.ReaderAt, int64, string, error) {
	form := lockOf(r, size)
	if form == Unlocked {
		return r, size, "", nil
	}
	if ask == nil {
		return nil, 0, "", fmt.Errorf("%w: dossier package verify asks for its passphrase", ErrLocked)
	}
	passphrase, err := ask()
	if err != nil {
		return nil, 0, "", err
	}
	plain, n, err := io.ReaderAt(nil), int64(0), error(nil)
	note := ""
	switch form {
	case LockAge:
		plain, n, err = lock.OpenAge(r, size, passphrase)
	case LockZIP:
		plain, n, err = lock.OpenZIP(r, size, passphrase)
	case LockHTML:
		plain, n, err = lock.OpenHTML(r, size, passphrase, reportStyle)
	default:
		note = "the pages of the PDF itself are not checked: the files that are attached to it are"
		plain, n, err = unlockedPDF(r, size, passphrase)
	}
	if errors.Is(err, lock.ErrForeign) {
		err = fmt.Errorf("%w, so that it is not checked: %w: %s", ErrLocked, err, otherwise[form])
	}
	return plain, n, note, err
}

// otherwise says how a package is got out of a file that another program may have made.
var otherwise = map[Lock]string{
	LockZIP:  "open it with 7-Zip, and verify the ZIP in it",
	LockHTML: "do not give it your passphrase; ask for the file again",
	LockPDF:  "open it, save the files that are attached to it into a folder, and check them by " + sumsName,
}

// lockOf returns how a file is locked.
func lockOf(r io.ReaderAt, size int64) Lock {
	start := make([]byte, 32)
	n, _ := r.ReadAt(start, 0)
	start = start[:n]
	switch {
	case bytes.HasPrefix(start, []byte("age-encryption.org/")):
		return LockAge
	case bytes.HasPrefix(start, []byte("%PDF")):
		return LockPDF
	case bytes.HasPrefix(bytes.ToLower(bytes.TrimSpace(start)), []byte("<!doctype html")):
		return LockHTML
	case encryptedZIP(r, size):
		return LockZIP
	}
	return Unlocked
}

// unlockedPDF puts the files that are attached to a PDF together again as the package that they were.
func unlockedPDF(r io.ReaderAt, size int64, passphrase string) (io.ReaderAt, int64, error) {
	if size > 4*maxPDF {
		return nil, 0, ErrTooLarge
	}
	b := make([]byte, size)
	if _, err := r.ReadAt(b, 0); err != nil && err != io.EOF {
		return nil, 0, fmt.Errorf("the file cannot be read: %w", err)
	}
	files, err := lock.OpenPDF(b, passphrase, 4*maxPDF)
	if err != nil {
		return nil, 0, err
	}
	var m Manifest
	for _, f := range files {
		if f.Name == manifestName {
			_ = json.Unmarshal(f.Content, &m) // what is wrong with it the check tells
		}
	}
	place := func(name string) int {
		i := slices.IndexFunc(m.Files, func(f File) bool { return f.Name == name })
		if i < 0 {
			i = len(m.Files) // the manifest, which comes last, and what it does not list
		}
		return i
	}
	slices.SortStableFunc(files, func(a, b lock.Attached) int { return place(a.Name) - place(b.Name) })
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range files {
		w, err := z.CreateHeader(fileHeader(f.Name, zip.Deflate, m.Made))
		if err == nil {
			_, err = w.Write(f.Content)
		}
		if err != nil {
			return nil, 0, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, 0, err
	}
	return bytes.NewReader(out.Bytes()), int64(out.Len()), nil
}

// encryptedZIP reports whether the first file of a ZIP is encrypted (APPNOTE.TXT 4.4.4, bit 0).
func encryptedZIP(r io.ReaderAt, size int64) bool {
	z, err := zip.NewReader(r, size)
	return err == nil && len(z.File) == 1 && z.File[0].Flags&1 != 0
}
