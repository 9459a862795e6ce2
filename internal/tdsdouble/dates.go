package tdsdouble

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

func intOf(n int64) *big.Int { return big.NewInt(n) }

var dateParts = map[string]string{
	"year": "year", "yy": "year", "yyyy": "year", "quarter": "quarter", "qq": "quarter", "q": "quarter",
	"month": "month", "mm": "month", "m": "month", "dayofyear": "dayofyear", "dy": "dayofyear", "y": "dayofyear",
	"day": "day", "dd": "day", "d": "day", "week": "week", "wk": "week", "ww": "week", "weekday": "weekday", "dw": "weekday",
	"hour": "hour", "hh": "hour", "minute": "minute", "mi": "minute", "n": "minute", "second": "second", "ss": "second", "s": "second",
	"millisecond": "millisecond", "ms": "millisecond",
}

// asStamp converts an argument to a date or time: text becomes datetime2.
func (b *binder) asStamp(x bound) (bound, error) {
	if x.typ.Kind.IsTime() {
		return x, nil
	}
	if !x.typ.Kind.IsText() && x.typ.Kind != value.Null {
		return x, value.Unsupported("a date function of %s", x.typ)
	}
	return bound{sql: convertSQL(x.sql, x.typ, stamp7Type, "0", false), typ: stamp7Type, null: x.null}, nil
}

func datePart(part string) func(*binder, []bound) (bound, error) {
	return func(b *binder, a []bound) (bound, error) {
		x, err := b.asStamp(a[0])
		return bound{sql: "tds_datepart(" + text(part) + ", " + x.sql + ")", typ: intType, null: x.null}, err
	}
}

// dateCall binds the functions whose first argument is the name of a part.
func (b *binder) dateCall(c *tsql.Call, sc *scope) (bound, error) {
	want := 3
	if c.Name == "DATEPART" || c.Name == "DATENAME" {
		want = 2
	}
	if len(c.Args) != want {
		return bound{}, errLine(c.Line, 174, 1, "The %s function requires %d argument(s).", strings.ToLower(c.Name), want)
	}
	name, ok := c.Args[0].(*tsql.Column)
	part := ""
	if ok && len(name.Parts) == 1 {
		part = dateParts[strings.ToLower(name.Parts[0])]
	}
	if part == "" || c.Name == "DATENAME" {
		return bound{}, value.Unsupported("%s of this part", c.Name)
	}
	var a []bound
	for _, x := range c.Args[1:] {
		e, err := b.value(x, sc)
		if err != nil {
			return bound{}, err
		}
		a = append(a, e)
	}
	switch c.Name {
	case "DATEPART":
		return datePart(part)(b, a)
	case "DATEADD":
		n, err := b.assign(a[0], bigType)
		if err != nil {
			return bound{}, err
		}
		x, err := b.asStamp(a[1])
		t := x.typ
		if a[1].typ.Kind.IsText() {
			t = stampType
		}
		return bound{sql: fmt.Sprintf("tds_dateadd(%s, %s, %s, %s)", text(part), n.sql, x.sql, text(t.String())), typ: t, null: x.null || n.null}, err
	}
	from, err := b.asStamp(a[0])
	if err != nil {
		return bound{}, err
	}
	to, err := b.asStamp(a[1])
	t := intType
	if c.Name == "DATEDIFF_BIG" {
		t = bigType
	}
	return bound{sql: fmt.Sprintf("tds_datediff(%s, %s, %s)", text(part), from.sql, to.sql), typ: t, null: from.null || to.null}, err
}

func partOf(part string, t time.Time) (any, error) {
	n := 0
	switch part {
	case "year":
		n = t.Year()
	case "quarter":
		n = (int(t.Month())-1)/3 + 1
	case "month":
		n = int(t.Month())
	case "dayofyear":
		n = t.YearDay()
	case "day":
		n = t.Day()
	case "weekday":
		n = int(t.Weekday()) + 1
	case "hour":
		n = t.Hour()
	case "minute":
		n = t.Minute()
	case "second":
		n = t.Second()
	case "millisecond":
		n = t.Nanosecond() / 1e6
	default:
		return nil, value.Unsupported("DATEPART(%s)", part)
	}
	return int64(n), nil
}

func dateAdd(a []any) (any, error) {
	n, _ := a[1].(int64)
	s, err := value.ParseStamp(str(a[2]))
	if err != nil {
		return nil, err
	}
	months := map[string]int{"year": 12, "quarter": 3, "month": 1}[str(a[0])]
	unit := map[string]time.Duration{
		"day": 24 * time.Hour, "dayofyear": 24 * time.Hour, "weekday": 24 * time.Hour, "week": 7 * 24 * time.Hour, "hour": time.Hour,
		"minute": time.Minute, "second": time.Second, "millisecond": time.Millisecond,
	}[str(a[0])]
	switch {
	case n > 1e7 || n < -1e7:
		return nil, value.Errorf(517, 16, 1, "Adding a value to a '%s' column caused an overflow.", mustType(a[3]).Kind.Name())
	case months > 0: // the last day of a month stays inside the month
		first := time.Date(s.Time.Year(), s.Time.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, months*int(n), 0)
		last := first.AddDate(0, 1, -1).Day()
		clock := s.Time.Sub(s.Time.Truncate(24 * time.Hour))
		s.Time = first.AddDate(0, 0, min(s.Time.Day(), last)-1).Add(clock)
	case unit >= 24*time.Hour:
		s.Time = s.Time.AddDate(0, 0, int(n)*int(unit/(24*time.Hour)))
	default:
		s.Time = s.Time.Add(time.Duration(n) * unit)
	}
	return s.Canonical(mustType(a[3]))
}

// dateDiff counts the boundaries of a part that lie between two times.
func dateDiff(a []any) (any, error) {
	from, err := value.ParseStamp(str(a[1]))
	if err != nil {
		return nil, err
	}
	to, err := value.ParseStamp(str(a[2]))
	if err != nil {
		return nil, err
	}
	x, y := from.Time, to.Time
	months := int64(y.Year()-x.Year())*12 + int64(y.Month()) - int64(x.Month())
	switch part := str(a[0]); part {
	case "year":
		return int64(y.Year() - x.Year()), nil
	case "quarter":
		return (int64(y.Year())*4 + int64(y.Month()-1)/3) - (int64(x.Year())*4 + int64(x.Month()-1)/3), nil
	case "month":
		return months, nil
	default:
		unit := map[string]int64{"day": 86400, "dayofyear": 86400, "hour": 3600, "minute": 60, "second": 1}[part]
		if unit == 0 {
			return nil, value.Unsupported("DATEDIFF(%s)", part)
		}
		return floorDiv(y.Unix(), unit) - floorDiv(x.Unix(), unit), nil
	}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
