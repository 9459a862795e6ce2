package delta

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrDamaged says that a delta is none, or not one from this base.
var ErrDamaged = errors.New("what says how a file is made of another is damaged")

// NewReader returns what a delta makes of the size bytes of base. Its errors wrap ErrDamaged where the delta is none.
func NewReader(delta io.Reader, base io.ReaderAt, size int64) io.Reader {
	return &reader{delta: bufio.NewReaderSize(delta, together), base: base, size: size}
}

// reader carries a delta out.
type reader struct {
	delta *bufio.Reader
	base  io.ReaderAt
	size  int64
	now   io.Reader // what the present instruction makes; nil: none
	left  uint64    // bytes of it
}

// Read reads what the delta makes.
func (r *reader) Read(b []byte) (int, error) {
	for r.left == 0 {
		if err := r.next(); err != nil {
			return 0, err
		}
	}
	n, err := r.now.Read(b[:min(uint64(len(b)), r.left)])
	r.left -= uint64(n)
	switch {
	case err == io.EOF && r.left > 0:
		return n, fmt.Errorf("%w: it ends in the middle", ErrDamaged)
	case err == io.EOF:
		return n, nil
	}
	return n, err
}

// next takes the next instruction. It returns io.EOF behind the last.
func (r *reader) next() error {
	if _, err := r.delta.Peek(1); err != nil {
		return err
	}
	head, err := r.number()
	if err != nil {
		return err
	}
	length := head >> 1
	if head&1 == literal {
		r.now, r.left = r.delta, length
		return nil
	}
	at, err := r.number()
	switch size := uint64(r.size); {
	case err != nil:
		return err
	case at > size || length > size-at:
		return fmt.Errorf("%w: it copies what the file does not have", ErrDamaged)
	}
	r.now, r.left = io.NewSectionReader(r.base, int64(at), int64(length)), length
	return nil
}

func (r *reader) number() (uint64, error) {
	n, err := binary.ReadUvarint(r.delta)
	switch {
	case err == io.EOF, err == io.ErrUnexpectedEOF:
		return 0, fmt.Errorf("%w: it ends in the middle", ErrDamaged)
	case err != nil:
		return 0, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return n, nil
}
