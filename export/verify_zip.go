package export

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"io/fs"
	"regexp"
	"strings"
	"time"
)

// nameForm is the form of the names that Write gives to files. It has no "..", no root and no drive, so that
// unpacking writes nowhere else.
var nameForm = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$`)

const (
	maxRatio  = 1032    // how far DEFLATE can shrink: 258 bytes in 2 bits
	roomAbove = 1 << 30 // what a small package may unpack to, in bytes
	usualMost = 100     // how far a whole package can be expected to shrink
)

// openZIP returns the files of a ZIP in their order. It refuses what Write does not write and what could harm
// whoever unpacks it: names that lead elsewhere, the same name twice, links, contents that share bytes, sizes that cannot be
// true and contents that would fill the disk.
func openZIP(r io.ReaderAt, size int64, report *Report) []*zip.File {
	z, err := zip.NewReader(r, size)
	if err != nil {
		report.problem("", "this is no ZIP file, or it is cut short")
		return nil
	}
	folded := make(map[string]bool, len(z.File))
	var total uint64
	var end int64
	room := max(roomAbove, uint64(size)*usualMost)
	for _, f := range z.File {
		data, err := f.DataOffset()
		switch {
		case !nameForm.MatchString(f.Name):
			report.problem(f.Name, "is no name that a package can have: do not unpack it")
		case folded[strings.ToLower(f.Name)]:
			report.problem(f.Name, "is in the ZIP twice: do not unpack it")
		case f.Mode()&fs.ModeType != 0:
			report.problem(f.Name, "is no file but a link or a folder: do not unpack it")
		case f.Method != zip.Store && f.Method != zip.Deflate || f.Flags&1 != 0:
			report.problem(f.Name, "is packed or encrypted in a way that no package uses")
		case f.UncompressedSize64/maxRatio > f.CompressedSize64:
			report.problem(f.Name, "says that it is larger than it can be: do not unpack it")
		case f.UncompressedSize64 > room-total:
			report.problem(f.Name, "would unpack to more than this package can hold: do not unpack it")
			return nil
		case err != nil || data < end || f.CompressedSize64 > uint64(size-data):
			report.problem(f.Name, "is not where the ZIP says, or shares its content with another: do not unpack it")
		default:
			total += f.UncompressedSize64
			end = data + int64(f.CompressedSize64)
		}
		folded[strings.ToLower(f.Name)] = true
	}
	return z.File
}

// content reads a file of a ZIP, and knows whether bytes are hidden behind the end of what is packed.
type content struct {
	io.Reader
	packed *io.SectionReader
	ahead  *bufio.Reader
}

// openContent opens a file of a ZIP that lies in r.
func openContent(r io.ReaderAt, f *zip.File) (*content, error) {
	at, err := f.DataOffset()
	if err != nil {
		return nil, err
	}
	c := &content{packed: io.NewSectionReader(r, at, int64(f.CompressedSize64))}
	c.ahead = bufio.NewReaderSize(c.packed, 64<<10)
	c.Reader = c.ahead
	if f.Method == zip.Deflate {
		c.Reader = flate.NewReader(c.ahead) // which reads no byte too many from a bufio.Reader
	}
	return c, nil
}

// left returns how many packed bytes stand behind the end of the content.
func (c *content) left() int64 {
	at, err := c.packed.Seek(0, io.SeekCurrent)
	if err != nil {
		return c.packed.Size()
	}
	return c.packed.Size() - at + int64(c.ahead.Buffered())
}

// again writes a package a second time, from what was read of it, and compares every byte with the first: headers, the
// directory and everything between and behind the contents must be what Write makes of the names, the sizes and the
// check sums (APPNOTE.TXT 4.3.6).
type again struct {
	zip    *zip.Writer
	to     *comparing
	made   time.Time
	packed io.Reader // of the file that is begun
}

func newAgain(r io.ReaderAt, size int64, made time.Time) *again {
	a := &again{to: &comparing{first: r, size: size, differs: -1}, made: made}
	a.zip = zip.NewWriter(a.to)
	a.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return &packedAlready{w, a.packed}, nil })
	return a
}

// file starts the next file; the plain content is written to what it returns.
func (a *again) file(r io.ReaderAt, f *zip.File) (io.Writer, error) {
	at, err := f.DataOffset()
	if err != nil {
		return nil, err
	}
	a.packed = io.NewSectionReader(r, at, int64(f.CompressedSize64))
	return a.zip.CreateHeader(fileHeader(f.Name, f.Method, a.made))
}

// end finishes the second package, and returns the first byte in which the two differ; -1: they are the same.
func (a *again) end() (int64, error) {
	if err := a.zip.Close(); err != nil {
		return 0, err
	}
	if a.to.differs < 0 && a.to.at != a.to.size {
		return min(a.to.at, a.to.size), nil
	}
	return a.to.differs, nil
}

// packedAlready takes the packed content from the first package.
type packedAlready struct {
	to     io.Writer
	packed io.Reader
}

// Write takes plain content, of which the ZIP's writer has taken the check sum.
func (p *packedAlready) Write(b []byte) (int, error) { return len(b), nil }

// Close writes what is packed.
func (p *packedAlready) Close() error {
	_, err := io.Copy(p.to, p.packed)
	return err
}

// comparing compares what is written to it with what lies in a file.
type comparing struct {
	first   io.ReaderAt
	size    int64
	at      int64
	differs int64 // the first byte that does; -1: none so far
	buffer  []byte
}

// Write compares.
func (c *comparing) Write(b []byte) (int, error) {
	if c.differs < 0 {
		if len(c.buffer) < len(b) {
			c.buffer = make([]byte, len(b))
		}
		got := c.buffer[:len(b)]
		n, err := c.first.ReadAt(got, c.at)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if !bytes.Equal(got[:n], b) {
			c.differs = c.at
			for i := range min(n, len(b)) {
				if got[i] != b[i] {
					break
				}
				c.differs++
			}
		}
	}
	c.at += int64(len(b))
	return len(b), nil
}
