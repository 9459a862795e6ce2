package estate

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// mistype makes one slip of the keyboard or the ear in a name: two letters swapped, one dropped, doubled,
// replaced by a neighbour, or a spelling that sounds the same. Short names are left alone.
func mistype(d dice, name string) string {
	r := []rune(name)
	if len(r) < 4 {
		return name
	}
	if d.one(3) {
		for _, i := range d.Perm(len(soundAlikes)) {
			if s := soundAlikes[i]; strings.Contains(strings.ToLower(name[1:]), s[0]) {
				return name[:1] + strings.Replace(strings.ToLower(name[1:]), s[0], s[1], 1)
			}
		}
	}
	for range 20 {
		i := d.between(1, len(r)-2)
		switch d.IntN(4) {
		case 0:
			if r[i] != r[i+1] && isSmall(r[i]) && isSmall(r[i+1]) {
				r[i], r[i+1] = r[i+1], r[i]
				return string(r)
			}
		case 1:
			if isSmall(r[i]) {
				return string(r[:i]) + string(r[i+1:])
			}
		case 2:
			if isSmall(r[i]) {
				return string(r[:i]) + string(r[i]) + string(r[i:])
			}
		case 3:
			if j := strings.IndexRune(keyboard, r[i]); j >= 0 && keyboard[j+1] != ' ' {
				r[i] = rune(keyboard[j+1])
				return string(r)
			}
		}
	}
	return name
}

const keyboard = "qwertyuiop asdfghjkl zxcvbnm "

var soundAlikes = [][2]string{{"ph", "f"}, {"ie", "ei"}, {"ea", "ee"}, {"ll", "l"}, {"tt", "t"}, {"ss", "s"}, {"nn", "n"}, {"ck", "k"},
	{"ey", "y"}, {"er", "ar"}, {"on", "en"}, {"th", "t"}, {"mps", "ms"}, {"w", "u"}, {"ai", "ay"}, {"i", "y"}}

func isSmall(r rune) bool { return r >= 'a' && r <= 'z' }

// nameVariants returns other ways to write a name of several parts: without its apostrophe or hyphen, with another, or
// one half of it. A simple name has none.
func nameVariants(name string) []string {
	var v []string
	for _, apostrophe := range []string{"'", "’"} {
		if a, b, ok := strings.Cut(name, apostrophe); ok {
			v = append(v, a+b, a+"`"+b, a+" "+b, a+capital(strings.ToLower(b)))
			if apostrophe == "'" {
				v = append(v, a+"’"+b)
			}
		}
	}
	if a, b, ok := strings.Cut(name, "-"); ok {
		v = append(v, a+" "+b, a+b, a+" - "+b, a+"‐"+b, a+"–"+b, a, b)
	}
	if strings.HasPrefix(name, "Mac") && len(name) > 5 {
		v = append(v, "Mc"+name[3:], "Mac"+strings.ToLower(name[3:]))
	} else if strings.HasPrefix(name, "Mc") && len(name) > 4 {
		v = append(v, "Mac"+strings.TrimSpace(name[2:]), "Mc "+strings.TrimSpace(name[2:]))
	}
	if i := strings.LastIndexByte(name, ' '); i > 0 && !strings.HasPrefix(name, "Mc") {
		v = append(v, strings.ReplaceAll(name, " ", ""), name[i+1:], strings.ReplaceAll(name, " ", "-"), strings.ToUpper(name[:1])+name[1:])
	}
	return v
}

// spaced puts spaces where they do not belong.
func spaced(d dice, s string) string {
	return pick(d, []string{s + " ", s + "   ", " " + s, s + "\u00a0", s + "\t"})
}

func decompose(s string) string { return norm.NFD.String(s) }

func fullWidth(s string) string { return width.Widen.String(s) }

// initial returns the first letter of a name, with or without a full stop.
func initial(d dice, name string) string {
	r, _ := utf8.DecodeRuneInString(name)
	return string(r) + pick(d, []string{"", "."})
}

// digitSlip returns a day with one digit mistyped, always another one and always possible.
func digitSlip(d dice, day time.Time) time.Time {
	for range 50 {
		text := []byte(day.Format("02012006"))
		i := pick(d, []int{1, 3, 6, 7})
		text[i] = byte('0' + d.IntN(10))
		if t, err := time.Parse("02012006", string(text)); err == nil && !t.Equal(day) && t.Year() > 1900 && t.Year() < 2010 {
			return t
		}
	}
	return day.AddDate(0, 0, 1)
}

// transposed swaps day and month; it reports false where that makes no other day.
func transposed(day time.Time) (time.Time, bool) {
	if day.Day() > 12 || day.Day() == int(day.Month()) {
		return day, false
	}
	return time.Date(day.Year(), time.Month(day.Day()), int(day.Month()), 0, 0, 0, 0, time.UTC), true
}

// dayForms are the forms in which British people and systems write a day as text.
var dayForms = []string{"02/01/2006", "2/1/2006", "02/01/06", "2 January 2006", "02-Jan-2006", "2006-01-02", "02.01.2006", "20060102", "Jan 2, 2006",
	"2 Jan 06"}

// wordedDays are the forms whose day and month cannot be taken for each other.
var wordedDays = []string{"2 January 2006", "02-Jan-2006", "2006-01-02", "2nd January 2006"}

// dayText writes a day in one of the forms.
func dayText(day time.Time, form string) string {
	if form == "2nd January 2006" {
		return strconv.Itoa(day.Day()) + ordinalEnd(day.Day()) + day.Format(" January 2006")
	}
	return day.Format(form)
}

func ordinalEnd(n int) string {
	switch {
	case n/10 == 1:
		return "th"
	case n%10 == 1:
		return "st"
	case n%10 == 2:
		return "nd"
	case n%10 == 3:
		return "rd"
	}
	return "th"
}

// serial returns the spreadsheet serial number of a day (1 January 1900 is 1, and 29 February 1900 is counted).
func serial(day time.Time) int {
	return int(day.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24)
}

// phoneForms writes a British number, given by its area and subscriber digits without the trunk 0.
var phoneForms = []func(area, rest string) string{
	func(a, r string) string { return "0" + a + " " + r },
	func(a, r string) string { return "0" + a + r },
	func(a, r string) string { return "+44 " + a + " " + r },
	func(a, r string) string { return "+44" + a + r },
	func(a, r string) string { return "(0" + a + ") " + r },
	func(a, r string) string { return "+44 (0)" + a + " " + r },
	func(a, r string) string { return "0044 " + a + " " + r },
	func(a, r string) string { return "0" + a + "-" + r[:3] + "-" + r[3:] },
	func(a, r string) string { return "0" + a + "/" + r },
	func(a, r string) string { return a + r }, // a spreadsheet took it for a number
	func(a, r string) string { return "tel: 0" + a + " " + r[:3] + " " + r[3:] },
}

// phoneText writes a number in one of many forms.
func phoneText(d dice, phone string) string {
	if phone == "" {
		return ""
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
	digits = strings.TrimPrefix(strings.TrimPrefix(digits, "44"), "0")
	return pick(d, phoneForms)(digits[:4], digits[4:])
}

// mailVariant writes a mailbox with capitals or with a plus tag.
func mailVariant(d dice, mail string) string {
	local, domain, _ := strings.Cut(mail, "@")
	switch d.IntN(4) {
	case 0:
		return strings.ToUpper(mail)
	case 1:
		return capital(local) + "@" + domain
	case 2:
		return local + "@" + strings.ToUpper(domain)
	}
	return local + "+" + pick(d, []string{"imi", "news", "shop", "cpd"}) + "@" + domain
}
