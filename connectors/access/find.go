package access

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"dossier/connectors"
	"dossier/internal/jet"
)

// Find streams the records of one entity that q asks for, file by file. Only records that answer are yielded. What of a file cannot
// be read is a gap, and the rest is searched all the same.
func (s *source) Find(ctx context.Context, q connectors.Query) iter.Seq2[connectors.Record, error] {
	return func(yield func(connectors.Record, error) bool) {
		alive, cancel := s.life.Within(ctx)
		defer cancel()
		f := &finding{source: s, q: q, yield: yield}
		err := f.run(alive)
		if ended := s.life.Err(ctx); ended != nil && !errors.Is(err, errStop) {
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
	q     connectors.Query
	yield func(connectors.Record, error) bool
	left  error // the caller left while a gap was told
}

// tell yields an error that does not end the search.
func (f *finding) tell(err error) error {
	if gap, ok := errors.AsType[*connectors.Gap](err); ok {
		gap.Entity = f.q.Entity
	}
	if !f.yield(connectors.Record{}, err) {
		return errStop
	}
	return nil
}

func (f *finding) run(ctx context.Context) error {
	files, gaps := f.list()
	wanted := places(f.q)
	for _, g := range gaps {
		if wanted == nil {
			if err := f.tell(&g); err != nil {
				return err
			}
		}
	}
	for _, place := range wanted {
		if !slices.ContainsFunc(files, func(f file) bool { return f.place == place }) {
			if err := f.tell(&connectors.Gap{Place: place, Why: "there is no such file (any more) among those that the register names"}); err != nil {
				return err
			}
		}
	}
	for _, file := range files {
		if wanted != nil && !slices.Contains(wanted, file.place) {
			continue
		}
		if err := f.file(ctx, file); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// places returns the places that a query asks for, nil for all.
func places(q connectors.Query) []string {
	if q.Refs == nil {
		return q.Places
	}
	list := []string{}
	for _, r := range q.Refs {
		if !slices.Contains(list, r.Place) && (q.Places == nil || slices.Contains(q.Places, r.Place)) {
			list = append(list, r.Place)
		}
	}
	return list
}

// file searches one file. Whatever goes wrong with it costs the others nothing.
func (f *finding) file(ctx context.Context, file file) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	db, err := f.openFile(file)
	if err == nil {
		defer db.Close()
		err = f.table(ctx, db)
	}
	switch {
	case err == nil, errors.Is(err, errStop), ctx.Err() != nil:
		return err
	}
	if _, ok := errors.AsType[*connectors.Gap](err); !ok {
		err = &connectors.Gap{Place: file.place, Why: "it was searched in part only: " + reason(err)}
	}
	return f.tell(err)
}

// table searches the entity's table in an open file.
func (f *finding) table(ctx context.Context, db *database) error {
	t, mapped, err := db.table(f.q.Entity)
	if err != nil {
		return err
	}
	v, err := db.view(f.q.Entity, t, mapped)
	if err != nil {
		return err
	}
	rest, gaps, left := connectors.Searchable(v.shape, f.q)
	asked := v.all()
	if f.q.Fields != nil {
		asked = nil
		for _, name := range f.q.Fields {
			if i := v.find(name); i >= 0 {
				asked = append(asked, i)
			} else {
				gaps = append(gaps, connectors.Gap{Field: name, Why: "there is no such field"})
			}
		}
	} else {
		gaps = append(gaps, v.gaps...)
	}
	for _, g := range gaps {
		g.Place = db.place
		if err := f.tell(&g); err != nil {
			return err
		}
	}
	if !left {
		return nil
	}
	filter, err := connectors.NewFilter(v.shape, rest)
	if err != nil {
		return err
	}
	return f.scan(ctx, v, newSearch(v, rest, filter, asked, f.lost(v)))
}

// lost returns what tells of values that cannot be read. The caller who has left is noticed at the next record.
func (f *finding) lost(v *view) func(field, why string) {
	return func(field, why string) {
		if f.left == nil {
			f.left = f.tell(&connectors.Gap{Place: v.ref.Place, Field: field, Why: why})
		}
	}
}

// scan reads the table from end to end.
func (f *finding) scan(ctx context.Context, v *view, s *search) error {
	for row, err := range v.Rows(s.first.columns...) {
		if ended := ctx.Err(); ended != nil {
			return ended
		}
		var r connectors.Record
		ok := err == nil
		if ok {
			r, ok, err = s.record(row)
		}
		if f.left != nil {
			return f.left
		}
		if err != nil {
			if err := f.damaged(v, err); err != nil {
				return err
			}
			continue
		}
		if !ok {
			continue
		}
		if !f.yield(r, nil) {
			return errStop
		}
	}
	if s.twice > 0 {
		return f.tell(&connectors.Gap{Place: v.ref.Place, Why: fmt.Sprintf("%d records have the key of another one, so that they cannot be told apart: "+
			"name a key in the register that tells them apart", s.twice)})
	}
	return ctx.Err()
}

// damaged yields the gap of an error that does not end a scan, and returns any other.
func (f *finding) damaged(v *view, err error) error {
	gap := connectors.Gap{Place: v.ref.Place, Why: err.Error()}
	damage, ok := errors.AsType[*jet.DamageError](err)
	if ok {
		gap.Field = damage.Column
	} else if _, ok = errors.AsType[*jet.ChangedError](err); !ok {
		return err
	}
	return f.tell(&gap)
}
