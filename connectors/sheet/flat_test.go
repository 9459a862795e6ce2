package sheet

import (
	"testing"

	"dossier/connectors/compare"
)

// TestSearchesAllocateNothingARow holds that four times as many rows need no more memory than the same search of fewer.
func TestSearchesAllocateNothingARow(t *testing.T) {
	if raced {
		t.Skip("the race detector allocates")
	}
	for name, shared := range map[string]bool{"shared": true, "inline": false} {
		for _, how := range []compare.How{compare.Equal, compare.Folded} {
			t.Run(name+"/"+how.String(), func(t *testing.T) {
				var allocs [2]float64
				for i, rows := range []int{1000, 4000} {
					dir := t.TempDir()
					bigBook(t, dir, "a.xlsx", rows, shared)
					c := bigSource(t, dir)
					allocs[i] = testing.AllocsPerRun(2, func() { find(t, c, everywhere(how, "person777@example.org")) })
				}
				if allocs[1] > allocs[0]+300 {
					t.Errorf("%.0f allocations for 1000 rows, %.0f for 4000", allocs[0], allocs[1])
				}
			})
		}
	}
}
