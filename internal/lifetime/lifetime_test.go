package lifetime

import (
	"context"
	"errors"
	"testing"

	"dossier/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m) }

func TestACallEndsWithTheLifetime(t *testing.T) {
	l := New()
	ctx, release := l.Within(t.Context())
	defer release()
	if err := errors.Join(ctx.Err(), l.Err(t.Context())); err != nil {
		t.Fatal(err)
	}
	l.End()
	l.End()
	<-ctx.Done()
	if err := l.Err(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("the call ended with %v", err)
	}
}

func TestACallEndsWithItsCaller(t *testing.T) {
	l := New()
	defer l.End()
	caller, leave := context.WithCancel(t.Context())
	ctx, release := l.Within(caller)
	defer release()
	leave()
	<-ctx.Done()
	if err := l.Err(caller); !errors.Is(err, context.Canceled) {
		t.Errorf("the call ended with %v", err)
	}
}

func TestAReleasedCallLeavesTheLifetimeAsItIs(t *testing.T) {
	l := New()
	defer l.End()
	ctx, release := l.Within(t.Context())
	release()
	<-ctx.Done()
	if err := l.Err(t.Context()); err != nil {
		t.Error(err)
	}
}
