package linkage

import (
	"math"

	"dossier/connectors"
	"dossier/locate/normal"
)

// Model tells how likely a record is a subject's. It is safe for use by several goroutines.
type Model struct {
	kinds   []kind
	at      [measures]int // the kind of a measure that has but one
	slots   [measures]int // how many kinds of a measure there are
	fast    []int         // the kinds but for names, those that are compared fast first
	region  normal.Region
	weights []Weights // by kind
	bits    [][levels]bitset
	prior   bitset // log2 of how many records of each alternative there are to one of the subject's
	terms   *Frequencies
}

// bitset is the evidence for the subject against each alternative, in bits.
type bitset [8]float32

// Options of a model.
type Options struct {
	Identifiers []connectors.Identifier // what fields can hold
	Region      string                  // where phone numbers without a country code are from
	Training    *Training               // nil: the defaults
}

// People is the number of people that a model takes an organisation to hold records of, where training does not tell.
const People = 1 << 20

// New returns a model.
func New(o Options) *Model {
	m := &Model{kinds: kindsOf(o.Identifiers), region: normal.NewRegion(o.Region)}
	people := float64(People)
	if o.Training != nil {
		people = max(2, o.Training.People)
		m.terms = o.Training.Terms
	}
	for i := range m.kinds {
		k := &m.kinds[i]
		m.at[k.measure] = i
		m.slots[k.measure] = max(m.slots[k.measure], k.slot+1)
		w := defaults[k.measure]
		if o.Training != nil {
			if trained, ok := o.Training.Weights[k.key()]; ok {
				w = trained
			}
		}
		m.weights = append(m.weights, w)
		m.bits = append(m.bits, tableOf(k, w))
	}
	for _, measure := range []measure{birth, number, postcode, phone, email, label, address} {
		for i := range m.kinds {
			if m.kinds[i].measure == measure {
				m.fast = append(m.fast, i)
			}
		}
	}
	for a := range others {
		many := others[a].many
		if o.Training != nil && o.Training.Others[others[a].key] > 0 {
			many = o.Training.Others[others[a].key]
		}
		m.prior[a] = float32(math.Log2(many))
	}
	m.prior[stranger] = float32(math.Log2(people))
	return m
}

// key names a kind in what is trained.
func (k *kind) key() string {
	if k.measure == order {
		return "order_of_names"
	}
	return k.name
}

func tableOf(k *kind, w Weights) [levels]bitset {
	var t [levels]bitset
	for l := Exact; l < levels; l++ {
		if w[l].M > 0 {
			t[l] = bitsOf(k, l, w[l])
		}
	}
	return t
}

// bitsOf returns what a level tells against each alternative.
func bitsOf(k *kind, l Level, w Odds) bitset {
	var b bitset
	for a := range others {
		b[a] = float32(math.Log2(w.M / max(others[a].seen(k, l, w), 1e-12)))
	}
	return b
}

// Field returns what a column holds whose identifier has the name, and false for one that the model does not compare.
func (m *Model) Field(name string) (Field, bool) {
	switch name {
	case "full_name":
		return Field{full: true}, true
	case "former_name":
		name = "family_name"
	}
	i := indexOf(m.kinds, name)
	return Field{kind: i}, i >= 0 && name != ""
}

// hopeless is the evidence, in bits, below which nobody looks closer.
const hopeless = -14

// Score compares a subject with a record and returns the log odds, in bits, that the record is the subject's; below hopeless any
// number that is. c keeps what was found, for Explain and Verdict.
//
// Nearly all records are a stranger's, so the evidence against one is added up first, the kinds that are compared fast before the others,
// and no more is compared once even what is left could not help.
func (m *Model) Score(s *Subject, e *Entry, c *Comparison) float64 {
	c.Bits = hopeless - 1
	clear(c.levels[:len(m.kinds)])
	both := s.filled & e.filled
	least := m.prior[stranger] + hopeless
	hope := float32(0)
	if both>>birth != 0 {
		for _, i := range m.fast {
			if both&(1<<i) != 0 {
				hope += s.most[i]
			}
		}
	}
	if e.filled&(1<<given|1<<family) != 0 {
		hope += s.most[given] + s.most[family]
	}
	for _, i := range m.fast {
		if hope < least {
			return c.Bits
		}
		if both&(1<<i) != 0 {
			m.compareKind(&s.Entry, e, c, i)
			hope += m.tells(s, c, i)[stranger] - s.most[i]
		}
	}
	if hope < least {
		return c.Bits
	}
	m.compareNames(&s.Entry, e, c)
	if m.addUp(s, c); c.sum[stranger] >= least {
		c.Bits, c.other = against(&c.sum, &m.prior)
	}
	return c.Bits
}

// ScoreWhole is Score that compares everything, however hopeless it is: for a record that is shown all the same and must be explained.
func (m *Model) ScoreWhole(s *Subject, e *Entry, c *Comparison) float64 {
	m.compare(&s.Entry, e, c)
	m.addUp(s, c)
	c.Bits, c.other = against(&c.sum, &m.prior)
	return c.Bits
}

// addUp sums what the levels of all kinds tell.
func (m *Model) addUp(s *Subject, c *Comparison) {
	var sum bitset
	for i := range m.kinds {
		if c.levels[i] != Missing {
			b := m.tells(s, c, i)
			for a := range sum {
				sum[a] += b[a]
			}
		}
	}
	c.sum = sum
}

// tells returns what the level of a kind tells.
func (m *Model) tells(s *Subject, c *Comparison, i int) *bitset {
	if c.levels[i] == Exact && s.exact[i] != nil {
		return &s.exact[i][c.subject[i]]
	}
	return &m.bits[i][c.levels[i]]
}

// against weighs the subject against all alternatives together, and tells the likeliest of them.
func against(sum, prior *bitset) (bits float64, likeliest int) {
	total, best := 0.0, math.Inf(-1)
	for a := range alternatives {
		x := float64(prior[a] - sum[a])
		total += math.Exp2(x)
		if x > best {
			best, likeliest = x, a
		}
	}
	return -math.Log2(total), likeliest
}

// Probability turns log odds in bits into a probability.
func Probability(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }
