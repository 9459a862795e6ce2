//go:build !race

package jet

const raced = false
