package locate

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"dossier/connectors"
)

// system is a system while it is searched.
type system struct {
	*connectors.System
	conn    connectors.Connector
	shapes  map[string]connectors.Shape // of the entities that the register names
	places  map[string]*place
	order   []*place
	slots   chan struct{} // limits the places that are searched at once
	working int           // goroutines at work for it
	started time.Time
	ended   time.Time
	state   State // ByHand, Failed, LeftOut, Excluded, or "" for what the gaps tell
	kinds   map[string]bool
	gaps    []connectors.Gap
	looked  int64
	records int
}

// place is one place of a system while it is searched.
type place struct {
	system   *system
	name     string
	asked    int        // how many of the profile's values it was asked for
	parents  []parentOf // whose children it has not been asked for yet
	busy     bool
	failed   bool // it is asked no more
	answered bool // at least once
}

// parentOf is a record whose children of one entity are to be fetched.
type parentOf struct {
	child  *connectors.Entity
	record connectors.Record
	parent *found // touched by the loop's goroutine only
}

// open opens and describes a system in the time that the register allows for a place.
func (s *search) open(sys *connectors.System) (conn connectors.Connector, catalog connectors.Catalog, err error) {
	type opened struct {
		conn    connectors.Connector
		catalog connectors.Catalog
	}
	done := make(chan opened, 1)
	err = within(s.ctx, sys.Timeout.Duration, func(ctx context.Context) error {
		conn, err := sys.Opens()(ctx)
		if err != nil {
			return err
		}
		if !s.keep(conn) {
			return errSlow
		}
		catalog, err := conn.Describe(ctx)
		done <- opened{conn, catalog}
		return err
	})
	if err != nil {
		return nil, connectors.Catalog{}, err
	}
	o := <-done
	return o.conn, o.catalog, nil
}

// keep notes a connector for closing. One that opened after the search had ended is closed at once.
func (s *search) keep(conn connectors.Connector) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		_ = conn.Close() // nothing was read from it
		return false
	}
	s.conns = append(s.conns, conn)
	return true
}

// plain returns the reason of an error as a Gap tells it.
func plain(err error) string {
	var g *connectors.Gap
	if errors.As(err, &g) {
		return g.Why
	}
	return err.Error()
}

// take notes what the system holds: the places of the controller's, and what cannot be searched at all.
func (sys *system) take(catalog connectors.Catalog, controller string) {
	sys.shapes = map[string]connectors.Shape{}
	for _, g := range catalog.Gaps {
		sys.gap(g)
	}
	for _, name := range catalog.Places {
		if sys.ControllerOf(name) == controller {
			p := &place{system: sys, name: name}
			sys.places[name] = p
			sys.order = append(sys.order, p)
		}
	}
	for _, shape := range catalog.Shapes {
		if shape.Mapped {
			sys.shapes[shape.Entity] = shape
		} else if sys.Ignored(shape.Table) == "" {
			sys.gap(connectors.Gap{Entity: shape.Table, Why: "the register neither maps this table nor says why it holds nothing personal"})
		}
	}
	for _, e := range sys.Entities {
		shape, ok := sys.shapes[e.Name]
		if !ok {
			sys.gap(connectors.Gap{Entity: e.Name, Why: "the system has no " + e.Table})
			continue
		}
		sys.checkFields(e, shape)
	}
}

// checkFields reports mapped identifiers that the entity lacks, and an entity that nothing leads to.
func (sys *system) checkFields(e *connectors.Entity, shape connectors.Shape) {
	reachable := e.Parent != nil
	for _, f := range e.Fields {
		if f.Is == "" {
			continue
		}
		reachable = true
		if _, ok := shape.Column(f.Name); !ok {
			sys.gap(connectors.Gap{Entity: e.Name, Field: f.Name, Why: "there is no such field"})
		}
	}
	if !reachable {
		sys.gap(connectors.Gap{Entity: e.Name, Why: "the register maps no field of it to an identifier and names no parent, so nobody can be found in it"})
	}
}

func (sys *system) gap(g connectors.Gap) {
	if !slices.Contains(sys.gaps, g) {
		sys.gaps = append(sys.gaps, g)
	}
}

// busy reports whether the system still owes an answer.
func (sys *system) busy() bool { return sys.working > 0 }

func (sys *system) finish(now time.Time) { sys.ended = now }

// coverage sums up what of the system was searched.
func (sys *system) coverage(refused []connectors.Gap) Coverage {
	c := Coverage{System: sys.ID, Title: sys.Title, State: sys.state, Records: sys.records, Started: sys.started}
	c.Searched = slices.Sorted(maps.Keys(sys.kinds))
	c.Gaps = slices.Clone(sys.gaps)
	if !sys.ended.IsZero() {
		c.Seconds = sys.ended.Sub(sys.started).Seconds()
	}
	if sys.state == ByHand {
		c.Task = sys.Task
		if c.Task == "" {
			c.Task = "Look for the person in " + sys.Title + " and hand over what is found."
		}
		return c
	}
	failed := 0
	for _, p := range sys.order {
		switch {
		case p.failed && !p.answered:
			failed++
		case !slices.ContainsFunc(sys.gaps, func(g connectors.Gap) bool { return g.Place == p.name }):
			c.Places = append(c.Places, p.name)
		}
	}
	if c.State == "" {
		c.Gaps = append(c.Gaps, sys.concerning(refused)...)
		switch {
		case len(sys.order) == 0 || failed == len(sys.order):
			c.State = Failed
		case len(c.Gaps) > 0:
			c.State = Partly
		default:
			c.State = Searched
		}
		if len(sys.order) == 0 && len(c.Gaps) == 0 {
			c.Gaps = append(c.Gaps, connectors.Gap{Why: "none of its places could be found: look at what the register says of where it is"})
		}
	}
	return c
}

// concerning returns the gaps of identifiers that could not be searched for and that the system holds.
func (sys *system) concerning(refused []connectors.Gap) []connectors.Gap {
	var list []connectors.Gap
	for _, g := range refused {
		for _, e := range sys.Entities {
			if slices.ContainsFunc(e.Fields, func(f *connectors.Field) bool { return f.Is == g.Field }) {
				list = append(list, g)
				break
			}
		}
	}
	return list
}

// keyWords names a record for a person.
func keyWords(r connectors.Record) string {
	if r.At != "" {
		return r.At
	}
	return strings.Join(r.Ref.Key, ", ")
}
