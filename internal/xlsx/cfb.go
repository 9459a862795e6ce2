package xlsx

import (
	"bytes"
	"context"
	"fmt"
	"io"
)

// unwrap returns the package within an encrypted workbook, or r itself, after a look at what the file is.
func unwrap(ctx context.Context, r io.ReaderAt, size int64, o Options) (io.ReaderAt, int64, error) {
	head := make([]byte, min(size, 512))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, 0, fmt.Errorf("cannot be read: %w", err)
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		return r, size, nil
	}
	if bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) {
		return nil, 0, ErrEncrypted
	}
	return nil, 0, fmt.Errorf("%w but %s", ErrNotWorkbook, nature(head))
}

// nature says in words what a file that is no workbook seems to be.
func nature(head []byte) string {
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	switch {
	case len(head) == 0:
		return "an empty file"
	case len(bytes.Trim(head, "\x00")) == 0:
		return "a file of zeros, as a crash or a failed copy leaves"
	case bytes.HasPrefix(text, []byte("<!doctype html")), bytes.HasPrefix(text, []byte("<html")),
		bytes.HasPrefix(text, []byte("<table")), bytes.HasPrefix(text, []byte("<head")):
		return "a web page (HTML)"
	case bytes.HasPrefix(text, []byte("<?xml")):
		return "an XML file"
	case bytes.HasPrefix(text, []byte("%pdf")):
		return "a PDF file"
	case bytes.HasPrefix(text, []byte("{\\rtf")):
		return "an RTF document"
	case bytes.IndexByte(head, 0) < 0:
		return "a text file"
	}
	return "a file of another format"
}
