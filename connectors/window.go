package connectors

import (
	"errors"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // Windows has no time zones of its own
)

// Hours are the time of day in which a system may be changed, in the time of a place. From a later to an earlier time they go over
// midnight. The zero value is always open.
type Hours struct {
	from, to int // minutes of the day
	zone     *time.Location
	text     string
}

var errHours = errors.New(`is no time of day: write it like "22:00-05:00 Europe/London"`)

// UnmarshalText reads hours from the form "22:00-05:00 Europe/London".
func (h *Hours) UnmarshalText(text []byte) error {
	span, zone, ok := strings.Cut(string(text), " ")
	from, to, ok2 := strings.Cut(span, "-")
	if !ok || !ok2 {
		return errHours
	}
	var err error
	made := Hours{text: string(text)}
	if made.from, err = minutes(from); err != nil {
		return err
	}
	if made.to, err = minutes(to); err != nil {
		return err
	}
	if made.from == made.to {
		return errHours
	}
	if made.zone, err = time.LoadLocation(zone); err != nil || zone == "Local" || zone == "" {
		return errors.New(`names no time zone: write one such as Europe/London`)
	}
	*h = made
	return nil
}

func minutes(text string) (int, error) {
	t, err := time.Parse("15:04", text)
	if err != nil {
		return 0, errHours
	}
	return t.Hour()*60 + t.Minute(), nil
}

// IsZero reports whether the hours were not set.
func (h Hours) IsZero() bool { return h.zone == nil }

// String returns the hours as they are written.
func (h Hours) String() string { return h.text }

// Open returns the time at or behind a given one at which the hours are open: the given one itself while they are.
func (h Hours) Open(at time.Time) time.Time {
	if h.IsZero() {
		return at
	}
	local := at.In(h.zone)
	now := local.Hour()*60 + local.Minute()
	if h.from < h.to && h.from <= now && now < h.to || h.from > h.to && (now >= h.from || now < h.to) {
		return at
	}
	for day := 0; ; day++ {
		opens := time.Date(local.Year(), local.Month(), local.Day()+day, h.from/60, h.from%60, 0, 0, h.zone)
		if opens.After(at) {
			return opens
		}
	}
}

// MarshalText writes the hours as they are written.
func (h Hours) MarshalText() ([]byte, error) { return []byte(h.text), nil }

// Batches say how far a batch may go before it stops. The form of the register's table [batch].
type Batches struct {
	Canary  int `toml:"canary"`  // people who are done and verified first; 10 when empty
	Rows    int `toml:"rows"`    // records that one batch may change; 100,000 when empty
	Share   int `toml:"share"`   // of an entity's records, in percent, that one batch may change; 50 when empty
	Drifted int `toml:"drifted"` // records that may be set aside because they changed since the plan; 100 when empty
}

// settle checks the limits and fills in those that are empty.
func (b *Batches) settle(s *Settings) error {
	for _, limit := range []struct {
		key   string
		value *int
		empty int
	}{{"canary", &b.Canary, 10}, {"rows", &b.Rows, 100_000}, {"share", &b.Share, 50}, {"drifted", &b.Drifted, 100}} {
		switch {
		case *limit.value < 0 || limit.key == "share" && *limit.value > 100:
			return s.Problem("batch."+limit.key, fmt.Sprintf("is no such number: leave it out for %d", limit.empty))
		case *limit.value == 0:
			*limit.value = limit.empty
		}
	}
	return nil
}
