package jet

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"sync"
)

// A table is read in strides of at most strideSize bytes, which at most maxWorkers goroutines decode. Memory is bounded by
// these and by fullBatch, not by the file.
const (
	strideSize = 128 << 10
	maxWorkers = 4
)

// rounds is how often the pages that changed during a scan are read again.
const rounds = 4

// run reads the whole table. A file at rest is decoded by all processors; one in use page after page, until
// a round finds no page changed.
func (s *scan) run() error {
	pages, err := s.owned(true)
	if err != nil {
		return err
	}
	if !s.live {
		if s.live, err = s.atRest(pages); err != nil {
			return err
		}
		if !s.live {
			return s.checkCount()
		}
	}
	s.batch, s.own = s.newBatch(), s.decoder()
	for round := 0; ; round++ {
		changed, err := s.inUse(pages)
		if err != nil {
			return err
		}
		if round > 0 && changed == 0 {
			return nil
		}
		if round == rounds {
			return s.tell(&ChangedError{Table: s.table.Name, Pages: changed})
		}
		if pages, err = s.owned(false); err != nil {
			return err
		}
	}
}

// checkCount tells when rows are missing for no reason that was told: a bit that is gone from the table's map costs
// a page of rows without a trace. Access itself counts too few now and then, never too many.
func (s *scan) checkCount() error {
	if s.told || s.given >= s.def.rows {
		return nil
	}
	return s.tell(&DamageError{
		Table: s.table.Name, Page: s.def.page, Row: -1,
		Why: fmt.Sprintf("the table says it has %d rows, but %d were found", s.def.rows, s.given),
	})
}

// inUse reads every page of the table that is not as it was in the round before.
func (s *scan) inUse(pages pageSet) (changed int, err error) {
	w := s.batch.window
	for n, ok := pages.next(0); ok; n, ok = pages.next(n + 1) {
		s.own.start(s.batch)
		w.forget()
		page, err := w.page(n, 0)
		if err != nil {
			return changed, err
		}
		if !w.remember(n, page) {
			continue
		}
		changed++
		if err := s.own.page(n, page); err != nil {
			return changed, err
		}
		if err := s.emit(s.batch); err != nil {
			return changed, err
		}
	}
	return changed, nil
}

// atRest reads the pages of the table in strides, which the processors decode ahead of the caller. It reports
// whether the file was written to meanwhile.
func (s *scan) atRest(pages pageSet) (written bool, err error) {
	n := uint32(0)
	next := func(b *batch) bool { // gives b the next stride
		var ok bool
		if b.first, ok = pages.next(n); !ok {
			return false
		}
		b.last = pages.stride(b.first, strideSize/s.db.lay.pageSize)
		n = b.last + 1
		return true
	}
	if !next(s.batch) {
		return false, nil
	}
	s.own.fill(s.batch, pages)
	if err := s.take(s.batch, pages); err != nil {
		return false, err
	}
	written = s.batch.window.inUse

	workers := min(runtime.GOMAXPROCS(0), maxWorkers)
	work := make(chan *batch, workers+1)
	var group sync.WaitGroup
	defer group.Wait()
	defer close(work)
	var queue []*batch // in the order of the pages
	for range workers + 1 {
		b := s.newBatch()
		if !next(b) {
			break
		}
		if queue = append(queue, b); len(queue) <= workers {
			group.Go(func() {
				d := s.decoder()
				for b := range work {
					d.fill(b, pages)
					b.done <- struct{}{}
				}
			})
		}
		work <- b
	}
	for len(queue) > 0 {
		b := queue[0]
		queue = queue[1:]
		<-b.done
		if err := s.take(b, pages); err != nil {
			return false, err
		}
		written = written || b.window.inUse
		if next(b) {
			queue = append(queue, b)
			work <- b
		}
	}
	if !written {
		now, err := s.db.stamp()
		return now != s.db.opened, err
	}
	return written, nil
}

// take yields what was decoded of a stride, and the rest of it where that was too much for one batch.
func (s *scan) take(b *batch, pages pageSet) error {
	err := s.emit(b)
	for err == nil && b.more {
		s.own.fill(b, pages)
		err = s.emit(b)
	}
	return err
}

// owned is the set of the table's data pages. When the usage map is damaged they are looked for
// through the whole file. tell is false when the damage was told before.
func (s *scan) owned(tell bool) (pageSet, error) {
	w := s.db.window()
	set, lost, err := w.usageMap(s.def.owned)
	f, damaged := err.(fault)
	if err != nil && !damaged {
		return nil, err
	}
	if !damaged {
		if lost > 0 && tell {
			return set, s.tell(&DamageError{
				Table: s.table.Name, Page: s.db.pages, Pages: lost, Row: -1, Why: "the file ends before these pages of the table",
			})
		}
		return set, nil
	}
	if tell {
		if err := s.tell(&DamageError{
			Table: s.table.Name, Page: s.def.owned.page(), Row: s.def.owned.slot(),
			Why: "the map of the table's pages is damaged (" + string(f) + "); the whole file was searched for them",
		}); err != nil {
			return nil, err
		}
	}
	set = make(pageSet, (s.db.pages+63)/64)
	for n := uint32(1); n < s.db.pages; n++ {
		page, err := w.page(n, s.db.pages-1)
		if err != nil {
			return nil, err
		}
		if s.owns(page) {
			set.add(n)
		}
	}
	return set, nil
}

// owns reports whether a page is a data page of the table.
func (s *scan) owns(page []byte) bool {
	return page[0] == pageData && binary.LittleEndian.Uint32(page[4:]) == s.def.page
}
