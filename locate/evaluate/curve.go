package evaluate

import (
	"math"

	"dossier/locate/linkage"
)

// A Curve counts pairs by the evidence for them, to a twentieth of a bit.
type Curve struct {
	right, wrong [cells]int
	unseen       int // true pairs that no evidence was told for
}

const (
	lowest, highest = -20, 80 // bits
	perBit          = 20
	cells           = (highest - lowest) * perBit
)

func cell(bits float64) int {
	return int(min(max((bits-lowest)*perBit, 0), cells-1))
}

// Add counts a pair.
func (c *Curve) Add(bits float64, same bool) {
	if same {
		c.right[cell(bits)]++
	} else {
		c.wrong[cell(bits)]++
	}
}

// Join adds what another curve counted.
func (c *Curve) Join(other *Curve) {
	for i := range c.right {
		c.right[i] += other.right[i]
		c.wrong[i] += other.wrong[i]
	}
	c.unseen += other.unseen
}

// True returns how many true pairs there are.
func (c *Curve) True() int {
	n := c.unseen
	for _, k := range c.right {
		n += k
	}
	return n
}

// Point is what holds when every pair of at least so many bits is taken as one person's.
type Point struct {
	Bits      float64 `json:"bits"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	Right     int     `json:"right"`
	Wrong     int     `json:"wrong"`
}

func point(bits float64, right, wrong, truth int) Point {
	p := Point{Bits: bits, Precision: 1, Right: right, Wrong: wrong}
	if right+wrong > 0 {
		p.Precision = float64(right) / float64(right+wrong)
	}
	if truth > 0 {
		p.Recall = float64(right) / float64(truth)
	}
	if right+wrong+truth > 0 {
		p.F1 = 2 * float64(right) / float64(right+wrong+truth)
	}
	return p
}

// At returns the point of a threshold.
func (c *Curve) At(bits float64) Point {
	right, wrong := 0, 0
	for i := cell(bits); i < cells; i++ {
		right += c.right[i]
		wrong += c.wrong[i]
	}
	return point(bits, right, wrong, c.True())
}

// Best returns the point of the highest F1.
func (c *Curve) Best() Point {
	return c.choose(func(p, best Point) bool { return p.F1 > best.F1 })
}

// Recall returns the point of the highest recall whose precision is at least so high.
func (c *Curve) Recall(precision float64) Point {
	return c.choose(func(p, best Point) bool { return p.Precision >= precision && p.Recall > best.Recall })
}

func (c *Curve) choose(better func(p, best Point) bool) Point {
	truth, right, wrong := c.True(), 0, 0
	best := Point{Bits: highest, Precision: 1}
	for i := cells - 1; i >= 0; i-- {
		right += c.right[i]
		wrong += c.wrong[i]
		if p := point(lowest+float64(i)/perBit, right, wrong, truth); better(p, best) {
			best = p
		}
	}
	return best
}

// Band compares what a range of evidence says with what is true.
type Band struct {
	From     float64 `json:"from"` // bits
	To       float64 `json:"to"`
	Pairs    int     `json:"pairs"`
	Expected float64 `json:"expected"` // how many are one person's by their probabilities
	True     int     `json:"true"`     // how many are
}

var bounds = []float64{-14, -10, linkage.PossibleBits, 0, 5, 10, linkage.CertainBits, 20, 30, highest}

// Bands tells how well the probabilities are calibrated.
func (c *Curve) Bands() []Band {
	var bands []Band
	for i, from := range bounds[:len(bounds)-1] {
		b := Band{From: from, To: bounds[i+1]}
		for j := cell(from); j < cells && (j < cell(b.To) || b.To == highest); j++ {
			n := c.right[j] + c.wrong[j]
			b.Pairs += n
			b.True += c.right[j]
			b.Expected += float64(n) * linkage.Probability(lowest+(float64(j)+.5)/perBit)
		}
		if b.Pairs > 0 {
			bands = append(bands, b)
		}
	}
	return bands
}

// bitsOf returns the log odds of a probability, in bits.
func bitsOf(probability float64) float64 {
	return min(max(math.Log2(probability/(1-probability)), lowest), highest)
}
