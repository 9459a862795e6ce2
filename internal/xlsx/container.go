package xlsx

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"dossier/internal/cfb"
)

// unwrap returns the package within an encrypted workbook and its container, or r itself, after a look at what the file is.
func unwrap(ctx context.Context, r io.ReaderAt, size int64, o Options) (io.ReaderAt, int64, *container, error) {
	head := make([]byte, min(size, 512))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, 0, nil, fmt.Errorf("cannot be read: %w", err)
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06")) {
		return r, size, nil, nil
	}
	if bytes.HasPrefix(head, []byte(cfb.Signature)) {
		return unwrapCompound(ctx, r, size, o)
	}
	return nil, 0, nil, fmt.Errorf("%w but %s", ErrNotWorkbook, nature(head))
}

// maxInfo bounds the description of an encryption.
const maxInfo = 1 << 20

func unwrapCompound(ctx context.Context, r io.ReaderAt, size int64, o Options) (io.ReaderAt, int64, *container, error) {
	f, err := cfb.Open(r, size)
	if err != nil {
		return nil, 0, nil, compoundError(err)
	}
	switch {
	case f.Has("EncryptedPackage"):
	case f.Has("Workbook"), f.Has("Book"):
		return nil, 0, nil, fmt.Errorf("%w of this format but an older one (.xls): save it as .xlsx", ErrNotWorkbook)
	default:
		return nil, 0, nil, fmt.Errorf("%w but an older Office document or a message", ErrNotWorkbook)
	}
	info, err := f.Stream("EncryptionInfo")
	if err != nil {
		return nil, 0, nil, compoundError(err)
	}
	description := make([]byte, min(info.Size(), maxInfo))
	if _, err := info.ReadAt(description, 0); err != nil && err != io.EOF {
		return nil, 0, nil, compoundError(err)
	}
	data, err := f.Stream("EncryptedPackage")
	if err != nil {
		return nil, 0, nil, compoundError(err)
	}
	d, err := decrypt(ctx, description, data, data.Size(), o.Password)
	if err != nil {
		return nil, 0, nil, err
	}
	return d, d.size, &container{f, description, d.password}, nil
}

func compoundError(err error) error {
	if errors.Is(err, cfb.ErrFormat) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
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
