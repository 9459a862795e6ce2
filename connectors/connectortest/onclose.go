package connectortest

import (
	"context"
	"io"

	"dossier/connectors"
)

// OnClose returns the connector, still a Writer or an Opener where it is one, with something to be
// done after it is closed: how a harness ends a fault.
func OnClose(c connectors.Connector, then func()) connectors.Connector {
	base := closing{c, then}
	writer, writes := c.(connectors.Writer)
	opener, opens := c.(connectors.Opener)
	switch {
	case writes && opens:
		return closingBoth{closingWriter{base, writer}, opener}
	case writes:
		return closingWriter{base, writer}
	case opens:
		return closingOpener{base, opener}
	}
	return base
}

type closing struct {
	connectors.Connector
	then func()
}

func (c closing) Close() error {
	defer c.then()
	return c.Connector.Close()
}

type closingWriter struct {
	closing
	writer connectors.Writer
}

func (c closingWriter) Apply(ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
	return c.writer.Apply(ctx, changes)
}

type closingOpener struct {
	closing
	opener connectors.Opener
}

func (c closingOpener) Open(ctx context.Context, ref connectors.Ref, field string) (io.ReadCloser, error) {
	return c.opener.Open(ctx, ref, field)
}

type closingBoth struct {
	closingWriter
	opener connectors.Opener
}

func (c closingBoth) Open(ctx context.Context, ref connectors.Ref, field string) (io.ReadCloser, error) {
	return c.opener.Open(ctx, ref, field)
}
