package desk

import (
	"context"
	"errors"

	"dossier/internal/journal"
)

// The errors that decide a command's exit code. A use case wraps them with what happened, to what, and
// what to do next.
var (
	ErrUsage       = errors.New("the command was called wrongly")
	ErrPartly      = errors.New("some system was not fully searched")
	ErrStale       = errors.New("what it rests on has changed")
	ErrWaiting     = errors.New("a person is awaited")
	ErrUnknown     = errors.New("the outcome is unknown")
	ErrRefused     = errors.New("refused")
	ErrNoRequest   = journal.ErrNoRequest
	ErrNotSearched = journal.ErrNotSearched
)

// The exit codes of every command.
const (
	ExitDone      = 0
	ExitError     = 1
	ExitUsage     = 2
	ExitPartly    = 3
	ExitStale     = 4
	ExitWaiting   = 5
	ExitUnknown   = 6
	ExitRefused   = 7
	ExitCancelled = 130
)

// ExitCode returns the exit code for the error that ended a command; the gravest cause decides where
// several are joined.
func ExitCode(err error) int {
	switch {
	case err == nil:
		return ExitDone
	case errors.Is(err, context.Canceled):
		return ExitCancelled
	}
	for _, c := range []struct {
		cause error
		code  int
	}{
		{ErrUsage, ExitUsage},
		{ErrUnknown, ExitUnknown},
		{ErrRefused, ExitRefused},
		{ErrStale, ExitStale},
		{ErrPartly, ExitPartly},
		{ErrWaiting, ExitWaiting},
	} {
		if errors.Is(err, c.cause) {
			return c.code
		}
	}
	return ExitError
}
