package normal

import (
	"slices"
	"testing"

	"dossier/connectors/compare"
)

func TestReadBirth(t *testing.T) {
	for _, c := range []struct {
		name string
		text string
		t    compare.Type
		days []Day // the first ones
		year int
	}{
		{"ISO", "1961-04-03", compare.Text, []Day{19610403}, 0},
		{"a date column", "1961-04-03", compare.Day, []Day{19610403}, 0},
		{"midnight", "1961-04-03T00:00:00", compare.DateTime, []Day{19610403}, 0},
		{"day first", "03/04/1961", compare.Text, []Day{19610403, 19610304}, 0},
		{"month first, where day first is impossible", "04/13/1961", compare.Text, []Day{19610413}, 0},
		{"two digits of the year", "3.4.61", compare.Text, []Day{19610403}, 0},
		{"in words", "3rd April 1961", compare.Text, []Day{19610403}, 0},
		{"written together", "19610403", compare.Text, []Day{19610403}, 0},
		{"a serial number", "22374", compare.Text, []Day{19610403}, 0},
		{"a serial number in a number column", "22374", compare.Integer, []Day{19610403}, 0},
		{"the year alone", "1961", compare.Text, nil, 1961},
		{"the year alone, long ago", "1780", compare.Text, nil, 1780},
		{"the month", "1826-05", compare.Text, nil, 1826},
		{"no day", "1826-05-00", compare.Text, nil, 1826},
		{"neither month nor day", "1826-00-00", compare.Text, nil, 1826},
		{"the first day of Unix", "1970-01-01", compare.Text, nil, 0},
		{"the first day of spreadsheets", "01/01/1900", compare.Text, nil, 0},
		{"1901", "1901-01-01", compare.Day, nil, 0},
		{"the last day", "9999-12-31", compare.Day, nil, 0},
		{"day 1 of a spreadsheet", "1", compare.Integer, nil, 0},
		{"no date", "hello", compare.Text, nil, 0},
		{"nothing", "", compare.Text, nil, 0},
		{"a day that is none", "1961-13-03", compare.Text, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, ok := ReadBirth([]byte(c.text), c.t)
			if ok != (c.days != nil || c.year > 0) || ok && (b.Year != c.year || !slices.Equal(b.Days[:min(len(b.Days), len(c.days))], c.days)) {
				t.Errorf("ReadBirth(%q) = %+v, %v", c.text, b, ok)
			}
		})
	}
}

func TestPlaceholders(t *testing.T) {
	for _, d := range []Day{19000101, 19010101, 19700101, 99991231, 18991230} {
		if !d.Placeholder() {
			t.Errorf("%d is none", d)
		}
	}
	if Day(19610403).Placeholder() {
		t.Error("any day is one")
	}
}

func FuzzReadBirth(f *testing.F) {
	for _, s := range []string{"1961-04-03", "03/04/61", "1961", "22374.5", "0000-00-00", "1961-04-03T00:00:00", "\x00", "99999999999999999999"} {
		f.Add(s, uint8(compare.Text))
	}
	f.Fuzz(func(t *testing.T, s string, typ uint8) {
		b, ok := ReadBirth([]byte(s), compare.Type(typ))
		for _, d := range b.Days {
			if d.Month() < 1 || d.Month() > 12 || d.Date() < 1 || d.Date() > 31 {
				t.Errorf("%q is read as %d", s, d)
			}
		}
		if ok && b.Year == 0 && len(b.Days) == 0 {
			t.Errorf("%q is read as nothing", s)
		}
	})
}
