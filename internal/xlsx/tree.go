package xlsx

import (
	"bytes"
	"slices"
	"strings"
)

// node is an element of a small part's XML, or what stands between elements. Names keep their prefixes and texts their
// escapes, so that what is not changed is written as it was read.
type node struct {
	name     string // "": character data
	attrs    []attribute
	children []*node
	text     []byte // of character data, as it stands
}

type attribute struct {
	name  string
	value []byte // as it stands between the quotes
	quote byte
}

// maxTree bounds the parts that are rewritten as trees.
const maxTree = 64 << 20

// local returns the element's name without its prefix.
func (n *node) local() string {
	return n.name[strings.IndexByte(n.name, ':')+1:]
}

// attr returns an attribute, unescaped.
func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if a.name == name {
			text, err := unescape(bytes.Clone(a.value))
			if err != nil {
				return ""
			}
			return string(text)
		}
	}
	return ""
}

// set changes an attribute that is there.
func (n *node) set(name, value string) {
	for i, a := range n.attrs {
		if a.name == name {
			n.attrs[i].value = appendEscaped(nil, []byte(value))
		}
	}
}

// put changes an attribute or adds it.
func (n *node) put(name, value string) {
	if !slices.ContainsFunc(n.attrs, func(a attribute) bool { return a.name == name }) {
		n.attrs = append(n.attrs, attribute{name: name, quote: '"'})
	}
	n.set(name, value)
}

func (n *node) drop(name string) {
	n.attrs = slices.DeleteFunc(n.attrs, func(a attribute) bool { return a.name == name })
}

// content returns the character data right within the element, unescaped.
func (n *node) content() string {
	var b []byte
	for _, c := range n.children {
		if c.name == "" {
			b = append(b, c.text...)
		}
	}
	text, err := unescape(b)
	if err != nil {
		return ""
	}
	return string(text)
}

// setContent replaces everything within the element by character data.
func (n *node) setContent(text string) {
	n.children = []*node{{text: appendEscaped(nil, []byte(text))}}
}

// child returns the first child of that local name.
func (n *node) child(name string) *node {
	i := slices.IndexFunc(n.children, func(c *node) bool { return c.name != "" && c.local() == name })
	if i < 0 {
		return nil
	}
	return n.children[i]
}

// walk calls do for every element below n, parents first, and leave when what is below an element was walked. Elements for which do
// returns false are taken out.
func (n *node) walk(do func(parent, n *node) bool, leave func(n *node)) {
	n.children = slices.DeleteFunc(n.children, func(c *node) bool {
		if c.name == "" {
			return false
		}
		if !do(n, c) {
			return true
		}
		c.walk(do, leave)
		leave(c)
		return false
	})
}

// elements counts the elements right within n.
func (n *node) elements() int {
	count := 0
	for _, c := range n.children {
		if c.name != "" {
			count++
		}
	}
	return count
}

// append writes the node as XML.
func (n *node) append(dst []byte) []byte {
	if n.name == "" {
		return append(dst, n.text...)
	}
	dst = appendTag(dst, n.name, n.attrs)
	if len(n.children) == 0 {
		return append(dst, "/>"...)
	}
	dst = append(dst, '>')
	for _, c := range n.children {
		dst = c.append(dst)
	}
	dst = append(append(dst, "</"...), n.name...)
	return append(dst, '>')
}

// appendTag writes a start tag without its end.
func appendTag(dst []byte, name string, attrs []attribute) []byte {
	dst = append(append(dst, '<'), name...)
	for _, a := range attrs {
		dst = append(append(dst, ' '), a.name...)
		dst = append(append(dst, '=', a.quote), a.value...)
		dst = append(dst, a.quote)
	}
	return dst
}

// appendEscaped writes text so that it can stand in character data or between quotes.
func appendEscaped(dst, text []byte) []byte {
	for _, c := range text {
		switch c {
		case '&':
			dst = append(dst, "&amp;"...)
		case '<':
			dst = append(dst, "&lt;"...)
		case '>':
			dst = append(dst, "&gt;"...)
		case '"':
			dst = append(dst, "&quot;"...)
		case '\'':
			dst = append(dst, "&apos;"...)
		case '\r':
			dst = append(dst, "&#13;"...)
		case '\n':
			dst = append(dst, "&#10;"...)
		case '\t':
			dst = append(dst, "&#9;"...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

func parseAttrs(attrs []byte) []attribute {
	var all []attribute
	for {
		name, value, rest, ok := nextAttr(attrs)
		if !ok {
			return all
		}
		quote := attrs[len(attrs)-len(rest)-1]
		all = append(all, attribute{string(name), bytes.Clone(value), quote})
		attrs = rest
	}
}

// readTree reads elements until the end tag of the element that they are in, the start of one that is named stop, or the
// end of the part, and returns which of them it was. The node that it returns has no name of its own and holds them. Comments and
// processing instructions are left out.
func (s *scanner) readTree(stop string) (*node, tokenKind, error) {
	root := &node{}
	open := []*node{root}
	size := 0
	for {
		kind, err := s.next()
		if err != nil {
			return nil, kind, err
		}
		if size += len(s.attrs) + len(s.text); size > maxTree {
			return nil, kind, damaged(s.part, "is too long to be rewritten")
		}
		in := open[len(open)-1]
		switch kind {
		case endOfPart:
			if len(open) > 1 {
				return nil, kind, damaged(s.part, "ends early")
			}
			return root, kind, nil
		case textToken:
			in.children = append(in.children, &node{text: bytes.Clone(s.text)})
		case cdataToken:
			in.children = append(in.children, &node{text: appendEscaped(nil, s.text)})
		case startTag, emptyTag:
			if len(open) == 1 && string(s.name) == stop {
				return root, kind, nil
			}
			n := &node{name: string(s.full), attrs: parseAttrs(s.attrs)}
			in.children = append(in.children, n)
			if kind == startTag {
				open = append(open, n)
			}
		case endTag:
			if len(open) == 1 {
				return root, kind, nil
			}
			if string(s.full) != in.name {
				return nil, kind, damaged(s.part, "has tags that cross")
			}
			open = open[:len(open)-1]
		}
	}
}
