package export

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/connectors"
	"dossier/locate"
)

// Redaction is a decision that a field of a record, or a passage in it, is taken out of what leaves. The same text is taken out of
// everything else that leaves too, in any form in which it can stand there, so that no file of the package gives it away.
type Redaction struct {
	N      int            // by which it is known and taken back
	Record connectors.Ref //
	Field  string
	Text   string // the passage; of a whole field, the value that it had
	Whole  bool   // the whole field
	Here   bool   // the text is left where it stands elsewhere
	Reason string // the person is told it
}

// The marks that stand in the place of what is taken out. They tell nothing of it, nor of its length.
const (
	redactedMark = "[redacted]"
	withheldMark = "[withheld]"
)

// Reach reports whether a redaction takes its text out of everything that leaves, and if not, why.
func (r *Redaction) Reach(h Header) (everywhere bool, why string) {
	n := newNeedle(r)
	switch {
	case r.Here:
		return false, "it was decided for this field alone"
	case n == nil:
		return false, "the text is too short to be looked for elsewhere"
	}
	for _, own := range append([]string{h.Name}, values(h.Identifiers)...) {
		if n.holds(own) {
			return false, "the person goes by this text too, so that it is theirs elsewhere"
		}
	}
	return true, ""
}

func values(ids []locate.Identifier) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = id.Value
	}
	return list
}

// redactor takes redacted text out of what leaves. Its methods do nothing on a nil one.
type redactor struct {
	fields  map[string][]*Redaction // of one record, by its ID: whole fields, and passages that are taken out there alone
	needles []*needle               // what is taken out everywhere, the longest first
	ahead   *spotter                // finds in one pass which of them to look for
	long    *spotter                // the same of those that are no word of any text by chance; nil: there are none
	here    map[*Redaction]*needle
}

func newRedactor(p Package) *redactor {
	if len(p.Redactions) == 0 {
		return nil
	}
	c := &redactor{fields: map[string][]*Redaction{}, here: map[*Redaction]*needle{}}
	for i := range p.Redactions {
		r := &p.Redactions[i]
		id := r.Record.ID()
		c.fields[id] = append(c.fields[id], r)
		if everywhere, _ := r.Reach(p.Request); everywhere {
			c.needles = append(c.needles, newNeedle(r))
		}
		if !r.Whole {
			c.here[r] = passageNeedle(r)
		}
	}
	slices.SortStableFunc(c.needles, func(a, b *needle) int { return len(b.of.Text) - len(a.of.Text) })
	c.ahead = newSpotter(c.needles)
	if long := slices.DeleteFunc(slices.Clone(c.needles), func(n *needle) bool { return n.short }); len(long) > 0 {
		c.long = newSpotter(long)
	}
	return c
}

// record takes what is redacted out of a record, whose values and key may be changed, and returns what was taken.
func (c *redactor) record(g *group, m *locate.Match, r *connectors.Record) []withheld {
	var held []withheld
	note := func(field string, by *Redaction, whole bool) {
		w := withheld{Field: field, Label: g.ed.cut.hide(g.column(field).label), Reason: g.ed.told(by.Reason), Records: 1, Part: !whole, By: by.N}
		if why, _ := c.name(field); why != "" {
			w.Field = ""
		}
		if !slices.Contains(held, w) {
			held = append(held, w)
		}
	}
	whole := func(field string, by *Redaction) {
		if at := slices.Index(r.Names, field); at >= 0 && !r.Values[at].IsNull() {
			g.take(r, at, redactedMark)
			note(field, by, true)
		}
	}
	for _, by := range c.fields[m.Record.Ref.ID()] {
		if by.Whole {
			whole(by.Field, by)
			continue
		}
		if at := slices.Index(r.Names, by.Field); at >= 0 {
			if v, cut := c.here[by].cutValue(r.Values[at]); cut {
				r.Values[at] = v
				note(by.Field, by, false)
			}
		}
	}
	if m.Parent != nil && g.entity != nil && g.entity.Parent != nil { // a reference to the record it belongs to
		for _, by := range c.fields[m.Parent.ID()] {
			for child, parent := range g.entity.Parent.On {
				if by.Whole && parent == by.Field {
					whole(child, by)
				}
			}
		}
	}
	var hit []int // values in which something may stand
	for at, v := range r.Values {
		if c.mayHold(v) {
			hit = append(hit, at)
		}
	}
	if hit != nil {
		for _, n := range c.needles {
			for _, at := range hit {
				if v, cut := n.cutValue(r.Values[at]); cut {
					r.Values[at] = v
					note(r.Names[at], n.of, false)
				}
			}
		}
	}
	for at, part := range r.Ref.Key {
		r.Ref.Key[at] = c.hide(part)
	}
	r.Ref.Place = c.hide(r.Ref.Place)
	return held
}

// mayHold reports whether a value has to be looked through for what is redacted everywhere.
func (c *redactor) mayHold(v connectors.Value) bool {
	switch {
	case v.IsNull() || v.IsStream():
		return false
	case v.IsText():
		return mayStand(c.ahead, v.Bytes()) != nil
	}
	return mayStand(c.ahead, strings.Join(v.Items(), "; ")) != nil
}

// hide returns a name or a text of the package without what is redacted everywhere.
func (c *redactor) hide(s string) string {
	if c != nil && mayStand(c.ahead, s) != nil {
		for _, n := range c.needles {
			s, _ = n.cut(s)
		}
	}
	return s
}

// name returns the reason why a field whose name holds what is redacted everywhere does not leave, and by which redaction; "" where
// it may.
func (c *redactor) name(field string) (reason string, by int) {
	if c != nil {
		for _, n := range mayStand(c.ahead, field) {
			if n.holds(field) {
				return n.of.Reason, n.of.N
			}
		}
	}
	return "", 0
}

// cutValue returns a value without the text, and whether it was there. Contents are looked through when they are opened.
func (n *needle) cutValue(v connectors.Value) (connectors.Value, bool) {
	switch {
	case v.IsNull() || v.IsStream():
		return v, false
	case v.IsText():
		s, cut := n.cut(string(v.Bytes()))
		if !cut {
			return v, false
		}
		return connectors.Text(s), true
	}
	items := slices.Clone(v.Items())
	any := false
	for i, item := range items {
		s, cut := n.cut(item)
		items[i], any = s, any || cut
	}
	if !any {
		if n.holds(strings.Join(items, "; ")) { // the text stands across items
			return connectors.Text(redactedMark), true
		}
		return v, false
	}
	return connectors.List(items...), true
}

// cut returns text with a mark in every place where the needle stands, and whether it stood anywhere. Where it stands in another
// form than as it is read, the mark takes the place of all of it.
func (n *needle) cut(s string) (string, bool) {
	if len(s) < n.least {
		return s, false
	}
	if !utf8.ValidString(s) {
		if n.inBytes([]byte(s)) {
			return redactedMark, true
		}
		return s, false
	}
	var b strings.Builder
	at := 0
	for _, span := range n.plain.FindAllStringIndex(s, -1) {
		if n.short && (letterBefore(s, span[0]) || letterAfter(s, span[1])) {
			continue
		}
		b.WriteString(s[at:span[0]])
		b.WriteString(redactedMark)
		at = span[1]
	}
	rest := s
	if at > 0 {
		b.WriteString(s[at:])
		rest = b.String()
	}
	if n.coded.MatchString(rest) {
		return redactedMark, true
	}
	return rest, at > 0
}

// holds reports whether the needle stands in text, in any form.
func (n *needle) holds(s string) bool {
	_, cut := n.cut(s)
	return cut
}

// inBytes reports whether the needle stands in bytes of any encoding.
func (n *needle) inBytes(b []byte) bool {
	for _, span := range n.plain.FindAllIndex(b, -1) {
		if !n.short || !letterBefore(string(b[max(0, span[0]-4):span[0]]), min(4, span[0])) && !letterAfter(string(b[span[1]:min(len(b), span[1]+4)]), 0) {
			return true
		}
	}
	if n.coded.Match(b) {
		return true
	}
	return slices.ContainsFunc(n.encoded, func(e []byte) bool { return bytes.Contains(b, e) })
}

func letterBefore(s string, at int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:at])
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func letterAfter(s string, at int) bool {
	r, _ := utf8.DecodeRuneInString(s[at:])
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// In reports whether the redaction's text stands in a value.
func (r *Redaction) In(v connectors.Value) bool {
	_, in := passageNeedle(r).cutValue(v)
	return in
}
