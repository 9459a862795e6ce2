package jet

import (
	"encoding/binary"
	"errors"
	"io"
)

// longRef is the definition of a memo or OLE value in its row: 30 bits of length with two of form, a
// pointer, four unknown bytes, and, when it stands in the row, the value.
type longRef struct {
	size   int64
	form   byte
	at     pointer
	inline []byte
}

const (
	longHeader = 12
	longLength = 1<<30 - 1

	longChain  = 0 // rows on other pages, each with a pointer to the next
	longSingle = 1 // one row on another page
	longInline = 2 // in the row itself
)

// parseLong reads the definition of a long value. A length beyond the file's is refused: it would ask for
// memory that no chain can fill.
func (p *pager) parseLong(raw []byte) (longRef, error) {
	if len(raw) < longHeader {
		return longRef{}, fault("a long value whose definition is cut short")
	}
	head := binary.LittleEndian.Uint32(raw)
	v := longRef{size: int64(head & longLength), form: byte(head >> 30), at: pointerAt(raw[4:]), inline: raw[longHeader:]}
	switch {
	case v.form == 3:
		return v, fault("a long value in an unknown form")
	case v.form == longInline && v.size > int64(len(v.inline)):
		return v, fault("a long value that is cut short")
	case v.size > int64(p.pages)*int64(p.lay.pageSize):
		return v, fault("a long value longer than the file")
	}
	return v, nil
}

// next returns the next row of a value on other pages, valid until w reads another. left is what is missing of the
// value. Every row of a chain brings at least one byte, so that a loop ends with the value's length.
func (v *longRef) next(w *scattered, left int64) ([]byte, error) {
	if v.at == 0 {
		return nil, fault("a long value whose chain ends too early")
	}
	page, err := w.page(v.at.page())
	if err != nil {
		return nil, err
	}
	row, flags, err := w.lay.slot(page, v.at.slot())
	if err != nil {
		return nil, err
	}
	if flags&slotDeleted == slotDeleted {
		return nil, fault("a long value that was deleted")
	}
	if v.form == longSingle {
		if int64(len(row)) < left {
			return nil, fault("a long value that is cut short")
		}
		v.at = 0
		return row[:left], nil
	}
	if len(row) <= 4 {
		return nil, fault("a long value with an empty link in its chain")
	}
	v.at = pointerAt(row)
	return row[4:min(int64(len(row)), 4+left)], nil
}

// load appends the stored bytes of a value on other pages to dst.
func (v longRef) load(w *scattered, dst []byte) ([]byte, error) {
	for left := v.size; left > 0; {
		part, err := v.next(w, left)
		if err != nil {
			return dst, err
		}
		dst = append(dst, part...)
		left -= int64(len(part))
	}
	return dst, nil
}

// longValue is a long value that can be opened when its row is gone.
type longValue struct {
	longRef
	db      *DB
	text    *charset // nil: bytes
	result  bool     // of a calculated column
	wrapped bool     // an attached file
	where   DamageError
}

func (v *longValue) open() io.Reader {
	stored := &longReader{ref: v.longRef, w: v.db.scattered(false), left: v.size}
	if v.form == longInline {
		stored.chunk = v.inline[:v.size]
	}
	var r io.Reader = stored
	if v.result {
		r = &resultReader{r: r}
	}
	if v.wrapped {
		r = &fileReader{r: r}
	}
	if v.text != nil {
		r = v.text.reader(r)
	}
	return &damageReader{r, v.where}
}

// longReader reads the stored bytes of a long value.
type longReader struct {
	ref   longRef
	w     *scattered
	chunk []byte // what is left of the current row
	left  int64  // what is left of the value
}

func (r *longReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	if len(r.chunk) == 0 {
		var err error
		if r.chunk, err = r.ref.next(r.w, r.left); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.chunk)
	r.chunk = r.chunk[n:]
	r.left -= int64(n)
	return n, nil
}

// resultReader strips what stands around the result of a calculated column.
type resultReader struct {
	r    io.Reader
	open bool
}

func (r *resultReader) Read(p []byte) (int, error) {
	if !r.open {
		var head [calculatedHeader]byte
		if _, err := io.ReadFull(r.r, head[:]); errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return 0, fault("a calculated value that is cut short")
		} else if err != nil {
			return 0, err
		}
		r.r = io.LimitReader(r.r, int64(binary.LittleEndian.Uint32(head[calculatedHeader-4:])))
		r.open = true
	}
	return r.r.Read(p)
}

// damageReader adds to an error where the value stood.
type damageReader struct {
	r     io.Reader
	where DamageError
}

func (d *damageReader) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	return n, damageAt(err, d.where)
}
