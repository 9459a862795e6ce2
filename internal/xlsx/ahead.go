package xlsx

import (
	"io"
	"sync"
)

// ahead reads a stream in a goroutine of its own while what it has read is looked at: inflating and tokenising then
// share two cores.
type ahead struct {
	full  chan chunk
	empty chan []byte
	stop  chan struct{}
	done  sync.WaitGroup
	now   chunk
	rest  []byte // of now, not yet read
}

type chunk struct {
	buf []byte
	err error
}

const (
	aheadSize  = 128 << 10
	aheadCount = 3
	aheadFirst = 16 << 10 // who only looks at the first rows is not to wait for more
)

func readAhead(r io.Reader) *ahead {
	a := &ahead{full: make(chan chunk, aheadCount), empty: make(chan []byte, aheadCount), stop: make(chan struct{})}
	for range aheadCount {
		a.empty <- make([]byte, aheadSize)
	}
	a.done.Go(func() {
		for size := aheadFirst; ; size = min(2*size, aheadSize) {
			var buf []byte
			select {
			case buf = <-a.empty:
			case <-a.stop:
				return
			}
			n, err := io.ReadFull(r, buf[:size])
			if err == io.ErrUnexpectedEOF {
				err = io.EOF
			}
			a.full <- chunk{buf[:n], err} // never blocks: there are no more buffers than places
			if err != nil {
				return
			}
		}
	})
	return a
}

func (a *ahead) Read(b []byte) (int, error) {
	for len(a.rest) == 0 {
		if a.now.err != nil {
			return 0, a.now.err
		}
		if a.now.buf != nil {
			a.empty <- a.now.buf
		}
		a.now = <-a.full
		a.rest = a.now.buf
	}
	n := copy(b, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

// Close ends the reading and waits for its end.
func (a *ahead) Close() error {
	close(a.stop)
	a.done.Wait()
	return nil
}
