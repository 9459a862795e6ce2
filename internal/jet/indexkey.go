package jet

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"unicode"
)

// A key of an index is made of one part for each of its columns: a flag (7F, or 00 for NULL), then the value so that
// keys sort as bytes. In a descending column every byte is inverted. How a text becomes a key hangs on
// a collation that no document describes; for plain characters each becomes a code of its own, which the keys in an
// index tell for the texts in its rows.

const (
	keyNull  = 0x00
	keyValue = 0x7f
)

// keyPart returns the part of a key for a stored value, nil being NULL. alphabet is for text.
func (c *Column) keyPart(raw []byte, descending bool, alphabet *alphabet) ([]byte, error) {
	part := []byte{keyNull}
	if raw != nil {
		value, err := c.keyValue(raw, alphabet)
		if err != nil {
			return nil, err
		}
		part = append([]byte{keyValue}, value...)
	}
	if descending {
		for i := range part {
			part[i] = ^part[i]
		}
	}
	return part, nil
}

// keyValue is the sortable form of a stored value.
func (c *Column) keyValue(raw []byte, alphabet *alphabet) ([]byte, error) {
	signed := func(v uint64, size int) []byte {
		b := binary.BigEndian.AppendUint64(nil, v)[8-size:]
		b[0] ^= 0x80
		return b
	}
	float := func(v uint64, size int) []byte {
		b := binary.BigEndian.AppendUint64(nil, v)[8-size:]
		if b[0]&0x80 == 0 {
			b[0] ^= 0x80
			return b
		}
		for i := range b {
			b[i] = ^b[i]
		}
		return b
	}
	switch c.Type {
	case Boolean, Byte: // a Boolean is FF when false, and then 00
		return []byte{raw[0]}, nil
	case Integer:
		return signed(uint64(binary.LittleEndian.Uint16(raw)), 2), nil
	case Long:
		return signed(uint64(binary.LittleEndian.Uint32(raw)), 4), nil
	case Currency, BigInt:
		return signed(binary.LittleEndian.Uint64(raw), 8), nil
	case Single:
		return float(uint64(binary.LittleEndian.Uint32(raw)), 4), nil
	case Double, DateTime:
		if v := math.Float64frombits(binary.LittleEndian.Uint64(raw)); v == 0 {
			return float(0, 8), nil
		}
		return float(binary.LittleEndian.Uint64(raw), 8), nil
	case Text:
		return alphabet.key(string(c.text.append(nil, raw)))
	}
	return nil, fault("its keys in an index cannot be made")
}

// alphabet is what the keys of an index tell of its collation.
type alphabet struct {
	size  int // bytes of a code; zero while nothing is known
	codes map[rune][]byte
	bad   bool // the keys contradict each other
}

// textTail ends the value of a text: no more codes, and nothing out of the ordinary.
var textTail = []byte{0x01, 0x00}

// learn takes in the value of a key and the text that it was made from.
func (a *alphabet) learn(text string, value []byte) {
	runes := []rune(text)
	body, ok := bytes.CutSuffix(value, textTail)
	if !ok || len(runes) == 0 || len(body)%len(runes) != 0 {
		return // a text with characters that have no code of their own
	}
	size := len(body) / len(runes)
	if size < 1 || size > 2 || a.size != 0 && a.size != size {
		return
	}
	a.size = size
	for i, r := range runes {
		code := body[i*size : (i+1)*size]
		if known, ok := a.codes[r]; ok && !bytes.Equal(known, code) {
			a.bad = true
			return
		}
		a.codes[r] = bytes.Clone(code)
	}
}

// key makes the value of a key. A letter that is known in one case only has the same code in the other.
func (a *alphabet) key(text string) ([]byte, error) {
	const unknown = fault("it has characters whose place in the order of an index is not known")
	if a == nil || a.bad {
		return nil, unknown
	}
	var value []byte
	for _, r := range text {
		code, ok := a.codes[r]
		if !ok && r < unicode.MaxASCII && unicode.IsLetter(r) {
			if code, ok = a.codes[unicode.ToLower(r)]; !ok {
				code, ok = a.codes[unicode.ToUpper(r)]
			}
		}
		if !ok {
			return nil, unknown
		}
		value = append(value, code...)
	}
	return append(value, textTail...), nil
}

// spread makes room on a leaf that is too full by handing entries on to its neighbours, whichever
// side has room first. It reports whether it could.
func (l *layout) spread(leaves []*indexPage, full int) bool {
	scratch := make([]byte, l.pageSize)
	fits := func(p *indexPage) bool { return p.write(l, scratch) == nil }
	if fits(leaves[full]) {
		return true
	}
	for _, step := range []int{1, -1} {
		before := make(map[int][][]byte)
		for at := full; at >= 0 && at < len(leaves); at += step {
			p := leaves[at]
			if fits(p) {
				return true
			}
			next := at + step
			if next < 0 || next == len(leaves) {
				break
			}
			q := leaves[next]
			if before[at] == nil {
				before[at] = slices.Clone(p.entries)
			}
			before[next] = slices.Clone(q.entries)
			for len(p.entries) > 1 && !fits(p) {
				if step > 0 {
					last := len(p.entries) - 1
					q.entries = slices.Insert(q.entries, 0, p.entries[last])
					p.entries = p.entries[:last]
				} else {
					q.entries = append(q.entries, p.entries[0])
					p.entries = p.entries[1:]
				}
			}
			p.changed, q.changed = true, true
		}
		for at, entries := range before {
			leaves[at].entries = entries
		}
	}
	return false
}
