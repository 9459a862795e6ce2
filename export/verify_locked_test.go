package export

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
)

func TestVerifyLockedForms(t *testing.T) {
	whole := pack(t, sample(t))
	locked := func(work int) []byte {
		to, err := age.NewScryptRecipient("correct horse")
		if err != nil {
			t.Fatal(err)
		}
		to.SetWorkFactor(work)
		var b bytes.Buffer
		w, err := age.Encrypt(&b, to)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(whole); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	good := locked(10)
	greedy := bytes.Replace(good, []byte(" 10\n"), []byte(" 25\n"), 1)
	encrypted := repack(t, []part{{*fileHeader("SAR-2026-0001.zip", zip.Store, testTime), whole}})
	encrypted[bytes.LastIndex(encrypted, []byte(centralHeader))+8] |= 1
	says := func(passphrase string) func() (string, error) {
		return func() (string, error) { return passphrase, nil }
	}
	for name, tt := range map[string]struct {
		content []byte
		ask     func() (string, error)
		want    string // in the error; "": the package is whole
		locked  bool
	}{
		"age":                      {good, says("correct horse"), "", false},
		"another passphrase":       {good, says("battery staple"), "does not open the file", false},
		"no passphrase":            {good, nil, "asks for its passphrase", true},
		"nobody answers":           {good, func() (string, error) { return "", os.ErrClosed }, "closed", false},
		"more work than is usual":  {greedy, says("correct horse"), "damaged", false},
		"age, cut short":           {good[:len(good)-100], says("correct horse"), "damaged", false},
		"a PDF":                    {[]byte("%PDF-1.7 x"), says("x"), "attached", true},
		"a page":                   {[]byte("\n<!DOCTYPE html><html>"), says("x"), "ask for the file again", true},
		"a ZIP with a password":    {encrypted, says("x"), "7-Zip", true},
		"a ZIP, nobody to ask":     {encrypted, nil, "asks for its passphrase", true},
		"a package that is opened": {whole, nil, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "package")
			if err := os.WriteFile(path, tt.content, 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := Verify(t.Context(), path, "", tt.ask)
			if tt.want == "" && (err != nil || len(r.Problems) > 0 || r.Records != 7) {
				t.Errorf("%+v, %v", r, err)
			}
			if tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) || errors.Is(err, ErrLocked) != tt.locked {
				t.Errorf("%v", err)
			}
		})
	}
}

// What this program locks it opens again to check it, and tells what was done to it since.
func TestVerifyOpensWhatWasLocked(t *testing.T) {
	dir := t.TempDir()
	const words = "correct-horse-battery"
	for _, form := range []Lock{LockZIP, LockHTML, LockPDF} {
		path := sealed(t, dir, sample(t), Sealing{Lock: form, Passphrase: words})
		check := func(b []byte, passphrase string) (Report, error) {
			changed := filepath.Join(t.TempDir(), "package")
			if err := os.WriteFile(changed, b, 0o600); err != nil {
				t.Fatal(err)
			}
			return Verify(t.Context(), changed, "", func() (string, error) { return passphrase, nil })
		}
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := check(whole, words); err != nil || len(r.Problems) > 0 || r.Records != 7 || (form == LockPDF) != (len(r.Notes) == 1) {
			t.Errorf("%s: %+v, %v", form, r, err)
		}
		flipped := bytes.Clone(whole)
		at := len(flipped) / 3
		if form == LockPDF { // whose pages are not checked
			at = bytes.Index(whole, []byte("/Type /EmbeddedFile")) + 200
		}
		flipped[at] ^= 1
		if form != LockHTML { // whose cipher is tried where it is written: each try takes long
			if _, err := check(whole, "another-horse"); err == nil || !strings.Contains(err.Error(), "does not open the file") {
				t.Errorf("%s, another passphrase: %v", form, err)
			}
			if r, err := check(flipped, words); err == nil && len(r.Problems) == 0 {
				t.Errorf("%s: a byte was changed", form)
			}
		}
		for name, b := range map[string][]byte{
			"something behind it": append(bytes.Clone(whole), "<script>alert(1)</script>"...),
			"a script before it":  bytes.Replace(whole, []byte("<meta"), []byte("<script>alert(1)</script><meta"), 1),
			"another policy":      bytes.Replace(whole, []byte("default-src &#39;none&#39;"), []byte("default-src *"), 1),
		} {
			if !bytes.Equal(b, whole) && form != LockPDF {
				if _, err := check(b, words); !errors.Is(err, ErrLocked) {
					t.Errorf("%s, %s: %v", form, name, err)
				}
			}
		}
	}
}
