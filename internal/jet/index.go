package jet

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// An index is a B-tree of pages. A leaf holds one entry for each row: the key, then the row's page in three bytes and its
// slot in one, most significant first. A node holds, for each of its children but the tail, a copy of
// the child's last entry and the child's page in four bytes. The entries of a page share a prefix, which
// only the first holds; a bitmap tells where each ends.

// indexPage is a page of an index tree.
type indexPage struct {
	number     uint32
	leaf       bool
	entries    [][]byte
	prefix     int // bytes that the entries share on the page
	prev, next uint32
	tail       uint32       // last child, which has no entry
	children   []*indexPage // one for each entry, and the tail
	changed    bool
}

const (
	entryRow   = 4 // bytes of the row at the end of a leaf's entry
	entryChild = 4 // bytes of the child after it in a node's

	maxDepth = 16
)

// readIndexPage decodes a page of an index.
func (l *layout) readIndexPage(number uint32, page []byte) (*indexPage, error) {
	if page[0] != pageLeaf && page[0] != pageNode {
		return nil, fault("an index points to a page that is not an index page")
	}
	p := &indexPage{
		number: number, leaf: page[0] == pageLeaf,
		prefix: int(page[l.indexPrefix]),
		prev:   binary.LittleEndian.Uint32(page[l.indexPrev:]),
		next:   binary.LittleEndian.Uint32(page[l.indexNext:]),
		tail:   binary.LittleEndian.Uint32(page[l.indexTail:]),
	}
	if l.cell == 2 {
		p.prefix |= int(page[l.indexPrefix+1]) << 8
	}
	least := entryRow
	if !p.leaf {
		least += entryChild
	}
	body := page[l.indexFirst:]
	var prefix []byte
	start := 0
	for i, b := range page[l.indexMask:l.indexFirst] {
		for ; b != 0; b &= b - 1 {
			end := 8*i + bits.TrailingZeros8(b)
			if end > len(body) || end <= start && end != 0 {
				return nil, fault("an index page whose entries lie outside it")
			}
			if end == 0 {
				continue
			}
			entry := append(bytes.Clone(prefix), body[start:end]...)
			if len(entry) < least {
				return nil, fault("an index page with an entry that is cut short")
			}
			p.entries = append(p.entries, entry)
			if len(p.entries) == 1 {
				if p.prefix > len(entry) {
					return nil, fault("an index page whose prefix is longer than its entries")
				}
				prefix = entry[:p.prefix]
			}
			start = end
		}
	}
	return p, nil
}

// end is the offset behind the last entry of an index page.
func (l *layout) indexEnd(page []byte) int {
	end := 0
	for i, b := range page[l.indexMask:l.indexFirst] {
		if b != 0 {
			end = 8*i + 7 - bits.LeadingZeros8(b)
		}
	}
	return l.indexFirst + end
}

// write puts the entries and links of p onto its page. Everything behind them becomes zero.
func (p *indexPage) write(l *layout, page []byte) error {
	if p.prefix = p.shared(); len(p.entries) < 2 {
		p.prefix = 0
	}
	page[0] = pageNode
	if p.leaf {
		page[0] = pageLeaf
		page[l.indexMask-1] = 0 // the level above the leaves
	}
	page[l.indexPrefix] = byte(p.prefix)
	if l.cell == 2 {
		page[l.indexPrefix+1] = byte(p.prefix >> 8)
	}
	binary.LittleEndian.PutUint32(page[l.indexPrev:], p.prev)
	binary.LittleEndian.PutUint32(page[l.indexNext:], p.next)
	binary.LittleEndian.PutUint32(page[l.indexTail:], p.tail)
	clear(page[l.indexMask:])
	at := l.indexFirst
	for i, entry := range p.entries {
		if i > 0 {
			entry = entry[p.prefix:]
		}
		end := at + len(entry) - l.indexFirst
		if at+len(entry) > len(page) || end/8 >= l.indexFirst-l.indexMask {
			return fault("an index page that has no room for a key in place of an erased one")
		}
		at += copy(page[at:], entry)
		page[l.indexMask+end/8] |= 1 << (end % 8)
	}
	binary.LittleEndian.PutUint16(page[2:], uint16(len(page)-at))
	return nil
}

// shared is the prefix that the page may share: as long as it was, and no longer than its entries allow.
func (p *indexPage) shared() int {
	n := p.prefix
	for _, entry := range p.entries {
		n = min(n, len(entry)-entryRow)
		for i := range n {
			if entry[i] != p.entries[0][i] {
				n = i
				break
			}
		}
	}
	return n
}

// each calls f with every page of a tree, children after their parent.
func (p *indexPage) each(f func(*indexPage)) {
	f(p)
	for _, child := range p.children {
		child.each(f)
	}
}

// row is the row that an entry names.
func (p *indexPage) row(i int) RowID {
	e := p.entries[i]
	if !p.leaf {
		e = e[:len(e)-entryChild]
	}
	e = e[len(e)-entryRow:]
	return RowID{uint32(e[0])<<16 | uint32(e[1])<<8 | uint32(e[2]), int(e[3])}
}

// readIndex reads a whole index tree and checks that it is one: each page once, leaves in order and
// linked, all at one depth.
func (w *window) readIndex(root uint32) (*indexPage, []*indexPage, error) {
	seen := make(map[uint32]bool)
	var leaves []*indexPage
	depth := -1
	var read func(n uint32, level int) (*indexPage, error)
	read = func(n uint32, level int) (*indexPage, error) {
		if seen[n] || level > maxDepth {
			return nil, fault("an index that runs in circles")
		}
		seen[n] = true
		page, err := w.page(n, 0)
		if err != nil {
			return nil, err
		}
		p, err := w.lay.readIndexPage(n, page)
		if err != nil {
			return nil, err
		}
		if p.leaf {
			if depth < 0 {
				depth = level
			}
			if depth != level {
				return nil, fault("an index whose leaves stand at different depths")
			}
			leaves = append(leaves, p)
			return p, nil
		}
		for _, e := range p.entries {
			child, err := read(binary.BigEndian.Uint32(e[len(e)-entryChild:]), level+1)
			if err != nil {
				return nil, err
			}
			p.children = append(p.children, child)
		}
		if p.tail != 0 {
			child, err := read(p.tail, level+1)
			if err != nil {
				return nil, err
			}
			p.children = append(p.children, child)
		}
		if len(p.children) == 0 {
			return nil, fault("an index with a node that has no children")
		}
		return p, nil
	}
	tree, err := read(root, 0)
	if err != nil {
		return nil, nil, err
	}
	var last []byte
	for i, p := range leaves {
		prev, next := uint32(0), uint32(0)
		if i > 0 {
			prev = leaves[i-1].number
		}
		if i < len(leaves)-1 {
			next = leaves[i+1].number
		}
		if p.prev != prev || p.next != next {
			return nil, nil, fault("an index whose leaves are not linked in order")
		}
		for _, e := range p.entries {
			if bytes.Compare(last, e) >= 0 {
				return nil, nil, fault("an index whose entries are not in order")
			}
			last = e
		}
	}
	return tree, leaves, nil
}

// prune takes the pages without entries out of a tree and makes every node's entries the last ones of its
// children, so that no key outlives its row. It reports whether nothing is left.
func (p *indexPage) prune() (empty bool) {
	if p.leaf {
		return len(p.entries) == 0
	}
	entries, children := p.entries[:0:0], p.children[:0:0]
	tailed := p.tail != 0
	for i, child := range p.children {
		if child.prune() {
			p.changed = true
			if tailed && i == len(p.children)-1 {
				tailed = false
			}
			continue
		}
		children = append(children, child)
		if tailed && i == len(p.children)-1 {
			continue
		}
		entry := binary.BigEndian.AppendUint32(child.last(), child.number)
		if i >= len(p.entries) || !bytes.Equal(entry, p.entries[i]) {
			p.changed = true
		}
		entries = append(entries, entry)
	}
	p.entries, p.children = entries, children
	if !tailed {
		p.tail = 0
	} else if len(p.entries) == 0 { // a node cannot live on a tail alone
		tail := p.children[0]
		p.entries = [][]byte{binary.BigEndian.AppendUint32(tail.last(), tail.number)}
		p.tail, p.changed = 0, true
	}
	return len(p.children) == 0
}

// last returns a copy of the last leaf entry below p.
func (p *indexPage) last() []byte {
	for !p.leaf {
		p = p.children[len(p.children)-1]
	}
	return bytes.Clone(p.entries[len(p.entries)-1])
}

// unlink takes a page out of the chain of its level.
func (p *indexPage) unlink(tree map[uint32]*indexPage) {
	if prev := tree[p.prev]; prev != nil {
		prev.next, prev.changed = p.next, true
	}
	if next := tree[p.next]; next != nil {
		next.prev, next.changed = p.prev, true
	}
}
