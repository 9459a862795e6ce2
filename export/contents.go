package export

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strings"
)

const (
	maxContainer = 32 << 20  // bytes of a ZIP or an office document that is looked through
	maxInside    = 256 << 20 // bytes that such a one may unpack to
	window       = 256 << 10 // bytes of a content that are looked at together
)

// search looks through a content for what is redacted everywhere. It returns the redaction whose text stands in it, or why it cannot be
// told whether any does.
func (c *redactor) search(r io.Reader, size int64) (by *Redaction, unread string, err error) {
	start := make([]byte, 512)
	n, err := io.ReadFull(r, start)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, "", err
	}
	start = start[:n]
	all := io.MultiReader(bytes.NewReader(start), r)
	if bytes.HasPrefix(start, []byte("PK\x03\x04")) {
		return c.searchZIP(all, size)
	}
	by, folded, err := c.searchBytes(all)
	switch kind, _, _ := strings.Cut(http.DetectContentType(start), "/"); {
	case by != nil || err != nil:
		return by, "", err
	case kind != "text":
		return nil, "it is of a kind in which text cannot be looked for: look at it yourself", nil
	case folded:
		return nil, "parts of it are encoded as attachments of e-mail: look at it yourself", nil
	}
	return nil, "", nil
}

// encodedPart stands before what a message encodes in lines.
var encodedPart = regexp.MustCompile(`(?i)content-transfer-encoding:\s*(?:base64|quoted-printable)`)

// searchBytes looks through bytes in windows that overlap, and reports whether a message with encoded parts is among them.
func (c *redactor) searchBytes(r io.Reader) (by *Redaction, encoded bool, err error) {
	overlap := 256
	for _, n := range c.needles {
		overlap = max(overlap, 16*len(n.of.Text))
	}
	b := make([]byte, 0, window+overlap)
	for {
		m, err := io.ReadFull(r, b[len(b):cap(b)])
		b = b[:len(b)+m]
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return nil, encoded, err
		}
		encoded = encoded || encodedPart.Match(b)
		for _, n := range mayStand(c.ahead, b) {
			if n.inBytes(b) {
				return n.of, encoded, nil
			}
		}
		if err != nil {
			return nil, encoded, nil
		}
		b = b[:copy(b, b[len(b)-overlap:])]
	}
}

// markup is what stands between the letters of a text in an office document.
var markup = regexp.MustCompile(`<[^<>]*>`)

// searchZIP looks through the files of a ZIP, such as an office document, as they are and without their markup.
func (c *redactor) searchZIP(r io.Reader, size int64) (by *Redaction, unread string, err error) {
	const cannot = "it is packed in a way that cannot be looked through: look at it yourself"
	if size > maxContainer {
		return nil, "it is too large to be looked through: look at it yourself", nil
	}
	b, err := io.ReadAll(io.LimitReader(r, maxContainer+1))
	if err != nil {
		return nil, "", err
	}
	if by, _, _ := c.searchBytes(bytes.NewReader(b)); by != nil {
		return by, "", nil
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil || len(b) > maxContainer {
		return nil, cannot, nil
	}
	room := int64(maxInside)
	for _, f := range z.File {
		content, err := f.Open()
		if err != nil {
			return nil, cannot, nil
		}
		text, err := io.ReadAll(io.LimitReader(content, room+1))
		content.Close()
		if room -= int64(len(text)); err != nil || room < 0 {
			return nil, cannot, nil
		}
		for _, form := range [][]byte{text, markup.ReplaceAll(text, nil), markup.ReplaceAll(text, []byte(" "))} {
			if by, _, _ := c.searchBytes(bytes.NewReader(form)); by != nil {
				return by, "", nil
			}
		}
		if kind := http.DetectContentType(text); len(text) > 0 && !strings.HasPrefix(kind, "text/") {
			unread = "it holds pictures or other parts in which text cannot be looked for: look at it yourself"
		}
	}
	return nil, unread, nil
}
