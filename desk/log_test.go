package desk

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dossier/internal/journal"
)

func TestLogProvesItself(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	r := record(t, d)
	if _, err := gather(d.Locate(t.Context(), r.ID)); err != nil {
		t.Fatal(err)
	}
	report, err := d.VerifyLog(t.Context(), "")
	if err != nil || report.Entries < 3 || len(report.Problems) > 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	dir := t.TempDir()
	write := func(name, content string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if _, err := d.VerifyLog(t.Context(), write("kept", report.Checkpoint)); err != nil {
		t.Errorf("its own checkpoint: %v", err)
	}
	report, err = d.VerifyLog(t.Context(), write("other", "none"))
	if !errors.Is(err, ErrTampered) || len(report.Problems) != 1 || ExitCode(err) != ExitError {
		t.Errorf("%+v, %v", report, err)
	}
	if _, err := d.VerifyLog(t.Context(), filepath.Join(dir, "missing")); err == nil || errors.Is(err, ErrTampered) {
		t.Errorf("no such file: %v", err)
	}
	p, err := d.ProveEntry(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	e, err := VerifyProof(write("proof", string(b)), report.Key)
	if err != nil || e.Seq != 2 || e.What != "search begun" {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := VerifyProof(write("changed", strings.Replace(string(b), "search begun", "search ended", 1)), report.Key); err == nil {
		t.Error("another entry is proved too")
	}
	if _, err := VerifyProof(write("nothing", "{"), report.Key); err == nil {
		t.Error("nothing is proved")
	}
}

// A syslog that takes nothing is told of, for as long as entries wait for it.
func TestSyslogThatTakesNothing(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	if w := d.Warning(t.Context()); w != "" {
		t.Errorf("without syslog: %s", w)
	}
	down := errors.New("nobody listens")
	j, err := journal.Open(t.Context(), journal.Config{Dir: filepath.Join(t.TempDir(), "state"), Now: d.now, Forward: func(string) error { return down }})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	register := *d.register
	register.Log.Syslog = true
	loud := &Desk{register: &register, journal: j, operator: "Pat", now: d.now}
	if w := loud.Warning(t.Context()); w != "" {
		t.Errorf("before anything is logged: %s", w)
	}
	record(t, loud)
	if w := loud.Warning(t.Context()); !strings.HasPrefix(w, "entries of the log (1, since 2026-03-02 09:30:00) wait for syslog") || !strings.Contains(w, "nobody listens") {
		t.Errorf("%q", w)
	}
	down = nil
	record(t, loud)
	if w := loud.Warning(t.Context()); w != "" {
		t.Errorf("once it takes them: %s", w)
	}
}
