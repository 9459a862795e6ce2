// Package suite runs the conformance suite as a Go test.
package suite

import (
	"context"
	"errors"
	"testing"

	"dossier/connectors/connectortest"
)

// Run runs every case as a subtest. A case that the harness's own Limits leave out, with a reason, is
// skipped with that reason; nothing else is skipped.
func Run(t *testing.T, h connectortest.Harness) {
	t.Helper()
	for _, c := range connectortest.Cases() {
		t.Run(c.Name, func(t *testing.T) {
			err := c.Run(context.WithoutCancel(t.Context()), h)
			if errors.Is(err, connectortest.ErrSkip) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatalf("%s.\n%v", c.What, err)
			}
		})
	}
}
