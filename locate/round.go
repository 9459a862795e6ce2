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
	judge   *judge
	who     *people // as known when the round began
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
	if len(a.indexed)+len(a.scanned) == 0 {
		return nil
	}
	v := r.judge.view(e, shape)
	f := fetch{round: r, search: s, entity: e, shape: shape, seen: map[string]bool{},
		keep: func(record connectors.Record) bool { return r.judge.concerns(r.who, v, record.Fields) },
		use:  func(record connectors.Record) { s.take(r.who, r.place.system, e, shape, record) }}
	q := connectors.Query{Entity: e.Name, Places: []string{r.place.name}, Fields: comparedFields(e, shape)}
	if len(a.indexed) > 0 && (len(a.scanned) == 0 || !tiny(shape)) {
		q.Any = a.indexed
		if err := f.run(ctx, q, false); err != nil {
			return err
		}
	}
	if len(a.scanned) > 0 {
		q.Any = a.scanned
		if err := f.run(ctx, q, a.readWhole(shape)); err != nil {
			return err
		}
	}
	r.report(s, func() {
		for _, kind := range a.kinds {
			r.place.system.kinds[kind] = true
		}
	})
	return nil
}

// children asks an entity for the records that belong to the parents of the round.
func (r *round) children(ctx context.Context, s *search, e *connectors.Entity, shape connectors.Shape) error {
	var ask connectors.Query
	owners := map[string][]*found{}
	for _, p := range r.parents {
		if p.child != e {
			continue
		}
		q, ok := childQuery(e, shape, p.record)
		if !ok {
			continue
		}
		t := q.Any[0][0]
		key := tupleKey(t.Values[0])
		owners[key] = append(owners[key], p.parent)
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
	filter, err := connectors.NewFilter(shape, ask)
	if err != nil {
		return err
	}
	ask.Fields = withKey(shape, fields)
	f := fetch{round: r, search: s, entity: e, shape: shape, seen: map[string]bool{}, keep: filter.Match,
		use: func(record connectors.Record) {
			tuple := make([]string, len(fields))
			for i, name := range fields {
				tuple[i] = record.Get(name).String()
			}
			for _, parent := range owners[tupleKey(tuple)] {
				s.belongs(r.place.system, e, shape, record, parent)
			}
		}}
	return f.run(ctx, ask, false)
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
