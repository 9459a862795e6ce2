package csvfile

import (
	"bytes"
	"io"
	"sync"
)

// Filter makes Next pass over rows that are not wanted, which is asked on so many goroutines at once, each with a function of its own from
// newWanted. Rows still come in their order, and are the same as without it. Close must be called.
//
// One goroutine cuts the table into blocks of whole rows. Where there are no quotes a block ends at any line end; a row with quotes is read to its
// end first, by the same code that reads it in the end. A row with quotes that do not follow RFC 4180 depends on what stands far behind
// it: it makes a block of its own, already read.
func (r *Reader) Filter(workers int, newWanted func() func(*Row) bool) {
	r.split = &split{of: r, workers: workers, newWanted: newWanted}
}

// Close ends what a Filter has started.
func (r *Reader) Close() {
	if r.split != nil {
		r.split.end()
	}
}

// blockSize is about how many bytes a block has.
const blockSize = 512 << 10

// block is a run of whole rows, and what came of looking at them.
type block struct {
	before int    // the number of the row before the first
	text   []byte // decoded
	lone   *Row   // in place of text: a row that is read already

	err  error // the table ends here
	kept []Row
	done chan struct{}
}

// split is the goroutines of a Filter.
type split struct {
	of        *Reader
	workers   int
	newWanted func() func(*Row) bool

	free  chan *block
	todo  chan *block
	order chan *block // in the order of the table
	stop  chan struct{}
	wait  sync.WaitGroup

	now *block // whose rows are being handed out
	at  int
}

func (s *split) begin() {
	most := s.workers + 2
	s.free, s.todo, s.order, s.stop = make(chan *block, most), make(chan *block, most), make(chan *block, most), make(chan struct{})
	for range most {
		s.free <- &block{}
	}
	s.wait.Go(s.cut)
	for range s.workers {
		s.wait.Go(s.look)
	}
}

func (s *split) end() {
	if s.stop != nil {
		close(s.stop)
		s.wait.Wait()
		s.stop = nil
	}
}

// cut cuts the table into blocks.
func (s *split) cut() {
	defer close(s.todo)
	for {
		var b *block
		select {
		case b = <-s.free:
		case <-s.stop:
			return
		}
		b.done, b.kept = make(chan struct{}), b.kept[:0]
		b.err = s.of.block(b)
		s.todo <- b // as the one below: there is room for every block
		s.order <- b
		if b.err != nil {
			return
		}
	}
}

// look looks at the rows of blocks.
func (s *split) look() {
	wanted := s.newWanted()
	for b := range s.todo {
		b.look(s.of, wanted)
		close(b.done)
	}
}

// next returns the next row that is wanted.
func (s *split) next() (*Row, error) {
	for {
		if s.now != nil && s.at < len(s.now.kept) {
			s.at++
			return &s.now.kept[s.at-1], nil
		}
		if s.now != nil {
			if s.now.err != nil {
				return nil, s.now.err
			}
			s.free <- s.now
		}
		s.now, s.at = <-s.order, 0
		<-s.now.done
	}
}

// block fills a block. The error, io.EOF at the end, comes with the last one.
func (r *Reader) block(b *block) error {
	b.text, b.lone, b.before = b.text[:0], nil, r.row.Number
	for len(b.text) < blockSize {
		data := r.buf[r.pos:]
		quote := bytes.IndexByte(data, '"')
		plain := data
		if quote >= 0 {
			plain = data[:quote]
		}
		end := bytes.LastIndexByte(plain, r.lineEnd) + 1
		if quote < 0 && r.err != nil {
			end = len(data) // the last row has no line end
		}
		rows := bytes.Count(data[:end], []byte{r.lineEnd})
		if end > 0 && data[end-1] != r.lineEnd {
			rows++
		}
		b.text = append(b.text, data[:end]...)
		r.row.Number += rows
		r.pos += end
		switch {
		case quote >= 0:
			if follows, err := r.whole(b); err != nil || !follows {
				return err
			}
		case r.err != nil:
			return io.EOF
		default:
			if err := r.more(); err != nil {
				return err
			}
		}
	}
	return nil
}

// whole adds the next row, which has quotes, to a block. Where these do not follow RFC 4180 it makes a block of its own, and false is
// returned.
func (r *Reader) whole(b *block) (follows bool, err error) {
	line, follows, err := r.extent()
	if err != nil {
		return false, err
	}
	if follows {
		start := r.pos
		r.advance(line)
		b.text = append(b.text, r.buf[start:r.pos]...)
		r.row.Number++
		return true, nil
	}
	if len(b.text) > 0 {
		return false, nil // it makes the next block
	}
	row, err := r.next()
	if err == nil {
		lone := row.clone()
		b.lone = &lone
	}
	return false, err
}

// extent returns the length of the next row, without its line end, and whether its quotes follow RFC 4180: it looks at them alone, and
// leaves them as they are.
func (r *Reader) extent() (line int, follows bool, err error) {
	r.dry = true
	defer func() { r.dry = false }()
	if line, err = r.line(0); err != nil {
		return 0, false, err
	}
	for at := 0; at < line; {
		text := r.buf[r.pos+at : r.pos+line]
		n := bytes.IndexByte(text, '"')
		if n < 0 {
			break
		}
		if starts := n == 0 && at == 0 || bytes.HasSuffix(text[:n], r.delimiter); !starts {
			at += n + 1
			continue
		}
		_, _, next, ok, err := r.quotedCell(at + n)
		if err != nil || !ok {
			return 0, false, err
		}
		if at = next; next > line {
			if line, err = r.line(next); err != nil {
				return 0, false, err
			}
			line = max(line, next)
		}
	}
	return line, true, nil
}

// look keeps the rows of a block that are wanted.
func (b *block) look(of *Reader, wanted func(*Row) bool) {
	if b.lone != nil {
		if wanted(b.lone) {
			b.kept = append(b.kept, *b.lone)
		}
		return
	}
	in := &Reader{started: true, delimiter: of.delimiter, lineEnd: of.lineEnd, mixed: of.mixed, encoding: of.encoding, buf: b.text, err: io.EOF}
	in.row.Number = b.before
	if of.sieve != nil {
		in.sieve = of.sieve.again()
	}
	for {
		row, err := in.Next()
		if err != nil {
			return
		}
		if wanted(row) {
			b.kept = append(b.kept, row.clone())
		}
	}
}

// clone returns a row that stays as it is.
func (r *Row) clone() Row {
	c := Row{Number: r.Number, delimiter: r.delimiter}
	for _, cell := range r.Cells() {
		c.cells = append(c.cells, bytes.Clone(cell))
	}
	return c
}
