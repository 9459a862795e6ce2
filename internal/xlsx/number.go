package xlsx

import (
	"bytes"
	"math"
	"strconv"
	"time"
)

// maxExponent is the largest power of ten of a number that a workbook can hold.
const maxExponent = 310

// AppendDecimal appends a number as a workbook stores it (12, 0.5, 1.2345678E7) in plain decimal without an
// exponent, a plus sign, zeros in front or zeros at the end of its fraction. What is no number stays as it is.
func AppendDecimal(dst, stored []byte) []byte {
	stored = bytes.TrimSpace(stored)
	if whole(stored) {
		return append(dst, stored...)
	}
	negative, digits, point, ok := splitNumber(stored)
	if !ok {
		return append(dst, stored...)
	}
	var buf [64]byte
	all := append(buf[:0], digits[0]...)
	all = append(all, digits[1]...)
	for len(all) > 0 && all[0] == '0' {
		all = all[1:]
		point--
	}
	all = bytes.TrimRight(all, "0")
	if len(all) == 0 {
		return append(dst, '0')
	}
	if negative {
		dst = append(dst, '-')
	}
	if point <= 0 {
		dst = append(dst, "0."...)
		return append(appendZeros(dst, -point), all...)
	}
	if point >= len(all) {
		return appendZeros(append(dst, all...), point-len(all))
	}
	dst = append(append(dst, all[:point]...), '.')
	return append(dst, all[point:]...)
}

// whole reports whether the number is already plain: digits without a zero in front.
func whole(b []byte) bool {
	if len(b) == 0 || b[0] == '0' && len(b) > 1 {
		return false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// splitNumber splits a decimal into its digits before and after the point; the value is theirs, joined, with
// the point behind so many of them.
func splitNumber(b []byte) (negative bool, digits [2][]byte, point int, ok bool) {
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		negative = b[0] == '-'
		b = b[1:]
	}
	exponent := 0
	if i := bytes.IndexAny(b, "eE"); i >= 0 {
		n, err := strconv.Atoi(string(b[i+1:]))
		if err != nil || n > maxExponent || n < -2*maxExponent {
			return false, digits, 0, false
		}
		exponent, b = n, b[:i]
	}
	digits[0] = b
	if i := bytes.IndexByte(b, '.'); i >= 0 {
		digits[0], digits[1] = b[:i], b[i+1:]
	}
	for _, part := range digits {
		for _, c := range part {
			if c < '0' || c > '9' {
				return false, digits, 0, false
			}
		}
	}
	return negative, digits, len(digits[0]) + exponent, len(digits[0])+len(digits[1]) > 0
}

func appendZeros(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, '0')
	}
	return dst
}

// Days of the two date systems: a serial number is the days since 31 December 1899, with a 29 February 1900
// that never was (60), or since 1 January 1904 (ECMA-376 part 1, 18.17.4.1). Both end with the year 9999.
const (
	dayMillis    = 24 * 60 * 60 * 1000
	noSuchDay    = 60
	offset1904   = 1462
	lastSerial   = 2958465
	serial1March = 61 // 1 March 1900
)

// AppendDate appends the date, time or both that a serial number is under the format: 2006-01-02,
// 2006-01-02T15:04:05, 15:04:05, with milliseconds where there are any. It returns false where the number is
// no date of its system: 29 February 1900, numbers below zero and those beyond the year 9999.
func (w *Workbook) AppendDate(dst, stored []byte, f Format) ([]byte, bool) {
	v, err := strconv.ParseFloat(string(bytes.TrimSpace(stored)), 64)
	if err != nil || !(v >= 0 && v < lastSerial+1) {
		return dst, false
	}
	millis := int64(math.Round(v * dayMillis))
	serial, millis := millis/dayMillis, millis%dayMillis
	if f.Elapsed {
		return appendClock(dst, serial*24, millis), true
	}
	if serial == 0 && !w.date1904 || serial == 0 && !f.Date {
		if f.Date && !f.Time {
			return dst, false
		}
		return appendClock(dst, 0, millis), true
	}
	if w.date1904 {
		serial += offset1904
	}
	if serial == noSuchDay || serial > lastSerial {
		return dst, false
	}
	dst = appendDay(dst, serial)
	if !f.Time && millis == 0 {
		return dst, true
	}
	return appendClock(append(dst, 'T'), 0, millis), true
}

// appendDay appends the day of a serial number of the 1900 system, from 1 on.
func appendDay(dst []byte, serial int64) []byte {
	if serial < serial1March {
		serial++
	}
	// Days since 1 March of the year 0 (H. Hinnant, chrono-compatible low-level date algorithms).
	z := serial + 693899
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day, month, year := doy-(153*mp+2)/5+1, mp+3, yoe+era*400
	if month > 12 {
		month, year = month-12, year+1
	}
	dst = appendPadded(dst, year, 4)
	dst = appendPadded(append(dst, '-'), month, 2)
	return appendPadded(append(dst, '-'), day, 2)
}

// appendClock appends hours, minutes and seconds, with milliseconds where there are any.
func appendClock(dst []byte, hours, millis int64) []byte {
	dst = appendPadded(dst, hours+millis/3_600_000, 2)
	dst = appendPadded(append(dst, ':'), millis/60_000%60, 2)
	dst = appendPadded(append(dst, ':'), millis/1000%60, 2)
	if ms := millis % 1000; ms != 0 {
		dst = appendPadded(append(dst, '.'), ms, 3)
		dst = bytes.TrimRight(dst, "0")
	}
	return dst
}

func appendPadded(dst []byte, n int64, width int) []byte {
	var buf [20]byte
	digits := strconv.AppendInt(buf[:0], n, 10)
	dst = appendZeros(dst, width-len(digits))
	return append(dst, digits...)
}

// AppendISODate appends a date that a cell stores in ISO 8601 in the form of AppendDate: without a zone, and without a
// midnight that the format does not show. What is no such date stays as it is.
func AppendISODate(dst, stored []byte, f Format) []byte {
	text := string(bytes.TrimSpace(stored))
	for _, layout := range []string{"2006-01-02T15:04:05.999", "2006-01-02T15:04:05.999Z07:00", "2006-01-02T15:04", "2006-01-02", "15:04:05.999"} {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		switch {
		case layout == "15:04:05.999":
			return t.AppendFormat(dst, layout)
		case layout == "2006-01-02", !f.Time && t.Equal(t.Truncate(24*time.Hour)):
			return t.AppendFormat(dst, "2006-01-02")
		}
		return t.AppendFormat(dst, "2006-01-02T15:04:05.999")
	}
	return append(dst, stored...)
}
