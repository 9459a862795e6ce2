package act

import (
	"context"
	"slices"
	"testing"
	"time"
)

// A batch waits until a system's hours begin, and changes no more in a second than its rate allows; a request does not wait.
func TestHoursAndRates(t *testing.T) {
	for name, c := range map[string]struct {
		batch  string
		at     time.Duration // behind testTime, a Monday's 09:30 in London
		want   []time.Duration
		closed int
	}{
		"a batch before its hours": {batch: "file", want: []time.Duration{12*time.Hour + 30*time.Minute, time.Second, time.Second}, closed: 1},
		"a batch in its hours":     {batch: "file", at: 19 * time.Hour, want: []time.Duration{time.Second, time.Second}},
		"a request":                {},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEstate(t, "crm")
			e.batch, e.now = c.batch, testTime.Add(c.at)
			system, _ := e.register.System("crm")
			system.Rate = 2
			if err := system.Hours.UnmarshalText([]byte("22:00-05:00 Europe/London")); err != nil {
				t.Fatal(err)
			}
			plan := e.seal(Erase, e.erasing("crm"))
			o := e.options()
			o.Wait = func(_ context.Context, d time.Duration) error {
				e.waited = append(e.waited, d)
				e.now = e.now.Add(d)
				return nil
			}
			events, err := all(Apply(t.Context(), plan, o))
			if err != nil {
				t.Fatal(err)
			}
			closed := 0
			for _, event := range events {
				if _, ok := event.(Closed); ok {
					closed++
				}
			}
			if !slices.Equal(e.waited, c.want) || closed != c.closed {
				t.Errorf("waited %v, want %v; told %d times that it is closed", e.waited, c.want, closed)
			}
			e.erased("crm")
		})
	}
}
