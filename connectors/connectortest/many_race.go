//go:build race

package connectortest

// manyValues is a tenth under the race detector, which makes everything ten times slower.
const manyValues = 1_000
