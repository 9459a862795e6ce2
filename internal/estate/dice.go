package estate

import (
	"hash/fnv"
	"math/rand/v2"
	"strconv"
)

// dice are the chances of one person in one system: they depend on the seed, the person and the system
// alone, whatever else is in the estate.
type dice struct{ *rand.Rand }

func newDice(seed uint64, parts ...string) dice {
	h := fnv.New64a()
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p)) + ":" + p))
	}
	return dice{rand.New(rand.NewPCG(seed, h.Sum64()))}
}

// one reports true once in n times on average.
func (d dice) one(n int) bool { return d.IntN(n) == 0 }

// percent reports true in that many of a hundred times on average.
func (d dice) percent(p int) bool { return d.IntN(100) < p }

// between returns a number from low to high, both included.
func (d dice) between(low, high int) int { return low + d.IntN(high-low+1) }

func pick[T any](d dice, from []T) T { return from[d.IntN(len(from))] }

// digits returns n random decimal digits.
func (d dice) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + d.IntN(10))
	}
	return string(b)
}
