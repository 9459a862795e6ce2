package sqldb

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"dossier/connectors"
)

// system is an open system: a database server or a set of SQLite files.
type system struct {
	reg      *connectors.System
	make     func(*system) (dialect, error)
	d        dialect
	to       address
	tls      *tlsKeys
	patterns []string // of databases or files
	read     account
	write    account
	places   []*place
	pool     pool
	tested   string           // the register's key of that name
	scratch  bool             // the suite's own: it may write to try that out
	readOnly string           // why nothing is written, "" where it may be
	gaps     []connectors.Gap // databases or files that the register names and that are not there
	open     context.Context  // ends with Close
	end      context.CancelFunc
}

var errClosed = errors.New("the connector is closed")

// again returns a scratch system that is not open yet and is reached as this one is, with another register entry.
func (s *system) again(reg *connectors.System) *system {
	return &system{reg: reg, make: s.make, to: s.to, tls: s.tls, patterns: s.patterns, read: s.read, write: s.write,
		tested: s.tested, scratch: true}
}

// connect finds the places. One that cannot be reached is a gap, unless there is no other.
func (s *system) connect(ctx context.Context) (connectors.Connector, error) {
	s.pool.most = 2 * max(s.reg.Parallel, 1)
	s.open, s.end = context.WithCancel(context.Background())
	var err error
	if s.d, err = s.make(s); err != nil {
		return nil, s.explain(err)
	}
	if s.places, err = s.d.places(ctx, s); err != nil {
		return nil, errors.Join(s.explain(err), s.Close())
	}
	if len(s.places) == 0 {
		return nil, fmt.Errorf("system %s: nothing answers to %s: %s", s.reg.ID, strings.Join(s.patterns, ", "),
			"check the names in the register, and that the account may see them")
	}
	return s, nil
}

// explain says which system an error is about. It takes passwords out of it, and what a server says of values.
func (s *system) explain(err error) error {
	if err == nil {
		return nil
	}
	if s.d != nil {
		if v := s.d.judge(err); v.server && v.raw != "" {
			err = errors.New(strings.Replace(err.Error(), v.raw, v.String(), 1))
		}
	}
	err = s.write.password.Redact(s.read.password.Redact(err))
	return fmt.Errorf("system %s: %w", s.reg.ID, err)
}

// while returns a context that also ends when the system is closed.
func (s *system) while(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(s.open, cancel)
	return ctx, func() { stop(); cancel() }
}

// Close ends every session. A search that runs ends with an error.
func (s *system) Close() error {
	s.end()
	s.pool.close()
	return nil
}

// matching returns the places whose names answer to the patterns of the register.
func (s *system) matching(names []string, what string) []*place {
	var places []*place
	for _, name := range s.match(names, what) {
		places = append(places, &place{name: name, sys: s})
	}
	return places
}

// match chooses names by the patterns of the register, in their order, and notes a gap for each name or pattern
// that nothing answers to.
func (s *system) match(names []string, what string) []string {
	var chosen []string
	for _, pattern := range s.patterns {
		found := false
		for _, n := range names {
			if ok, _ := path.Match(pattern, n); ok || n == pattern {
				found = true
				if !slices.Contains(chosen, n) {
					chosen = append(chosen, n)
				}
			}
		}
		if !found {
			s.missing(pattern, what)
		}
	}
	return chosen
}

func (s *system) missing(pattern, what string) {
	s.gaps = append(s.gaps, connectors.Gap{Place: pattern, Why: "there is no such " + what + ", or the account may not see it"})
}

func (s *system) place(name string) *place {
	i := slices.IndexFunc(s.places, func(p *place) bool { return p.name == name })
	if i < 0 {
		return nil
	}
	return s.places[i]
}

// Describe reports the tables of every place. Shapes of an entity that differ from place to place are
// joined: a field counts where any place has it.
func (s *system) Describe(ctx context.Context) (connectors.Catalog, error) {
	ctx, cancel := s.while(ctx)
	defer cancel()
	catalog := connectors.Catalog{Scope: connectors.PerPlace, Gaps: slices.Clone(s.gaps)}
	found := make([][]connectors.Shape, len(s.places))
	gaps := make([][]connectors.Gap, len(s.places))
	closed := make([]*connectors.Gap, len(s.places))
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(max(s.reg.Parallel, 1))
	for i, p := range s.places {
		group.Go(func() error {
			var err error
			if found[i], gaps[i], closed[i], err = p.describe(groupCtx); err != nil {
				if len(s.places) == 1 || ctx.Err() != nil {
					return s.explain(err)
				}
				gaps[i] = []connectors.Gap{{Place: p.name, Why: s.explain(err).Error()}}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return connectors.Catalog{}, err
	}
	for i, p := range s.places {
		catalog.Places = append(catalog.Places, p.name)
		catalog.Gaps = append(catalog.Gaps, gaps[i]...)
		if closed[i] != nil {
			catalog.Closed = append(catalog.Closed, *closed[i])
		}
	}
	var differ []connectors.Gap
	catalog.Shapes, differ = joinShapes(s.reg, s.places, found)
	catalog.Gaps = append(catalog.Gaps, differ...)
	return catalog, nil
}

// joinShapes puts the shapes of all places together: entities of the register first, in its order. A field that is of
// another type in one place than in another is a gap: its values are judged by the first.
func joinShapes(reg *connectors.System, places []*place, found [][]connectors.Shape) ([]connectors.Shape, []connectors.Gap) {
	var shapes []connectors.Shape
	var gaps []connectors.Gap
	for i, p := range places {
		for _, shape := range found[i] {
			at := slices.IndexFunc(shapes, func(s connectors.Shape) bool { return s.Entity == shape.Entity })
			if at < 0 {
				shape.Places = []string{p.name}
				shapes = append(shapes, shape)
				continue
			}
			known := &shapes[at]
			known.Places = append(known.Places, p.name)
			if known.Rows >= 0 && shape.Rows >= 0 {
				known.Rows += shape.Rows
			} else {
				known.Rows = -1
			}
			for _, c := range shape.Fields {
				switch other, ok := known.Column(c.Name); {
				case !ok:
					known.Fields = append(slices.Clip(known.Fields), c)
				case other.Type != c.Type:
					gaps = append(gaps, connectors.Gap{Place: p.name, Entity: shape.Entity, Field: c.Name,
						Why: fmt.Sprintf("its type is %s here and %s in %s: make it an entity of another system", c.Native, other.Native, known.Places[0])})
				}
			}
			known.Ops = slices.DeleteFunc(slices.Clone(known.Ops), func(op connectors.Op) bool { return !slices.Contains(shape.Ops, op) })
		}
	}
	rank := func(s connectors.Shape) int {
		i := slices.IndexFunc(reg.Entities, func(e *connectors.Entity) bool { return e.Name == s.Entity })
		if i < 0 {
			return len(reg.Entities)
		}
		return i
	}
	slices.SortStableFunc(shapes, func(a, b connectors.Shape) int { return rank(a) - rank(b) })
	return shapes, gaps
}
