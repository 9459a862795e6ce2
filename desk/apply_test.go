package desk

import (
	"errors"
	"testing"

	"dossier/act"
	"dossier/internal/journal"
)

func TestHowAnApplicationEnds(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		code int
	}{
		"drift":               {act.ErrStale, ExitStale},
		"a lost answer":       {act.ErrUnknown, ExitUnknown},
		"an answer and drift": {errors.Join(act.ErrUnknown, act.ErrStale), ExitUnknown},
		"a system away":       {act.ErrPartly, ExitPartly},
		"something left":      {act.ErrLeft, ExitPartly},
		"no approval":         {act.ErrWaiting, ExitWaiting},
		"a match to decide":   {act.ErrDecide, ExitWaiting},
		"another process":     {journal.ErrLeased, ExitRefused},
		"anything else":       {errors.New("broken"), ExitError},
	} {
		if got := ExitCode(actError(c.err)); got != c.code {
			t.Errorf("%s ends with %d, not %d", name, got, c.code)
		}
	}
}
