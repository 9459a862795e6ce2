// Package cfb reads compound files, the containers of older Office documents, of messages and of encrypted
// workbooks: a file system of streams in one file.
//
// Source: [MS-CFB].
package cfb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
)

// ErrFormat is a file that is no compound file, or a damaged one.
var ErrFormat = errors.New("is no sound compound file")

// Signature is how every compound file starts.
const Signature = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

const (
	headerSize    = 512
	headerSectors = 109 // sectors of the allocation table that the header names
	entrySize     = 128
	maxRegular    = 0xfffffffa // the largest sector number
	noEntry       = 0xffffffff
	maxEntries    = 1 << 16
)

// File is an open compound file. It is safe for use by several goroutines, as its reader is.
type File struct {
	r      io.ReaderAt
	size   int64
	sector int64
	mini   int64 // the size of a sector of the mini stream
	cutoff int64 // streams below this size lie in the mini stream

	table     []uint32 // the next sector of each
	miniTable []uint32
	miniData  []uint32 // the sectors of the mini stream
	entries   []entry
}

type entry struct {
	name               string
	kind               byte // 1 storage, 2 stream, 5 root
	left, right, child uint32
	start              uint32
	size               int64
}

// Open reads the tables and the directory.
func Open(r io.ReaderAt, size int64) (*File, error) {
	head := make([]byte, headerSize)
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, err
	}
	u16 := func(at int) uint16 { return binary.LittleEndian.Uint16(head[at:]) }
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(head[at:]) }
	shift, miniShift := u16(30), u16(32)
	if !bytes.HasPrefix(head, []byte(Signature)) || shift != 9 && shift != 12 || miniShift != 6 {
		return nil, fmt.Errorf("%w: its header cannot be read", ErrFormat)
	}
	f := &File{r: r, size: size, sector: 1 << shift, mini: 1 << miniShift, cutoff: int64(u32(56))}
	if err := f.readTable(head, u32(68), int(u32(44))); err != nil {
		return nil, err
	}
	directory, err := f.readChain(u32(48), maxEntries*entrySize)
	if err != nil {
		return nil, err
	}
	for ; len(directory) >= entrySize; directory = directory[entrySize:] {
		f.entries = append(f.entries, readEntry(directory[:entrySize], shift == 9))
	}
	if len(f.entries) == 0 || f.entries[0].kind != 5 {
		return nil, fmt.Errorf("%w: its directory cannot be read", ErrFormat)
	}
	if f.miniTable, err = f.readNumbers(u32(60)); err != nil {
		return nil, err
	}
	f.miniData, err = chain(f.table, f.entries[0].start)
	return f, err
}

// readTable reads the allocation table, whose sectors the header and a chain behind it name.
func (f *File) readTable(head []byte, more uint32, count int) error {
	var sectors []uint32
	add := func(list []byte) {
		for ; len(list) >= 4 && len(sectors) < count; list = list[4:] {
			sectors = append(sectors, binary.LittleEndian.Uint32(list))
		}
	}
	if int64(count) > f.size/f.sector+1 {
		return fmt.Errorf("%w: its allocation table is larger than itself", ErrFormat)
	}
	add(head[76 : 76+4*headerSectors])
	buf := make([]byte, f.sector)
	for seen := int64(0); more <= maxRegular && len(sectors) < count; seen++ {
		if seen > f.size/f.sector {
			return fmt.Errorf("%w: its allocation table runs in a circle", ErrFormat)
		}
		if err := f.readSector(buf, more); err != nil {
			return err
		}
		add(buf[:len(buf)-4])
		more = binary.LittleEndian.Uint32(buf[len(buf)-4:])
	}
	for _, s := range sectors {
		if err := f.readSector(buf, s); err != nil {
			return err
		}
		f.table = appendNumbers(f.table, buf)
	}
	return nil
}

func appendNumbers(dst []uint32, b []byte) []uint32 {
	for ; len(b) >= 4; b = b[4:] {
		dst = append(dst, binary.LittleEndian.Uint32(b))
	}
	return dst
}

// readSector reads a sector; the last one of a file may be cut off.
func (f *File) readSector(buf []byte, n uint32) error {
	at := (int64(n) + 1) * f.sector
	if n > maxRegular || at >= f.size {
		return fmt.Errorf("%w: it is cut short", ErrFormat)
	}
	got, err := f.r.ReadAt(buf, at)
	clear(buf[got:])
	if err == io.EOF {
		return nil
	}
	return err
}

// chain follows a chain of sectors.
func chain(table []uint32, start uint32) ([]uint32, error) {
	var all []uint32
	for n := start; n <= maxRegular; n = table[n] {
		if int64(n) >= int64(len(table)) || len(all) > len(table) {
			return nil, fmt.Errorf("%w: a chain of its sectors is broken", ErrFormat)
		}
		all = append(all, n)
	}
	return all, nil
}

func (f *File) readChain(start uint32, limit int) ([]byte, error) {
	sectors, err := chain(f.table, start)
	if err != nil {
		return nil, err
	}
	if int64(len(sectors))*f.sector > int64(limit) {
		return nil, fmt.Errorf("%w: its directory is too large", ErrFormat)
	}
	all := make([]byte, int64(len(sectors))*f.sector)
	for i, s := range sectors {
		if err := f.readSector(all[int64(i)*f.sector:][:f.sector], s); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (f *File) readNumbers(start uint32) ([]uint32, error) {
	b, err := f.readChain(start, 256<<20)
	return appendNumbers(nil, b), err
}

func readEntry(b []byte, small bool) entry {
	n := min(int(binary.LittleEndian.Uint16(b[64:])), 64)
	units := make([]uint16, 0, 32)
	for i := 0; i+3 < n; i += 2 { // without the NUL at its end
		units = append(units, binary.LittleEndian.Uint16(b[i:]))
	}
	e := entry{name: string(utf16.Decode(units)), kind: b[66],
		left: binary.LittleEndian.Uint32(b[68:]), right: binary.LittleEndian.Uint32(b[72:]), child: binary.LittleEndian.Uint32(b[76:]),
		start: binary.LittleEndian.Uint32(b[116:]), size: int64(binary.LittleEndian.Uint64(b[120:]))}
	if small {
		e.size = int64(uint32(e.size))
	}
	return e
}

// find returns the entry of that name in a storage, ignoring case, nil where there is none.
func (f *File) find(storage *entry, name string) *entry {
	seen := make([]bool, len(f.entries))
	todo := []uint32{storage.child}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n == noEntry || int64(n) >= int64(len(f.entries)) || seen[n] {
			continue
		}
		seen[n] = true
		e := &f.entries[n]
		if strings.EqualFold(e.name, name) {
			return e
		}
		todo = append(todo, e.left, e.right)
	}
	return nil
}

// Has reports whether there is a stream or storage at the path.
func (f *File) Has(path ...string) bool { return f.at(path) != nil }

func (f *File) at(path []string) *entry {
	e := &f.entries[0]
	for _, name := range path {
		if e = f.find(e, name); e == nil {
			return nil
		}
	}
	return e
}

// Stream opens the stream at the path.
func (f *File) Stream(path ...string) (*Stream, error) {
	e := f.at(path)
	if e == nil || e.kind != 2 {
		return nil, fmt.Errorf("%w: it has no stream %q", ErrFormat, strings.Join(path, "/"))
	}
	return f.stream(e)
}

func (f *File) stream(e *entry) (*Stream, error) {
	s := &Stream{file: f, size: e.size, mini: e.size < f.cutoff}
	table, unit := f.table, f.sector
	if s.mini {
		table, unit = f.miniTable, f.mini
	}
	var err error
	if s.sectors, err = chain(table, e.start); err != nil {
		return nil, err
	}
	if e.size < 0 || e.size > int64(len(s.sectors))*unit {
		return nil, fmt.Errorf("%w: a stream is larger than its sectors", ErrFormat)
	}
	return s, nil
}

// Stream is one stream of a compound file.
type Stream struct {
	file    *File
	sectors []uint32
	size    int64
	mini    bool
}

// Size returns the stream's length in bytes.
func (s *Stream) Size() int64 { return s.size }

// ReadAt reads at any place of the stream.
func (s *Stream) ReadAt(b []byte, at int64) (int, error) {
	if at < 0 {
		return 0, errors.New("cfb: read before the start of a stream")
	}
	done := 0
	for done < len(b) && at < s.size {
		place, run, err := s.locate(at)
		if err != nil {
			return done, err
		}
		n := int(min(int64(len(b)-done), run, s.size-at))
		got, err := s.file.r.ReadAt(b[done:done+n], place)
		done += got
		at += int64(got)
		if got < n {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return done, err
		}
	}
	if done < len(b) {
		return done, io.EOF
	}
	return done, nil
}

// locate returns where in the file a byte of the stream stands, and how many bytes follow there in one run.
func (s *Stream) locate(at int64) (place, run int64, err error) {
	unit := s.file.sector
	if s.mini {
		unit = s.file.mini
	}
	i := at / unit
	n := 1
	for i+int64(n) < int64(len(s.sectors)) && s.sectors[i+int64(n)] == s.sectors[i]+uint32(n) && n < 1<<12 && !s.mini {
		n++
	}
	run = int64(n)*unit - at%unit
	if !s.mini {
		return (int64(s.sectors[i])+1)*unit + at%unit, run, nil
	}
	inner := int64(s.sectors[i])*unit + at%unit
	big := inner / s.file.sector
	if big >= int64(len(s.file.miniData)) {
		return 0, 0, fmt.Errorf("%w: its mini stream is cut short", ErrFormat)
	}
	return (int64(s.file.miniData[big])+1)*s.file.sector + inner%s.file.sector, run, nil
}
