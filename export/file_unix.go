//go:build !windows

package export

import (
	"errors"
	"os"
	"syscall"
)

// syncDir makes a new name in the folder last through a loss of power. File systems that cannot sync a
// folder write it in their own time.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return err
	}
	return nil
}
