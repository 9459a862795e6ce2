// Package lifetime ends the calls of a thing when the thing itself is closed.
package lifetime

import (
	"context"
	"errors"
)

// ErrClosed is returned for calls of what is closed.
var ErrClosed = errors.New("the connector is closed: open the system again")

// Lifetime lasts from New to End. Its methods may be called from any number of goroutines.
type Lifetime struct {
	ctx context.Context
	end context.CancelFunc
}

// New begins a lifetime.
func New() Lifetime {
	ctx, end := context.WithCancel(context.Background())
	return Lifetime{ctx, end}
}

// End ends it, and every context that Within gave. It may be called more than once.
func (l Lifetime) End() { l.end() }

// Within returns the context of one call, which ends with the lifetime too. It has to be released.
func (l Lifetime) Within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(l.ctx, cancel)
	return ctx, func() { stop(); cancel() }
}

// Err returns why a call ended early: the error of the caller's context, ErrClosed, or nil where neither ended.
func (l Lifetime) Err(caller context.Context) error {
	if err := caller.Err(); err != nil {
		return err
	}
	return l.Closed()
}

// Closed returns ErrClosed once the lifetime has ended, nil before.
func (l Lifetime) Closed() error {
	if l.ctx.Err() != nil {
		return ErrClosed
	}
	return nil
}
