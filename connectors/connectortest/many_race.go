//go:build race

package connectortest

// manyValues is a quarter under the race detector, which makes everything ten times slower; it is still more
// than the parameters of any statement.
const manyValues = 2_500
