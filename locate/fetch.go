package locate

import (
	"context"
	"slices"

	"dossier/connectors"
)

// fetch reads records of one entity in two passes: of everything that is asked for the fields that decide, and of what stays the
// whole record.
type fetch struct {
	round  *round
	search *search
	entity *connectors.Entity
	shape  connectors.Shape
	seen   map[string]bool                // the IDs of records that an earlier query brought
	keep   func(connectors.Record) bool   // decides in the round's goroutine
	use    func(record connectors.Record) // takes a whole record, once, in the loop's goroutine
}

// run carries out a query. What of it the system cannot search is reported as gaps. With whole every record is read, which
// finds all that the query asks for and more.
func (f *fetch) run(ctx context.Context, q connectors.Query, whole bool) error {
	r := f.round
	rest, gaps, ok := connectors.Searchable(f.shape, q)
	for _, g := range gaps {
		g.Place = r.place.name
		r.gap(f.search, g)
	}
	if !ok {
		return nil
	}
	if whole {
		rest.Any = nil
	}
	r.spoke = true
	refs, err := f.first(ctx, rest)
	if err != nil || len(refs) == 0 {
		return err
	}
	return f.second(ctx, connectors.Query{Entity: f.entity.Name, Places: q.Places, Refs: refs})
}

// first returns the records that stay.
func (f *fetch) first(ctx context.Context, q connectors.Query) ([]connectors.Ref, error) {
	r := f.round
	var refs []connectors.Ref
	var looked int64
	for record, err := range r.place.system.conn.Find(ctx, q) {
		if err != nil {
			if !r.isGap(f.search, err) {
				return nil, err
			}
			continue
		}
		if looked++; looked%progressEvery == 0 {
			r.progress(f.search, f.entity, progressEvery)
		}
		if !f.keep(record) {
			continue
		}
		if id := record.Ref.ID(); !f.seen[id] {
			f.seen[id] = true
			ref := record.Ref
			ref.Key = slices.Clone(ref.Key)
			refs = append(refs, ref)
		}
	}
	r.progress(f.search, f.entity, looked%progressEvery)
	return refs, nil
}

// second hands over the whole records.
func (f *fetch) second(ctx context.Context, q connectors.Query) error {
	r := f.round
	wanted := make(map[string]bool, len(q.Refs))
	for _, ref := range q.Refs {
		wanted[ref.ID()] = true
	}
	for record, err := range r.place.system.conn.Find(ctx, q) {
		if err != nil {
			if !r.isGap(f.search, err) {
				return err
			}
			continue
		}
		if id := record.Ref.ID(); wanted[id] {
			delete(wanted, id)
			record = record.Clone()
			r.report(f.search, func() { f.use(record) })
		}
	}
	if len(wanted) > 0 {
		r.gap(f.search, connectors.Gap{Place: r.place.name, Entity: f.entity.Name, Why: "records were changed or removed while they were read: search again"})
	}
	return nil
}
