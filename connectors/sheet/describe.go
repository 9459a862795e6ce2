package sheet

import (
	"context"
	"errors"
	"slices"

	"dossier/connectors"
)

// Describe reports the files, and the entities with the columns of their headers. It looks at the first rows of every table.
func (s *source) Describe(ctx context.Context) (connectors.Catalog, error) {
	alive, cancel := s.life.Within(ctx)
	defer cancel()
	d := &description{source: s, catalog: connectors.Catalog{Scope: connectors.PerPlace}}
	for _, e := range s.entities {
		d.catalog.Shapes = append(d.catalog.Shapes, connectors.Shape{Entity: e.Name, Table: e.Table, Mapped: true, Key: e.Key})
	}
	err := d.run(alive)
	if ended := s.life.Err(ctx); ended != nil {
		err = ended
	}
	return d.catalog, err
}

type description struct {
	*source
	catalog connectors.Catalog
}

func (d *description) run(ctx context.Context) error {
	files, gaps, err := list(ctx, d.system.Dir, d.patterns)
	if err != nil {
		return err
	}
	d.catalog.Gaps = append(d.catalog.Gaps, gaps...)
	for _, f := range files {
		d.catalog.Places = append(d.catalog.Places, f.place)
		if err := d.file(ctx, f); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			var gap *connectors.Gap
			if !errors.As(err, &gap) {
				gap = &connectors.Gap{Place: f.place, Why: why(err)}
			}
			d.catalog.Gaps = append(d.catalog.Gaps, *gap)
			d.mayHold(f)
		}
	}
	if d.writable {
		for i := range d.catalog.Shapes {
			d.catalog.Shapes[i].Ops = []connectors.Op{connectors.Update, connectors.Insert, connectors.Delete}
		}
	}
	return nil
}

// mayHold adds a file that could not be looked into to the places of every entity that is read from it, so that a search
// there tells of it too.
func (d *description) mayHold(f file) {
	for i, e := range d.entities {
		if shape := &d.catalog.Shapes[i]; d.has(e, f) && !slices.Contains(shape.Places, f.place) {
			shape.Places = append(shape.Places, f.place)
			shape.Rows = -1
		}
	}
}

// file describes the tables of one file: those that entities take, then the others.
func (d *description) file(ctx context.Context, f file) error {
	h, err := d.openFile(ctx, f, nil)
	if err != nil {
		return err
	}
	defer h.Close()
	taken := make([]bool, len(h.tables()))
	for i, e := range d.entities {
		if !d.has(e, f) {
			continue
		}
		if err := d.entityIn(ctx, f, e, &d.catalog.Shapes[i], taken); err != nil {
			return err
		}
	}
	for i, name := range h.tables() {
		if taken[i] {
			continue
		}
		own := d.ownName(name)
		at := slices.IndexFunc(d.catalog.Shapes, func(s connectors.Shape) bool { return !s.Mapped && s.Entity == own })
		shape := &connectors.Shape{Entity: own, Table: name}
		if at >= 0 {
			shape = &d.catalog.Shapes[at]
		}
		if err := d.table(ctx, f, h, i, nil, shape); err != nil {
			return err
		}
		if at < 0 && len(shape.Places) > 0 {
			d.catalog.Shapes = append(d.catalog.Shapes, *shape)
		}
	}
	return nil
}

// entityIn describes what an entity takes of a file, opened as the entity says.
func (d *description) entityIn(ctx context.Context, f file, e *entity, shape *connectors.Shape, taken []bool) error {
	h, err := d.openFile(ctx, f, e)
	if err != nil {
		return err
	}
	defer h.Close()
	chosen, err := d.chosen(ctx, h, e)
	if err != nil {
		return err
	}
	for _, i := range chosen {
		taken[i] = true
		if err := d.table(ctx, f, h, i, e, shape); err != nil {
			return err
		}
	}
	return nil
}

// table adds one table to the shape of its entity.
func (d *description) table(ctx context.Context, f file, h *handle, i int, e *entity, shape *connectors.Shape) error {
	head, err := h.header(ctx, i, e)
	if err != nil {
		return err
	}
	if len(head.names) == 0 {
		return nil // an empty sheet
	}
	first := len(shape.Places) == 0
	if !slices.Contains(shape.Places, f.place) {
		shape.Places = append(shape.Places, f.place)
	}
	for _, c := range columns(head.names) {
		if _, known := shape.Column(c.Name); !known {
			shape.Fields = append(shape.Fields, c)
		}
	}
	if err := d.attached(ctx, h, i, head, shape); err != nil {
		return err
	}
	rows := h.rows(ctx, i)
	switch {
	case rows < 0 || !first && shape.Rows < 0:
		shape.Rows = -1
	default:
		shape.Rows += max(0, rows-int64(head.row))
	}
	return nil
}

// attached adds the fields for comments and links, where a table may have any.
func (d *description) attached(ctx context.Context, h *handle, i int, head header, shape *connectors.Shape) error {
	in, ok := h.book.(asides)
	if !ok {
		return nil
	}
	comments, links, err := in.attaches(ctx, i)
	extra := extraNames(head.names)
	for j, c := range columns(extra[:]) {
		if _, known := shape.Column(c.Name); !known && []bool{comments, links}[j] {
			shape.Fields = append(shape.Fields, c)
		}
	}
	return err
}
