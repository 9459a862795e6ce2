package xlsx

import (
	"bytes"
	"io"
	"slices"
	"unicode/utf8"
)

// tokenKind is what a token of XML is.
type tokenKind uint8

const (
	endOfPart  tokenKind = iota
	startTag             // <name …>
	emptyTag             // <name …/>
	endTag               // </name>
	textToken            // character data with references
	cdataToken           // character data as it stands
)

// maxToken bounds a tag or a run of text: a cell holds at most 32,767 characters.
const maxToken = 4 << 20

// maxKept bounds what is kept of a stream for its caller: a row of cells.
const maxKept = 64 << 20

// scanner splits a stream of UTF-8 XML into tokens. It checks what a reader of workbooks depends on, not
// every rule of XML. A DOCTYPE is refused: the format forbids it.
type scanner struct {
	r    io.Reader
	part string // for errors
	buf  []byte // what is in memory: kept, then unread bytes
	pos  int    // the next unread byte
	keep int    // what is kept starts here; -1: nothing is
	err  error  // of r

	strict bool   // tags that are not exactly XML are errors: for rewriting
	name   []byte // of a tag, without its prefix
	full   []byte // of a tag, with its prefix
	attrs  []byte // of a start or empty tag, as they stand
	text   []byte // of character data, as it stands
	start  int    // where the token starts, from keep on where something is kept
}

func newScanner(r io.Reader, part string, size int) *scanner {
	return &scanner{r: r, part: part, buf: make([]byte, 0, size), keep: -1}
}

// newStrictScanner returns a scanner for a part that is to be rewritten.
func newStrictScanner(r io.Reader, part string, size int) *scanner {
	s := newScanner(r, part, size)
	s.strict = true
	return s
}

// hold keeps everything from the current token on in memory until release: offsets from it stay valid.
func (s *scanner) hold(from int) { s.keep = from }

func (s *scanner) release() { s.keep = -1 }

// more reads on. It returns false at the end of the part. Offsets below s.pos move by what it returns.
func (s *scanner) more(from int) (shift int, ok bool, err error) {
	switch s.err {
	case nil:
	case io.EOF:
		return 0, false, nil
	default:
		return 0, false, s.err
	}
	low := from
	if s.keep >= 0 {
		low = s.keep
	}
	if low > 0 {
		n := copy(s.buf, s.buf[low:])
		s.buf = s.buf[:n]
		s.pos -= low
		if s.keep >= 0 {
			s.keep = 0
		}
	}
	if len(s.buf) > maxKept || s.keep < 0 && len(s.buf) > maxToken {
		return 0, false, damaged(s.part, "has a row, tag or text too long for any workbook")
	}
	if free := cap(s.buf) - len(s.buf); free < cap(s.buf)/4 {
		s.buf = append(make([]byte, 0, 2*cap(s.buf)), s.buf...)
	}
	n, err := io.ReadAtLeast(s.r, s.buf[len(s.buf):cap(s.buf)], 1)
	s.buf = s.buf[:len(s.buf)+n]
	if err != nil {
		s.err = err
		if err != io.EOF {
			return low, false, err
		}
	}
	return low, n > 0, nil
}

// next reads one token. Its slices are valid until the one after it, or until release where kept.
func (s *scanner) next() (tokenKind, error) {
	for {
		i := s.pos
		if i >= len(s.buf) {
			if _, ok, err := s.more(i); err != nil || !ok {
				return endOfPart, err
			}
			continue
		}
		if s.buf[i] != '<' {
			return s.nextText()
		}
		kind, again, err := s.nextMarkup()
		if err != nil || !again {
			return kind, err
		}
	}
}

func (s *scanner) nextText() (tokenKind, error) {
	from := s.pos
	for at := from; ; {
		if n := bytes.IndexByte(s.buf[at:], '<'); n >= 0 {
			s.start, s.text, s.pos = from, s.buf[from:at+n], at+n
			return textToken, nil
		}
		at = len(s.buf)
		shift, ok, err := s.more(from)
		if err != nil {
			return endOfPart, err
		}
		from, at = from-shift, at-shift
		if !ok {
			s.start, s.text, s.pos = from, s.buf[from:], len(s.buf)
			return textToken, nil
		}
	}
}

// nextMarkup reads what starts with "<". It reports again after comments and processing instructions.
func (s *scanner) nextMarkup() (kind tokenKind, again bool, err error) {
	if err := s.need(2); err != nil {
		return endOfPart, false, err
	}
	switch s.buf[s.pos+1] {
	case '?':
		_, err := s.until("?>", 2)
		return endOfPart, true, err
	case '!':
		return s.nextDeclaration()
	case '/':
		n, err := s.until(">", 2)
		if err != nil {
			return endOfPart, false, err
		}
		inner := s.buf[s.start+2 : s.start+n]
		s.full = bytes.TrimRight(inner, " \t\r\n")
		s.name = local(s.full)
		return endTag, false, nil
	}
	return s.nextTag()
}

func (s *scanner) nextDeclaration() (kind tokenKind, again bool, err error) {
	const comment, cdata = "<!--", "<![CDATA["
	if err := s.need(len(comment)); err != nil {
		return endOfPart, false, err
	}
	if bytes.HasPrefix(s.buf[s.pos:], []byte(comment)) {
		_, err := s.until("-->", len(comment))
		return endOfPart, true, err
	}
	if s.buf[s.pos+2] == '[' {
		if err := s.need(len(cdata)); err != nil {
			return endOfPart, false, err
		}
		if bytes.HasPrefix(s.buf[s.pos:], []byte(cdata)) {
			n, err := s.until("]]>", len(cdata))
			if err != nil {
				return endOfPart, false, err
			}
			s.text = s.buf[s.start+len(cdata) : s.start+n]
			s.start += len(cdata)
			return cdataToken, false, nil
		}
	}
	return endOfPart, false, damaged(s.part, "has a document type or other declaration, which workbooks never have")
}

// need makes sure that n bytes from pos on are in memory.
func (s *scanner) need(n int) error {
	for len(s.buf)-s.pos < n {
		if _, ok, err := s.more(s.pos); err != nil {
			return err
		} else if !ok {
			return damaged(s.part, "ends in the middle of a tag")
		}
	}
	return nil
}

// until moves past the next end mark, looked for from skip bytes behind pos. It sets start and returns the
// distance of the mark from there.
func (s *scanner) until(end string, skip int) (int, error) {
	at := skip
	for {
		if len(s.buf)-s.pos >= at {
			if n := bytes.Index(s.buf[s.pos+at:], []byte(end)); n >= 0 {
				s.start = s.pos
				s.pos += at + n + len(end)
				return at + n, nil
			}
			at = max(skip, len(s.buf)-s.pos-len(end)+1)
		}
		if _, ok, err := s.more(s.pos); err != nil {
			return 0, err
		} else if !ok {
			return 0, damaged(s.part, "ends in the middle of a tag")
		}
	}
}

// nextTag reads a start or empty tag: a ">" within quotes does not end it.
func (s *scanner) nextTag() (tokenKind, bool, error) {
	at := 1
	for {
		b := s.buf[s.pos:]
		for at < len(b) {
			switch c := b[at]; c {
			case '>':
				s.setTag(b[1:at])
				if s.strict && !strictTag(s.full, s.attrs) {
					return endOfPart, false, damaged(s.part, "has a tag that is no XML")
				}
				s.start = s.pos
				s.pos += at + 1
				if b[at-1] == '/' {
					return emptyTag, false, nil
				}
				return startTag, false, nil
			case '"', '\'':
				n := bytes.IndexByte(b[at+1:], c)
				if n < 0 {
					goto more
				}
				at += n + 2
			case '<':
				return endOfPart, false, damaged(s.part, "has a tag within a tag")
			default:
				at++
			}
		}
	more:
		if _, ok, err := s.more(s.pos); err != nil {
			return endOfPart, false, err
		} else if !ok {
			return endOfPart, false, damaged(s.part, "ends in the middle of a tag")
		}
	}
}

// setTag splits what stands between "<" and ">".
func (s *scanner) setTag(inner []byte) {
	if n := len(inner); n > 0 && inner[n-1] == '/' {
		inner = inner[:n-1]
	}
	i := 0
	for i < len(inner) && !space(inner[i]) {
		i++
	}
	s.full, s.attrs = inner[:i], inner[i:]
	s.name = local(s.full)
}

// strictTag reports whether a tag is exactly XML.
func strictTag(name, attrs []byte) bool {
	if !strictName(name) {
		return false
	}
	var seen [][]byte
	for {
		if len(attrs) > 0 && !space(attrs[0]) {
			return false
		}
		name, value, rest, ok := nextAttr(attrs)
		if !ok {
			return len(bytes.TrimSpace(attrs)) == 0
		}
		if !strictName(name) || bytes.IndexByte(value, '<') >= 0 || slices.ContainsFunc(seen, func(n []byte) bool { return bytes.Equal(n, name) }) {
			return false
		}
		if _, err := unescape(bytes.Clone(value)); err != nil {
			return false
		}
		seen = append(seen, name)
		attrs = rest
	}
}

func strictName(name []byte) bool {
	for i, c := range name {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c >= utf8.RuneSelf
		if !letter && (i == 0 || c != ':' && c != '-' && c != '.' && (c < '0' || c > '9')) {
			return false
		}
	}
	return len(name) > 0 && utf8.Valid(name) && bytes.Count(name, []byte(":")) <= 1 && name[len(name)-1] != ':'
}

// skip moves past the end of the element whose start tag was just read.
func (s *scanner) skip() error {
	for depth := 1; depth > 0; {
		kind, err := s.next()
		if err != nil {
			return err
		}
		switch kind {
		case startTag:
			depth++
		case endTag:
			depth--
		case endOfPart:
			return damaged(s.part, "ends early")
		}
	}
	return nil
}

func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

func space(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// nextAttr splits the first attribute off. Its name comes with its prefix, its value as it stands between
// the quotes. ok is false at the end, or where no attribute can be read.
func nextAttr(attrs []byte) (name, value, rest []byte, ok bool) {
	i := 0
	for i < len(attrs) && space(attrs[i]) {
		i++
	}
	from := i
	for i < len(attrs) && attrs[i] != '=' && !space(attrs[i]) {
		i++
	}
	name = attrs[from:i]
	for i < len(attrs) && (space(attrs[i]) || attrs[i] == '=') {
		i++
	}
	if len(name) == 0 || i >= len(attrs) || attrs[i] != '"' && attrs[i] != '\'' {
		return nil, nil, nil, false
	}
	n := bytes.IndexByte(attrs[i+1:], attrs[i])
	if n < 0 {
		return nil, nil, nil, false
	}
	return name, attrs[i+1 : i+1+n], attrs[i+n+2:], true
}

// attr returns the unescaped value of one attribute. A name that starts with ":" asks for that local name
// under any prefix.
func attr(attrs []byte, name string) (string, bool) {
	for {
		n, value, rest, ok := nextAttr(attrs)
		if !ok {
			return "", false
		}
		if string(n) == name || name[0] == ':' && bytes.HasSuffix(n, []byte(name)) {
			text, err := unescape(bytes.Clone(value))
			return string(text), err == nil
		}
		attrs = rest
	}
}
