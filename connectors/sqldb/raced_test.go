//go:build race

package sqldb

// raced reports whether the race detector looks on.
const raced = true
