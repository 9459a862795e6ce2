package desk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"

	"dossier/connectors"
	"dossier/connectors/connectortest"
	"dossier/connectors/kinds"
	"dossier/internal/journal"
)

// suiteTables starts the names of the tables that the conformance suite makes.
const suiteTables = "dossiertest_"

// TestConnector runs the conformance suite on a system, whose databases must hold nothing but what an earlier run left: the suite
// makes, changes and drops tables. Its events are one Tested a case and, where none failed,
// Passed; its last error tells that a case failed.
func (d *Desk) TestConnector(ctx context.Context, system string) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) (err error) {
		if err := d.may(ctx, journal.RoleRun); err != nil {
			return err
		}
		s, ok := d.register.System(system)
		if !ok {
			return fmt.Errorf("%w: the register has no system %q", ErrUsage, system)
		}
		if s.Manual() {
			return fmt.Errorf("%w: %s is worked by people: there is no connector to test", ErrUsage, s.Title)
		}
		conn, err := s.Opens()(ctx)
		if err != nil {
			return fmt.Errorf("%s cannot be opened: %w", s.Title, err)
		}
		defer func() { err = errors.Join(err, conn.Close()) }()
		if err := scratch(ctx, s, conn); err != nil {
			return err
		}
		h, err := kinds.NewHarness(ctx, conn)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, h.Clean(context.WithoutCancel(ctx)), h.Close()) }()
		results := map[string]int{}
		for _, c := range connectortest.Cases() {
			if err := ctx.Err(); err != nil {
				return err
			}
			t := tested(c, c.Run(ctx, h))
			results[t.Result]++
			if !emit(t) {
				return errLeft
			}
		}
		if err := d.note(ctx, "", system, "connector tested", struct {
			Suite   string         `json:"suite"`
			Results map[string]int `json:"results"`
		}{connectortest.Version, results}); err != nil {
			return err
		}
		if n := results["failed"]; n > 0 {
			return fmt.Errorf("%s: the connector failed %d cases of the suite: do not use it on people's records", s.Title, n)
		}
		emit(Passed{System: system, Tested: h.Tested()})
		return nil
	})
}

func tested(c connectortest.Case, err error) Tested {
	t := Tested{Case: c.Name, What: c.What, Result: "passed"}
	switch {
	case errors.Is(err, connectortest.ErrSkip):
		t.Result, t.Why = "left out", err.Error()
	case err != nil:
		t.Result, t.Why = "failed", err.Error()
	}
	return t
}

// scratch refuses a system that holds any table but the suite's own.
func scratch(ctx context.Context, s *connectors.System, conn connectors.Connector) error {
	catalog, err := conn.Describe(ctx)
	if err != nil {
		return fmt.Errorf("%s cannot be described: %w", s.Title, err)
	}
	for _, shape := range catalog.Shapes {
		if !strings.Contains(shape.Table, suiteTables) {
			return fmt.Errorf("%w: %s holds the table %s: the suite needs a scratch database that holds nothing", ErrRefused, s.Title, shape.Table)
		}
	}
	return nil
}
