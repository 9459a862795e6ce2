package desk

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

func TestPassphrase(t *testing.T) {
	costs = hashing{Time: 1, Memory: 8 << 10, Threads: 1} // what is held here does not depend on them
	d := newDesk(t, newFakes(), registerText)
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	d.now = func() time.Time { return now }
	if set, err := d.HasPassphrase(t.Context()); err != nil || set {
		t.Fatalf("before one is set: %v, %v", set, err)
	}
	if err := d.SetPassphrase(t.Context(), "", "too few"); !errors.Is(err, ErrUsage) {
		t.Errorf("too short: %v", err)
	}
	if err := d.SetPassphrase(t.Context(), "", "corect horse Ä"); err != nil {
		t.Fatal(err)
	}
	if set, err := d.HasPassphrase(t.Context()); err != nil || !set {
		t.Errorf("after it was set: %v, %v", set, err)
	}
	info, err := os.Stat(d.passphraseFile())
	b, _ := os.ReadFile(d.passphraseFile())
	if err != nil || info.Mode().Perm()&0o077 != 0 || strings.Contains(string(b), "horse") {
		t.Errorf("the file: %v, %v, %s", info.Mode(), err, b)
	}
	try := func(what, text string, right bool, says string) {
		t.Helper()
		err := d.Unlock(t.Context(), text)
		if (err == nil) != right || !right && (!errors.Is(err, ErrPassphrase) || !strings.Contains(err.Error(), says)) {
			t.Errorf("%s: %v", what, err)
		}
	}
	try("decomposed letters", "corect horse A\u0308", true, "")
	for range 3 {
		try("wrong", "corect horse", false, "not the one that was set")
	}
	try("right, too soon", "corect horse Ä", false, "after 3 wrong attempts wait 2 s")
	now = now.Add(2 * time.Second)
	try("wrong once more", "horse", false, "not the one that was set")
	now = now.Add(3 * time.Second)
	try("too soon for the fourth", "corect horse Ä", false, "wait 1 s")
	now = now.Add(time.Second)
	try("right in time", "corect horse Ä", true, "")
	try("at once again", "corect horse Ä", true, "")

	if err := d.SetPassphrase(t.Context(), "guessed it", "another one"); !errors.Is(err, ErrPassphrase) {
		t.Errorf("without the one before: %v", err)
	}
	if err := d.SetPassphrase(t.Context(), "corect horse Ä", "another one"); err != nil {
		t.Error(err)
	}
	try("the one before", "corect horse Ä", false, "")
	try("the new one", "another one", true, "")
	entries, err := d.journal.Entries(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, e := range entries {
		count[e.What]++
	}
	if count["passphrase set"] != 2 || count["screen unlocked"] != 4 || count["passphrase refused"] != 7 {
		t.Errorf("the log tells %v", count)
	}
	for _, damaged := range []string{"", "{}", `{"argon2id":{"time":1,"memory":4294967295,"threads":1},"salt":"AA==","hash":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}`} {
		if err := os.WriteFile(d.passphraseFile(), []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := d.Unlock(t.Context(), "another one"); err == nil || !strings.Contains(err.Error(), "is damaged") {
			t.Errorf("%q: %v", damaged, err)
		}
	}
}

func TestDelay(t *testing.T) {
	for wrong, want := range map[int]time.Duration{0: 0, 2: 0, 3: 2 * time.Second, 4: 4 * time.Second, 10: 256 * time.Second, 11: 5 * time.Minute, 1 << 40: 5 * time.Minute} {
		if got := delay(wrong); got != want {
			t.Errorf("after %d: %v, want %v", wrong, got, want)
		}
	}
}

func TestSightIsLogged(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	if err := d.Unmasked(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	entries, err := d.journal.Entries(t.Context(), "")
	if err != nil || len(entries) == 0 || entries[len(entries)-1].What != "values unmasked" {
		t.Errorf("%v, %v", entries, err)
	}
}
