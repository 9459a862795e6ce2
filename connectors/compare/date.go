package compare

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// day is a calendar day as the number yyyymmdd, 0 for none.
type day int32

func newDay(y, m, d int) (day, bool) {
	if y < 1000 || y > 9999 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, false
	}
	return day(y*10000 + m*100 + d), true
}

func daysIn(y, m int) int { return time.Date(y, time.Month(m)+1, 0, 0, 0, 0, 0, time.UTC).Day() }

func (d day) time() time.Time {
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, time.UTC)
}

func dayOf(t time.Time) (day, bool) { return newDay(t.Year(), int(t.Month()), t.Day()) }

func (d day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100) }

// parseDay reads the canonical text of a day, with or without a time behind it.
func parseDay(v []byte) (day, bool) {
	if len(v) < 10 || v[4] != '-' || v[7] != '-' || len(v) > 10 && v[10] != 'T' && v[10] != ' ' ||
		!allDigits(v[:4]) || !allDigits(v[5:7]) || !allDigits(v[8:10]) {
		return 0, false
	}
	return newDay(number(v[:4]), number(v[5:7]), number(v[8:10]))
}

func number(digits []byte) int {
	n := 0
	for _, c := range digits {
		n = n*10 + int(c-'0')
	}
	return n
}

// Dates returns every day (2006-01-02) that the stored value of the type can be read as, the most likely
// reading first. Days, date-times and instants are read by value, an instant also in British Summer
// Time, since a birthday stored as a local midnight is 23:00 of the day before in UTC. Text is read as
//
//   - year, month, day, with any of / - . or space between or nothing: 1961-04-03, 1961.4.3, 19610403
//   - day, month, year and month, day, year: 03/04/1961, 3.4.61, 03041961, 030461; both orders where both are days
//   - with the month in words: 3 April 1961, 3rd of Apr '61, April 3, 1961, 03-APR-61, Mon 3 Apr 1961
//   - a spreadsheet serial number of either date system: 22374, 22374.5
//
// with two-digit years in both centuries and a time of day behind it. Numbers are read as serial
// numbers and as written-together digits.
func Dates(stored string, t Type) []string {
	var buf [16]day
	days := appendDays(buf[:0], t, []byte(stored))
	texts := make([]string, len(days))
	for i, d := range days {
		texts[i] = d.String()
	}
	return texts
}

func appendDays(dst []day, t Type, v []byte) []day {
	switch t {
	case Day, DateTime:
		if d, ok := parseDay(v); ok {
			dst = append(dst, d)
		}
	case Instant:
		at, err := time.Parse(time.RFC3339Nano, string(v))
		if err != nil {
			return dst
		}
		for _, local := range []time.Time{at, at.UTC(), at.UTC().Add(time.Hour)} {
			if d, ok := dayOf(local); ok {
				dst = addDay(dst, d)
			}
		}
	case Text:
		dst = appendWritten(dst, v)
	case Integer, Decimal, Float:
		whole, _, _ := bytes.Cut(v, []byte{'.'})
		if len(whole) > 0 && len(whole) <= 8 && allDigits(whole) {
			dst = appendSerials(dst, number(whole))
			var padded [8]byte
			switch len(whole) {
			case 5, 7: // the leading zero of a day or month is lost in a number
				padded[0] = '0'
				whole = append(padded[:1], whole...)
			}
			dst = appendTogether(dst, whole)
		}
	}
	return dst
}

func addDay(dst []day, d day) []day {
	if slices.Contains(dst, d) {
		return dst
	}
	return append(dst, d)
}

// Serial numbers count days: 1 is 1900-01-01 in the first system (which has a 29 February 1900 that never
// was, so that from 61 on it counts from 1899-12-30), 0 is 1904-01-01 in the second.
// ECMA-376 part 1, 18.17.4.1.
const maxSerial = 2958465 // 9999-12-31

var (
	epoch1900 = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	epoch1904 = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
)

func appendSerials(dst []day, n int) []day {
	if n < 1 || n > maxSerial {
		return dst
	}
	first := n
	if n < 60 {
		first++
	}
	if d, ok := dayOf(epoch1900.AddDate(0, 0, first)); ok && n != 60 {
		dst = addDay(dst, d)
	}
	if d, ok := dayOf(epoch1904.AddDate(0, 0, n)); ok {
		dst = addDay(dst, d)
	}
	return dst
}

// appendTogether reads six or eight digits written together.
func appendTogether(dst []day, digits []byte) []day {
	switch len(digits) {
	case 8:
		dst = appendYMD(dst, digits[:4], digits[4:6], digits[6:])
		dst = appendDMY(dst, digits[:2], digits[2:4], digits[4:])
	case 6:
		dst = appendDMY(dst, digits[:2], digits[2:4], digits[4:])
		dst = appendYMD(dst, digits[:2], digits[2:4], digits[4:])
	}
	return dst
}

func appendYMD(dst []day, y, m, d []byte) []day {
	return appendYears(dst, y, number(m), number(d))
}

// appendDMY reads the day before the month and, where that is a day too, the month before the day.
func appendDMY(dst []day, first, second, year []byte) []day {
	dst = appendYears(dst, year, number(second), number(first))
	return appendYears(dst, year, number(first), number(second))
}

// appendYears adds the day in the year, or in both centuries of a two-digit year, the likelier first.
func appendYears(dst []day, year []byte, m, d int) []day {
	y := number(year)
	years := [2]int{y, 0}
	switch {
	case len(year) == 2 && y <= 30:
		years = [2]int{2000 + y, 1900 + y}
	case len(year) == 2:
		years = [2]int{1900 + y, 2000 + y}
	case len(year) != 4:
		return dst
	}
	for _, y := range years {
		if d, ok := newDay(y, m, d); ok {
			dst = addDay(dst, d)
		}
	}
	return dst
}

// appendWritten reads a date in text.
func appendWritten(dst []day, v []byte) []day {
	if len(v) > 256 {
		return dst
	}
	for _, c := range v {
		if c >= utf8.RuneSelf {
			return appendWrittenASCII(dst, AppendFold(nil, v))
		}
	}
	return appendWrittenASCII(dst, v)
}

func appendWrittenASCII(dst []day, v []byte) []day {
	var parts [3]datePart
	n := scanDate(v, &parts)
	digits := func(i int) []byte { return parts[i].digits }
	switch {
	case n == 1 && parts[0].month == 0:
		if d := digits(0); len(d) <= 7 {
			dst = appendSerials(dst, number(d))
		}
		return appendTogether(dst, digits(0))
	case n != 3:
		return dst
	case parts[1].month > 0: // 3 April 1961, 1961 April 3
		dst = appendYears(dst, digits(2), parts[1].month, number(digits(0)))
		return appendYears(dst, digits(0), parts[1].month, number(digits(2)))
	case parts[0].month > 0: // April 3, 1961
		return appendYears(dst, digits(2), parts[0].month, number(digits(1)))
	case parts[2].month > 0:
		return dst
	case len(digits(0)) == 4:
		return appendYMD(dst, digits(0), digits(1), digits(2))
	}
	dst = appendDMY(dst, digits(0), digits(1), digits(2))
	if len(digits(0)) == 2 {
		dst = appendYMD(dst, digits(0), digits(1), digits(2))
	}
	return dst
}

// datePart is a run of digits, or a month in words.
type datePart struct {
	digits []byte
	month  int
}

// scanDate splits a written date into up to three parts and returns how many there are, 0 where the text
// is no date: something else stands before, between or behind them. A time of day behind is left out.
func scanDate(v []byte, parts *[3]datePart) int {
	n := 0
	for i := 0; i < len(v); {
		c := v[i]
		start := i
		switch {
		case '0' <= c && c <= '9':
			for i < len(v) && '0' <= v[i] && v[i] <= '9' {
				i++
			}
			if n == 3 || n == 1 && parts[0].month == 0 && i < len(v) && v[i] == ':' {
				if timeOfDay(v[start:]) {
					return n
				}
				return 0
			}
			parts[n] = datePart{digits: v[start:i]}
			n++
			if n == 1 && i < len(v) && v[i] == '.' && fractionOnly(v[i+1:]) && len(parts[0].digits) <= 7 {
				return n // a serial number with a time of day; 03.04 without a year is none
			}
		case isLetter(c):
			for i < len(v) && isLetter(v[i]) {
				i++
			}
			word := v[start:i]
			switch {
			case monthOf(word) > 0:
				if n == 3 {
					return 0
				}
				parts[n] = datePart{month: monthOf(word)}
				n++
			case equalFold(word, "t") && (n == 3 || n == 1 && len(parts[0].digits) == 8):
				if timeOfDay(v[i:]) {
					return n
				}
				return 0
			case n > 0 && (equalFold(word, "st") || equalFold(word, "nd") || equalFold(word, "rd") || equalFold(word, "th") || equalFold(word, "of")):
			case n == 0 && weekday(word):
			default:
				return 0
			}
		case c == '/' || c == '-' || c == '.' || c == ',' || c == '\'' || isASCIISpace(c):
			i++
		default:
			return 0
		}
	}
	return n
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func fractionOnly(v []byte) bool {
	return len(v) > 0 && allDigits(v)
}

// timeOfDay reports whether v is a time of day and nothing else: 15:04, 3:04:05.000 PM, 15:04:05+01:00.
func timeOfDay(v []byte) bool {
	colons := 0
	for _, c := range v {
		switch {
		case c == ':':
			colons++
		case '0' <= c && c <= '9', c == '.', c == '+', c == '-', isASCIISpace(c):
		case bytes.IndexByte([]byte("apmzAPMZ"), c) >= 0:
		default:
			return false
		}
	}
	return colons > 0
}

var months = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september",
	"october", "november", "december"}

// monthOf returns the number of a month written in full or by its first three or four letters.
func monthOf(word []byte) int {
	if len(word) < 3 {
		return 0
	}
	for i, m := range months {
		if len(word) <= len(m) && (len(word) == len(m) || len(word) <= 4) && equalFold(word, m[:len(word)]) {
			return i + 1
		}
	}
	return 0
}

func weekday(word []byte) bool {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if name := d.String(); len(word) >= 3 && len(word) <= len(name) && equalFold(word, name[:len(word)]) {
			return true
		}
	}
	return false
}

// equalFold compares ASCII letters without case, without allocating.
func equalFold(word []byte, name string) bool {
	if len(word) != len(name) {
		return false
	}
	for i, c := range word {
		if c|0x20 != name[i]|0x20 {
			return false
		}
	}
	return true
}

// DateTraces returns texts of which at least one stands in every plain ASCII text that Dates reads as the day:
// the last two digits of its year, and its serial numbers. A system that can only search for
// substrings asks for them and leaves the rest to its caller.
func DateTraces(day string) []string {
	d, ok := parseDay([]byte(day))
	if !ok {
		return nil
	}
	traces := []string{day[2:4]}
	for _, n := range serials(d) {
		traces = append(traces, strconv.Itoa(n))
	}
	return traces
}

// DateNumbers returns the whole numbers that Dates reads as the day, in number columns; a number with a
// fraction is read as its whole part.
func DateNumbers(day string) []int64 {
	d, ok := parseDay([]byte(day))
	if !ok {
		return nil
	}
	y, m, dd := int64(d)/10000, int64(d)/100%100, int64(d)%100
	numbers := []int64{int64(d), dd*1000000 + m*10000 + y, m*1000000 + dd*10000 + y}
	if y >= 1900 && y < 2100 {
		yy := y % 100
		numbers = append(numbers, dd*10000+m*100+yy, m*10000+dd*100+yy, yy*10000+m*100+dd)
	}
	for _, n := range serials(d) {
		numbers = append(numbers, int64(n))
	}
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

func serials(d day) []int {
	var list []int
	n := daysSince(epoch1900, d)
	if n <= 60 {
		n--
	}
	if n >= 1 {
		list = append(list, n)
	}
	if n := daysSince(epoch1904, d); n >= 1 {
		list = append(list, n)
	}
	return list
}

func daysSince(epoch time.Time, d day) int { return int((d.time().Unix() - epoch.Unix()) / 86400) }
