package compare

import (
	"bytes"
	"slices"
)

// Matcher tells whether stored values answer to a comparison with any of a set of searched values. It is
// safe for use by several goroutines, and matching plain ASCII text allocates nothing.
type Matcher struct {
	how     How
	typ     Type
	keys    map[string]struct{}
	lengths []int // the distinct lengths of keys, ascending
	days    map[day]struct{}
}

// Compile returns the matcher for fields of the type. Searched values that no field of the type can hold,
// that are empty once folded (but for Equal and Folded), or that are no day (for Date) match nothing.
func Compile(how How, t Type, values []string) *Matcher {
	m := &Matcher{how: how, typ: t, keys: map[string]struct{}{}, days: map[day]struct{}{}}
	for _, v := range values {
		if how == Date {
			if d, ok := parseDay([]byte(v)); ok {
				m.days[d] = struct{}{}
			}
			continue
		}
		key, ok := appendSearched(nil, how, t, []byte(v))
		if !ok {
			continue
		}
		m.keys[string(key)] = struct{}{}
		if !slices.Contains(m.lengths, len(key)) {
			m.lengths = append(m.lengths, len(key))
		}
	}
	slices.Sort(m.lengths)
	return m
}

func appendSearched(dst []byte, how How, t Type, v []byte) ([]byte, bool) {
	dst, ok := AppendKey(dst, how, t, v)
	return dst, ok && (len(dst) > 0 || how == Equal || how == Folded)
}

// AppendKey appends the text by which the comparison knows a value of the type: two values are equal by
// Equal, Folded or Compact exactly when their keys are; the other comparisons look for the searched key in
// the stored one. It returns false for a value that cannot be compared (and for Date, which has no key).
func AppendKey(dst []byte, how How, t Type, v []byte) ([]byte, bool) {
	if t == Stream {
		return dst, false
	}
	switch how {
	case Equal:
		return appendCanonical(dst, t, v)
	case Folded, Prefix, Contains:
		return AppendFold(dst, v), true
	case Compact:
		dst := AppendCompacted(dst, v)
		return dst, len(dst) > 0
	case Digits:
		return AppendDigits(dst, v), true
	}
	return dst, false
}

// Match reports whether the stored canonical text answers.
func (m *Matcher) Match(stored []byte) bool {
	if m.how == Date {
		return m.matchDay(stored)
	}
	if len(m.keys) == 0 {
		return false
	}
	if m.how == Equal && m.typ == Text {
		_, ok := m.keys[string(stored)]
		return ok
	}
	var buf [128]byte
	key, ok := AppendKey(buf[:0], m.how, m.typ, stored)
	if !ok {
		return false
	}
	switch m.how {
	case Equal, Folded, Compact:
		_, ok := m.keys[string(key)]
		return ok
	case Prefix:
		for _, n := range m.lengths {
			if n > len(key) {
				break
			}
			if _, ok := m.keys[string(key[:n])]; ok {
				return true
			}
		}
		return false
	}
	return m.within(key)
}

func (m *Matcher) matchDay(stored []byte) bool {
	if len(m.days) == 0 {
		return false
	}
	var buf [16]day
	for _, d := range appendDays(buf[:0], m.typ, stored) {
		if _, ok := m.days[d]; ok {
			return true
		}
	}
	return false
}

// within reports whether any key stands in the text: few keys are looked for one by one, many by hashing
// every window of the text that is as long as a key.
func (m *Matcher) within(text []byte) bool {
	if len(m.keys) <= 4 {
		for k := range m.keys {
			if bytes.Contains(text, []byte(k)) {
				return true
			}
		}
		return false
	}
	for _, n := range m.lengths {
		for i := 0; i+n <= len(text); i++ {
			if _, ok := m.keys[string(text[i:i+n])]; ok {
				return true
			}
		}
	}
	return false
}
