package export

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"

	"dossier/export/lock"
)

// ErrLocked says that a package is encrypted, in a form that has to be opened before it can be checked.
var ErrLocked = errors.New("the package is locked")

// unlocked returns the package in a file: of one that age encrypted with a passphrase, which ask asks for, the plain content. Of the
// other locked forms the error, which wraps ErrLocked, says how they are opened.
func unlocked(r io.ReaderAt, size int64, ask func() (string, error)) (io.ReaderAt, int64, error) {
	start := make([]byte, 32)
	n, _ := r.ReadAt(start, 0)
	start = start[:n]
	switch {
	case bytes.HasPrefix(start, []byte("age-encryption.org/")):
		if ask == nil {
			return nil, 0, fmt.Errorf("%w: dossier package verify asks for its passphrase", ErrLocked)
		}
		passphrase, err := ask()
		if err != nil {
			return nil, 0, err
		}
		return lock.OpenAge(r, size, passphrase)
	case bytes.HasPrefix(start, []byte("%PDF")):
		return nil, 0, fmt.Errorf("%w: it is a PDF: open it, save the files that are attached to it into a folder, and check them by %s", ErrLocked, sumsName)
	case bytes.HasPrefix(bytes.ToLower(bytes.TrimSpace(start)), []byte("<!doctype html")):
		return nil, 0, fmt.Errorf("%w: it is a page that decrypts itself: open it in a browser, save the package, and verify that", ErrLocked)
	case encryptedZIP(r, size):
		return nil, 0, fmt.Errorf("%w: it is a ZIP with a password: open it with 7-Zip, and verify the ZIP in it", ErrLocked)
	}
	return r, size, nil
}

// encryptedZIP reports whether the first file of a ZIP is encrypted (APPNOTE.TXT 4.4.4, bit 0).
func encryptedZIP(r io.ReaderAt, size int64) bool {
	z, err := zip.NewReader(r, size)
	return err == nil && len(z.File) == 1 && z.File[0].Flags&1 != 0
}
