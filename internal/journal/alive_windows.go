//go:build windows

package journal

import "os"

// alive reports whether a process of this computer runs, whoever's it is.
func alive(process int) bool {
	p, err := os.FindProcess(process) // which opens it, on Windows
	if err != nil {
		return false
	}
	_ = p.Release() // it was only asked for
	return true
}
