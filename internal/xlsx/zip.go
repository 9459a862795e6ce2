package xlsx

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Bounds on what a part may inflate to. A sheet of empty cells reaches ratios near 100, so only a large part
// of a ratio that no data has counts as a bomb.
var bombSize int64 = 256 << 20

const (
	bombRatio = 400
	maxRatio  = 1032 // deflate makes nothing smaller than that
)

// parts are the files of the package, by name in lower case (names are compared so: ECMA-376 part 2, 6.2.2).
type parts map[string]*zip.File

func openParts(r io.ReaderAt, size int64) (parts, []*zip.File, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: its ZIP directory cannot be read: it is cut short or overwritten", ErrDamaged)
	}
	z.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser {
		return flate.NewReader(bufio.NewReaderSize(r, 64<<10))
	})
	all := make(parts, len(z.File))
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		name := partName(f.Name)
		if all[name] != nil {
			return nil, nil, damaged(f.Name, "is there twice")
		}
		all[name] = f
	}
	return all, z.File, nil
}

// partName returns the name by which a part is looked up.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

// openPart is the text of a part, in UTF-8.
type openPart struct {
	io.Reader
	size   int64 // about how long it is
	closes []io.Closer
}

func (p *openPart) Close() error {
	var errs []error
	for _, c := range p.closes {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// aheadFrom is the size from which a part is worth a goroutine of its own.
const aheadFrom = 1 << 20

// open returns the text of a part in UTF-8. Its errors are complete: they name the part.
func (p parts) open(ctx context.Context, name string) (*openPart, error) {
	f := p[partName(name)]
	if f == nil {
		return nil, damaged(name, "is missing")
	}
	if f.Flags&1 != 0 {
		return nil, fmt.Errorf("%w by its ZIP archive", ErrEncrypted)
	}
	if f.Method != zip.Store && f.Method != zip.Deflate {
		return nil, damaged(name, "is compressed by method %d, which workbooks never use", f.Method)
	}
	rc, err := f.Open()
	if err != nil {
		return nil, damaged(name, "has no readable header")
	}
	part := &part{ctx: ctx, name: name, rc: rc, compressed: int64(f.CompressedSize64)}
	text, err := utf8Text(part)
	if err != nil {
		rc.Close()
		return nil, err
	}
	opened := &openPart{Reader: text, size: min(int64(f.UncompressedSize64), part.compressed*maxRatio), closes: []io.Closer{rc}}
	if opened.size > aheadFrom {
		a := readAhead(text)
		opened.Reader, opened.closes = a, []io.Closer{a, rc}
	}
	return opened, nil
}

// part is an open part: it watches the context and the ratio of inflation, and names itself in its errors.
type part struct {
	ctx        context.Context
	name       string
	rc         io.ReadCloser
	compressed int64
	inflated   int64
}

func (p *part) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := p.rc.Read(b)
	p.inflated += int64(n)
	switch {
	case p.inflated > bombSize && p.inflated/bombRatio > p.compressed:
		return 0, fmt.Errorf("%s %w", p.name, ErrTooLarge)
	case err == nil || err == io.EOF:
		return n, err
	case errors.Is(err, zip.ErrChecksum):
		return n, damaged(p.name, "fails its checksum")
	case errors.Is(err, io.ErrUnexpectedEOF) || isDeflateError(err):
		return n, damaged(p.name, "cannot be inflated: it is cut short or overwritten")
	}
	return n, fmt.Errorf("%s cannot be read: %w", p.name, err)
}

func isDeflateError(err error) bool {
	var corrupt flate.CorruptInputError
	var internal flate.InternalError
	return errors.As(err, &corrupt) || errors.As(err, &internal) || errors.Is(err, zip.ErrFormat)
}

// utf8Text returns the part's text as UTF-8 without a byte order mark: XML may come in UTF-16, and some
// programs write Windows-1252 or ISO 8859-1 and say so in the declaration.
func utf8Text(p *part) (io.Reader, error) {
	head := make([]byte, 256)
	n, err := io.ReadFull(p, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	head = head[:n]
	whole := func(head []byte) io.Reader { return io.MultiReader(bytes.NewReader(head), p) }
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return whole(head[3:]), nil
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("<\x00")):
		return transform.NewReader(whole(head), unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()), nil
	case bytes.HasPrefix(head, []byte("\xfe\xff")), bytes.HasPrefix(head, []byte("\x00<")):
		return transform.NewReader(whole(head), unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder()), nil
	}
	switch declared := declaredEncoding(head); declared {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		return whole(head), nil
	case "iso-8859-1", "latin1", "windows-1252", "cp1252":
		return transform.NewReader(whole(head), charmap.Windows1252.NewDecoder()), nil
	default:
		return nil, damaged(p.name, "is written in an encoding that workbooks never use")
	}
}

// declaredEncoding returns the encoding of an XML declaration, in lower case.
func declaredEncoding(head []byte) string {
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return ""
	}
	end := bytes.Index(head, []byte("?>"))
	if end < 0 {
		return ""
	}
	name, _ := attr(head[len("<?xml"):end], "encoding")
	return strings.ToLower(name)
}
