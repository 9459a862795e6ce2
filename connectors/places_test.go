package connectors

import (
	"fmt"
	"testing"
)

func TestByPlace(t *testing.T) {
	var changes []Change
	for _, place := range []string{"b", "a", "b", "c", "a"} {
		changes = append(changes, Change{Record: Ref{Place: place, Key: []string{fmt.Sprint(len(changes))}}})
	}
	got := ""
	for of, own := range ByPlace(changes) {
		for n, i := range of {
			if own[n].Record.ID() != changes[i].Record.ID() {
				t.Errorf("the change %d is %s", i, own[n].Record)
			}
		}
		got += fmt.Sprint(own[0].Record.Place, of)
	}
	if got != "b[0 2]a[1 4]c[3]" {
		t.Error(got)
	}
}
