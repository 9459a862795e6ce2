package jet

import "math"

// Day numbers count from 1899-12-30; Access dates run from the year 100 to 9999.
const (
	firstDay = -657434
	lastDay  = 2958465
	dayMS    = 24 * 60 * 60 * 1000

	epoch1899 = 693899 // days from 0000-03-01 to 1899-12-30
	epoch0001 = 306    // days from 0000-03-01 to 0001-01-01
)

// dateParts splits a date's bits into whole days and milliseconds of the day. Before 1899-12-30 the
// whole part is negative while the time still counts forward, by its magnitude.
func dateParts(raw uint64) (days int64, ms int64) {
	v := math.Float64frombits(raw)
	if !(v > firstDay-1 && v < lastDay+1) {
		return math.MinInt64, 0
	}
	days = int64(v)
	part := math.Abs(v - float64(days))
	if part == 0 {
		return days, 0
	}
	if ms = int64(part*dayMS + 0.5); ms == dayMS {
		return days + 1, 0
	}
	return days, ms
}

// appendDate writes a date: 2006-01-02 at midnight, otherwise 2006-01-02T15:04:05, with the
// milliseconds when there are some.
func appendDate(dst []byte, raw uint64) ([]byte, error) {
	days, ms := dateParts(raw)
	if days < firstDay || days > lastDay {
		return dst, fault("a date outside the years 100 to 9999")
	}
	dst = appendDay(dst, days+epoch1899)
	if ms == 0 {
		return dst, nil
	}
	return appendFraction(appendTime(dst, int(ms/1000)), int(ms%1000), 100), nil
}

// appendExtendedDate writes a Date/Time Extended value: two numbers of 19 digits, the days since 0001-01-01
// and the ten-millionths of a second of the day, with a colon between and a tail after.
func appendExtendedDate(dst, raw []byte) ([]byte, error) {
	if len(raw) < 39 || raw[19] != ':' {
		return dst, fault("an extended date in an unknown form")
	}
	var parts [2]int64
	for i := range parts {
		for _, c := range raw[20*i : 20*i+19] {
			if c < '0' || c > '9' {
				return dst, fault("an extended date in an unknown form")
			}
			parts[i] = parts[i]*10 + int64(c-'0')
		}
	}
	const unit = 10_000_000
	days, ticks := parts[0], parts[1]
	if days < 0 || days > lastDay+epoch1899-epoch0001 || ticks < 0 || ticks >= 86400*unit {
		return dst, fault("an extended date outside the years 1 to 9999")
	}
	dst = appendDay(dst, days+epoch0001)
	if ticks == 0 {
		return dst, nil
	}
	return appendFraction(appendTime(dst, int(ticks/unit)), int(ticks%unit), unit/10), nil
}

// appendDay writes the date that stands n ≥ 0 days after 0000-03-01, in the proleptic Gregorian calendar.
func appendDay(dst []byte, n int64) []byte {
	u := uint64(n)
	century := (4*u + 3) / 146097
	u -= 146097 * century / 4
	year := (4*u + 3) / 1461
	u -= 1461 * year / 4
	month := (5*u + 2) / 153
	day := u - (153*month+2)/5 + 1
	year += 100 * century
	if month += 3; month > 12 {
		month -= 12
		year++
	}
	dst = append(dst, "0000-00-00"...)
	text := dst[len(dst)-10:]
	putTwo(text[0:], int(year/100))
	putTwo(text[2:], int(year%100))
	putTwo(text[5:], int(month))
	putTwo(text[8:], int(day))
	return dst
}

func appendTime(dst []byte, seconds int) []byte {
	dst = append(dst, "T00:00:00"...)
	text := dst[len(dst)-9:]
	putTwo(text[1:], seconds/3600)
	putTwo(text[4:], seconds/60%60)
	putTwo(text[7:], seconds%60)
	return dst
}

// appendFraction writes the decimals of part/(10·unit), where unit is the worth of the first, without trailing zeros.
func appendFraction(dst []byte, part, unit int) []byte {
	if part == 0 {
		return dst
	}
	dst = append(dst, '.')
	for ; part > 0; unit /= 10 {
		dst = append(dst, byte('0'+part/unit))
		part %= unit
	}
	return dst
}
