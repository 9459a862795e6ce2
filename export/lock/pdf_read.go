package lock

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"
)

// pdfDocument is a PDF taken apart into its objects.
type pdfDocument struct {
	objects    []pdfObject
	size       int    // one more than the highest number of an object
	root, info string // references, such as "32 0 R"
	seal       int    // the number of the object that says how it is encrypted, 0: it is not
}

type pdfObject struct {
	number int
	head   []byte // what stands before the stream
	stream []byte // nil: none
}

var (
	pdfTrailer = regexp.MustCompile(`(?s)xref\s+0 (\d+)\s(.*?)trailer\s*<<(.*?)>>\s*startxref\s+\d+\s+%%EOF\s*$`)
	pdfRoot    = regexp.MustCompile(`/Root (\d+ 0 R)`)
	pdfInfo    = regexp.MustCompile(`/Info (\d+ 0 R)`)
	pdfSealed  = regexp.MustCompile(`/Encrypt (\d+) 0 R`)
	pdfLength  = regexp.MustCompile(`/Length (\d+)`)
	pdfBegin   = regexp.MustCompile(`^(\d+) 0 obj\s`)

	errPDF = errors.New("the PDF is not of the form that can be encrypted")
)

// readPDF takes a PDF apart by its one table of objects.
func readPDF(b []byte) (*pdfDocument, error) {
	at := bytes.LastIndex(b, []byte("\nxref"))
	if at < 0 {
		return nil, fmt.Errorf("%w: it has no table of objects", errPDF)
	}
	m := pdfTrailer.FindSubmatch(b[at+1:])
	if m == nil {
		return nil, fmt.Errorf("%w: its end cannot be read", errPDF)
	}
	root, info := pdfRoot.FindSubmatch(m[3]), pdfInfo.FindSubmatch(m[3])
	if root == nil || info == nil {
		return nil, fmt.Errorf("%w: its end does not name what it must", errPDF)
	}
	size, err := strconv.Atoi(string(m[1]))
	lines := m[2]
	if err != nil || len(lines) < size*20 {
		return nil, fmt.Errorf("%w: its table of objects is short", errPDF)
	}
	doc := &pdfDocument{size: size, root: string(root[1]), info: string(info[1])}
	if m := pdfSealed.FindSubmatch(m[3]); m != nil {
		if doc.seal, err = strconv.Atoi(string(m[1])); err != nil || doc.seal == 0 {
			return nil, fmt.Errorf("%w: its end does not name what it must", errPDF)
		}
	}
	for n := range size {
		line := lines[n*20 : n*20+20]
		if line[17] != 'n' {
			continue
		}
		offset, err := strconv.Atoi(string(line[:10]))
		if err != nil || offset < 0 || offset >= at {
			return nil, fmt.Errorf("%w: object %d stands nowhere", errPDF, n)
		}
		o, err := readObject(n, b[offset:at+1])
		if err != nil {
			return nil, err
		}
		doc.objects = append(doc.objects, o)
	}
	return doc, nil
}

func readObject(number int, b []byte) (pdfObject, error) {
	o := pdfObject{number: number}
	m := pdfBegin.FindSubmatch(b[:min(len(b), 40)])
	if m == nil || string(m[1]) != strconv.Itoa(number) {
		return o, fmt.Errorf("%w: object %d is not where the table says", errPDF, number)
	}
	b = b[len(m[0]):]
	end, stream, err := skimObject(b)
	if err != nil {
		return o, fmt.Errorf("object %d: %w", number, err)
	}
	o.head = bytes.TrimSpace(b[:end])
	if !stream {
		return o, nil
	}
	b = bytes.TrimPrefix(bytes.TrimPrefix(b[end+len("stream"):], []byte("\r")), []byte("\n"))
	lengths := pdfLength.FindAllSubmatch(o.head, -1)
	if len(lengths) != 1 {
		return o, fmt.Errorf("%w: object %d does not state one length", errPDF, number)
	}
	n, err := strconv.Atoi(string(lengths[0][1]))
	if err != nil || n > len(b) || !bytes.HasPrefix(bytes.TrimLeft(b[n:], "\r\n"), []byte("endstream")) {
		return o, fmt.Errorf("%w: the stream of object %d has another length than it states", errPDF, number)
	}
	o.stream = b[:n:n]
	return o, nil
}

// skimObject returns where an object's head ends, at its stream or at its end, and whether it has a stream.
func skimObject(b []byte) (end int, stream bool, err error) {
	done := false
	err = eachToken(b, func(token, text []byte) bool {
		stream = text == nil && string(token) == "stream"
		if done = stream || text == nil && string(token) == "endobj"; !done {
			end += len(token)
		}
		return !done
	})
	if err == nil && !done {
		err = fmt.Errorf("%w: an object does not end", errPDF)
	}
	return end, stream, err
}

// eachToken goes over the tokens of an object, which joined are all its bytes. Of a string it gives the text as well; a name that is
// "/Length" comes with the number after it. It ends early where each returns false.
func eachToken(b []byte, each func(token, text []byte) bool) error {
	for len(b) > 0 {
		var n int
		var text []byte
		var err error
		switch c := b[0]; {
		case c == '(':
			n, text, err = literal(b)
		case c == '<' && len(b) > 1 && b[1] == '<', c == '>' && len(b) > 1 && b[1] == '>':
			n = 2
		case c == '<':
			n, text, err = hexString(b)
		default:
			n = len(pdfWord.Find(b))
			if m := pdfLength.FindIndex(b[:min(len(b), 30)]); m != nil && m[0] == 0 {
				n = m[1]
			}
		}
		if err != nil {
			return err
		}
		n = max(n, 1)
		if !each(b[:n], text) {
			return nil
		}
		b = b[n:]
	}
	return nil
}

// pdfWord is a name, a number or a keyword, or spaces between them.
var pdfWord = regexp.MustCompile(`^(?:/?[^\s()<>\[\]{}/%]+|\s+)`)

// literal reads a string in parentheses.
func literal(b []byte) (int, []byte, error) {
	text, depth := []byte{}, 0
	for i := 0; i < len(b); i++ {
		switch c := b[i]; c {
		case '(':
			if depth++; depth > 1 {
				text = append(text, c)
			}
		case ')':
			if depth--; depth == 0 {
				return i + 1, text, nil
			}
			text = append(text, c)
		case '\\':
			if i++; i >= len(b) {
				break
			}
			switch e := b[i]; e {
			case 'n':
				text = append(text, '\n')
			case 'r':
				text = append(text, '\r')
			case 't':
				text = append(text, '\t')
			case '(', ')', '\\':
				text = append(text, e)
			default:
				return 0, nil, fmt.Errorf("%w: a string holds an escape that is not known", errPDF)
			}
		default:
			text = append(text, c)
		}
	}
	return 0, nil, fmt.Errorf("%w: a string does not end", errPDF)
}

// hexString reads a string of hexadecimal digits.
func hexString(b []byte) (int, []byte, error) {
	end := bytes.IndexByte(b, '>')
	if end < 0 {
		return 0, nil, fmt.Errorf("%w: a string does not end", errPDF)
	}
	text, err := hex.DecodeString(string(b[1:end]))
	if err != nil {
		return 0, nil, fmt.Errorf("%w: a string is not hexadecimal", errPDF)
	}
	if text == nil {
		text = []byte{}
	}
	return end + 1, text, nil
}
