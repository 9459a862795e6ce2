package desk

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"dossier/connectors"
)

// Check looks at every system at once and compares it with what the register says of it. Its events are one Checked a
// system, as they answer; its last error wraps ErrPartly where some system cannot be searched as the register says.
func (d *Desk) Check(ctx context.Context) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
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
				if f.Level == Wrong {
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
	c := &checker{register: d.register, system: s}
	c.run(ctx)
	return Checked{System: s.ID, Title: s.Title, Seconds: time.Since(began).Seconds(), Findings: c.concerns}
}

// checker gathers what is the matter with one system.
type checker struct {
	register *connectors.Register
	system   *connectors.System
	concerns []Concern
}

func (c *checker) add(level Level, place, entity, field, format string, args ...any) {
	c.concerns = append(c.concerns, Concern{level, place, entity, field, fmt.Sprintf(format, args...)})
}

func (c *checker) run(ctx context.Context) {
	if c.system.Manual() {
		c.add(Note, "", "", "", "people work it: each request makes a task for its steward")
		return
	}
	ctx, cancel := context.WithTimeout(ctx, c.system.Timeout.Duration)
	defer cancel()
	conn, err := c.system.Opens()(ctx)
	if err != nil {
		c.add(Wrong, "", "", "", "it cannot be opened: %v", err)
		return
	}
	defer conn.Close()
	catalog, err := conn.Describe(ctx)
	if err != nil {
		c.add(Wrong, "", "", "", "it cannot be described: %v", err)
		return
	}
	for _, g := range catalog.Gaps {
		c.add(Wrong, g.Place, g.Entity, g.Field, "%s", g.Why)
	}
	if len(catalog.Places) == 0 {
		c.add(Wrong, "", "", "", "none of its places could be found: look at what the register says of where it is")
	}
	for _, e := range c.system.Entities {
		if shape, ok := catalog.Shape(e.Name); ok {
			c.entity(e, shape)
		} else {
			c.add(Wrong, "", e.Name, "", "the system has no %s: correct table = …, or take the entity out of the register", e.Table)
		}
	}
	for _, shape := range catalog.Shapes {
		if !shape.Mapped && c.system.Ignored(shape.Table) == "" {
			c.add(Lacks, "", shape.Table, "", "the register neither maps this table nor says why it holds nothing personal: add an entity, or a line to ignore")
		}
	}
}

// entity compares an entity with what the system has.
func (c *checker) entity(e *connectors.Entity, shape connectors.Shape) {
	lacks := func(field, role string) {
		if _, ok := shape.Column(field); !ok {
			c.add(Wrong, "", e.Name, field, "the table has no such field, which the register names as %s", role)
		}
	}
	for _, field := range e.Key {
		lacks(field, "part of the key")
	}
	if e.Parent != nil {
		for field := range e.Parent.On {
			lacks(field, "the way to its parent")
		}
	}
	reachable := e.Parent != nil
	for _, f := range e.Fields {
		column, ok := shape.Column(f.Name)
		if !ok {
			c.add(Wrong, "", e.Name, f.Name, "the table has no such field: correct its name in the register")
			continue
		}
		if id, ok := c.register.Identifier(f.Is); ok {
			reachable = true
			if !column.CanSearch(id.How) {
				c.add(Wrong, "", e.Name, f.Name, "the system cannot search this field, a %s, as a %s (comparison %s)", column.Native, id.Title, id.How)
			}
		}
	}
	if !reachable {
		c.add(Wrong, "", e.Name, "", "the register maps no field of it to an identifier and names no parent, so nobody can be found in it")
	}
	for _, column := range shape.Fields {
		if _, ok := e.Field(column.Name); !ok && !slices.Contains(e.Key, column.Name) && !joins(e, column.Name) {
			c.add(Lacks, "", e.Name, column.Name, "the register does not say what this field holds; it is handed over as it is")
		}
	}
}

// joins reports whether the field leads to the entity's parent.
func joins(e *connectors.Entity, field string) bool {
	if e.Parent == nil {
		return false
	}
	_, ok := e.Parent.On[field]
	return ok
}
