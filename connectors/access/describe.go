package access

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/internal/jet"
)

// Describe reports the files and their tables. The error wraps ErrPassword where no file can be opened for want of the password.
func (s *source) Describe(ctx context.Context) (connectors.Catalog, error) {
	alive, cancel := s.life.Within(ctx)
	defer cancel()
	d := &description{source: s, catalog: connectors.Catalog{Scope: connectors.PerPlace}}
	err := d.run(alive)
	if ended := s.life.Err(ctx); ended != nil {
		err = ended
	}
	return d.catalog, err
}

type description struct {
	*source
	catalog  connectors.Catalog
	unmapped []connectors.Shape
}

func (d *description) run(ctx context.Context) error {
	files, gaps := d.list()
	d.catalog.Gaps = gaps
	for _, e := range d.system.Entities {
		d.catalog.Shapes = append(d.catalog.Shapes, connectors.Shape{Entity: e.Name, Table: e.Table, Mapped: true, Key: e.Key})
	}
	var refused []error
	for _, f := range files {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		d.catalog.Places = append(d.catalog.Places, f.place)
		db, err := d.openFile(f)
		if err != nil {
			refused = append(refused, err)
			d.gap(f.place, err)
			continue
		}
		d.file(db)
		db.Close()
	}
	if len(files) > 0 && len(refused) == len(files) {
		return errors.Join(refused...)
	}
	d.catalog.Shapes = slices.DeleteFunc(d.catalog.Shapes, func(s connectors.Shape) bool { return len(s.Places) == 0 })
	d.catalog.Shapes = append(d.catalog.Shapes, d.unmapped...)
	return nil
}

func (d *description) gap(place string, err error) {
	gap, ok := errors.AsType[*connectors.Gap](err)
	if !ok {
		gap = &connectors.Gap{Place: place, Why: err.Error()}
	}
	d.catalog.Gaps = append(d.catalog.Gaps, *gap)
}

// file describes what one file holds.
func (d *description) file(db *database) {
	if lock, ok := db.LockFile(); ok {
		d.gap(db.place, errors.New(inUse(lock)+": what they have not saved yet is not found"))
	}
	for _, err := range db.Damage() {
		d.gap(db.place, fmt.Errorf("tables may be missing: %w", err))
	}
	for _, l := range db.Links() {
		if d.ownName(l.Name) != "" {
			d.catalog.Gaps = append(d.catalog.Gaps, connectors.Gap{Place: db.place, Entity: l.Name, Why: linked(l)})
		}
	}
	relations, err := db.Relationships()
	if err != nil {
		d.gap(db.place, fmt.Errorf("relationships between tables may be missing: %w", err))
	}
	for i := range d.catalog.Shapes {
		d.table(db, &d.catalog.Shapes[i], relations)
	}
	for _, t := range db.Tables() {
		name := d.ownName(t.Name)
		if name == "" {
			continue
		}
		i := slices.IndexFunc(d.unmapped, func(s connectors.Shape) bool { return s.Entity == name })
		if i < 0 {
			i = len(d.unmapped)
			d.unmapped = append(d.unmapped, connectors.Shape{Entity: name, Table: t.Name})
		}
		d.table(db, &d.unmapped[i], relations)
	}
}

// inUse says that a lock file stands beside a database.
func inUse(lock string) string {
	return "somebody has the database open, or it was not closed well (" + filepath.Base(lock) + " stands beside it)"
}

// table adds what one file holds of an entity to its shape.
func (d *description) table(db *database, shape *connectors.Shape, relations []jet.Relationship) {
	t, mapped, err := db.table(shape.Entity)
	var v *view
	if err == nil {
		v, err = db.view(shape.Entity, t, mapped)
	}
	if err != nil {
		d.gap(db.place, err)
	}
	if v == nil {
		return
	}
	d.catalog.Gaps = append(d.catalog.Gaps, v.gaps...)
	if len(shape.Places) == 0 {
		*shape = v.shape
		shape.Places = nil
	} else {
		shape.Rows += v.shape.Rows
	}
	shape.Places = append(shape.Places, db.place)
	for _, c := range v.shape.Fields {
		if _, known := shape.Column(c.Name); !known {
			shape.Fields = append(shape.Fields, c)
		}
	}
	for _, r := range relations {
		key := foreignKey(r)
		ofOthers := strings.EqualFold(r.Parent, t.Name) && d.ownName(r.Child) != ""
		if !strings.EqualFold(r.Child, t.Name) && !ofOthers {
			continue
		}
		if !slices.ContainsFunc(shape.ForeignKeys, func(k connectors.ForeignKey) bool { return reflect.DeepEqual(k, key) }) {
			shape.ForeignKeys = append(shape.ForeignKeys, key)
		}
	}
}

func foreignKey(r jet.Relationship) connectors.ForeignKey {
	key := connectors.ForeignKey{Name: r.Name, Table: r.Child, Fields: r.ChildColumns, RefTable: r.Parent, Ref: r.ParentColumns, OnDelete: "no action"}
	switch {
	case r.Enforced && r.CascadeDeletes:
		key.OnDelete = "cascade"
	case r.Enforced:
		key.OnDelete = "restrict"
	}
	return key
}
