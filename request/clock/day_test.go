package clock

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func day(t testing.TB, s string) Day {
	t.Helper()
	if s == "" {
		return 0
	}
	d, err := ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDayFollowsTheCalendar(t *testing.T) {
	if got := On(1, time.January, 1); got != 1 {
		t.Errorf("1 January of the year 1 is Day %d", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		d := Day(rapid.IntRange(2, int(On(9999, time.December, 31))).Draw(t, "day"))
		if back, err := ParseDay(d.String()); err != nil || back != d {
			t.Fatalf("%d is written %s and read %d, %v", d, d, back, err)
		}
		if DayOf(d.Time()) != d || (d+1).Time() != d.Time().AddDate(0, 0, 1) {
			t.Fatalf("%s is at %s", d, d.Time())
		}
	})
}

func TestDayIsTheCivilDay(t *testing.T) {
	kiritimati := time.FixedZone("", 14*60*60)
	late := time.Date(2026, time.March, 2, 0, 30, 0, 0, kiritimati) // still 1 March in UTC
	if got := DayOf(late); got != On(2026, time.March, 2) {
		t.Errorf("got %s", got)
	}
	if DayOf(time.Time{}) != 0 || !Day(0).Time().IsZero() {
		t.Error("no day is the zero time, and back")
	}
}

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2025-12-31", 2, "2026-02-28"},
		{"2026-11-30", 3, "2027-02-28"},
		{"2026-12-15", 1, "2027-01-15"},
		{"2026-08-31", 1, "2026-09-30"},
		{"2026-02-28", 1, "2026-03-28"},
	} {
		if got := day(t, c.from).AddMonths(c.n).String(); got != c.want {
			t.Errorf("%s and %d months: %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestDayInText(t *testing.T) {
	d := On(2026, time.March, 2)
	if got := d.Long(); got != "Monday 2 March 2026" {
		t.Errorf("Long: %q", got)
	}
	if Day(0).Long() != "" || Day(0).String() != "" {
		t.Error("no day is written as nothing")
	}
	type holder struct {
		A Day `json:"a"`
		B Day `json:"b,omitzero"`
	}
	b, err := json.Marshal(holder{A: d})
	if err != nil || string(b) != `{"a":"2026-03-02"}` {
		t.Fatalf("%s, %v", b, err)
	}
	got := holder{B: d}
	if err := json.Unmarshal([]byte(`{"a":"2026-03-02","b":""}`), &got); err != nil || got != (holder{A: d}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func FuzzParseDay(f *testing.F) {
	for _, s := range []string{"2026-03-02", "0001-01-01", "9999-12-31", "0000-12-31", "2026-02-29", "2026-3-2", "", "2026-03-02 ", "٢٠٢٦-03-02"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDay(s)
		if err != nil && d != 0 {
			t.Errorf("%q is refused, yet %d", s, d)
		}
		if err == nil && d.String() != s {
			t.Errorf("%q is read as %s", s, d)
		}
	})
}
