package value

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	dateForm    = "2006-01-02"
	timeForm    = "15:04:05.0000000"
	stampForm   = dateForm + " " + timeForm
	instantLen  = len(stampForm)
	nanosPerDay = int64(24 * time.Hour)
)

// Stamp is a point on the calendar without zone, and the zone's offset for datetimeoffset.
type Stamp struct {
	Time   time.Time // the local clock reading, held in UTC
	Offset int       // minutes east of UTC
}

// ParseStamp reads the canonical form of any date or time kind. A time alone stands on 1900-01-01, a date
// alone at midnight, as SQL Server combines them.
func ParseStamp(s string) (Stamp, error) {
	offset := 0
	if len(s) > instantLen+1 {
		n, err := strconv.Atoi(s[instantLen+1:])
		if err != nil {
			return Stamp{}, fmt.Errorf("malformed stored datetimeoffset: %w", err)
		}
		offset, s = n, s[:instantLen]
	}
	var t time.Time
	var err error
	switch {
	case len(s) == len(dateForm):
		t, err = time.Parse(dateForm, s)
	case len(s) == len(timeForm):
		t, err = time.Parse(dateForm+" "+timeForm, "1900-01-01 "+s)
	default:
		t, err = time.Parse(stampForm, s)
	}
	if err != nil {
		return Stamp{}, fmt.Errorf("malformed stored date: %w", err)
	}
	return Stamp{t.Add(time.Duration(offset) * time.Minute), offset}, nil
}

// Canonical writes the stamp as a value of type t, rounded to its precision. Out of the type's range is error 242.
func (s Stamp) Canonical(t Type) (string, error) {
	at := s.Time
	lo, hi := 1, 9999
	switch t.Kind {
	case Date:
		at = at.Truncate(24 * time.Hour)
	case Time:
		r := roundTo(at, t.Scale)
		if r.Day() != at.Day() {
			r = time.Date(1900, 1, 1, 23, 59, 59, 999999999, time.UTC).Truncate(unit(t.Scale))
		}
		return r.Format(timeForm), nil
	case SmallDateTime:
		at, lo, hi = at.Add(30*time.Second).Truncate(time.Minute), 1900, 2079
	case DateTime:
		at, lo = roundThird(at), 1753
	default:
		at = roundTo(at, t.Scale)
	}
	if at.Year() < lo || at.Year() > hi {
		return "", Errorf(242, 16, 3, "The conversion of a varchar data type to a %s data type resulted in an out-of-range value.", t.Kind.Name())
	}
	if t.Kind == Date {
		return at.Format(dateForm), nil
	}
	if t.Kind == DateTimeOffset {
		return at.Add(-time.Duration(s.Offset)*time.Minute).Format(stampForm) + " " + strconv.Itoa(s.Offset), nil
	}
	return at.Format(stampForm), nil
}

func unit(scale uint8) time.Duration {
	d := time.Second
	for range scale {
		d /= 10
	}
	return d
}

func roundTo(t time.Time, scale uint8) time.Time {
	u := unit(scale)
	return t.Add(u / 2).Truncate(u)
}

// roundThird rounds to the three-hundredths of a second of datetime, spelled in milliseconds (0, 3, 7).
func roundThird(t time.Time) time.Time {
	day := t.Truncate(24 * time.Hour)
	ticks := (int64(t.Sub(day))*300 + int64(time.Second)/2) / int64(time.Second)
	return day.Add(TickDuration(ticks))
}

// TickDuration is the time of day of a count of three-hundredths of a second, to the millisecond.
func TickDuration(ticks int64) time.Duration {
	return time.Duration((ticks*10+1)/3) * time.Millisecond
}

// Ticks counts the three-hundredths of a second in a time of day.
func Ticks(d time.Duration) int64 {
	return (int64(d)*300 + int64(time.Second)/2) / int64(time.Second)
}

var dateLayouts = []string{
	"2006-01-02", "20060102", "2006/01/02", "2006.01.02", "02 Jan 2006", "2 Jan 2006", "Jan 2 2006", "Jan 2, 2006",
	"2 January 2006", "January 2, 2006", "January 2 2006",
}

// styleLayouts are the date parts that CONVERT reads and writes by style number.
var styleLayouts = map[int]string{
	101: "01/02/2006", 102: "2006.01.02", 103: "02/01/2006", 104: "02.01.2006", 105: "02-01-2006",
	106: "02 Jan 2006", 107: "Jan 02, 2006", 110: "01-02-2006", 111: "2006/01/02", 112: "20060102",
	23: "2006-01-02", 1: "01/02/06", 3: "02/01/06", 4: "02.01.06", 5: "02-01-06", 10: "01-02-06", 11: "06/01/02", 12: "060102",
}

// isoStyles read what dateLayouts lists: the default, and year first.
var isoStyles = []int{0, 100, 20, 21, 25, 120, 121, 126, 127}

// parseWritten reads a date, a time or both as a person wrote them, under SET DATEFORMAT mdy (us_english) or a
// style of CONVERT.
func parseWritten(s string, style int) (Stamp, bool) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Stamp{Time: time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)}, true
	}
	layouts := dateLayouts
	if l, ok := styleLayouts[style]; ok {
		layouts = []string{l, strings.ReplaceAll(strings.ReplaceAll(l, "01", "1"), "02", "2"), "2006-01-02", "20060102"}
	} else if style == 0 || style == 100 || style == 101 {
		layouts = append([]string{"1/2/2006", "1-2-2006", "1.2.2006", "1/2/06"}, dateLayouts...)
	}
	if t, ok := parseClock(s); ok {
		return Stamp{Time: time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).Add(t)}, true
	}
	for _, l := range layouts {
		date, rest := s, ""
		words := strings.Count(l, " ") + 1
		if i := nthSeparator(s, words); i >= 0 {
			date, rest = s[:i], s[i+1:]
		}
		day, err := time.Parse(l, date)
		if err != nil {
			continue
		}
		if rest == "" {
			return Stamp{Time: day}, true
		}
		rest, offset, ok := cutOffset(rest)
		if !ok {
			return Stamp{}, false
		}
		clock, ok := parseClock(rest)
		if !ok {
			return Stamp{}, false
		}
		return Stamp{day.Add(clock), offset}, true
	}
	return Stamp{}, false
}

// nthSeparator finds the n-th blank, or the T between a date and its time.
func nthSeparator(s string, n int) int {
	for i := 0; i < len(s); i++ {
		if s[i] == ' ' || s[i] == 'T' && i > 0 && i+1 < len(s) && s[i-1] >= '0' && s[i-1] <= '9' && s[i+1] >= '0' && s[i+1] <= '9' {
			if n--; n == 0 {
				return i
			}
		}
	}
	return -1
}

// cutOffset takes "+01:00" or "Z" off the end of a time.
func cutOffset(s string) (rest string, minutes int, ok bool) {
	s = strings.TrimSpace(s)
	if r, found := strings.CutSuffix(s, "Z"); found {
		return r, 0, true
	}
	i := strings.LastIndexAny(s, "+-")
	if i < 0 {
		return s, 0, true
	}
	t, err := time.Parse("15:04", s[i+1:])
	minutes = t.Hour()*60 + t.Minute()
	if err != nil || minutes > 14*60 {
		return "", 0, false
	}
	if s[i] == '-' {
		minutes = -minutes
	}
	return strings.TrimSpace(s[:i]), minutes, true
}

func parseClock(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	for _, l := range []string{"15:04:05.999999999", "15:04", "3:04PM", "3:04:05PM", "3:04 PM", "3:04:05 PM", "3PM", "3 PM"} {
		if t, err := time.Parse(l, strings.ToUpper(s)); err == nil {
			return time.Duration(int64(t.Sub(t.Truncate(24*time.Hour))) % nanosPerDay), true
		}
	}
	return 0, false
}

// written is how CONVERT writes a date or time in a style; 0 is the default of the kind.
func (s Stamp) written(t Type, style int) (string, error) {
	frac := ""
	if t.Scale > 0 {
		frac = "." + strings.Repeat("0", int(t.Scale))
	}
	zone := ""
	if t.Kind == DateTimeOffset {
		sign, m := '+', s.Offset
		if m < 0 {
			sign, m = '-', -m
		}
		zone = fmt.Sprintf(" %c%02d:%02d", sign, m/60, m%60)
	}
	old := t.Kind == DateTime || t.Kind == SmallDateTime
	switch style {
	case 0, 100:
		switch {
		case t.Kind == Date:
			return s.Time.Format(dateForm), nil
		case t.Kind == Time:
			return s.Time.Format("15:04:05" + frac), nil
		case old:
			h := s.Time.Format("3")
			return s.Time.Format("Jan ") + fmt.Sprintf("%2d", s.Time.Day()) + s.Time.Format(" 2006 ") + fmt.Sprintf("%2s", h) + s.Time.Format(":04PM"), nil
		}
		return s.Time.Format(dateForm+" 15:04:05"+frac) + zone, nil
	case 20, 120:
		switch {
		case t.Kind == Date:
			return s.Time.Format(dateForm), nil
		case t.Kind == Time:
			return s.Time.Format("15:04:05"), nil
		case old:
			return s.Time.Format(dateForm + " 15:04:05"), nil
		}
		return s.Time.Format(dateForm+" 15:04:05") + zone, nil
	case 21, 25, 121, 126, 127:
		if t.Kind == DateTime {
			frac = ".000"
		}
		sep := " "
		if style == 126 || style == 127 {
			sep, zone = "T", strings.TrimSpace(zone)
			if s.Time.Nanosecond() == 0 && old {
				frac = ""
			}
		}
		switch t.Kind {
		case Date:
			return s.Time.Format(dateForm), nil
		case Time:
			return s.Time.Format("15:04:05" + frac), nil
		}
		return s.Time.Format(dateForm+sep+"15:04:05"+frac) + zone, nil
	case 8, 108:
		return s.Time.Format("15:04:05"), nil
	}
	if l, ok := styleLayouts[style]; ok && t.Kind != Time {
		return s.Time.Format(l), nil
	}
	return "", Unsupported("CONVERT style %d", style)
}
