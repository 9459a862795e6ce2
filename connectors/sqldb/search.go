package sqldb

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// The conditions written here ask for a superset: every row that package compare accepts, and as few
// others as the server can tell apart. Text is compared natively where it is plain (printable ASCII
// with single spaces); rows that hold anything else are asked for as well, and the caller decides.

// asciiPlain is what Fold changes in nothing but case: printable ASCII without the backtick.
const asciiPlain = `[^ -_a-~]`

// asciiCompact is the plain characters whose separators stripped takes out.
const asciiCompact = `[^A-Za-z0-9 ./-]`

// maxPatterns is how many LIKE patterns a term asks for before it asks for every row instead: reading all of
// a column once costs less than comparing each row with so many patterns.
const maxPatterns = 200

// maxDays is the same for days that a column can hold in several written forms.
const maxDays = 50

// maxPattern is the longest text in a LIKE pattern; SQL Server ends at 4,000 characters, escapes included.
const maxPattern = 500

// term writes that the term may hold. Every field of it can be searched by its comparison.
func (st *statement) term(e *entity, t connectors.Term) {
	if len(t.Fields) == 1 {
		values := make([]string, len(t.Values))
		for i, tuple := range t.Values {
			values[i] = tuple[0]
		}
		c := e.column(t.Fields[0])
		st.field(c, st.qualifier+st.d.quote(c.column), t.How, values)
		return
	}
	if len(t.Values) == 0 {
		st.nothing()
		return
	}
	st.WriteByte('(')
	for i, tuple := range t.Values {
		if i > 0 {
			st.WriteString(" OR ")
		}
		st.WriteByte('(')
		for j, f := range t.Fields {
			if j > 0 {
				st.WriteString(" AND ")
			}
			c := e.column(f)
			st.field(c, st.qualifier+st.d.quote(c.column), t.How, tuple[j:j+1])
		}
		st.WriteByte(')')
	}
	st.WriteByte(')')
}

func (st *statement) nothing() { st.WriteString("1=0") }

// field writes that the expression, a value of the column, may answer to one of the values.
func (st *statement) field(c *column, expr string, how compare.How, values []string) {
	if c.list {
		item := *c
		item.list = false
		st.WriteString("EXISTS (SELECT 1 FROM unnest(" + expr + ") AS l(item) WHERE ")
		st.field(&item, "l.item", how, values)
		st.WriteByte(')')
		return
	}
	switch {
	case how == compare.Equal:
		st.equal(c, expr, values)
	case how == compare.Date:
		st.date(c, expr, values)
	case c.typ == compare.Text:
		st.text(c, expr, how, values)
	case c.typ.Numeric():
		st.number(c, expr, how, values)
	case c.typ == compare.Boolean:
		m := compare.Compile(how, compare.Boolean, values)
		st.equal(c, expr, slices.DeleteFunc([]string{"true", "false"}, func(v string) bool { return !m.Match([]byte(v)) }))
	default: // a GUID, in any way of writing it
		st.equal(c, expr, keys(how, c.typ, values))
	}
}

// equal writes that the expression is one of the values, by the column's own type and so by its index.
func (st *statement) equal(c *column, expr string, values []string) {
	if c.typ == compare.Float {
		st.floats(expr, values)
		return
	}
	var bound []any
	seen := map[string]bool{}
	for _, v := range values {
		canonical, ok := compare.Canonical(c.typ, v)
		if !ok || seen[canonical] {
			continue
		}
		seen[canonical] = true
		if arg, ok := st.d.bind(c, canonical); ok {
			bound = append(bound, arg)
		}
	}
	if len(bound) == 0 {
		st.nothing()
		return
	}
	st.d.among(st, expr, c, bound)
}

// floats writes that the expression is near one of the values: a server compares a single precision column
// with a double by widening it, so that 0.1 does not equal 0.1.
func (st *statement) floats(expr string, values []string) {
	if len(values) > maxPatterns {
		st.WriteString(expr + " IS NOT NULL")
		return
	}
	st.either(len(values), func(i int) bool {
		v, err := strconv.ParseFloat(strings.TrimSpace(values[i]), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
		slack := math.Abs(v) * 1e-6
		st.WriteString(expr + " BETWEEN " + st.d.double(st.bound(v-slack)) + " AND " + st.d.double(st.bound(v+slack)))
		return true
	})
}

// either writes alternatives joined by OR; write returns false, having written nothing, for one that can never hold.
func (st *statement) either(n int, write func(i int) bool) {
	st.WriteByte('(')
	written := false
	for i := range n {
		mark := st.Len()
		if written {
			st.WriteString(" OR ")
		}
		if write(i) {
			written = true
			continue
		}
		st.Truncate(mark)
	}
	if !written {
		st.nothing()
	}
	st.WriteByte(')')
}

// keys returns the distinct texts by which the comparison knows the values.
func keys(how compare.How, t compare.Type, values []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, v := range values {
		key, ok := compare.AppendKey(nil, how, t, []byte(v))
		if !ok || seen[string(key)] || len(key) == 0 && how != compare.Folded {
			continue
		}
		seen[string(key)] = true
		out = append(out, string(key))
	}
	return out
}

func onlyASCII(keys []string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return !isASCII(k) })
}

// text writes a comparison of folded text.
func (st *statement) text(c *column, expr string, how compare.How, values []string) {
	wanted := keys(how, c.typ, values)
	if len(wanted) == 0 {
		st.nothing()
		return
	}
	ascii := onlyASCII(wanted)
	plain := st.d.plain(c, expr)
	st.WriteByte('(')
	switch how {
	case compare.Folded:
		st.d.among(st, plain, nil, anyOf(ascii))
		st.WriteString(" OR " + st.d.strange(c, expr, asciiPlain, true))
	case compare.Compact:
		st.d.among(st, stripped(plain), nil, anyOf(ascii))
		st.WriteString(" OR " + st.d.strange(c, expr, asciiCompact, false))
	default:
		st.patterns(plain, expr, how, ascii)
		st.WriteString(" OR " + st.d.strange(c, expr, asciiPlain, how != compare.Digits))
	}
	st.WriteByte(')')
}

// stripped returns the expression without the separators that ids and postcodes are written with.
func stripped(expr string) string {
	for _, c := range []string{" ", "-", "/", "."} {
		expr = "REPLACE(" + expr + ",'" + c + "','')"
	}
	return expr
}

// patterns writes that the plain expression holds one of the keys where the comparison looks for it.
func (st *statement) patterns(plain, expr string, how compare.How, keys []string) {
	tooLong := slices.ContainsFunc(keys, func(k string) bool { return len(k) > maxPattern })
	if len(keys) > maxPatterns || tooLong {
		st.WriteString(expr + " IS NOT NULL")
		return
	}
	st.either(len(keys), func(i int) bool {
		st.WriteString(st.d.like(plain, st.bound(pattern(how, keys[i]))))
		return true
	})
}

// pattern returns the LIKE pattern of a key. Digits may have anything between them.
func pattern(how compare.How, key string) string {
	switch how {
	case compare.Prefix:
		return escapeLike.Replace(key) + "%"
	case compare.Contains:
		return "%" + escapeLike.Replace(key) + "%"
	}
	return "%" + strings.Join(strings.Split(key, ""), "%") + "%"
}

// number writes a text comparison of a column of numbers with its canonical text.
func (st *statement) number(c *column, expr string, how compare.How, values []string) {
	wanted := onlyASCII(keys(how, c.typ, values))
	if len(wanted) == 0 {
		st.nothing()
		return
	}
	other := st.d.otherwise(c, expr)
	if other != "" {
		st.WriteByte('(')
	}
	switch {
	case how == compare.Folded:
		st.equal(c, expr, wanted)
	case c.typ == compare.Float:
		st.WriteString(expr + " IS NOT NULL")
	case how == compare.Compact && c.typ == compare.Integer:
		signed := slices.Clone(wanted)
		for _, k := range wanted {
			signed = append(signed, "-"+k)
		}
		st.equal(c, expr, signed)
	case how == compare.Compact:
		st.patterns(st.d.plain(c, expr), expr, compare.Digits, wanted)
	default:
		st.patterns(st.d.plain(c, expr), expr, how, wanted)
	}
	if other != "" {
		st.WriteString(" OR " + other + ")")
	}
}

// date writes that the column can be read as one of the days.
func (st *statement) date(c *column, expr string, values []string) {
	var days []time.Time
	for _, v := range values {
		if len(v) < 10 {
			continue
		}
		if d, err := time.Parse(time.DateOnly, v[:10]); err == nil && !slices.Contains(days, d) {
			days = append(days, d)
		}
	}
	if len(days) == 0 {
		st.nothing()
		return
	}
	switch c.typ {
	case compare.Day:
		texts := make([]string, len(days))
		for i, d := range days {
			texts[i] = d.Format(time.DateOnly)
		}
		st.equal(c, expr, texts)
	case compare.DateTime:
		st.span(c, expr, days, 0, "2006-01-02T15:04:05")
	case compare.Instant:
		st.span(c, expr, days, 14*time.Hour, "2006-01-02T15:04:05Z")
	case compare.Text:
		st.writtenDates(c, expr, days)
	default:
		st.numberDates(c, expr, days)
	}
}

// span writes that the expression lies within one of the days, widened by the slack of time zones.
func (st *statement) span(c *column, expr string, days []time.Time, slack time.Duration, layout string) {
	if len(days) > maxPatterns {
		st.WriteString(expr + " IS NOT NULL")
		return
	}
	st.either(len(days), func(i int) bool {
		to := days[i].Add(24*time.Hour + slack)
		end := to.Format(layout)
		if to.Year() > 9999 { // no server knows later days
			end = ""
		}
		st.d.between(st, expr, c, days[i].Add(-slack).Format(layout), end)
		return true
	})
}

// writtenDates asks for plain texts that hold the two-digit year and the day of the month, or a serial
// number, and for all others.
func (st *statement) writtenDates(c *column, expr string, days []time.Time) {
	if len(days) > maxDays {
		st.WriteString(expr + " IS NOT NULL")
		return
	}
	plain := st.d.plain(c, expr)
	like := func(text string) string { return st.d.like(plain, st.bound("%"+text+"%")) }
	st.WriteByte('(')
	for _, d := range days {
		traces := compare.DateTraces(d.Format(time.DateOnly))
		if len(traces) == 0 {
			continue
		}
		st.WriteString("(" + like(traces[0]) + " AND " + like(strconv.Itoa(d.Day())) + ") OR ")
		for _, serial := range traces[1:] {
			st.WriteString(like(serial) + " OR ")
		}
	}
	st.WriteString(st.d.strange(c, expr, asciiPlain, false) + ")")
}

func (st *statement) numberDates(c *column, expr string, days []time.Time) {
	var numbers []string
	for _, d := range days {
		for _, n := range compare.DateNumbers(d.Format(time.DateOnly)) {
			numbers = append(numbers, strconv.FormatInt(n, 10))
		}
	}
	if c.typ == compare.Integer && len(days) <= maxDays {
		st.WriteByte('(')
		st.equal(c, expr, numbers)
		if other := st.d.otherwise(c, expr); other != "" {
			st.WriteString(" OR " + other)
		}
		st.WriteByte(')')
		return
	}
	if len(days) > maxDays {
		st.WriteString(expr + " IS NOT NULL")
		return
	}
	st.either(len(numbers), func(i int) bool {
		n, _ := strconv.ParseInt(numbers[i], 10, 64)
		st.WriteString("(" + expr + " >= ")
		st.arg(n)
		st.WriteString(" AND " + expr + " < ")
		st.arg(n + 1)
		st.WriteByte(')')
		return true
	})
}
