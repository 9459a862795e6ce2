package jet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// longValue is a memo or OLE value: 30 bits of length with two of form, a pointer, four unknown bytes, and, when it
// stands in the row, the value.
type longValue struct {
	db      *DB
	size    int64
	form    byte
	at      pointer
	inline  []byte
	text    charset // nil: bytes
	result  bool    // of a calculated column
	wrapped bool    // an attached file
	where   DamageError
}

const (
	longHeader = 12

	formChain  = 0 // rows on other pages, each with a pointer to the next
	formSingle = 1 // one row on another page
	formInline = 2 // in the row itself
)

// parseLong reads the definition of a long value. A length beyond the file's is refused: it would ask for
// memory that no chain can fill.
func (db *DB) parseLong(raw []byte) (longValue, error) {
	if len(raw) < longHeader {
		return longValue{}, fault("a long value whose definition is cut short")
	}
	head := binary.LittleEndian.Uint32(raw)
	v := longValue{
		db: db, size: int64(head & 0x3fffffff), form: byte(head >> 30), at: pointerAt(raw[4:]), inline: raw[longHeader:],
	}
	if v.form == 3 {
		return v, fault("a long value in an unknown form")
	}
	if v.form == formInline && v.size > int64(len(v.inline)) {
		return v, fault("a long value that is cut short")
	}
	if v.size > int64(db.pages)*int64(db.lay.pageSize) {
		return v, fault("a long value longer than the file")
	}
	return v, nil
}

// longReader reads the stored bytes of a long value.
type longReader struct {
	longValue
	w     *window
	chunk []byte // what is left of the current row; valid until w reads another page
	left  int64
}

func (v *longValue) stored(w *window) *longReader {
	r := &longReader{longValue: *v, w: w, left: v.size}
	if v.form == formInline {
		r.chunk = v.inline[:v.size]
	}
	return r
}

func (r *longReader) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	for len(r.chunk) == 0 {
		if err := r.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.chunk[:min(int64(len(r.chunk)), r.left)])
	r.chunk = r.chunk[n:]
	r.left -= int64(n)
	return n, nil
}

// next loads the next row of the value. Every row of a chain brings at least one byte, so that a loop
// ends with the value's length.
func (r *longReader) next() error {
	if r.at == 0 {
		return fault("a long value whose chain ends too early")
	}
	page, err := r.w.near(r.at.page())
	if err != nil {
		return err
	}
	row, flags, err := r.w.lay.slot(page, r.at.slot())
	if err != nil {
		return err
	}
	if flags&slotDeleted == slotDeleted {
		return fault("a long value that was deleted")
	}
	if r.form == formSingle {
		if int64(len(row)) < r.left {
			return fault("a long value that is cut short")
		}
		r.chunk, r.at = row, 0
		return nil
	}
	if len(row) <= 4 {
		return fault("a long value with an empty link in its chain")
	}
	r.at, r.chunk = pointerAt(row), row[4:]
	return nil
}

// load appends the stored bytes to dst.
func (v *longValue) load(w *window, dst []byte) ([]byte, error) {
	at := len(dst)
	if need := at + int(v.size); cap(dst) < need {
		dst = append(make([]byte, 0, need), dst...)
	}
	dst = dst[:at+int(v.size)]
	if v.form == formInline {
		copy(dst[at:], v.inline)
		return dst, nil
	}
	if _, err := io.ReadFull(v.stored(w), dst[at:]); err != nil && v.size > 0 {
		return dst[:at], err
	}
	return dst, nil
}

// Open returns a reader of a value: the text of a memo in UTF-8, the bytes of an OLE or binary value.
// The reader of a Stream stays valid after the row; those of other kinds do not. Its errors are of
// type *DamageError where the file is damaged.
func (v Value) Open() (io.Reader, error) {
	switch v.Kind {
	case Stream:
		return v.long.open(), nil
	case Null, String, Bytes:
		return bytes.NewReader(v.Bytes), nil
	}
	return nil, fmt.Errorf("open: %s", v)
}

func (v *longValue) open() io.Reader {
	var r io.Reader = v.stored(v.db.window())
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

// resultReader strips what stands around the result of a calculated column.
type resultReader struct {
	r    io.Reader
	open bool
}

func (r *resultReader) Read(p []byte) (int, error) {
	if !r.open {
		var head [calculatedHeader]byte
		if _, err := io.ReadFull(r.r, head[:]); err != nil {
			return 0, fault("a calculated value that is cut short")
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
	var f fault
	if errors.As(err, &f) {
		where := d.where
		where.Why = string(f)
		return n, &where
	}
	return n, err
}
