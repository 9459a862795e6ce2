package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// prepareFolder makes the folder, and refuses one that others may enter.
func prepareFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("the folder of the journal cannot be made: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("the folder of the journal cannot be read: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return fmt.Errorf("the folder of the journal cannot be read: %w", err)
		}
		if len(entries) > 0 {
			return fmt.Errorf("the folder of the journal, %s, may be entered by others: choose another, or close it with chmod 700 %s", dir, dir)
		}
		if err := os.Chmod(dir, 0o700); err != nil {
			return fmt.Errorf("the folder of the journal cannot be closed to others: %w", err)
		}
	}
	return nil
}

// tidy removes the files that a process was writing when it was killed, once nobody can be writing them any more.
func tidy(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("the folder of the journal cannot be read: %w", err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".new-") && !strings.HasPrefix(e.Name(), ".key-") {
			continue
		}
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > time.Hour {
			err = os.Remove(filepath.Join(dir, e.Name()))
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("a file that was left in the folder of the journal cannot be removed: %w", err)
			}
		}
	}
	return nil
}

// refuseShare refuses a folder on a network share, where the locks of SQLite do not hold.
func refuseShare(dir string) error {
	share, err := networkShare(dir)
	if err != nil {
		return fmt.Errorf("the folder of the journal cannot be read: %w", err)
	}
	if share != "" {
		return fmt.Errorf("the folder of the journal, %s, is on a network share (%s), where a journal can be damaged: choose a folder of this computer", dir, share)
	}
	return nil
}
