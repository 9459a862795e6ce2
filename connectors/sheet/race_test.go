//go:build race

package sheet

// raced is whether the race detector is at work, under which everything takes ten times as long.
const raced = true
