package sheet

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"dossier/connectors"
)

// Find streams the records of one entity that q asks for, file by file and row by row. Only rows that answer are yielded.
// A file or sheet that cannot be read, wholly or from some row on, is a gap, and the others are searched all the same.
func (s *source) Find(ctx context.Context, q connectors.Query) iter.Seq2[connectors.Record, error] {
	return func(yield func(connectors.Record, error) bool) {
		alive, cancel := s.life.Within(ctx)
		defer cancel()
		f := &finding{source: s, q: q, entity: s.entity(q.Entity), yield: yield}
		compiled, err := compile(q)
		if err == nil {
			f.query = compiled
			if q.Refs == nil {
				f.look = compiled.look()
			}
			err = f.run(alive)
		}
		if ended := s.life.Err(ctx); ended != nil {
			err = ended
		}
		if err != nil && !errors.Is(err, errStop) {
			yield(connectors.Record{}, err)
		}
	}
}

// errStop ends a search that its caller left.
var errStop = errors.New("the caller stopped")

// finding is one search.
type finding struct {
	*source
	q      connectors.Query
	query  query
	look   *look   // nil: nothing is searched for by its value
	entity *entity // nil: a table that the register does not name
	yield  func(connectors.Record, error) bool
	found  bool // a table of that name
	missed bool // a file could not be looked into
}

// gap yields a gap.
func (f *finding) gap(g connectors.Gap) error {
	g.Entity = f.q.Entity
	f.missed = true
	if !f.yield(connectors.Record{}, &g) {
		return errStop
	}
	return nil
}

func (f *finding) run(ctx context.Context) error {
	patterns := f.patterns
	if f.entity != nil {
		patterns = f.entity.patterns
	}
	files, gaps, err := list(ctx, f.system.Dir, patterns)
	if err != nil {
		return err
	}
	wanted := f.places()
	for _, g := range gaps {
		if wanted != nil && !slices.Contains(wanted, g.Place) {
			continue
		}
		if err := f.gap(g); err != nil {
			return err
		}
	}
	if err := f.missing(ctx, wanted, files); err != nil {
		return err
	}
	if wanted != nil {
		files = slices.DeleteFunc(files, func(file file) bool { return !slices.Contains(wanted, file.place) })
	}
	if err := f.files(ctx, files); err != nil {
		return err
	}
	if f.entity == nil && !f.found && !f.missed && wanted == nil {
		return fmt.Errorf("system %s has no entity, sheet or file named %q", f.system.ID, f.q.Entity)
	}
	return nil
}

// places returns the places that are asked for, nil for all.
func (f *finding) places() []string {
	if f.q.Refs == nil {
		return f.q.Places
	}
	places := []string{}
	for _, r := range f.q.Refs {
		if !slices.Contains(places, r.Place) && (f.q.Places == nil || slices.Contains(f.q.Places, r.Place)) {
			places = append(places, r.Place)
		}
	}
	return places
}

// missing yields a gap for every place asked for that is none of the system's.
func (f *finding) missing(ctx context.Context, wanted []string, files []file) error {
	has := func(files []file, place string) bool {
		return slices.ContainsFunc(files, func(f file) bool { return f.place == place })
	}
	var all []file
	for _, place := range wanted {
		if has(files, place) {
			continue
		}
		if all == nil {
			var err error
			if all, _, err = list(ctx, f.system.Dir, f.patterns); err != nil {
				return err
			}
		}
		if has(all, place) {
			continue // a file of other entities
		}
		if err := f.gap(connectors.Gap{Place: place, Why: "there is no such file (any more) among those that the register names"}); err != nil {
			return err
		}
	}
	return nil
}

// file searches one file.
func (f *finding) file(ctx context.Context, file file) error {
	h, err := f.openFile(ctx, file, f.entity)
	if err != nil {
		return f.failed(ctx, file.place, err)
	}
	defer h.Close()
	tables, err := f.tables(ctx, file, h)
	if err != nil {
		return f.failed(ctx, file.place, err)
	}
	seen := map[digest]int{}
	for _, i := range tables {
		f.found = true
		if err := f.table(ctx, file.place, h, i, seen); err != nil {
			return err
		}
	}
	if err := f.beside(ctx, file.place, h, tables); err != nil {
		return err
	}
	if changed := h.changed(); changed != "" {
		return f.gap(connectors.Gap{Place: file.place, Why: changed})
	}
	return nil
}

// tables returns the tables of an open file that are to be searched.
func (f *finding) tables(ctx context.Context, file file, h *handle) ([]int, error) {
	if f.entity != nil {
		return f.chosen(ctx, h, f.entity)
	}
	var open []int
	for i, name := range h.tables() {
		if f.ownName(name) == f.q.Entity {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return nil, nil
	}
	taken, err := f.taken(ctx, file, h)
	return slices.DeleteFunc(open, func(i int) bool { return err == nil && taken[i] }), err
}

// failed yields what went wrong with a file as a gap, unless the search itself ended.
func (f *finding) failed(ctx context.Context, place string, err error) error {
	if errors.Is(err, errStop) || ctx.Err() != nil {
		return err
	}
	var gap *connectors.Gap
	if !errors.As(err, &gap) {
		gap = &connectors.Gap{Place: place, Why: why(err)}
	}
	return f.gap(*gap)
}
