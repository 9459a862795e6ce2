package jet

import (
	"bytes"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"math/bits"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// pager reads the pages of a database file. It is safe for concurrent use.
type pager struct {
	src    io.ReaderAt
	lay    *layout
	codec  codec // nil: the pages are plain
	pages  uint32
	opened stamp
	path   string // empty when it is not a file
	own    bool   // nobody but this process writes to it
}

// stamp tells whether a file was written to.
type stamp struct {
	size int64
	time time.Time
}

// stamp reads the file's stamp now; what is not a file keeps its first one.
func (p *pager) stamp() (stamp, error) {
	f, ok := p.src.(interface{ Stat() (fs.FileInfo, error) })
	if !ok || p.own {
		return p.opened, nil
	}
	info, err := f.Stat()
	if err != nil {
		return stamp{}, err
	}
	return stamp{info.Size(), info.ModTime()}, nil
}

// readRaw fills buf with whole pages from page first on, as they stand in the file.
func (p *pager) readRaw(buf []byte, first uint32) error {
	n, err := p.src.ReadAt(buf, int64(first)*int64(p.lay.pageSize))
	if n == len(buf) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		return fmt.Errorf("page %d: the file ends there; it was cut off while it was read: %w",
			int(first)+n/p.lay.pageSize, io.ErrUnexpectedEOF)
	}
	return fmt.Errorf("page %d: %w", int(first)+n/p.lay.pageSize, err)
}

// lockFile returns the path of the lock file that Access keeps while it has the database open.
func (p *pager) lockFile() (string, bool) {
	if p.path == "" {
		return "", false
	}
	base := strings.TrimSuffix(p.path, filepath.Ext(p.path))
	for _, ext := range []string{".laccdb", ".ldb", ".LACCDB", ".LDB"} {
		if _, err := os.Stat(base + ext); err == nil {
			return base + ext, true
		}
	}
	return "", false
}

// maxWindow is the most that a window holds, in bytes.
const maxWindow = strideSize

// window reads pages in long strides for one reader; it is not safe for concurrent use.
type window struct {
	*pager
	codec  codec
	buf    []byte
	first  uint32 // first page held
	count  uint32 // pages held
	plain  []bool // the held pages that are decoded
	again  []byte // second reading of a file in use
	inUse  bool   // somebody has the file open, or has written to it
	hashes map[uint32]uint64
}

func (p *pager) window() *window {
	w := &window{pager: p}
	if p.codec != nil {
		w.codec = p.codec.fork()
	}
	return w
}

// holds reports whether page n needs no reading.
func (w *window) holds(n uint32) bool { return n >= w.first && n < w.first+w.count }

// forget makes the window read its pages again.
func (w *window) forget() { w.count = 0 }

// page returns a decoded page, valid until the next call. The pages that follow it are read with it,
// up to page last.
func (w *window) page(n, last uint32) ([]byte, error) {
	if n >= w.pages {
		return nil, fault("it points past the end of the file")
	}
	if !w.holds(n) {
		if err := w.fill(n, min(last, w.pages-1)); err != nil {
			return nil, err
		}
	}
	i := n - w.first
	size := w.lay.pageSize
	page := w.buf[int(i)*size : int(i+1)*size]
	if w.codec != nil && n > 0 && !w.plain[i] {
		w.codec.decode(page, n)
		w.plain[i] = true
	}
	return page, nil
}

// fill reads pages first to last, or as many as the window holds.
func (w *window) fill(first, last uint32) error {
	size := w.lay.pageSize
	count := uint32(1)
	if last > first {
		count = min(last-first+1, uint32(maxWindow/size))
	}
	need := int(count) * size
	if cap(w.buf) < need {
		w.buf = make([]byte, need)
		w.plain = make([]bool, count)
	}
	w.first, w.count = first, 0
	w.buf = w.buf[:need]
	if err := w.readRaw(w.buf, first); err != nil {
		return err
	}
	if err := w.settle(first); err != nil {
		return err
	}
	w.plain = w.plain[:count]
	clear(w.plain)
	w.count = count
	return nil
}

// settleTries is how often a file in use is read again until two readings in a row are the same.
const settleTries = 8

// settle reads the window again until it stands still, when somebody else has the file open.
func (w *window) settle(first uint32) error {
	if !w.inUse {
		now, err := w.stamp()
		if err != nil {
			return err
		}
		w.inUse = now != w.opened
	}
	if !w.inUse {
		return nil
	}
	w.again = append(w.again[:0], w.buf...)
	for range settleTries {
		if err := w.readRaw(w.again, first); err != nil {
			return err
		}
		if bytes.Equal(w.again, w.buf) {
			return nil
		}
		copy(w.buf, w.again)
	}
	return nil // what still moves is found by its hash at the end of the scan
}

var hashSeed = maphash.MakeSeed()

// remember keeps the hash of a page as it was read, when the file is in use, and reports whether the
// page differs from what was remembered of it.
func (w *window) remember(n uint32, page []byte) (changed bool) {
	if !w.inUse {
		return true
	}
	if w.hashes == nil {
		w.hashes = make(map[uint32]uint64)
	}
	h := maphash.Bytes(hashSeed, page)
	old, ok := w.hashes[n]
	w.hashes[n] = h
	return !ok || old != h
}

// groupSize is how many neighbouring pages a reader of scattered pages reads together, and groups how
// many such it keeps.
const (
	groupSize = 4
	groups    = 64
)

// scattered reads pages in no order, for one reader; it keeps those read last.
type scattered struct {
	*pager
	inUse bool
	near  *window // what its reader has at hand already; nil: nothing
	group [groups]*window
}

func (p *pager) scattered(inUse bool) *scattered { return &scattered{pager: p, inUse: inUse} }

// page returns a decoded page, valid until the next call.
func (s *scattered) page(n uint32) ([]byte, error) {
	if s.near != nil && !s.inUse && s.near.holds(n) {
		return s.near.page(n, 0)
	}
	w := s.group[n/groupSize%groups]
	if w == nil {
		w = s.window()
		w.inUse = s.inUse
		s.group[n/groupSize%groups] = w
	}
	if w.inUse {
		w.forget()
	}
	if n < s.pages && !w.holds(n) {
		first := n - n%groupSize
		if err := w.fill(first, min(first+groupSize, s.pages)-1); err != nil {
			return nil, err
		}
	}
	return w.page(n, 0)
}

// pageSet is a set of page numbers.
type pageSet []uint64

func (s pageSet) has(n uint32) bool { return int(n/64) < len(s) && s[n/64]>>(n%64)&1 != 0 }
func (s pageSet) add(n uint32)      { s[n/64] |= 1 << (n % 64) }

// next is the first member from n on.
func (s pageSet) next(n uint32) (uint32, bool) {
	for i := int(n / 64); i < len(s); i++ {
		word := s[i]
		if i == int(n/64) {
			word &= ^uint64(0) << (n % 64)
		}
		if word != 0 {
			return uint32(i*64 + bits.TrailingZeros64(word)), true
		}
	}
	return 0, false
}

// stride is the last member of the run of pages that is worth reading at once from n on.
func (s pageSet) stride(n uint32, pages int) uint32 {
	last := n
	for i := n + 1; i < n+uint32(pages); i++ {
		if s.has(i) {
			last = i
		}
	}
	return last
}
