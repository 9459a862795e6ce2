//go:build race

package jet

// raced: the race detector makes everything ten times slower. What shows nothing more about goroutines is left to the run
// without it.
const raced = true
