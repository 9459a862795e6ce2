package sheet

import (
	"context"
	"os"
	"runtime"

	"dossier/connectors"
)

// maxTogether is how many bytes the files may have that are searched at once: a larger one keeps two cores busy by itself, and
// memory is to stay small.
const maxTogether = 32 << 20

// files searches files, several at once, and yields what they hold file by file in their order.
func (f *finding) files(ctx context.Context, files []file) error {
	if len(f.q.Any) == 0 && f.q.Refs == nil || len(files) < 2 { // everything is yielded: handing it over would take longer
		for _, file := range files {
			if err := f.file(ctx, file); err != nil {
				return err
			}
		}
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	q := queue{finding: f, ctx: ctx, waiting: files}
	defer q.drain()
	defer cancel()
	for q.fill() {
		if err := q.first(); err != nil {
			return err
		}
	}
	return nil
}

// queue is the files of a search: those that are being searched, and those that wait.
type queue struct {
	*finding
	ctx     context.Context
	started []*searching
	bytes   int64 // of the started files
	waiting []file
}

// searching is one file that is being searched.
type searching struct {
	size  int64
	items chan item // closed when the file was searched
	more  chan bool // whether another item is wanted: the answer to each of them
	of    finding
	err   error
}

type item struct {
	record connectors.Record
	err    error
}

// fill starts searching as many files as may be searched at once. It reports whether there are any.
func (q *queue) fill() bool {
	for len(q.waiting) > 0 && len(q.started) <= runtime.GOMAXPROCS(0) {
		size := int64(0)
		if info, err := os.Stat(q.waiting[0].path); err == nil {
			size = info.Size()
		}
		if len(q.started) > 0 && q.bytes+size > maxTogether {
			break
		}
		q.start(q.waiting[0], size)
		q.waiting = q.waiting[1:]
	}
	return len(q.started) > 0
}

func (q *queue) start(file file, size int64) {
	s := &searching{size: size, items: make(chan item), more: make(chan bool, 1), of: *q.finding}
	s.of.found, s.of.missed = false, false
	s.of.yield = func(r connectors.Record, err error) bool {
		select {
		case s.items <- item{r, err}:
			select {
			case more := <-s.more:
				return more
			case <-q.ctx.Done():
				return false
			}
		case <-q.ctx.Done():
			return false
		}
	}
	q.started = append(q.started, s)
	q.bytes += size
	go func() {
		defer close(s.items)
		s.err = s.of.file(q.ctx, file)
	}()
}

// first yields what the first file holds.
func (q *queue) first() error {
	s := q.started[0]
	for item := range s.items {
		more := q.yield(item.record, item.err)
		s.more <- more
		if !more {
			return errStop
		}
	}
	q.started, q.bytes = q.started[1:], q.bytes-s.size
	q.found, q.missed = q.found || s.of.found, q.missed || s.of.missed
	return s.err
}

// drain waits for the end of every search.
func (q *queue) drain() {
	for _, s := range q.started {
		for range s.items {
			s.more <- false
		}
	}
}
