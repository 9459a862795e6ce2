package linkage

import (
	"bytes"
	"cmp"
	"hash/maphash"
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"dossier/connectors"
)

// Train learns from an organisation's records how many people they are about, how often the levels of each kind are seen among
// pairs of records of one person and of two, how many relatives, twins and namesakes there are, and how common terms are. It needs
// no labels: U comes from pairs drawn at random, M by expectation maximisation in sessions, each over the pairs that agree exactly on
// some kinds, which teach the others (over all pairs it collapses: matches are too few). What the records say too little about stays
// as the model has it. Two calls with the same records in the same order give the same result.
func (m *Model) Train(records []*Entry, key []byte) *Training {
	t := &trainer{model: m, records: records, terms: NewFrequencies(key), weights: slices.Clone(m.weights)}
	for _, r := range records {
		t.terms.Count(m, r)
	}
	n := float64(len(records))
	t.pairs = max(1, n*(n-1)/2)
	for a := range others {
		t.many[a] = math.Exp2(float64(m.prior[a]))
	}
	t.sample()
	for _, fixed := range t.plans() {
		t.sessions = append(t.sessions, t.block(fixed))
	}
	for range rounds {
		t.unrelated()
		t.related()
		t.weigh()
	}
	for i := range m.kinds {
		key := m.kinds[i].key()
		t.terms.own[key] = 1 + 2*t.both[i]/max(float64(t.terms.totals[key]), 1)
	}
	out := &Training{People: t.many[stranger], Others: map[string]float64{}, Weights: map[string]Weights{}, Terms: t.terms}
	for i := range m.kinds {
		out.Weights[m.kinds[i].key()] = t.weights[i]
	}
	for a := range others {
		if a != stranger {
			out.Others[others[a].key] = t.many[a]
		}
	}
	return out
}

// trainer is a training under way.
type trainer struct {
	model    *Model
	records  []*Entry
	terms    *Frequencies
	pairs    float64 // how many pairs the records make
	random   []seen  // pairs drawn at random
	sessions []session
	weights  []Weights
	many     [alternatives]float64
	matches  float64   // how many pairs are of one person, as far as is known
	exact    []float64 // by kind: how many pairs agree exactly that are no strangers'
	both     []float64 // by kind: how many pairs of one person have it both
}

// session is the pairs of records that agree exactly on the kinds that it holds fixed.
type session struct {
	fixed []int
	seen  []seen
}

// seen is what comparing two records gave, kind by kind, how often, and how often among pairs that no earlier session has.
type seen struct {
	levels [maxKinds]Level
	times  float64
	first  float64
}

const (
	rounds       = 3
	randomPairs  = 300_000
	sessionPairs = 300_000
	filler       = 200 // so many records that agree are a filler's that is not known as one
	iterations   = 25
	// What a training starts from counts for so many pairs.
	steadyM, steadyOthers = 10, 1
)

// sample compares random pairs.
func (t *trainer) sample() {
	n := len(t.records)
	if n < 2 {
		return
	}
	dice := rand.New(rand.NewPCG(1, uint64(n)))
	patterns := map[[maxKinds]Level]float64{}
	var c Comparison
	for range min(randomPairs, int(t.pairs)) {
		i, j := dice.IntN(n), dice.IntN(n-1)
		if j >= i {
			j++
		}
		t.model.compare(t.records[i], t.records[j], &c)
		patterns[c.levels]++
	}
	for _, p := range slices.SortedFunc(maps.Keys(patterns), comparePatterns) {
		t.random = append(t.random, seen{levels: p, times: patterns[p]})
	}
}

func comparePatterns(a, b [maxKinds]Level) int { return slices.Compare(a[:], b[:]) }

// plans returns the kinds that each session holds fixed: those that few people share, alone, and names together.
func (t *trainer) plans() [][]int {
	m := t.model
	var plans [][]int
	for k := range m.kinds {
		switch m.kinds[k].measure {
		case birth, postcode, address, email, phone, number:
			plans = append(plans, []int{k})
		case label:
			if same, pairs := t.terms.collisions(&m.kinds[k]); pairs > 0 && same < .01*pairs {
				plans = append(plans, []int{k})
			}
		}
	}
	return append(plans, []int{m.at[given], m.at[family]})
}

// block compares the records that agree exactly on the fixed kinds.
func (t *trainer) block(fixed []int) session {
	m := t.model
	seed := maphash.MakeSeed()
	groups := map[uint64][]int{}
	for i, r := range t.records {
		var h maphash.Hash
		h.SetSeed(seed)
		complete := true
		for _, k := range fixed {
			if complete = complete && r.count(&m.kinds[k]) > 0; complete {
				h.Write(r.term(&m.kinds[k], 0))
				h.WriteByte(0)
			}
		}
		if complete {
			groups[h.Sum64()] = append(groups[h.Sum64()], i)
		}
	}
	type counted struct{ times, first float64 }
	patterns := map[[maxKinds]Level]counted{}
	var c Comparison
	sorted := slices.SortedFunc(maps.Values(groups), func(a, b []int) int { return cmp.Compare(a[0], b[0]) })
	sorted = slices.DeleteFunc(sorted, func(g []int) bool { return len(g) > filler })
	pairs := 0
	for _, g := range sorted {
		pairs += len(g) * (len(g) - 1) / 2
	}
	each := max(1, float64(pairs)/sessionPairs) // how many groups one that is compared stands for
	dice := rand.New(rand.NewPCG(2, uint64(len(t.records))))
	for _, g := range sorted {
		if each > 1 && dice.Float64() >= 1/each {
			continue
		}
		for x, i := range g {
			for _, j := range g[:x] {
				m.compare(t.records[i], t.records[j], &c)
				n := patterns[c.levels]
				n.times += each
				if !t.together(i, j) {
					n.first += each
				}
				patterns[c.levels] = n
			}
		}
	}
	s := session{fixed: fixed}
	for _, p := range slices.SortedFunc(maps.Keys(patterns), comparePatterns) {
		s.seen = append(s.seen, seen{p, patterns[p].times, patterns[p].first})
	}
	return s
}

// together reports whether an earlier session has two records as a pair.
func (t *trainer) together(i, j int) bool {
	a, b := t.records[i], t.records[j]
	for _, s := range t.sessions {
		same := true
		for _, k := range s.fixed {
			kind := &t.model.kinds[k]
			same = same && a.count(kind) > 0 && b.count(kind) > 0 && bytes.Equal(a.term(kind, 0), b.term(kind, 0))
		}
		if same {
			return true
		}
	}
	return false
}

// unrelated learns U from the random pairs, those of one person left out as far as they are known, and that of exact agreement from how
// common the terms are, without the pairs that are not strangers'. What a training starts from counts like one agreement that was seen.
// That strangers have the same id stays as it is: it is too rare to be seen, and where one is given twice is counted apart.
func (t *trainer) unrelated() {
	m := t.model
	mix := newMixture(t, nil)
	counts := make([][levels]float64, len(m.kinds))
	for _, p := range t.random {
		strange := p.times
		if t.matches > 0 {
			strange *= mix.of(&p.levels)[stranger]
		}
		for k := range m.kinds {
			counts[k][p.levels[k]] += strange
		}
	}
	for k := range m.kinds {
		kind := &m.kinds[k]
		if kind.measure == order {
			continue
		}
		w, start := &t.weights[k], m.weights[k]
		total := 0.0
		for l := Exact; l < levels; l++ {
			total += counts[k][l]
		}
		sum := 0.0
		for l := Exact; l < Differ; l++ {
			if start[l].U > 0 && (l > Exact || kind.strength != connectors.Strong) {
				w[l].U = (counts[k][l] + 1) / (total + 1/start[l].U)
			}
			if same, pairs := t.terms.collisions(kind); l == Exact && pairs > 0 && kind.strength != connectors.Strong {
				switch {
				case t.matches > 0:
					w[l].U = (max(same-t.exact[k], 0) + 1) / (pairs + 1/start[l].U)
				case kind.measure == given || kind.measure == family || kind.measure == label:
					w[l].U = (same + 1) / (pairs + 1/start[l].U)
				default:
					w[l].U = start[l].U
				}
			}
			sum += w[l].U
		}
		w[Differ].U = max(1-sum, 1e-3)
	}
}

// collisions returns how many pairs of values of a kind are the same, and how many pairs there are; none where too few values were counted.
func (f *Frequencies) collisions(k *kind) (same, pairs float64) {
	total := float64(f.totals[k.key()])
	if total < fewest {
		return 0, 0
	}
	for _, n := range f.counts[k.key()] {
		same += float64(n) * float64(n-1) / 2
	}
	return same, total * (total - 1) / 2
}

// related learns M from all sessions.
func (t *trainer) related() {
	m := t.model
	sums := make([][levels]float64, len(m.kinds))
	for i := range t.sessions {
		found := t.maximise(&t.sessions[i])
		for k := range found {
			if !slices.Contains(t.sessions[i].fixed, k) {
				for l := Exact; l < levels; l++ {
					sums[k][l] += found[k][l]
				}
			}
		}
	}
	for k := range m.kinds {
		t.weights[k] = t.learn(k, &sums[k])
	}
}

// learn returns the weights of a kind with M as often as levels were counted, steadied by what the training starts from. Ids keep theirs:
// records that tell an id and nothing else are in no session but the id's own, and what is left is people under two of them.
func (t *trainer) learn(k int, counts *[levels]float64) Weights {
	w, start := t.weights[k], t.model.weights[k]
	if t.model.kinds[k].strength == connectors.Strong {
		return w
	}
	total := 0.0
	for l := Exact; l < levels; l++ {
		total += counts[l]
	}
	for l := Exact; l < levels; l++ {
		if start[l].M > 0 {
			w[l].M = (counts[l] + steadyM*start[l].M) / (total + steadyM)
		}
	}
	return w
}

// maximise runs expectation maximisation over a session: its pairs are a mixture of one person's and of each alternative's, whose shares
// and M are learnt while U stays. It returns how often each level was seen in one person's.
func (t *trainer) maximise(s *session) [][levels]float64 {
	m := t.model
	mix := newMixture(t, s.fixed)
	for a := range mix.shares {
		mix.shares[a] = 1
	}
	var counts [][levels]float64
	for range iterations {
		counts = make([][levels]float64, len(m.kinds))
		var shares [alternatives + 1]float64
		for i := range s.seen {
			p := &s.seen[i]
			of := mix.of(&p.levels)
			for a := range of {
				shares[a] += p.times * of[a]
			}
			for k := range m.kinds {
				counts[k][p.levels[k]] += p.times * of[alternatives]
			}
		}
		for a := range shares {
			mix.shares[a] = max(shares[a], 1e-6)
		}
		for k := range m.kinds {
			mix.set(k, t.learn(k, &counts[k]))
		}
	}
	return counts
}

// weigh learns how many pairs of records are of one person, and how many relatives, twins and namesakes there are, from all pairs of
// all sessions.
func (t *trainer) weigh() {
	m := t.model
	mix := newMixture(t, nil)
	for range iterations {
		var shares [alternatives + 1]float64
		t.exact, t.both = make([]float64, len(m.kinds)), make([]float64, len(m.kinds))
		for i := range t.sessions {
			for j := range t.sessions[i].seen {
				p := &t.sessions[i].seen[j]
				if p.first == 0 {
					continue
				}
				of := mix.of(&p.levels)
				for a := range of {
					shares[a] += p.first * of[a]
				}
				for k := range m.kinds {
					if p.levels[k] != Missing {
						t.both[k] += p.first * of[alternatives]
					}
					if p.levels[k] == Exact {
						t.exact[k] += p.first * (1 - of[stranger])
					}
				}
			}
		}
		t.matches = max(shares[alternatives], 1)
		mix.shares[alternatives] = 1
		mix.shares[stranger] = max(t.pairs-t.matches, 1) / t.matches
		for a := range others {
			if a != stranger && a != holder {
				mix.shares[a] = (shares[a] + steadyOthers*others[a].many) / (t.matches + steadyOthers)
			}
		}
	}
	copy(t.many[:], mix.shares[:alternatives])
}

// mixture tells how likely a pair is of one person or of each alternative.
type mixture struct {
	trainer *trainer
	fixed   []int // kinds that say nothing here
	weights []Weights
	shares  [alternatives + 1]float64 // the last is that of one person's
	tables  [][levels][alternatives + 1]float64
}

func newMixture(t *trainer, fixed []int) *mixture {
	x := &mixture{trainer: t, fixed: fixed, weights: slices.Clone(t.weights), tables: make([][levels][alternatives + 1]float64, len(t.weights))}
	copy(x.shares[:], t.many[:])
	x.shares[alternatives] = 1
	for k := range x.weights {
		x.set(k, x.weights[k])
	}
	return x
}

func (x *mixture) set(k int, w Weights) {
	x.weights[k] = w
	for l := Missing; l < levels; l++ {
		for a := range others {
			x.tables[k][l][a] = 1
			if l != Missing && !slices.Contains(x.fixed, k) {
				x.tables[k][l][a] = max(others[a].seen(&x.trainer.model.kinds[k], l, w[l]), 1e-12)
			}
		}
		x.tables[k][l][alternatives] = 1
		if l != Missing && !slices.Contains(x.fixed, k) {
			x.tables[k][l][alternatives] = max(w[l].M, 1e-9)
		}
	}
}

// of returns the probabilities of a pair, that of one person's last.
func (x *mixture) of(p *[maxKinds]Level) [alternatives + 1]float64 {
	d := x.shares
	for k := range x.tables {
		if p[k] == Missing {
			continue
		}
		row := &x.tables[k][p[k]]
		for a := range d {
			d[a] *= row[a]
		}
	}
	sum := 0.0
	for _, v := range d {
		sum += v
	}
	for a := range d {
		d[a] /= sum
	}
	return d
}
