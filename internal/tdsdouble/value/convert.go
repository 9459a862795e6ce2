package value

import (
	"slices"
	"strings"
	"time"
)

// Implicit tells whether SQL Server converts from one kind to another without being asked.
func Implicit(from, to Kind) error {
	clash := Errorf(206, 16, 2, "Operand type clash: %s is incompatible with %s", from.Name(), to.Name())
	explicit := Errorf(257, 16, 3, "Implicit conversion from data type %s to %s is not allowed. Use the CONVERT function to run this query.", from.Name(), to.Name())
	switch {
	case from == Null, from == to, from.IsText() && !to.IsBinary(), to == Variant:
		return nil
	case from.IsText() && to.IsBinary():
		return explicit
	case from.IsNumber() && to.IsTime(), from.IsTime() && to.IsNumber():
		if from.IsNumber() && (to == DateTime || to == SmallDateTime) {
			return Unsupported("converting %s to %s", from.Name(), to.Name())
		}
		if to.IsNumber() && (from == DateTime || from == SmallDateTime) {
			return explicit
		}
		return clash
	case from.IsTime() && to.IsTime():
		if from == Date && to == Time || from == Time && to == Date {
			return clash
		}
	case from == UniqueIdentifier && !to.IsText() && !to.IsBinary(), to == UniqueIdentifier && !from.IsText() && !from.IsBinary():
		return clash
	case to == Text || to == NText || to == Image:
		return clash
	case from.IsBinary() && (to.IsTime() || to.IsApprox() || to.IsExact()), from.IsTime() && to.IsBinary():
		return clash
	}
	return nil
}

// Convert makes a value of one type a value of another, as CAST and implicit conversion do. style is the one
// of CONVERT. Text that does not fit is cut, as CAST does; Store refuses it.
func Convert(v any, from, to Type, style int) (any, error) {
	if v == nil {
		return nil, nil
	}
	switch {
	case to.Kind.IsText():
		s, err := toText(v, from, to, style)
		if err != nil {
			return nil, err
		}
		return fitText(s, to), nil
	case to.Kind.IsInteger():
		return toInt(v, from, to)
	case to.Kind.IsExact():
		return toDec(v, from, to)
	case to.Kind.IsApprox():
		return toApprox(v, from, to)
	case to.Kind.IsTime():
		return toTime(v, from, to, style)
	case to.Kind.IsBinary(), to.Kind == Image:
		return toBinary(v, from, to, style)
	case to.Kind == UniqueIdentifier:
		return toGUID(v, from)
	case to.Kind == Variant || to.Kind == Null:
		return v, nil
	}
	return nil, Unsupported("converting %s to %s", from, to)
}

func toTime(v any, from, to Type, style int) (any, error) {
	s, ok := v.(string)
	if !ok {
		return nil, Unsupported("converting %s to %s", from, to)
	}
	if from.Kind.IsText() {
		if _, known := styleLayouts[style]; !known && !slices.Contains(isoStyles, style) {
			return nil, Unsupported("CONVERT style %d", style)
		}
		st, ok := parseWritten(s, style)
		if !ok {
			if to.Kind == SmallDateTime {
				return nil, Errorf(295, 16, 3, "Conversion failed when converting character string to smalldatetime data type.")
			}
			return nil, Errorf(241, 16, 1, "Conversion failed when converting date and/or time from character string.")
		}
		return st.Canonical(to)
	}
	if !from.Kind.IsTime() {
		return nil, Errorf(529, 16, 2, "Explicit conversion from data type %s to %s is not allowed.", from.Kind.Name(), to.Kind.Name())
	}
	st, err := ParseStamp(s)
	if err != nil {
		return nil, err
	}
	if from.Kind == Time && to.Kind != Time {
		st.Time = time.Date(1900, 1, 1, st.Time.Hour(), st.Time.Minute(), st.Time.Second(), st.Time.Nanosecond(), time.UTC)
	}
	if from.Kind == DateTime && to.Kind != SmallDateTime {
		day := st.Time.Truncate(24 * time.Hour)
		ticks := Ticks(st.Time.Sub(day)) // a third of a millisecond comes back
		st.Time = day.Add(time.Duration(ticks*int64(time.Second)/300 + 50).Truncate(100))
	}
	return st.Canonical(to)
}

// Store converts a value for a column: what does not fit is error 2628 (or 8152 for binary), never cut,
// except trailing spaces.
func Store(v any, from, to Type, table, column string) (any, error) {
	if err := Implicit(from.Kind, to.Kind); err != nil && v != nil && !(from.Kind.IsText() && to.Kind.IsLegacy()) && !(from.Kind.IsBinary() && to.Kind == Image) {
		return nil, err
	}
	out, err := Convert(v, from, to, 0)
	if err != nil || v == nil || to.Len == Max || to.Len == 0 {
		return out, err
	}
	long := false
	switch x := v.(type) {
	case []byte:
		if long = len(x) > to.Len; long {
			return nil, Errorf(8152, 16, 30, "String or binary data would be truncated.")
		}
	case string:
		if from.Kind.IsText() {
			trimmed := strings.TrimRight(x, " ")
			long = to.Kind.IsUnicode() && Units(trimmed) > to.Len || !to.Kind.IsUnicode() && len(ToCodePage(trimmed)) > to.Len
		}
	}
	if long && to.Kind.IsText() {
		return nil, Errorf(2628, 16, 1, "String or binary data would be truncated in table '%s', column '%s'. Truncated value: '%s'.", table, column, out)
	}
	return out, nil
}
