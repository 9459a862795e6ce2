package connectors

import (
	"testing"
	"time"
)

func TestApprovals(t *testing.T) {
	const head = "version = 1\n[organisation]\nname = \"Test\"\nclock = \"eu\"\n"
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		lines   string
		erase   int // 0: refused
		expires string
	}{
		"nothing said":    {"", 1, "2026-02-07"},
		"two for erasing": {"[approvals]\nerase = 2\nvalid = \"1 day\"", 2, "2026-02-01"},
		"no people":       {"[approvals]\nlift = -1", 0, ""},
		"three people":    {"[approvals]\nerase = 3", 0, ""},
		"another action":  {"[approvals]\nexport = 1", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Parse([]byte(head+c.lines), nil)
			if (err != nil) != (c.erase == 0) {
				t.Fatal(err)
			}
			if err != nil {
				return
			}
			if got := r.Approvals.Needed("erase"); got != c.erase || r.Approvals.Needed("lift") != 1 {
				t.Errorf("%d people, and %d to lift", got, r.Approvals.Needed("lift"))
			}
			if got := r.Approvals.Expires(now).Format(time.DateOnly); got != c.expires {
				t.Errorf("expires on %s, not %s", got, c.expires)
			}
		})
	}
}
