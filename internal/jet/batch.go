package jet

import (
	"cmp"
	"encoding/binary"
	"slices"
)

// batch is a stride of a table's pages with the rows decoded from them. The values point into its buffers.
type batch struct {
	first, last uint32 // pages
	more        bool   // it was full before its last page; first is the one to go on with
	window      *window
	rows        []batchRow
	values      []Value // of all rows
	losses      []loss
	err         error         // what ended the decoding, and ends the scan
	done        chan struct{} // receives one when the batch is decoded

	text   []byte // text that had to be decoded
	stored []byte // long values from other pages
	moved  []byte // rows that stand on other pages
}

type batchRow struct {
	id      RowID
	data    []byte
	pending bool // some values are left to the caller's goroutine
}

// loss is damage found before a row of the batch.
type loss struct {
	row int
	err *DamageError
}

func (s *scan) newBatch() *batch {
	b := &batch{window: s.db.window(), done: make(chan struct{}, 1)}
	b.window.inUse = s.live
	return b
}

// maxBatch is the size of a batch's buffers from which on long values are left to the caller's
// goroutine, which holds those of one row at a time.
const maxBatch = 1 << 20

// decoder decodes rows into batches, in one goroutine.
type decoder struct {
	*scan
	far   *scattered // overflow rows and long values
	cells cells
	b     *batch

	frames []frame // of the rows of a page that steps decode
}

func (s *scan) decoder() *decoder {
	return &decoder{scan: s, far: s.db.scattered(s.live), cells: cells{lay: s.db.lay}}
}

// start empties a batch and decodes into it from now on.
func (d *decoder) start(b *batch) {
	b.rows, b.values, b.losses, b.err, b.more = b.rows[:0], b.values[:0], b.losses[:0], nil, false
	b.text, b.stored, b.moved = b.text[:0], b.stored[:0], b.moved[:0]
	d.b, d.far.near = b, b.window
}

// fullBatch is the number of values that fill a batch: rows can be a few bytes long and have hundreds of columns. A loss counts
// for as many as its size.
const (
	fullBatch = 1 << 15
	lossSize  = 4
)

// fill decodes the table's pages of a batch, as many as it has room for.
func (d *decoder) fill(b *batch, pages pageSet) {
	d.start(b)
	for n, ok := b.first, true; ok && n <= b.last; n, ok = pages.next(n + 1) {
		if len(b.values)+lossSize*len(b.losses) > fullBatch {
			b.first, b.more = n, true
			return
		}
		page, err := b.window.page(n, b.last)
		if err == nil {
			err = d.page(n, page)
		}
		if err != nil {
			b.err = err
			return
		}
	}
}

// lose notes damage found before or in a row of the batch.
func (d *decoder) lose(row int, damage DamageError) {
	damage.Table = d.table.Name
	d.b.losses = append(d.b.losses, loss{row, &damage})
}

// usualRows is more rows than stand on most pages.
const usualRows = 64

// page decodes the rows of one page.
func (d *decoder) page(n uint32, page []byte) error {
	if !d.owns(page) {
		d.lose(len(d.b.rows), DamageError{Page: n, Pages: 1, Row: -1, Why: "the page is not the table's, though the table's map says so"})
		return nil
	}
	lay := d.db.lay
	count := lay.slots(page)
	if stated := int(binary.LittleEndian.Uint16(page[lay.rowCount:])); stated != count {
		d.lose(len(d.b.rows), DamageError{Page: n, Pages: 1, Row: -1, Why: "the page states more rows than it can hold"})
	}
	b := d.b
	b.values = slices.Grow(b.values, min(count, usualRows)*len(d.columns))
	losses := len(b.losses)
	d.frames = slices.Grow(d.frames[:0], count)
	slots := page[lay.rowCount+2 : lay.rowCount+2+2*count]
	end, low := lay.pageSize, lay.rowCount+2+2*count
	for i := range count {
		v := binary.LittleEndian.Uint16(slots[2*i:])
		start, stop := int(v&slotOffset), end
		end = start
		if v&slotHidden != 0 {
			continue // deleted, or reached through its pointer
		}
		err := error(errRowOutside)
		if low <= start && start <= stop && stop <= len(page) {
			if v&slotPointer == 0 && d.steps != nil {
				if f := d.frame(page, start, stop); f != nil {
					f.row, f.first = d.add(RowID{n, i}, page[start:stop])
					continue
				}
			}
			err = d.slot(RowID{n, i}, page[start:stop], v)
		}
		if err == nil {
			continue
		}
		f, ok := err.(fault)
		if !ok {
			return err
		}
		d.lose(len(b.rows), DamageError{Page: n, Row: i, Why: string(f)})
	}
	if err := d.step(page); err != nil {
		return err
	}
	if found := b.losses[losses:]; len(found) > 1 {
		slices.SortStableFunc(found, func(a, b loss) int { return cmp.Compare(a.row, b.row) })
	}
	return nil
}

// maxHops is the longest chain of overflow pointers that is followed.
const maxHops = 8

// slot decodes the row that a slot holds or points to.
func (d *decoder) slot(id RowID, data []byte, flags uint16) error {
	for hop := 0; flags&slotPointer != 0; hop++ {
		if len(data) < 4 || hop == maxHops {
			return fault("the row was moved, and where to cannot be told")
		}
		to := pointerAt(data)
		page, err := d.far.page(to.page())
		if err != nil {
			return err
		}
		if !d.owns(page) {
			return fault("the row was moved to a page that is not the table's")
		}
		if data, flags, err = d.db.lay.slot(page, to.slot()); err != nil {
			return err
		}
		if flags&slotHidden == 0 {
			return fault("the row was moved to a place that holds another")
		}
		if flags &^= slotHidden; flags&slotPointer == 0 {
			at := len(d.b.moved)
			d.b.moved = append(d.b.moved, data...)
			data = d.b.moved[at:len(d.b.moved):len(d.b.moved)]
		}
	}
	return d.decode(id, data)
}
