package xlsx

import "unicode/utf8"

// span is a stretch of what the scanner keeps.
type span struct{ from, to int }

// content gathers the character data up to the end tag into one stretch: what stands apart is moved together.
func (s *scanner) content(name string, t *span) error {
	first := t.from == t.to
	for {
		kind, err := s.next()
		if err != nil {
			return err
		}
		switch kind {
		case endOfPart:
			return damaged(s.part, "ends early")
		case endTag:
			if string(s.name) != name {
				return damaged(s.part, "has a text that ends with another tag")
			}
			return nil
		case startTag:
			err = s.skip()
		case textToken, cdataToken:
			text := s.text
			if kind == textToken {
				if text, err = unescape(text); err != nil {
					return damaged(s.part, "%v", err)
				}
			} else if !utf8.Valid(text) {
				return damaged(s.part, "%v", errUTF8)
			}
			kept := s.buf[s.keep:]
			if first {
				t.from = s.start - s.keep
				t.to = t.from + len(text)
				first = false
			} else {
				t.to += copy(kept[t.to:], text)
			}
		}
		if err != nil {
			return err
		}
	}
}

// runs gathers the text of a rich string: its t elements and those of its runs (r), but not the phonetic ones (rPh).
func (s *scanner) runs(t *span) error {
	for depth := 1; depth > 0; {
		kind, err := s.next()
		if err != nil {
			return err
		}
		switch kind {
		case endOfPart:
			return damaged(s.part, "ends early")
		case endTag:
			depth--
		case startTag:
			switch string(s.name) {
			case "r":
				depth++
			case "t":
				piece := span{t.to, t.to}
				if err = s.content("t", &piece); err == nil {
					err = s.escaped(&piece)
				}
				if t.from == t.to {
					*t = piece
				} else {
					kept := s.buf[s.keep:]
					t.to += copy(kept[t.to:], kept[piece.from:piece.to])
				}
			default:
				err = s.skip()
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *scanner) escaped(t *span) error {
	kept := s.buf[s.keep:]
	t.to = t.from + len(unescapeX(kept[t.from:t.to]))
	return nil
}
