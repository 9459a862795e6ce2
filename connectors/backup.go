package connectors

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// LastBackup says how the last backup of a system is known: by the newest file or folder that answers to a pattern, or as
// somebody has written it down.
type LastBackup struct {
	Files string `toml:"files"` // a pattern, which starts at the register's folder: the time of the newest counts
	On    string `toml:"on"`    // a day, 2006-01-02
}

func (b *LastBackup) check(problem func(key, why string)) {
	if b == nil {
		return
	}
	if (b.Files == "") == (b.On == "") {
		problem("last_backup", `write { files = "/srv/backup/crm-*.bak" }, whose newest file tells the time, or { on = "2026-11-20" }`)
		return
	}
	if _, err := time.Parse(time.DateOnly, b.On); b.On != "" && err != nil {
		problem("last_backup.on", `is no day: write it like "2026-11-20"`)
	}
	if _, err := filepath.Match(b.Files, ""); err != nil {
		problem("last_backup.files", "is no pattern: * stands for any part of a name")
	}
}

// LastBackup returns when a system was backed up last, and how that is known; the zero time, and why, where it is not known. It looks
// only whether there is a file: whether it can be restored, nobody knows who has not tried.
func (s *System) LastBackup(now time.Time) (at time.Time, how string) {
	switch b := s.Backup; {
	case b == nil:
		return at, "the register does not say how it is known: write last_backup"
	case b.On != "":
		at, _ = time.Parse(time.DateOnly, b.On)
		how = "as the register says"
	default:
		var name string
		if at, name = newest(s.Dir, b.Files); at.IsZero() {
			return at, fmt.Sprintf("no file %s can be seen", b.Files)
		}
		how = "the time of " + name
	}
	if at.After(now.Add(24 * time.Hour)) {
		return time.Time{}, fmt.Sprintf("%s it would be %s, which is yet to come", how, at.Format(time.DateOnly))
	}
	return at, how
}

// newest returns the time and the name of the newest file or folder that answers to a pattern, the zero time where there is none.
func newest(dir, pattern string) (at time.Time, name string) {
	if !filepath.IsAbs(pattern) {
		pattern = filepath.Join(dir, pattern)
	}
	paths, _ := filepath.Glob(pattern) // it was checked with the register
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && info.ModTime().After(at) {
			at, name = info.ModTime(), filepath.Base(path)
		}
	}
	return at, name
}
