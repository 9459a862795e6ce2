package normal

import (
	"dossier/connectors/compare"
)

// Day is a calendar day as the number yyyymmdd.
type Day int32

// Year, Month and Date are the parts of a day.
func (d Day) Year() int  { return int(d) / 10000 }
func (d Day) Month() int { return int(d) / 100 % 100 }
func (d Day) Date() int  { return int(d) % 100 }

// placeholders are days that systems and clerks write where a birth date is not known: the first and last days that formats
// can tell (Unix, SQL Server, OLE automation, both spreadsheet epochs, year 1 and 9999) and the round ones.
var placeholders = map[Day]bool{
	10101: true, 17530101: true, 18000101: true, 18500101: true, 18580101: true, 18581117: true, 18991230: true, 18991231: true, 19000101: true,
	19000102: true, 19010101: true, 19040101: true, 19040102: true, 19111111: true, 19691231: true, 19700101: true, 19700102: true, 20000101: true,
	20991231: true, 22220222: true, 29991231: true, 30001231: true, 39991231: true, 99991231: true, 99990101: true, 99990909: true,
}

// Placeholder reports whether the day stands for an unknown birth date. Whoever was really born on one is told by everything
// else: it neither agrees nor differs.
func (d Day) Placeholder() bool { return placeholders[d] }

// Birth is what a field tells of a birth date.
type Birth struct {
	Days []Day // what it can be read as, the likeliest first; see compare.Dates
	Year int   // where it tells the year alone, else 0
}

// ReadBirth reads a stored birth date of the type. It reports false where the text is no date, or a placeholder.
func ReadBirth(text []byte, t compare.Type) (Birth, bool) {
	if y, ok := year(text); ok {
		return Birth{Year: y}, true
	}
	if d, ok := isoDay(text); ok {
		return Birth{Days: []Day{d}}, !d.Placeholder()
	}
	var b Birth
	for _, text := range compare.Dates(string(text), t) {
		if d, ok := isoDay([]byte(text)); ok {
			b.Days = append(b.Days, d)
		}
	}
	return b, len(b.Days) > 0 && !b.Days[0].Placeholder()
}

// year reads four digits that can be the year of a birth, of people in archives too, alone or with a month but no day.
func year(text []byte) (int, bool) {
	if len(text) == 7 && text[4] == '-' || len(text) == 10 && text[4] == '-' && string(text[7:]) == "-00" { // 1826-05, 1826-05-00, 1826-00-00
		text = text[:4]
	}
	if len(text) != 4 {
		return 0, false
	}
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, 1000 < n && n < 2100
}

// isoDay reads 2006-01-02, with or without midnight behind it.
func isoDay(v []byte) (Day, bool) {
	if len(v) < 10 || v[4] != '-' || v[7] != '-' || len(v) > 10 && string(v[10:]) != "T00:00:00" && string(v[10:]) != " 00:00:00" {
		return 0, false
	}
	n := 0
	for i, c := range v[:10] {
		if i == 4 || i == 7 {
			continue
		}
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	d := Day(n)
	return d, d.Month() >= 1 && d.Month() <= 12 && d.Date() >= 1 && d.Date() <= 31
}
