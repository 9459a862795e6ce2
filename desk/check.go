package desk

import (
	"context"
	"encoding/json"
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
			if c.Mistakes > 0 {
				wrong = append(wrong, c.Title)
			}
			if err := d.noteChecked(ctx, c); err != nil {
				return err
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

// CheckSystem looks at one system and compares it with what the register says of it.
func (d *Desk) CheckSystem(ctx context.Context, id string) (Checked, error) {
	if err := d.known(ctx); err != nil {
		return Checked{}, err
	}
	s, ok := d.register.System(id)
	if !ok {
		return Checked{}, fmt.Errorf("%w: the register has no system %q", ErrUsage, id)
	}
	c := d.checkSystem(ctx, s)
	if err := ctx.Err(); err != nil {
		return Checked{}, err
	}
	return c, d.noteChecked(ctx, c)
}

// noteChecked logs how the check of a system went.
func (d *Desk) noteChecked(ctx context.Context, c Checked) error {
	return d.note(ctx, "", c.System, systemChecked, struct {
		Mistakes int `json:"mistakes"`
		Findings int `json:"findings"`
	}{c.Mistakes, len(c.Findings)})
}

// systemChecked is what the log says of a system that was checked.
const systemChecked = "system checked"

// LastCheck is how the last check of a system went.
type LastCheck struct {
	Time     time.Time
	Operator string
	Mistakes int // what keeps it from being searched as the register says
}

// LastChecks returns how the last check of each system went, by its id; nothing of one that was never checked.
func (d *Desk) LastChecks(ctx context.Context) (map[string]LastCheck, error) {
	if err := d.known(ctx); err != nil {
		return nil, err
	}
	entries, err := d.journal.LastEntries(ctx, systemChecked)
	if err != nil {
		return nil, err
	}
	checks := make(map[string]LastCheck, len(entries))
	for id, e := range entries {
		c := LastCheck{Time: e.Time, Operator: e.Operator}
		var details struct{ Mistakes int }
		if err := json.Unmarshal(e.Details, &details); err != nil {
			return nil, fmt.Errorf("entry %d of the log: %w", e.Seq, err)
		}
		c.Mistakes = details.Mistakes
		checks[id] = c
	}
	return checks, nil
}

func (d *Desk) checkSystem(ctx context.Context, s *connectors.System) Checked {
	began := time.Now()
	findings, catalog, err := d.compare(ctx, s)
	if err != nil {
		findings = []connectors.Finding{{System: s.ID, Severity: connectors.Mistake, What: err.Error()}}
	}
	c := Checked{System: s.ID, Title: s.Title, Seconds: time.Since(began).Seconds(), Findings: findings, Rights: rightsOf(s, catalog)}
	for _, f := range findings {
		if f.Severity == connectors.Mistake {
			c.Mistakes++
		}
	}
	return c
}

// rightsOf says what the account may do to each entity of the register, as far as the system tells.
func rightsOf(s *connectors.System, catalog connectors.Catalog) []Rights {
	var rights []Rights
	for _, e := range s.Entities {
		shape, ok := catalog.Shape(e.Name)
		if !ok {
			continue
		}
		may := []string{"read"}
		for _, op := range shape.Ops {
			may = append(may, op.String())
		}
		rights = append(rights, Rights{e.Name, strings.Join(may, ", ")})
	}
	return rights
}

// compare compares a system with what the register says of it.
func (d *Desk) compare(ctx context.Context, s *connectors.System) (findings []connectors.Finding, catalog connectors.Catalog, err error) {
	if s.Manual() {
		return d.register.CheckSystem(s, catalog), catalog, nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timeout.Duration)
	defer cancel()
	conn, err := s.Opens()(ctx)
	if err != nil {
		return nil, catalog, fmt.Errorf("it cannot be opened: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if catalog, err = conn.Describe(ctx); err != nil {
		return nil, catalog, fmt.Errorf("it cannot be described: %w", err)
	}
	return d.register.CheckSystem(s, catalog), catalog, nil
}
