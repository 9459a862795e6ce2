package clock

import (
	"strings"
	"testing"
	"time"
)

// plain counts days by walking along a calendar, one day after the other, knowing nothing of this package.
type plain struct{ off map[string]bool }

func newPlain(off ...string) plain {
	p := plain{map[string]bool{}}
	for _, s := range off {
		p.off[s] = true
	}
	return p
}

// months walks to the same date n months on, stopping at the end of a month that lacks it.
func (plain) months(from time.Time, n int) time.Time {
	at := from
	for turned := 0; ; {
		at = at.Add(24 * time.Hour)
		if at.Day() == 1 {
			turned++
		}
		ends := at.Add(24*time.Hour).Day() == 1
		if turned == n && (at.Day() == from.Day() || ends) {
			return at
		}
	}
}

func (plain) days(at time.Time, n int) time.Time {
	for range n {
		at = at.Add(24 * time.Hour)
	}
	return at
}

func (p plain) roll(at time.Time) string {
	for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday || p.off[at.Format("2006-01-02")] {
		at = at.Add(24 * time.Hour)
	}
	return at.Format("2006-01-02")
}

// german are public holidays that an organisation in the European Union might list.
var german = strings.Fields("2024-01-01 2024-03-29 2024-05-01 2025-10-03 2026-04-06 2026-05-01 2027-01-01 2028-12-25 2028-12-26 2029-05-21 2030-11-01")

func TestEveryDayAgainstAPlainCount(t *testing.T) {
	for _, name := range Names {
		var own []Day
		off := strings.Fields(listed[division(name)])
		if name == "eu" {
			off = german
			for _, s := range off {
				own = append(own, day(t, s))
			}
		}
		rule, err := For(name, own...)
		if err != nil {
			t.Fatal(err)
		}
		p := newPlain(off...)
		end := time.Date(2031, time.January, 1, 0, 0, 0, 0, time.UTC)
		for at := time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC); at.Before(end); at = at.Add(24 * time.Hour) {
			received := DayOf(at)
			clarified := []Wait{{received + 2, received + 7}, {received + 6, received + 10}} // 8 days together
			later := []Wait{{received + 40, received + 43}}
			month, three := p.months(at, 1), p.months(at, 3)

			for _, c := range []struct {
				name   string
				facts  Facts
				due    string
				notice time.Time
			}{
				{"plain", Facts{Received: received}, p.roll(month), month},
				{"evidence", Facts{Received: received, Evidence: []Wait{{received, received + 9}}},
					p.roll(p.months(p.days(at, 9), 1)), p.months(p.days(at, 9), 1)},
				{"pauses", Facts{Access: true, Received: received, Clarifications: clarified},
					p.roll(p.days(month, 8)), p.days(month, 8)},
				{"pauses of another right", Facts{Received: received, Clarifications: clarified}, p.roll(month), month},
				{"extended", Facts{Received: received, Extended: DayOf(month)}, p.roll(three), month},
				{"extended too late", Facts{Received: received, Extended: DayOf(month) + 1}, p.roll(month), month},
				{"extended, with pauses", Facts{Access: true, Received: received, Clarifications: append(later, clarified...), Extended: DayOf(month) + 8},
					p.roll(p.days(three, 11)), p.days(month, 8)},
				{"a pause after the month", Facts{Access: true, Received: received, Clarifications: later}, p.roll(month), month},
			} {
				got, err := rule.Due(c.facts)
				if err != nil || got.State != Running {
					t.Fatalf("%s, %s, %s: %+v, %v", name, received, c.name, got, err)
				}
				if got.Due.String() != c.due || got.NoticeBy != DayOf(c.notice) {
					t.Fatalf("%s, received %s, %s: due %s with notice by %s, a plain count gives %s and %s",
						name, received, c.name, got.Due, got.NoticeBy, c.due, c.notice.Format(time.DateOnly))
				}
				if computed := name != "eu" && (got.Due.Year() > 2028 || c.due > "2028-12-31"); got.Computed != computed {
					t.Fatalf("%s, received %s, %s, due %s: computed %v", name, received, c.name, got.Due, got.Computed)
				}
			}

			if got, err := rule.Complaint(received); err != nil || got.Due.String() != p.roll(p.days(at, 29)) {
				t.Fatalf("%s, a complaint of %s: %+v, %v", name, received, got, err)
			}
			if name == "eu" {
				continue
			}
			five, forty := p.months(at, 5), p.days(at, 60+40)
			for announced, last := range map[Day]time.Time{0: five, received + 60: forty, received + 140: five, received: month} {
				got, err := rule.Marks(Facts{Access: true, Received: received}, announced)
				if err != nil || got.Due.String() != p.roll(last) {
					t.Fatalf("%s, marks asked for on %s and announced on %s: %+v, %v", name, received, announced, got, err)
				}
			}
		}
	}
}
