package swapfile

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var fixed = time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)

func free() error { return nil }

// begin locks a file that holds "before", with a finished copy beside it that holds "after".
func begin(t *testing.T) *Swap {
	t.Helper()
	path := filepath.Join(t.TempDir(), "members.csv")
	if err := os.WriteFile(path, []byte("before"), 0o640); err != nil {
		t.Fatal(err)
	}
	s, err := Begin(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.End)
	f, err := s.Create()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("after"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

func holds(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("the file holds %q (%v) and not %q", got, err, want)
	}
}

func TestSwap(t *testing.T) {
	s := begin(t)
	told := false
	err := s.Commit(t.Context(), free, func(before, after string) error {
		told = true
		holds(t, s.Path, "before")
		if sum, _ := Sum(t.Context(), s.Path); sum != before {
			t.Error("the sum before is another")
		}
		if sum, _ := Sum(t.Context(), s.Copy); sum != after {
			t.Error("the sum after is another")
		}
		return nil
	})
	if err != nil || !told {
		t.Fatal(err, told)
	}
	s.End()
	holds(t, s.Path, "after")
	if info, err := os.Stat(s.Path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if all, _ := os.ReadDir(filepath.Dir(s.Path)); len(all) != 1 {
		t.Errorf("left: %v", all)
	}
}

func TestWhatKeepsAFileAsItIs(t *testing.T) {
	failure := errors.New("no")
	for _, c := range []struct {
		name, about string
		commit      func(t *testing.T, s *Swap) error
	}{
		{"in use", "no", func(t *testing.T, s *Swap) error {
			return s.Commit(t.Context(), func() error { return failure }, nil)
		}},
		{"not noted", "no", func(t *testing.T, s *Swap) error {
			return s.Commit(t.Context(), free, func(string, string) error { return failure })
		}},
		{"cancelled while it is noted", "ended", func(t *testing.T, s *Swap) error {
			ctx, cancel := context.WithCancel(t.Context())
			return s.Commit(ctx, free, func(string, string) error { cancel(); return nil })
		}},
		{"not replaced", "could not take the place", func(t *testing.T, s *Swap) error {
			s.Replace = func(string, string) error { return failure }
			return s.Commit(t.Context(), free, nil)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := begin(t)
			err := c.commit(t, s)
			if err == nil || !strings.Contains(Reason(err), c.about) || errors.As(err, new(Unknown)) {
				t.Errorf("got %v", err)
			}
			s.End()
			holds(t, s.Path, "before")
			if all, _ := os.ReadDir(filepath.Dir(s.Path)); len(all) != 1 {
				t.Errorf("left: %v", all)
			}
		})
	}
}

func TestAChangeMeanwhileIsRefused(t *testing.T) {
	for name, change := range map[string]func(path string) error{
		"written": func(path string) error { return os.WriteFile(path, []byte("BEFORE"), 0o640) },
		"touched": func(path string) error { return os.Chtimes(path, fixed, fixed) },
		"replaced": func(path string) error {
			return errors.Join(os.Rename(path, path+"~"), os.WriteFile(path, []byte("before"), 0o640))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t)
			err := s.Commit(t.Context(), free, func(string, string) error { return change(s.Path) })
			if err == nil || !strings.Contains(err.Error(), "changed by somebody else") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestLostAnswers(t *testing.T) {
	lost := errors.New("lost")
	for name, c := range map[string]struct {
		replace func(from, to string) error
		unknown bool
	}{
		"done":   {func(from, to string) error { return errors.Join(os.Rename(from, to), lost) }, false},
		"gone":   {func(from, to string) error { return errors.Join(os.Remove(to), lost) }, true},
		"broken": {func(from, to string) error { return errors.Join(os.WriteFile(to, []byte("x"), 0o600), lost) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := begin(t)
			s.Replace = c.replace
			err := s.Commit(t.Context(), free, nil)
			if unknown := errors.As(err, new(Unknown)); unknown != c.unknown || !unknown && err != nil {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestWhatAKilledRunLeftIsTakenAway(t *testing.T) {
	s := begin(t)
	if _, err := Begin(t.Context(), s.Path); err == nil || !strings.Contains(err.Error(), "another run") && !strings.Contains(err.Error(), "has the file open") {
		t.Errorf("a second run: %v", err)
	}
	left := s.Copy
	s.Copy = "" // as a killed run, which ends nothing
	s.End()
	again, err := Begin(t.Context(), s.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.End()
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Error("the copy is still there")
	}
}
