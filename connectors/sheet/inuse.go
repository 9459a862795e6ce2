package sheet

import (
	"os"
	"path/filepath"
	"strconv"

	"dossier/internal/swapfile"
)

// inUse refuses while somebody has a file open, under any of its paths: Excel and LibreOffice show it by files of their own beside it.
func inUse(paths ...string) error {
	for _, path := range paths {
		dir, name := filepath.Split(path)
		for _, lock := range []string{"~$" + name, ".~lock." + name + "#"} {
			if _, err := os.Lstat(filepath.Join(dir, lock)); err == nil {
				return swapfile.Busy("somebody has the file open (" + strconv.Quote(lock) + " stands beside it): nothing is changed while it does. " +
					"Close the file, or remove that one where nobody has it open")
			}
		}
	}
	return nil
}
