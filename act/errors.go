package act

import "errors"

// The errors that end an application or a verification, beside those of what it is made with. They say what of the plan was
// not done, or not true; the events say where.
var (
	ErrStale   = errors.New("the plan is stale")
	ErrPartly  = errors.New("not every system was changed")
	ErrWaiting = errors.New("a person is awaited")
	ErrUnknown = errors.New("the outcome is unknown")
	ErrLeft    = errors.New("not everything is as the plan was to make it, or could be looked at")
	ErrDecide  = errors.New("somebody has to decide whether records are the person's")
)
