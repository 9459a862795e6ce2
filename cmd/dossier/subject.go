package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"dossier/desk"
	"dossier/locate"
)

// readSubject reads identifiers from standard input (-) or from a file that nobody else may read.
func (a *app) readSubject(file string) (locate.Subject, error) {
	if file == "-" {
		return locate.ParseSubject(a.in)
	}
	f, err := os.Open(file)
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return locate.Subject{}, fmt.Errorf("%w: the file of identifiers cannot be read: %w", desk.ErrUsage, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil {
		return locate.Subject{}, err
	} else if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return locate.Subject{}, fmt.Errorf("%w: others may read the file of identifiers: allow its owner alone (chmod 600) and try again", desk.ErrUsage)
	}
	return locate.ParseSubject(f)
}

// demoSubject reads identifiers that were given as flags, kind=value, which only the demo estate allows.
func demoSubject(demo bool, flags []string) (locate.Subject, error) {
	var s locate.Subject
	if len(flags) > 0 && !demo {
		return s, fmt.Errorf("%w: identifiers as flags stay in the shell's history and are seen by every user of the machine: "+
			"put them in a file and name it with --subject, or pipe them in with --subject -", desk.ErrUsage)
	}
	for _, f := range flags {
		kind, value, ok := strings.Cut(f, "=")
		if !ok {
			return s, fmt.Errorf("%w: write --identifier kind=value, such as --identifier email=jo@example.com", desk.ErrUsage)
		}
		s.Identifiers = append(s.Identifiers, locate.Identifier{Kind: kind, Value: value})
	}
	return s, nil
}
