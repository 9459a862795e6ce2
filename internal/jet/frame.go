package jet

import "encoding/binary"

// frame is where the parts of a row stand in its page.
type frame struct {
	start, end int    // the row
	fixed      int    // end of its fixed values
	table      int    // where the offset of its first variable value stands
	vars       int    // twice how many variable values it knows
	bits       uint64 // its null mask
	row        int    // its place in the batch
	first      int    // its first value in the batch
}

// frame adds the frame of the row page[start:end] to those of the page, which have room for it; it returns nil when the row
// is not for steps.
func (d *decoder) frame(page []byte, start, end int) *frame {
	if end-start < 8 {
		return nil
	}
	count := int(binary.LittleEndian.Uint16(page[start:]))
	mask := (count + 7) >> 3
	at := end - mask
	if count > maxStepped || at < start+6 {
		return nil
	}
	n := len(d.frames)
	d.frames = d.frames[:n+1]
	f := &d.frames[n]
	f.start, f.end, f.fixed, f.vars = start, end, at, 0
	f.bits = binary.LittleEndian.Uint64(page[end-8:]) >> (64 - 8*mask) & (1<<count - 1)
	if !d.def.variable {
		return f
	}
	f.vars = 2 * int(binary.LittleEndian.Uint16(page[at-2:]))
	f.table = at - 4
	f.fixed = start + int(binary.LittleEndian.Uint16(page[f.table:]))
	if f.fixed < start+2 || f.fixed > f.table-f.vars {
		d.frames = d.frames[:n]
		return nil
	}
	return f
}
