package connectortest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"dossier/connectors"
)

// bench is the bench that one case works at: it opens connectors and closes what was left open.
type bench struct {
	Harness
	limits Limits
	open   []*opened
}

type opened struct {
	connectors.Connector
	closed bool
}

// connect opens a connector that close closes, unless the case did.
func (b *bench) connect(ctx context.Context, fault Fault) (*opened, error) {
	c, err := b.Open(ctx, fault)
	if err != nil {
		return nil, fmt.Errorf("open: %w", b.checkSecrets(err))
	}
	o := &opened{Connector: c}
	b.open = append(b.open, o)
	return o, nil
}

// checkSecrets returns err, or in its place the fact that it holds a secret.
func (b *bench) checkSecrets(err error) error {
	for _, s := range b.limits.Secrets {
		if s != "" && err != nil && strings.Contains(fmt.Sprintf("%v %+v %#v %q", err, err, err, err), s) {
			return errors.New("an error holds a secret; it is not repeated here")
		}
	}
	return err
}

func (o *opened) Close() error {
	if o.closed {
		return nil
	}
	o.closed = true
	return o.Connector.Close()
}

func (b *bench) close() error {
	var errs []error
	for _, o := range b.open {
		errs = append(errs, o.Close())
	}
	return errors.Join(errs...)
}
