package act

import "errors"

// The errors that end an application or a verification, beside those of what it is made with. They say what of the plan was
// not done; Applied and Verified say where.
var (
	ErrStale   = errors.New("the plan is stale")
	ErrPartly  = errors.New("not every system was changed")
	ErrWaiting = errors.New("a person is awaited")
	ErrUnknown = errors.New("the outcome is unknown")
)
