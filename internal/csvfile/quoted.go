package csvfile

import (
	"bytes"
	"unicode/utf8"
)

// quoted reads a row with quotes in its first line, which is so long. Cells are unquoted in place. Their ends are gathered as
// distances from pos, since reading on moves the buffer.
func (r *Reader) quoted(line int) error {
	var spans [64][2]int
	ends := spans[:0]
	r.outer = r.outer[:0]
	at := 0
	for {
		from, to, next, ok := at, 0, 0, false
		if at < line && r.buf[r.pos+at] == '"' {
			var err error
			if from, to, next, ok, err = r.quotedCell(at); err != nil {
				return err
			}
			if !ok {
				r.stray++
			}
			if ok && next > line {
				if line, err = r.line(next); err != nil {
					return err
				}
				line = max(line, next)
			}
		}
		if !ok {
			from, next = at, line
			if n := index(r.buf[r.pos+at:r.pos+line], r.delimiter); n >= 0 {
				next = at + n
			}
			to = next
			if next == line {
				to = at + len(r.trimCR(r.buf[r.pos+at:r.pos+line]))
			}
		}
		ends = append(ends, [2]int{from, to})
		if r.traced {
			last := to
			if ok {
				last = next
				if r.buf[r.pos+next-1] == '\r' {
					last--
				}
			}
			r.outer = append(r.outer, [2]int{at, last})
		}
		if next >= line || !bytes.HasPrefix(r.buf[r.pos+next:], r.delimiter) {
			break
		}
		at = next + len(r.delimiter)
	}
	for _, e := range ends {
		r.row.cells = append(r.row.cells, r.buf[r.pos+e[0]:r.pos+e[1]:r.pos+e[1]])
	}
	r.advance(line)
	return nil
}

// quotedCell reads a cell in quotes that starts at pos+at, and unquotes it in place: it ends up between from and to,
// and next is where its delimiter or line end stands, all counted from pos. ok is false where the quotes do not follow
// RFC 4180; nothing is changed then.
func (r *Reader) quotedCell(at int) (from, to, next int, ok bool, err error) {
	from = at + 1
	doubled := 0
	for i := from; ; {
		n := bytes.IndexByte(r.buf[r.pos+i:], '"')
		if n < 0 || r.pos+i+n+1+utf8.UTFMax > len(r.buf) && r.err == nil {
			if r.err != nil || len(r.buf)-r.pos-at > maxQuoted {
				return 0, 0, 0, false, nil
			}
			if n >= 0 {
				i += n
			} else {
				i = len(r.buf) - r.pos
			}
			if err := r.more(); err != nil {
				return 0, 0, 0, false, err
			}
			continue
		}
		i += n
		rest := r.buf[r.pos+i+1:]
		switch {
		case len(rest) > 0 && rest[0] == '"':
			doubled++
			i += 2
			continue
		case len(rest) == 0, rest[0] == r.lineEnd, bytes.HasPrefix(rest, r.delimiter):
			next = i + 1
		case r.lineEnd == '\n' && rest[0] == '\r' && (len(rest) == 1 || rest[1] == '\n'):
			next = i + 2
		default:
			return 0, 0, 0, false, nil
		}
		to = i
		if doubled > 0 && !r.dry {
			to = from + len(undouble(r.buf[r.pos+from:r.pos+to]))
		}
		return from, to, next, true, nil
	}
}

// undouble replaces doubled quotes by single ones, in place.
func undouble(b []byte) []byte {
	out := 0
	for i := 0; i < len(b); i++ {
		b[out] = b[i]
		out++
		if b[i] == '"' {
			i++
		}
	}
	return b[:out]
}
