package secret

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"
)

func TestKeep(t *testing.T) {
	keyring.MockInit()
	dir := t.TempDir()
	t.Setenv("CREDENTIALS_DIRECTORY", dir)
	for _, text := range []string{"file:deep/down/key", "keyring:dossier/Pat Doe"} {
		var r Ref
		if err := r.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Resolve(t.Context(), dir); !IsMissing(err) {
			t.Errorf("%s: before it is kept: %v", text, err)
		}
		if err := r.Keep(t.Context(), dir, hunter2); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if s, err := r.Resolve(t.Context(), dir); err != nil || s.Reveal() != hunter2 {
			t.Errorf("%s: kept, and not read: %v", text, err)
		}
		if err := r.Keep(t.Context(), dir, "another"); err == nil || !strings.Contains(err.Error(), "not replaced") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: kept twice: %v", text, err)
		}
		if s, _ := r.Resolve(t.Context(), dir); s.Reveal() != hunter2 {
			t.Errorf("%s: replaced", text)
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "deep", "down", "key")); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	for _, text := range []string{"env:DOSSIER_TEST_SECRET", "credential:key"} {
		var r Ref
		if err := r.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := r.Keep(t.Context(), dir, hunter2); err == nil || !strings.Contains(err.Error(), "only reads") {
			t.Errorf("%s: %v", text, err)
		}
	}
	keyring.MockInitWithError(errors.New("locked"))
	if err := (Ref{"keyring", "dossier/other"}).Keep(t.Context(), dir, hunter2); err == nil || !strings.Contains(err.Error(), "locked") {
		t.Errorf("locked: %v", err)
	}
}
