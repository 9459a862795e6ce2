package sqldb

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"dossier/connectors"
)

// Find implements connectors.Connector. Places are read one after the other; callers that want several at
// once ask for each by its name.
func (s *system) Find(ctx context.Context, q connectors.Query) iter.Seq2[connectors.Record, error] {
	return func(yield func(connectors.Record, error) bool) {
		ctx, cancel := s.while(ctx)
		defer cancel()
		stopped := false
		send := func(r connectors.Record, err error) bool {
			stopped = stopped || !yield(r, err)
			return !stopped
		}
		places, gaps := s.asked(q)
		for i := range gaps {
			if !send(connectors.Record{}, &gaps[i]) {
				return
			}
		}
		for _, p := range places {
			err := p.find(ctx, q, send)
			switch {
			case stopped:
				return
			case err == nil:
			case s.open.Err() != nil:
				send(connectors.Record{}, s.explain(errClosed))
				return
			case ctx.Err() != nil:
				send(connectors.Record{}, ctx.Err())
				return
			case len(places) == 1:
				send(connectors.Record{}, s.explain(fmt.Errorf("place %s: %w", p.name, err)))
				return
			default:
				if !send(connectors.Record{}, &connectors.Gap{Place: p.name, Entity: q.Entity, Why: s.explain(err).Error()}) {
					return
				}
			}
		}
	}
}

// asked returns the places that the query is about, and gaps for those that are not there.
func (s *system) asked(q connectors.Query) ([]*place, []connectors.Gap) {
	names := q.Places
	if q.Refs != nil {
		names = nil
		for _, r := range q.Refs {
			if !slices.Contains(names, r.Place) && (q.Places == nil || slices.Contains(q.Places, r.Place)) {
				names = append(names, r.Place)
			}
		}
	} else if names == nil {
		return s.places, s.gaps
	}
	var places []*place
	var gaps []connectors.Gap
	for _, name := range names {
		if p := s.place(name); p != nil {
			places = append(places, p)
			continue
		}
		i := slices.IndexFunc(s.gaps, func(g connectors.Gap) bool { return g.Place == name })
		if i < 0 {
			gaps = append(gaps, connectors.Gap{Place: name, Entity: q.Entity, Why: "the system has no such place"})
			continue
		}
		gaps = append(gaps, s.gaps[i])
	}
	return places, gaps
}

// find searches one place.
func (p *place) find(ctx context.Context, q connectors.Query, send func(connectors.Record, error) bool) error {
	e, err := p.entity(ctx, q.Entity)
	if err != nil {
		var gap *connectors.Gap
		if errors.As(err, &gap) {
			send(connectors.Record{}, gap)
			return nil
		}
		return err
	}
	q, gaps, ok := connectors.Searchable(e.shape, q)
	for _, f := range q.Fields {
		if e.column(f) == nil {
			gaps = append(gaps, connectors.Gap{Entity: q.Entity, Field: f, Why: "there is no such field"})
		}
	}
	if q.Fields == nil {
		gaps = append(gaps, e.hidden(p.name)...)
	}
	for i := range gaps {
		gaps[i].Place = p.name
		if !send(connectors.Record{}, &gaps[i]) {
			return nil
		}
	}
	if !ok {
		return nil
	}
	f := &finder{place: p, entity: e, query: q, send: send}
	return f.run(ctx)
}
