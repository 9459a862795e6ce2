//go:build unix

package journal

import (
	"errors"
	"syscall"
)

// alive reports whether a process of this computer runs, whoever's it is.
func alive(process int) bool {
	err := syscall.Kill(process, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
