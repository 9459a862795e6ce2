// Package delta writes down how one sequence of bytes is made of another, so that a file can be brought back from its changed copy: the
// runs that both have are told by where they stand, and only the rest by what it is.
//
// A delta is a list of instructions. Each begins with a number (an unsigned varint as in encoding/binary) whose lowest bit says what it is and
// whose others say how many bytes it makes: 0 takes those that follow in the delta, 1 copies them from the base, at the offset that follows as
// another such number. Runs are found as rsync finds them, by a rolling sum over the blocks of the base, but compared byte by byte.
package delta

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math/bits"
)

const (
	literal = 0
	copied  = 1
)

const (
	leastBlock = 512     // bytes: shorter runs are not looked for
	mostBlocks = 1 << 20 // so many blocks of a base are known, 8 bytes each
	together   = 64 << 10
)

// blockSize is how many bytes of a base of that size are one block.
func blockSize(size int64) int {
	block := leastBlock
	for size/int64(block) > mostBlocks {
		block *= 2
	}
	return block
}

// prime multiplies the rolling sum: a large odd number without a pattern (that of FNV-1a, 64 bit).
const prime = 1099511628211

// sumOf is a polynomial over the bytes, modulo 2^64.
func sumOf(block []byte) (sum uint64) {
	for _, b := range block {
		sum = sum*prime + uint64(b) + 1
	}
	return sum
}

// spread mixes a sum, whose high bits hardly tell blocks apart.
func spread(sum uint64) uint64 { return sum * 0x9e3779b97f4a7c15 }

// blocks finds the blocks of a base by their sums.
type blocks struct {
	base  io.ReaderAt
	size  int64
	block int
	first uint64 // what the first byte of a block is multiplied by in its sum
	shift int
	slots []slot
}

type slot struct{ tag, number uint32 } // the number from 1 on; 0: empty

func index(ctx context.Context, base io.ReaderAt, size int64) (*blocks, error) {
	b := &blocks{base: base, size: size, block: blockSize(size), first: 1}
	for range b.block - 1 {
		b.first *= prime
	}
	n := int(size / int64(b.block))
	width := max(1, bits.Len(uint(n))+1)
	b.shift, b.slots = 64-width, make([]slot, 1<<width)
	in := bufio.NewReaderSize(io.NewSectionReader(base, 0, size), max(together, b.block))
	for i := range n {
		if i%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		block, err := in.Peek(b.block)
		if err != nil {
			return nil, cut(err)
		}
		mixed := spread(sumOf(block))
		if s := &b.slots[mixed>>b.shift]; s.number == 0 { // of equal blocks the first
			*s = slot{uint32(mixed), uint32(i + 1)}
		}
		if _, err := in.Discard(b.block); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// find returns where a block with that sum may stand, -1 where none does.
func (b *blocks) find(sum uint64) int64 {
	mixed := spread(sum)
	if s := b.slots[mixed>>b.shift]; s.number != 0 && s.tag == uint32(mixed) {
		return int64(s.number-1) * int64(b.block)
	}
	return -1
}

// Write writes to out how target is made of the size bytes of base. It reads the target once, from its start to its end.
func Write(ctx context.Context, out io.Writer, base io.ReaderAt, size int64, target io.Reader) error {
	known, err := index(ctx, base, size)
	if err != nil {
		return err
	}
	w := &writer{blocks: known, ctx: ctx, out: out, in: bufio.NewReaderSize(target, max(together, 2*known.block)), there: make([]byte, max(together, known.block))}
	for {
		more, err := w.run()
		if err != nil || !more {
			return err
		}
	}
}

// writer writes a delta.
type writer struct {
	*blocks
	ctx     context.Context
	out     io.Writer
	in      *bufio.Reader
	pending []byte // literal bytes that are not written yet
	there   []byte // read of the base
}

// run goes on until a run of the base was found and written, or the target ends.
func (w *writer) run() (more bool, err error) {
	for {
		if err := w.ctx.Err(); err != nil {
			return false, err
		}
		ahead, err := w.in.Peek(w.in.Size())
		if err != nil && err != io.EOF {
			return false, err
		}
		if len(ahead) < w.block {
			w.pending = append(w.pending, ahead...)
			return false, w.flush()
		}
		passed, at := w.search(ahead)
		w.pending = append(w.pending, ahead[:passed]...)
		if _, err := w.in.Discard(passed); err != nil {
			return false, err
		}
		if at >= 0 {
			if n, err := w.copy(at); n > 0 || err != nil {
				return true, err
			}
			next, err := w.in.ReadByte() // the sums are alike, and the bytes are not
			if err != nil {
				return false, err
			}
			w.pending = append(w.pending, next)
		}
		if len(w.pending) >= together {
			if err := w.flush(); err != nil {
				return false, err
			}
		}
	}
}

// search passes over bytes until a block that the base may have begins, and tells where the base has it; -1 where none begins in them.
func (w *writer) search(ahead []byte) (passed int, at int64) {
	sum := sumOf(ahead[:w.block])
	for ; ; passed++ {
		if at := w.find(sum); at >= 0 {
			return passed, at
		}
		if passed+w.block == len(ahead) {
			return passed + 1, -1
		}
		sum = (sum-(uint64(ahead[passed])+1)*w.first)*prime + uint64(ahead[passed+w.block]) + 1
	}
}

// copy writes the run that the target and the base have from here on, and returns its length: 0 where it is no whole block.
func (w *writer) copy(at int64) (run int64, err error) {
	window, err := w.in.Peek(w.block)
	if err != nil {
		return 0, err
	}
	if n, err := w.base.ReadAt(w.there[:w.block], at); n < w.block {
		return 0, cut(err)
	}
	if !bytes.Equal(window, w.there[:w.block]) {
		return 0, nil
	}
	if err := w.flush(); err != nil {
		return 0, err
	}
	for at+run < w.size {
		if err := w.ctx.Err(); err != nil {
			return run, err
		}
		window, err := w.in.Peek(int(min(int64(len(w.there)), w.size-at-run)))
		if err != nil && err != io.EOF {
			return run, err
		}
		if n, err := w.base.ReadAt(w.there[:len(window)], at+run); n < len(window) {
			return run, cut(err)
		}
		same := equal(window, w.there)
		if _, err := w.in.Discard(same); err != nil {
			return run, err
		}
		run += int64(same)
		if same == 0 || same < len(window) {
			break
		}
	}
	b := binary.AppendUvarint(nil, uint64(run)<<1|copied)
	_, err = w.out.Write(binary.AppendUvarint(b, uint64(at)))
	return run, err
}

// cut is the error of a base that ends before its size.
func cut(err error) error {
	if err == nil || err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// equal counts the bytes from the start that both have.
func equal(a, b []byte) int {
	if b = b[:len(a)]; bytes.Equal(a, b) {
		return len(a)
	}
	for i := range a {
		if a[i] != b[i] {
			return i
		}
	}
	return len(a)
}

// flush writes the pending bytes.
func (w *writer) flush() error {
	if len(w.pending) == 0 {
		return nil
	}
	if _, err := w.out.Write(binary.AppendUvarint(nil, uint64(len(w.pending))<<1|literal)); err != nil {
		return err
	}
	_, err := w.out.Write(w.pending)
	w.pending = w.pending[:0]
	return err
}
