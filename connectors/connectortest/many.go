//go:build !race

package connectortest

// manyValues is how many values one term asks for in the cases that ask for thousands.
const manyValues = 10_000
