package desk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"time"

	"dossier/connectors"
)

// Check looks at every system at once and compares it with what the register says of it. Its events are one Checked a
// system, as they answer; its last error wraps ErrPartly where some system cannot be searched as the register says.
func (d *Desk) Check(ctx context.Context) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.known(ctx); err != nil {
			return err
		}
		ctx, cancel := context.WithCancel(ctx)
		var work sync.WaitGroup
		defer work.Wait()
		defer cancel()
		answers := make(chan Checked, len(d.register.Systems))
		for _, s := range d.register.Systems {
			work.Go(func() { answers <- d.checkSystem(ctx, s) })
		}
		var wrong []string
		for range d.register.Systems {
			c := <-answers
			if err := ctx.Err(); err != nil {
				return err
			}
			for _, f := range c.Findings {
				if f.Severity == connectors.Mistake {
					wrong = append(wrong, c.Title)
					break
				}
			}
			if !emit(c) {
				return errLeft
			}
		}
		if len(wrong) > 0 {
			return fmt.Errorf("%w: %s cannot be searched as the register says", ErrPartly, strings.Join(wrong, ", "))
		}
		return nil
	})
}

func (d *Desk) checkSystem(ctx context.Context, s *connectors.System) Checked {
	began := time.Now()
	findings, err := d.compare(ctx, s)
	if err != nil {
		findings = []connectors.Finding{{System: s.ID, Severity: connectors.Mistake, What: err.Error()}}
	}
	return Checked{System: s.ID, Title: s.Title, Seconds: time.Since(began).Seconds(), Findings: findings}
}

// compare compares a system with what the register says of it.
func (d *Desk) compare(ctx context.Context, s *connectors.System) (findings []connectors.Finding, err error) {
	if s.Manual() {
		return d.register.CheckSystem(s, connectors.Catalog{}), nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timeout.Duration)
	defer cancel()
	conn, err := s.Opens()(ctx)
	if err != nil {
		return nil, fmt.Errorf("it cannot be opened: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	catalog, err := conn.Describe(ctx)
	if err != nil {
		return nil, fmt.Errorf("it cannot be described: %w", err)
	}
	return d.register.CheckSystem(s, catalog), nil
}
