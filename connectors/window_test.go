package connectors

import (
	"testing"
	"time"
)

func TestHours(t *testing.T) {
	for _, c := range []struct{ hours, at, want string }{
		{"22:00-05:00 Europe/London", "2026-01-10T21:59:00Z", "2026-01-10T22:00:00Z"},
		{"22:00-05:00 Europe/London", "2026-01-10T22:00:00Z", "2026-01-10T22:00:00Z"},
		{"22:00-05:00 Europe/London", "2026-01-11T04:59:59Z", "2026-01-11T04:59:59Z"},
		{"22:00-05:00 Europe/London", "2026-01-11T05:00:00Z", "2026-01-11T22:00:00Z"},
		{"22:00-05:00 Europe/London", "2026-07-10T20:30:00Z", "2026-07-10T21:00:00Z"}, // summer time
		{"09:00-17:00 America/New_York", "2026-01-10T13:00:00Z", "2026-01-10T14:00:00Z"},
		{"09:00-17:00 America/New_York", "2026-01-10T22:00:00Z", "2026-01-11T14:00:00Z"},
		{"01:15-01:45 Europe/London", "2026-03-29T00:30:00Z", "2026-03-29T01:15:00Z"}, // 01:15 is left out that night
	} {
		var h Hours
		if err := h.UnmarshalText([]byte(c.hours)); err != nil {
			t.Fatal(err)
		}
		at, _ := time.Parse(time.RFC3339, c.at)
		want, _ := time.Parse(time.RFC3339, c.want)
		if got := h.Open(at); !got.Equal(want) {
			t.Errorf("%s at %s opens %s, not %s", c.hours, c.at, got.UTC().Format(time.RFC3339), c.want)
		}
	}
	for _, bad := range []string{"", "22-05", "22:00-05:00", "22:00-22:00 Europe/London", "22:00-25:00 Europe/London", "22:00-05:00 Nowhere", "22:00-05:00 Local", "22:00 05:00"} {
		var h Hours
		if err := h.UnmarshalText([]byte(bad)); err == nil || !h.IsZero() {
			t.Errorf("%q was read", bad)
		}
	}
	now := time.Now()
	if (Hours{}).Open(now) != now {
		t.Error("without hours it is closed")
	}
}
