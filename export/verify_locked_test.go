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
		"a PDF":                    {[]byte("%PDF-1.7 x"), nil, "attached", true},
		"a page":                   {[]byte("\n<!DOCTYPE html><html>"), nil, "in a browser", true},
		"a ZIP with a password":    {encrypted, nil, "7-Zip", true},
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
