package sqldb

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dossier/connectors"
)

var _ connectors.Trier = (*system)(nil)

// check is a rule of a table about what its rows may hold: a CHECK constraint.
type check struct {
	name string // "" where it has none
	rule string // the expression, in the database's own words
}

// Try asks a place which of its table's CHECK constraints forbids a column to hold a value; the answer is the constraint in the database's
// words, "" where none forbids it. Asked are those about this column alone: the database works them out itself, over the
// value and no row. One that it cannot work out so forbids nothing here, and is found out by Apply.
func (s *system) Try(ctx context.Context, in connectors.Ref, field string, v connectors.Value) (string, error) {
	ctx, cancel := s.while(ctx)
	defer cancel()
	at := slices.IndexFunc(s.places, func(p *place) bool { return p.name == in.Place })
	if at < 0 || !v.IsText() && !v.IsNull() {
		return "", nil
	}
	p := s.places[at]
	e, err := p.entity(ctx, in.Entity)
	if err != nil {
		return "", s.explain(err)
	}
	c := e.table.column(field)
	if c == nil || c.list {
		return "", nil
	}
	var bound any
	if v.IsText() {
		var ok bool
		if bound, ok = s.d.bind(c, v.String()); !ok {
			return "", nil
		}
	}
	for _, k := range e.table.checks {
		if !k.about(c, e.table) {
			continue
		}
		forbids, err := p.forbids(ctx, e.table, c, k, bound)
		if err != nil {
			return "", s.explain(err)
		}
		if forbids {
			return strings.TrimSpace(k.name + " (" + k.rule + ")"), nil
		}
	}
	return "", nil
}

// forbids works a rule out over one value.
func (p *place) forbids(ctx context.Context, t *table, c *column, k check, bound any) (forbids bool, err error) {
	s, err := p.take(ctx, false)
	if err != nil {
		return false, err
	}
	st := &statement{d: p.sys.d}
	// The first part yields no row, and gives the second its type.
	st.WriteString("SELECT CASE WHEN NOT (" + k.rule + ") THEN 1 ELSE 0 END FROM (SELECT " + st.d.quote(c.column) + " FROM " + t.quoted(st.d) + " WHERE 1 = 0 UNION ALL SELECT ")
	if c.cast != "" {
		st.WriteString("CAST(")
	}
	st.d.assign(st, c, bound)
	if c.cast != "" {
		st.WriteString(" AS " + c.cast + ")")
	}
	st.WriteString(") tried")
	var against int
	err = s.query(ctx, st.String(), st.args, func(scan func(...any) error) error { return scan(&against) })
	if err == nil {
		p.put(s)
		return against == 1, nil
	}
	s.abandon()
	if ctx.Err() != nil || !p.sys.d.judge(err).server {
		return false, errors.Join(ctx.Err(), err)
	}
	return false, nil
}

// about reports whether a rule names a column and no other of the table.
func (k check) about(c *column, t *table) bool {
	return names(k.rule, c.column) && !slices.ContainsFunc(t.columns, func(o *column) bool { return o != c && names(k.rule, o.column) }) &&
		!slices.ContainsFunc(t.hidden, func(o string) bool { return names(k.rule, o) })
}

// names reports whether a word stands in an expression, in whatever case.
func names(rule, word string) bool {
	rule, word = strings.ToLower(rule), strings.ToLower(word)
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '$' }
	for from := 0; ; {
		at := strings.Index(rule[from:], word)
		if at < 0 || word == "" {
			return false
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(rule[:at])
		after, _ := utf8.DecodeRuneInString(rule[at+len(word):])
		if (at == 0 || !inWord(before)) && (at+len(word) == len(rule) || !inWord(after)) {
			return true
		}
		from = at + 1
	}
}

// checksIn returns the CHECK constraints in the text of a CREATE TABLE, which is all that SQLite tells of them.
func checksIn(create string) (all []check) {
	for rest := create; ; {
		word, at := nextWord(rest)
		if word == "" {
			return all
		}
		rest = rest[at:]
		if !strings.EqualFold(word, "check") {
			continue
		}
		if rule, end, ok := bracketed(rest); ok {
			all = append(all, check{rule: rule})
			rest = rest[end:]
		}
	}
}

// nextWord returns the next bare word of SQL, and where it ends.
func nextWord(text string) (word string, end int) {
	for i := 0; i < len(text); {
		if n := quotedIn(text[i:]); n > 0 {
			i += n
			continue
		}
		n := strings.IndexFunc(text[i:], func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' })
		if n < 0 {
			return text[i:], len(text)
		}
		if n > 0 {
			return text[i : i+n], i + n
		}
		i++
	}
	return "", len(text)
}

// bracketed returns what stands in the brackets that a text begins with, and where they end.
func bracketed(text string) (within string, end int, ok bool) {
	depth, start := 0, 0
	for i := 0; i < len(text); {
		if n := quotedIn(text[i:]); n > 0 {
			i += n
			continue
		}
		switch c := text[i]; {
		case c == '(':
			if depth++; depth == 1 {
				start = i + 1
			}
		case c == ')':
			if depth--; depth <= 0 {
				return text[start:i], i + 1, depth == 0
			}
		case depth == 0 && c != ' ' && c != '\t' && c != '\n' && c != '\r':
			return "", 0, false
		}
		i++
	}
	return "", 0, false
}

// quotedIn returns the length of what SQL does not read as words at the start of a text: a quoted text or name, or a comment.
func quotedIn(text string) int {
	for _, q := range [][2]string{{"'", "'"}, {`"`, `"`}, {"`", "`"}, {"[", "]"}, {"--", "\n"}, {"/*", "*/"}} {
		if inner, ok := strings.CutPrefix(text, q[0]); ok {
			if n := strings.Index(inner, q[1]); n >= 0 {
				return len(q[0]) + n + len(q[1])
			}
			return len(text)
		}
	}
	return 0
}
