package locate

import (
	"context"
	"errors"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// round is everything that one place is asked for at once. It runs in a goroutine of its own and only
// reads what it was made with.
type round struct {
	place   *place
	all     []known
	fresh   []known // the end of all, which the place was not asked for yet
	parents []parentOf
	spoke   bool // whether anything was asked; touched by the round's goroutine only, and read once it has ended
	ended   bool // touched by the loop's goroutine only: answers that come after the round's end are dropped
}

// run asks every entity. The error is for a place that could not be searched to the end.
func (r *round) run(ctx context.Context, s *search) error {
	sys := r.place.system
	for _, e := range sys.Entities {
		shape, ok := sys.shapes[e.Name]
		if !ok || len(shape.Places) > 0 && !slices.Contains(shape.Places, r.place.name) {
			continue
		}
		if err := r.identified(ctx, s, e, shape); err != nil {
			return err
		}
		if err := r.children(ctx, s, e, shape); err != nil {
			return err
		}
	}
	return nil
}

// identified asks an entity for the records that the identifiers point at: first those that indexes find,
// so that they are seen at once, then by reading everything.
func (r *round) identified(ctx context.Context, s *search, e *connectors.Entity, shape connectors.Shape) error {
	a := asks(e, shape, r.all, r.fresh)
	seen := map[string]bool{}
	for _, clauses := range [][]connectors.Clause{a.indexed, a.scanned} {
		if len(clauses) == 0 {
			continue
		}
		q := connectors.Query{Entity: e.Name, Places: []string{r.place.name}, Any: clauses}
		err := r.fetch(ctx, s, e, shape, q, seen, func(record connectors.Record) {
			s.judge(r.place.system, e, shape, record)
		})
		if err != nil {
			return err
		}
	}
	if len(a.kinds) > 0 {
		r.report(s, func() {
			for _, kind := range a.kinds {
				r.place.system.kinds[kind] = true
			}
		})
	}
	return nil
}

// children asks an entity for the records that belong to the parents of the round.
func (r *round) children(ctx context.Context, s *search, e *connectors.Entity, shape connectors.Shape) error {
	var ask connectors.Query
	owners := map[string]*found{}
	for _, p := range r.parents {
		if p.child != e {
			continue
		}
		q, ok := childQuery(e, shape, p.record)
		if !ok {
			continue
		}
		t := q.Any[0][0]
		owners[tupleKey(t.Values[0])] = p.parent
		if ask.Any == nil {
			ask = q
		} else {
			merged := &ask.Any[0][0]
			merged.Values = append(merged.Values, t.Values[0])
		}
	}
	if ask.Any == nil {
		return nil
	}
	fields := ask.Any[0][0].Fields
	return r.fetch(ctx, s, e, shape, ask, map[string]bool{}, func(record connectors.Record) {
		tuple := make([]string, len(fields))
		for i, name := range fields {
			tuple[i] = record.Get(name).String()
		}
		if parent := owners[tupleKey(tuple)]; parent != nil {
			s.belongs(r.place.system, e, shape, record, parent)
		}
	})
}

// tupleKey names a tuple of key values whatever their spelling: 7 and 7.0, A1 and "a1 ".
func tupleKey(tuple []string) string {
	parts := make([]string, len(tuple))
	for i, v := range tuple {
		if n, ok := compare.Canonical(compare.Decimal, v); ok {
			v = n
		}
		parts[i] = compare.Fold(v)
	}
	return strings.Join(parts, "\x00")
}

// fetch reads what the query asks for in two passes, the deciding fields of everything and then the
// whole of what stays, and hands each record to the loop's goroutine once.
func (r *round) fetch(ctx context.Context, s *search, e *connectors.Entity, shape connectors.Shape, q connectors.Query,
	seen map[string]bool, use func(connectors.Record)) error {
	filterQuery, gaps, ok := connectors.Searchable(shape, q)
	for _, g := range gaps {
		g.Place = r.place.name
		r.gap(s, g)
	}
	if !ok {
		return nil
	}
	filter, err := connectors.NewFilter(shape, filterQuery)
	if err != nil {
		return err
	}
	r.spoke = true
	filterQuery.Fields = scoringFields(e, shape)
	wanted := map[string]connectors.Ref{}
	var refs []connectors.Ref
	var looked int64
	for record, err := range r.place.system.conn.Find(ctx, filterQuery) {
		if err != nil {
			if !r.isGap(s, err) {
				return err
			}
			continue
		}
		if looked++; looked%progressEvery == 0 {
			r.progress(s, e, progressEvery)
		}
		if !filter.Match(record) {
			continue
		}
		id := record.Ref.ID()
		if _, twice := wanted[id]; !twice && !seen[id] {
			ref := record.Ref
			ref.Key = slices.Clone(ref.Key)
			wanted[id], seen[id] = ref, true
			refs = append(refs, ref)
		}
	}
	r.progress(s, e, looked%progressEvery)
	if len(refs) == 0 {
		return nil
	}
	whole := connectors.Query{Entity: e.Name, Places: q.Places, Refs: refs}
	for record, err := range r.place.system.conn.Find(ctx, whole) {
		if err != nil {
			if !r.isGap(s, err) {
				return err
			}
			continue
		}
		id := record.Ref.ID()
		if _, ok := wanted[id]; ok {
			delete(wanted, id)
			record = record.Clone()
			r.report(s, func() { use(record) })
		}
	}
	if len(wanted) > 0 {
		r.gap(s, connectors.Gap{Place: r.place.name, Entity: e.Name, Why: "records were changed or removed while they were read: search again"})
	}
	return nil
}

const progressEvery = 5000

func (r *round) progress(s *search, e *connectors.Entity, records int64) {
	if records == 0 {
		return
	}
	sys := r.place.system
	r.report(s, func() {
		sys.looked += records
		s.emit(Progress{System: sys.ID, Place: r.place.name, Entity: e.Name, Records: sys.looked})
	})
}

// isGap reports an error that is a gap, and tells whether it is one.
func (r *round) isGap(s *search, err error) bool {
	var g *connectors.Gap
	if !errors.As(err, &g) {
		return false
	}
	gap := *g
	if gap.Place == "" {
		gap.Place = r.place.name
	}
	r.gap(s, gap)
	return true
}

func (r *round) gap(s *search, g connectors.Gap) {
	r.report(s, func() { r.place.system.gap(g) })
}

// report hands an answer to the loop. What a round that was left behind still reports is dropped there.
func (r *round) report(s *search, a answer) {
	s.report(func() {
		if !r.ended {
			a()
		}
	})
}
