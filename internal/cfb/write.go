package cfb

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
)

// Node is a stream or a storage of a compound file that is to be written.
type Node struct {
	Name    string
	Nodes   []Node // of a storage, and of the root
	Size    int64  // of a stream
	Content func() io.Reader
	Storage bool
}

// Tree returns everything in the file, as the root of a file to be written.
func (f *File) Tree() (Node, error) {
	return f.node(&f.entries[0], make([]bool, len(f.entries)))
}

// node returns an entry with what is in it. An entry that was seen is none again: a damaged directory may run in a circle.
func (f *File) node(e *entry, seen []bool) (Node, error) {
	n := Node{Name: e.name, Storage: e.kind != 2}
	if !n.Storage {
		s, err := f.stream(e)
		if err != nil {
			return n, err
		}
		n.Size = s.size
		n.Content = func() io.Reader { return io.NewSectionReader(s, 0, s.size) }
		return n, nil
	}
	for _, c := range f.children(e, seen) {
		child, err := f.node(c, seen)
		if err != nil {
			return n, err
		}
		n.Nodes = append(n.Nodes, child)
	}
	return n, nil
}

// children returns the entries of a storage.
func (f *File) children(storage *entry, seen []bool) []*entry {
	var all []*entry
	todo := []uint32{storage.child}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n == noEntry || int64(n) >= int64(len(f.entries)) || seen[n] {
			continue
		}
		seen[n] = true
		all = append(all, &f.entries[n])
		todo = append(todo, f.entries[n].left, f.entries[n].right)
	}
	return all
}

const (
	sectorSize  = 512
	miniSize    = 64
	cutoff      = 4096
	perSector   = sectorSize / 4
	endOfChain  = 0xfffffffe
	freeSector  = 0xffffffff
	tableSector = 0xfffffffd
	moreSector  = 0xfffffffc
)

// writer lays a compound file of version 3 out: the directory, the small streams with their table, the large streams, the tables.
type writer struct {
	entries []writeEntry
	large   []int // entries of streams of their own sectors
	small   []int // entries of streams in the mini stream
	table   []uint32
	minis   []uint32
}

type writeEntry struct {
	Node
	left, right, child uint32
	start              uint32
}

// Write writes a compound file. Streams of which less or more comes than their size are an error.
func Write(to io.Writer, root Node) error {
	w := &writer{}
	w.add(root)
	directory := int64(len(w.entries)) * entrySize
	for i := range w.entries {
		e := &w.entries[i]
		e.start = endOfChain
		switch {
		case e.Storage:
			e.start = 0
		case e.Size == 0:
		case e.Size < cutoff:
			e.start = uint32(len(w.minis))
			w.minis = appendChain(w.minis, units(e.Size, miniSize))
			w.small = append(w.small, i)
		default:
			w.large = append(w.large, i)
		}
	}
	w.chain(directory)
	miniTable := w.chain(int64(len(w.minis)) * 4)
	w.entries[0].start = w.chain(int64(len(w.minis)) * miniSize)
	w.entries[0].Size = int64(len(w.minis)) * miniSize
	for _, i := range w.large {
		w.entries[i].start = w.chain(w.entries[i].Size)
	}
	content := len(w.table)
	tables, more := 0, 0
	for need := -1; need != tables; {
		need = tables
		more = int(units(int64(max(0, tables-headerSectors)), perSector-1))
		tables = int(units(int64(content+need+more), perSector))
		if tables < need {
			tables = need
		}
	}
	for range tables {
		w.table = append(w.table, tableSector)
	}
	for range more {
		w.table = append(w.table, moreSector)
	}
	if len(w.table) > maxRegular/2 {
		return fmt.Errorf("%w: it would be too large", ErrFormat)
	}
	out := &sectors{out: bufio.NewWriterSize(to, 64<<10)}
	w.header(out, miniTable, content, tables, more)
	if err := w.content(out); err != nil {
		return err
	}
	w.tables(out, content, tables, more)
	return out.out.Flush()
}

func units(size, unit int64) int64 { return (size + unit - 1) / unit }

// appendChain adds a chain of so many units to a table.
func appendChain(table []uint32, n int64) []uint32 {
	for range n - 1 {
		table = append(table, uint32(len(table)+1))
	}
	return append(table, endOfChain)
}

// chain gives so many bytes sectors, and returns the first of them.
func (w *writer) chain(size int64) uint32 {
	if size == 0 {
		return endOfChain
	}
	start := uint32(len(w.table))
	w.table = appendChain(w.table, units(size, sectorSize))
	return start
}

// add enters a node and what is in it into the directory, and returns its number.
func (w *writer) add(n Node) uint32 {
	at := uint32(len(w.entries))
	w.entries = append(w.entries, writeEntry{Node: n, left: noEntry, right: noEntry, child: noEntry})
	var children []uint32
	nodes := slices.Clone(n.Nodes)
	slices.SortFunc(nodes, func(a, b Node) int { // [MS-CFB] 2.6.4
		x, y := utf16.Encode([]rune(strings.ToUpper(a.Name))), utf16.Encode([]rune(strings.ToUpper(b.Name)))
		if len(x) != len(y) {
			return len(x) - len(y)
		}
		return slices.Compare(x, y)
	})
	for _, c := range nodes {
		children = append(children, w.add(c))
	}
	w.entries[at].child = w.balance(children)
	return at
}

// balance makes a search tree of entries in order. All of them are black, as the format allows.
func (w *writer) balance(in []uint32) uint32 {
	if len(in) == 0 {
		return noEntry
	}
	middle := len(in) / 2
	w.entries[in[middle]].left = w.balance(in[:middle])
	w.entries[in[middle]].right = w.balance(in[middle+1:])
	return in[middle]
}

// sectors counts what is written, to fill sectors up.
type sectors struct {
	out     *bufio.Writer
	written int64
}

func (s *sectors) Write(b []byte) (int, error) {
	n, err := s.out.Write(b)
	s.written += int64(n)
	return n, err
}

// fill writes zeros up to a multiple of a size.
func (s *sectors) fill(size int64) {
	s.Write(make([]byte, -s.written&(size-1)))
}

func (s *sectors) numbers(list ...uint32) {
	for _, n := range list {
		s.Write(binary.LittleEndian.AppendUint32(nil, n))
	}
}

func (w *writer) header(out *sectors, miniTable uint32, content, tables, more int) {
	b := make([]byte, 76)
	le := binary.LittleEndian
	copy(b, Signature)
	le.PutUint16(b[24:], 0x3e)
	le.PutUint16(b[26:], 3)
	le.PutUint16(b[28:], 0xfffe)
	le.PutUint16(b[30:], 9)
	le.PutUint16(b[32:], 6)
	le.PutUint32(b[44:], uint32(tables))
	le.PutUint32(b[48:], 0) // the directory comes first
	le.PutUint32(b[56:], cutoff)
	le.PutUint32(b[60:], miniTable)
	le.PutUint32(b[64:], uint32(units(int64(len(w.minis))*4, sectorSize)))
	le.PutUint32(b[68:], endOfChain)
	if more > 0 {
		le.PutUint32(b[68:], uint32(content+tables))
	}
	le.PutUint32(b[72:], uint32(more))
	out.Write(b)
	for i := range headerSectors {
		if i < tables {
			out.numbers(uint32(content + i))
		} else {
			out.numbers(freeSector)
		}
	}
}

// content writes the directory, the small streams and the large ones.
func (w *writer) content(out *sectors) error {
	for i := range w.entries {
		out.Write(w.entries[i].bytes(i == 0))
	}
	for out.written&(sectorSize-1) != 0 {
		out.Write((&writeEntry{left: noEntry, right: noEntry, child: noEntry}).bytes(false))
	}
	out.numbers(w.minis...)
	for out.written&(sectorSize-1) != 0 {
		out.numbers(freeSector)
	}
	for _, i := range w.small {
		if err := w.stream(out, i, miniSize); err != nil {
			return err
		}
	}
	out.fill(sectorSize)
	for _, i := range w.large {
		if err := w.stream(out, i, sectorSize); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) stream(out *sectors, i int, unit int64) error {
	e := &w.entries[i]
	n, err := io.Copy(out, e.Content())
	if err == nil && n != e.Size {
		err = fmt.Errorf("%w: a stream of %d bytes has %d", ErrFormat, e.Size, n)
	}
	out.fill(unit)
	return err
}

// bytes returns an entry of the directory.
func (e *writeEntry) bytes(root bool) []byte {
	b := make([]byte, entrySize)
	le := binary.LittleEndian
	name := utf16.Encode([]rune(e.Name))
	for i, u := range name[:min(len(name), 31)] {
		le.PutUint16(b[2*i:], u)
	}
	if e.Name != "" {
		le.PutUint16(b[64:], uint16(2*min(len(name), 31)+2))
		b[66], b[67] = 2, 1
		if e.Storage {
			b[66] = 1
		}
		if root {
			b[66] = 5
		}
	}
	le.PutUint32(b[68:], e.left)
	le.PutUint32(b[72:], e.right)
	le.PutUint32(b[76:], e.child)
	le.PutUint32(b[116:], e.start)
	le.PutUint64(b[120:], uint64(e.Size))
	return b
}

// tables writes the allocation table, and the list of those of its sectors that the header has no place for.
func (w *writer) tables(out *sectors, content, tables, more int) {
	out.numbers(w.table...)
	for out.written&(sectorSize-1) != 0 {
		out.numbers(freeSector)
	}
	for i := range more {
		for j := range perSector - 1 {
			if n := headerSectors + i*(perSector-1) + j; n < tables {
				out.numbers(uint32(content + n))
			} else {
				out.numbers(freeSector)
			}
		}
		if i+1 < more {
			out.numbers(uint32(content + tables + i + 1))
		} else {
			out.numbers(endOfChain)
		}
	}
}
