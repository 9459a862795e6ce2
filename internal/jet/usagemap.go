package jet

import "encoding/binary"

// pointer names a row slot: the slot in the lowest byte, the page in the three above.
type pointer uint32

func (p pointer) page() uint32 { return uint32(p) >> 8 }
func (p pointer) slot() int    { return int(p & 0xff) }

func pointerAt(b []byte) pointer { return pointer(binary.LittleEndian.Uint32(b)) }

const errRowOutside = fault("the row lies outside its page")

// slots is the number of row slots of a data page, as far as the page can hold them.
func (l *layout) slots(page []byte) int {
	n := int(binary.LittleEndian.Uint16(page[l.rowCount:]))
	return min(n, (l.pageSize-l.rowCount-2)/2)
}

// slot returns the bytes that slot i of a data page names, and its flags.
func (l *layout) slot(page []byte, i int) (row []byte, flags uint16, err error) {
	if page[0] != pageData {
		return nil, 0, fault("it points to a page that is not a data page")
	}
	n := l.slots(page)
	if i >= n {
		return nil, 0, fault("it points to a row that its page does not have")
	}
	at := l.rowCount + 2 + 2*i
	v := binary.LittleEndian.Uint16(page[at:])
	start, end := int(v&slotOffset), l.pageSize
	if i > 0 {
		end = int(binary.LittleEndian.Uint16(page[at-2:]) & slotOffset)
	}
	if start < l.rowCount+2+2*n || start > end || end > l.pageSize {
		return nil, v &^ slotOffset, errRowOutside
	}
	return page[start:end], v &^ slotOffset, nil
}

// usageMap reads a set of pages: the map's row holds a bitmap from a first page on (type 0), or the
// numbers of pages of bitmap (type 1). Members past the end of the file are counted in lost.
func (w *window) usageMap(p pointer) (set pageSet, lost uint32, err error) {
	page, err := w.page(p.page(), 0)
	if err != nil {
		return nil, 0, err
	}
	row, _, err := w.lay.slot(page, p.slot())
	if err != nil {
		return nil, 0, err
	}
	set = make(pageSet, (w.pages+63)/64)
	mark := func(bitmap []byte, first uint64) {
		for i, b := range bitmap {
			for bit := uint64(0); b != 0; bit, b = bit+1, b>>1 {
				if b&1 == 0 {
					continue
				}
				if n := first + uint64(i)*8 + bit; n < uint64(w.pages) {
					set.add(uint32(n))
				} else {
					lost++
				}
			}
		}
	}
	switch {
	case len(row) >= 5 && row[0] == 0:
		mark(row[5:], uint64(binary.LittleEndian.Uint32(row[1:])))
	case len(row) >= 5 && row[0] == 1:
		row = append([]byte(nil), row[1:]...)
		perPage := uint64(w.lay.pageSize-4) * 8
		for i := 0; len(row) >= 4; i, row = i+1, row[4:] {
			n := binary.LittleEndian.Uint32(row)
			if n == 0 {
				continue
			}
			part, err := w.page(n, 0)
			if err != nil {
				return nil, 0, err
			}
			if part[0] != pageUsage {
				return nil, 0, fault("its usage map points to a page of another kind")
			}
			mark(part[4:], uint64(i)*perPage)
		}
	default:
		return nil, 0, fault("its usage map is of an unknown kind")
	}
	return set, lost, nil
}
