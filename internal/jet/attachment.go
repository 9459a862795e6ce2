package jet

import (
	"compress/flate"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"io"
)

// fileReader strips what stands around the content of an attached file: whether it is compressed and
// its length; then, maybe compressed, the length of a second header, that header, and the content.
type fileReader struct {
	r    io.Reader
	open bool
	left int64 // of the content
}

const badFile = fault("an attached file in an unknown form")

func (f *fileReader) Read(p []byte) (int, error) {
	if !f.open {
		if err := f.start(); err != nil {
			return 0, err
		}
		f.open = true
	}
	n, err := f.r.Read(p)
	f.left -= int64(n)
	if err == io.EOF && f.left == 0 {
		return n, io.EOF
	}
	return n, orBad(err)
}

func (f *fileReader) start() error {
	var head [8]byte
	if _, err := io.ReadFull(f.r, head[:]); err != nil {
		return orBad(err)
	}
	switch binary.LittleEndian.Uint32(head[:]) {
	case 0:
	case 1:
		z, err := zlib.NewReader(f.r)
		if err != nil {
			return orBad(err)
		}
		f.r = z
	default:
		return badFile
	}
	length := int64(binary.LittleEndian.Uint32(head[4:]))
	if _, err := io.ReadFull(f.r, head[:4]); err != nil {
		return orBad(err)
	}
	inner := int64(binary.LittleEndian.Uint32(head[:4]))
	if inner < 4 || inner > length {
		return badFile
	}
	if _, err := io.CopyN(io.Discard, f.r, inner-4); err != nil {
		return orBad(err)
	}
	f.left = length - inner
	f.r = io.LimitReader(f.r, f.left)
	return nil
}

// orBad turns what a decompressor says of bytes it cannot read, or their early end, into badFile.
func orBad(err error) error {
	var corrupt flate.CorruptInputError
	for _, own := range []error{io.EOF, io.ErrUnexpectedEOF, zlib.ErrHeader, zlib.ErrChecksum, zlib.ErrDictionary} {
		if errors.Is(err, own) {
			return badFile
		}
	}
	if errors.As(err, &corrupt) {
		return badFile
	}
	return err
}
