package access

import (
	"bytes"
	"context"
	"errors"
	"io"

	"dossier/connectors"
	"dossier/internal/jet"
	"dossier/internal/lifetime"
)

// Open returns the content of one field of one record.
func (s *source) Open(ctx context.Context, ref connectors.Ref, field string) (io.ReadCloser, error) {
	alive, cancel := s.life.Within(ctx)
	defer cancel()
	r, err := s.openContent(alive, ref, field)
	if ended := s.life.Err(ctx); ended != nil && err != nil {
		err = ended
	}
	return r, err
}

func (s *source) openContent(ctx context.Context, ref connectors.Ref, field string) (io.ReadCloser, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	files, _ := s.list()
	for _, f := range files {
		if f.place != ref.Place {
			continue
		}
		db, err := s.openFile(f)
		if err != nil {
			return nil, err
		}
		content, err := db.content(ctx, ref, field)
		if err != nil {
			return nil, errors.Join(err, db.Close())
		}
		return &contentOf{content, db, s.life}, nil
	}
	return nil, &connectors.Gap{Place: ref.Place, Why: "there is no such file (any more) among those that the register names"}
}

func (db *database) content(ctx context.Context, ref connectors.Ref, name string) (io.Reader, error) {
	t, mapped, err := db.table(ref.Entity)
	if err != nil {
		return nil, err
	}
	v, err := db.view(ref.Entity, t, mapped)
	if err != nil {
		return nil, err
	}
	i := v.find(name)
	if i < 0 {
		return nil, &connectors.Gap{Place: db.place, Entity: ref.Entity, Field: name, Why: "there is no such field"}
	}
	id, err := v.seek(ctx, ref)
	if err != nil {
		return nil, err
	}
	row, err := v.Row(id, v.fields[i].Name)
	if err != nil {
		return nil, err
	}
	switch value := row.Values[0]; value.Kind {
	case jet.Null:
		return nil, errNothing
	case jet.List:
		return openItems(row.Items(0))
	case jet.Stream:
		return row.Open(0)
	default:
		return bytes.NewReader(bytes.Clone(value.Bytes)), nil
	}
}

// seek returns the row of a record.
func (v *view) seek(ctx context.Context, ref connectors.Ref) (jet.RowID, error) {
	q := connectors.Query{Entity: ref.Entity, Refs: []connectors.Ref{ref}}
	s := newSearch(v, q, nil, v.key, func(string, string) {})
	for row, err := range v.Rows(s.first.columns...) {
		if ctx.Err() != nil {
			return jet.RowID{}, ctx.Err()
		}
		if err != nil {
			if isDamage(err) {
				continue
			}
			return jet.RowID{}, err
		}
		if _, ok, err := s.record(row); ok || err != nil {
			return row.ID, err
		}
	}
	return jet.RowID{}, errors.New("the record is gone")
}

// isDamage reports whether an error costs a part of a table only.
func isDamage(err error) bool {
	_, damaged := errors.AsType[*jet.DamageError](err)
	_, changed := errors.AsType[*jet.ChangedError](err)
	return damaged || changed
}

// contentOf is an open content, which holds its file open. It ends with the connector.
type contentOf struct {
	io.Reader
	db   *database
	life lifetime.Lifetime
}

func (c *contentOf) Read(p []byte) (int, error) {
	if err := c.life.Closed(); err != nil {
		return 0, err
	}
	return c.Reader.Read(p)
}

func (c *contentOf) Close() error {
	if closer, ok := c.Reader.(io.Closer); ok {
		_ = closer.Close() // a pipe, which has no error to tell
	}
	return c.db.Close()
}
