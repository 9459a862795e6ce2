package connectors

import "iter"

// ByPlace yields the changes of each place, in their order, with their positions among all: for systems that are changed file by file.
func ByPlace(changes []Change) iter.Seq2[[]int, []Change] {
	return func(yield func([]int, []Change) bool) {
		var order []string
		positions := map[string][]int{}
		for i, c := range changes {
			place := c.Record.Place
			if positions[place] == nil {
				order = append(order, place)
			}
			positions[place] = append(positions[place], i)
		}
		for _, place := range order {
			own := make([]Change, len(positions[place]))
			for n, i := range positions[place] {
				own[n] = changes[i]
			}
			if !yield(positions[place], own) {
				return
			}
		}
	}
}
