package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"dossier/internal/secret"
)

// Nothing personal stands in any byte of the folder but the key's.
func TestPersonalDataIsSealed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	j := open(t, Config{Dir: dir})
	r := newRequest(t, j)
	update(t, j, func(tx *Tx) error {
		record, _, err := tx.Found(r.ID, testRef)
		return errors.Join(err, tx.SaveFinding(r.ID, testFinding), tx.Decide(r.ID, testDecision),
			tx.Log(Entry{Operator: "Pat", Request: r.ID, What: "decided", Details: json.RawMessage(`{"record":"` + record + `"}`)}))
	})
	look := func() {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(filepath.Join(dir, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(b, []byte("PLANTED")) {
				t.Errorf("%s holds personal data", f.Name())
			}
			if info, _ := f.Info(); runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s may be read by others: %v", f.Name(), info.Mode())
			}
		}
	}
	look()
	j.Close()
	look()
}

func TestSealedRowsAreBoundToTheirPlace(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		a, b := newRequest(t, j), newRequest(t, j)
		update(t, j, func(tx *Tx) error {
			return errors.Join(tx.SaveFinding(a.ID, testFinding), tx.Decide(a.ID, testDecision))
		})
		for name, q := range map[string]string{
			"a request's data under another": `UPDATE requests SET sealed = (SELECT sealed FROM requests WHERE id = 'SAR-2026-0001') WHERE id = 'SAR-2026-0002'`,
			"a request's key under another":  `UPDATE requests SET key = (SELECT key FROM requests WHERE id = 'SAR-2026-0001') WHERE id = 'SAR-2026-0002'`,
			"two matches swapped":            `UPDATE matches SET sealed = (SELECT sealed FROM matches WHERE n = 1) WHERE n = 0`,
			"a decision turned round":        `UPDATE decisions SET decision = 'accepted'`,
			"a byte lost":                    `UPDATE findings SET sealed = substr(sealed, 2)`,
			"nearly nothing left":            `UPDATE matches SET sealed = substr(sealed, 1, 9)`,
		} {
			t.Run(name, func(t *testing.T) {
				testDecision.Decision = "rejected"
				update(t, j, func(tx *Tx) error {
					return errors.Join(tx.SaveFinding(a.ID, testFinding), tx.Decide(a.ID, testDecision))
				})
				tx, err := j.write.BeginTx(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := tx.Exec(q); err != nil {
					t.Fatal(err)
				}
				if err := tx.Commit(); err != nil {
					t.Fatal(err)
				}
				_, errA := j.Request(t.Context(), b.ID)
				_, errB := j.Finding(t.Context(), a.ID)
				_, errC := j.Decisions(t.Context(), a.ID)
				if err := errors.Join(errA, errB, errC); err == nil || !strings.Contains(err.Error(), "changed from outside") {
					t.Errorf("not noticed: %v", err)
				}
			})
		}
	})
}

func TestKeys(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(t *testing.T, path string)
		want  string
	}{
		{"missing", func(t *testing.T, path string) { os.Remove(path) }, "is missing"},
		{"another's", func(t *testing.T, path string) {
			os.Remove(path)
			if err := makeKey(path); err != nil {
				t.Fatal(err)
			}
		}, "another journal"},
		{"damaged", func(t *testing.T, path string) { os.WriteFile(path, []byte("00ff"), 0o600) }, "is no key"},
		{"open to others", func(t *testing.T, path string) { os.Chmod(path, 0o644) }, "chmod 600"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "open to others" && runtime.GOOS == "windows" {
				t.Skip("Windows has no such modes")
			}
			dir := filepath.Join(t.TempDir(), "state")
			open(t, Config{Dir: dir}).Close()
			tt.spoil(t, filepath.Join(dir, keyName))
			if _, err := Open(t.Context(), Config{Dir: dir}); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestKeyIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), keyName)
	for range 2 {
		if err := makeKey(path); err != nil {
			t.Fatal(err)
		}
	}
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	makeKey(path)
	if again, _ := os.ReadFile(path); !bytes.Equal(first, again) {
		t.Error("the key was replaced")
	}
	if _, err := (Config{Dir: t.TempDir()}).readKey(t.Context()); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// The master key may be kept elsewhere: made there with the journal, and asked for there from then on.
func TestKeyByReference(t *testing.T) {
	keyring.MockInit()
	var inKeyring secret.Ref
	if err := inKeyring.UnmarshalText([]byte("keyring:dossier/master")); err != nil {
		t.Fatal(err)
	}
	at := inFile(t)
	at.Key = inKeyring
	r := newRequest(t, open(t, at))
	if _, err := os.Stat(filepath.Join(at.Dir, keyName)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the key is in the folder too: %v", err)
	}
	if got, err := open(t, at).Request(t.Context(), r.ID); err != nil || got.Reason != testRequest.Reason {
		t.Errorf("%v, %v", got, err)
	}
	if err := keyring.Set("dossier", "master", "short"); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), at); err == nil || !strings.Contains(err.Error(), "keyring:dossier/master is no key") || strings.Contains(err.Error(), "short") {
		t.Error(err)
	}
	keyring.MockInit()
	if _, err := Open(t.Context(), at); err == nil || !strings.Contains(err.Error(), "keyring:dossier/master, is missing") {
		t.Error(err)
	}
	fresh := inFile(t)
	if err := fresh.Key.UnmarshalText([]byte("env:DOSSIER_TEST_NO_SUCH_KEY")); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), fresh); err == nil || !strings.Contains(err.Error(), "is not set") {
		t.Error(err)
	}
}
