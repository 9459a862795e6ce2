package request

import (
	"strings"
	"testing"
	"time"
)

// Whoever is refused is told the reasons and all three remedies.
func TestRefusal(t *testing.T) {
	r := Request{ID: "SAR-2026-0001", Kind: Access, Received: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Letter: Letter{Contact: Contact{Title: "Ms", Name: "King"}}}
	if got := r.Refusal("The Institute", "data@example.org", true); got != "" {
		t.Errorf("not refused: %s", got)
	}
	r.Steps = []Step{{What: Refused, Details: Details{Ground: "manifestly excessive", Note: "It is the tenth in a month."}}}
	got := r.Refusal("The Institute", "data@example.org", true)
	for _, want := range []string{"Dear Ms King,", "31 January 2026", "manifestly excessive", "the tenth", "data@example.org", "Information Commissioner", "a court", "The Institute"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %s", want, got)
		}
	}
	if abroad := r.Refusal("The Institute", "", false); strings.Contains(abroad, "ico.org.uk") || !strings.Contains(abroad, "supervisory authority") {
		t.Error(abroad)
	}
}
