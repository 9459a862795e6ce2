package sqldb

import (
	"context"
	"errors"
	"fmt"
	"io"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// openChunk is how many bytes of a content are fetched at once.
const openChunk = 4 << 20

// Open implements connectors.Opener: it reads a binary field piece by piece, so that no content is held whole.
func (s *system) Open(ctx context.Context, ref connectors.Ref, field string) (io.ReadCloser, error) {
	p := s.place(ref.Place)
	if p == nil {
		return nil, s.explain(fmt.Errorf("there is no place %s", ref.Place))
	}
	e, err := p.entity(ctx, ref.Entity)
	if err != nil {
		return nil, s.explain(err)
	}
	c := e.column(field)
	switch {
	case c == nil:
		return nil, s.explain(fmt.Errorf("%s has no field %s", e.name, field))
	case c.typ != compare.Stream && c.typ != compare.Binary:
		return nil, s.explain(fmt.Errorf("the field %s of %s holds a value and no content to be opened", field, e.name))
	case len(e.key) == 0 || len(ref.Key) != len(e.key):
		return nil, s.explain(fmt.Errorf("a record of %s is not named by %d values", e.name, len(ref.Key)))
	}
	ctx, cancel := s.while(ctx)
	r := &content{ctx: ctx, cancel: cancel, place: p, entity: e, column: c, key: ref.Key, size: -1}
	if err := r.fetch(); err != nil {
		cancel()
		return nil, s.explain(err)
	}
	return r, nil
}

// content is a field that is being read.
type content struct {
	ctx    context.Context
	cancel context.CancelFunc
	place  *place
	entity *entity
	column *column
	key    []string
	size   int64 // of the whole, -1 until it is known
	offset int64 // of what was fetched
	piece  []byte
}

var errChanged = errors.New("the content changed while it was being read: read it again")

// Read implements io.Reader.
func (r *content) Read(b []byte) (int, error) {
	if len(r.piece) == 0 {
		if r.offset == r.size {
			return 0, io.EOF
		}
		if err := r.fetch(); err != nil {
			return 0, r.place.sys.explain(err)
		}
	}
	n := copy(b, r.piece)
	r.piece = r.piece[n:]
	return n, nil
}

// Close implements io.Closer.
func (r *content) Close() error {
	r.cancel()
	return nil
}

// fetch reads the size of the whole and the next piece.
func (r *content) fetch() error {
	if err := r.ctx.Err(); err != nil {
		return err // a driver may answer before it looks at the context
	}
	d := r.place.sys.d
	st := &statement{d: d}
	size, piece := d.piece(d.quote(r.column.column), r.offset+1, openChunk)
	st.WriteString("SELECT " + size + ", " + piece + " FROM " + r.entity.table.quoted(d) + " WHERE ")
	term := connectors.Term{How: compare.Equal, Values: [][]string{r.key}}
	for _, c := range r.entity.key {
		term.Fields = append(term.Fields, c.name)
	}
	st.term(r.entity, term)
	s, err := r.place.take(r.ctx, false)
	if err != nil {
		return err
	}
	rows := 0
	var total int64
	err = s.query(r.ctx, st.String(), st.args, func(scan func(...any) error) error {
		rows++
		var of *int64
		if err := scan(&of, &r.piece); err != nil || of == nil {
			return errors.Join(err, errEmpty(of == nil))
		}
		total = *of
		return nil
	})
	if err != nil {
		s.abandon()
		return err
	}
	r.place.put(s)
	switch {
	case rows != 1:
		return fmt.Errorf("the record is not found: %d records of %s have its key", rows, r.entity.name)
	case r.size >= 0 && r.size != total, int64(len(r.piece)) != min(openChunk, total-r.offset):
		return errChanged
	}
	r.size = total
	r.offset += int64(len(r.piece))
	return nil
}

func errEmpty(empty bool) error {
	if empty {
		return errors.New("the field is empty")
	}
	return nil
}
