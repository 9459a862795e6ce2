package connectors_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dossier/connectors"
)

func TestLastBackup(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for name, days := range map[string]int{"crm-1.bak": 3, "crm-2.bak": 1, "other.bak": 0, "ahead.bak": -9} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now, now.AddDate(0, 0, -days)); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		backup *connectors.LastBackup
		want   string // the day; "": not known
		how    string
	}{
		"the register does not say": {nil, "", "write last_backup"},
		"the newest of some files":  {&connectors.LastBackup{Files: "crm-*.bak"}, "2026-03-01", "crm-2.bak"},
		"written down":              {&connectors.LastBackup{On: "2026-02-27"}, "2026-02-27", "as the register says"},
		"no such file":              {&connectors.LastBackup{Files: filepath.Join(dir, "hr-*.bak")}, "", "hr-*.bak"},
		"a file of a day to come":   {&connectors.LastBackup{Files: "ahead.*"}, "", "yet to come"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &connectors.System{Dir: dir}
			s.Backup = c.backup
			at, how := s.LastBackup(now)
			if got := at.Format(time.DateOnly); at.IsZero() != (c.want == "") || c.want != "" && got != c.want || !strings.Contains(how, c.how) {
				t.Errorf("%s, %s; want %s, %s", got, how, c.want, c.how)
			}
		})
	}
}
