package connectors

import "time"

// Approvals says how many people must approve a plan, by what it does, and how long an approval counts.
type Approvals struct {
	Valid    Period `toml:"valid"` // 7 days when empty
	Erase    int    `toml:"erase"` // people; 1 when empty, as for the others
	Restrict int    `toml:"restrict"`
	Lift     int    `toml:"lift"`
	Rectify  int    `toml:"rectify"`
	Object   int    `toml:"object"`
}

// Needed returns how many people must approve a plan that does what the name of the key says.
func (a Approvals) Needed(action string) int {
	return max(1, map[string]int{"erase": a.Erase, "restrict": a.Restrict, "lift": a.Lift, "rectify": a.Rectify, "object": a.Object}[action])
}

// Expires returns when an approval that is given now ends.
func (a Approvals) Expires(now time.Time) time.Time {
	p := a.Valid
	if p == (Period{}) {
		p.Days = 7
	}
	return now.AddDate(p.Years, p.Months, p.Days)
}

func (a Approvals) check(s *Settings) error {
	for _, n := range []int{a.Erase, a.Restrict, a.Lift, a.Rectify, a.Object} {
		if n < 0 || n > 2 {
			return s.Problem("approvals", "write 1 or 2, the number of people who must approve, such as erase = 2")
		}
	}
	return nil
}
