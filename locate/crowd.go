package locate

import (
	"slices"

	"dossier/connectors"
	"dossier/locate/linkage"
)

// crowd is whom a search is for: one person, or thousands at once. It only grows.
type crowd struct {
	profiles []*profile
	values   []known // of all of them, in the order in which they became known
	latest   *people // nil where values were added since it was made
}

func newCrowd(register *connectors.Register, model *linkage.Model, subjects []Subject) *crowd {
	c := &crowd{}
	for _, s := range subjects {
		p := newProfile(register, model, s)
		c.profiles = append(c.profiles, p)
		c.values = append(c.values, p.values...)
	}
	return c
}

func (c *crowd) many() bool { return len(c.profiles) > 1 }

// learn makes known what a record tells of the person whose it is, and reports whether it told anything new.
func (c *crowd) learn(person int, e *connectors.Entity, m Match) bool {
	p := c.profiles[person]
	before := len(p.values)
	p.learn(e, m)
	c.values = append(c.values, p.values[before:]...)
	if len(p.values) == before {
		return false
	}
	c.latest = nil
	return true
}

// refused returns the gaps of identifiers that cannot be searched for.
func (c *crowd) refused() []connectors.Gap {
	var list []connectors.Gap
	for _, p := range c.profiles {
		for _, g := range p.refused {
			if !slices.Contains(list, g) {
				list = append(list, g)
			}
		}
	}
	return list
}

// now returns everybody as they are known now.
func (c *crowd) now() *people {
	if c.latest != nil {
		return c.latest
	}
	p := &people{all: make([]*person, len(c.profiles))}
	for i, of := range c.profiles {
		p.all[i] = of.person()
	}
	p.aim = p.all[0]
	if c.many() {
		p.join(c.profiles[0].model)
	}
	c.latest = p
	return p
}

// people are those whom a search is for, as they are known at one time. They never change, so that several goroutines may
// read them.
type people struct {
	all    []*person
	aim    *person // has a value of each kind that anybody has one of
	blocks map[uint64][]int32
}

// join makes an index of thousands of people, so that each record is compared with few of them.
func (p *people) join(model *linkage.Model) {
	p.aim, p.blocks = &person{}, map[uint64][]int32{}
	kinds := map[string]bool{}
	for i, who := range p.all {
		for _, k := range who.values {
			if !kinds[k.kind.Name] {
				kinds[k.kind.Name] = true
				p.aim.values = append(p.aim.values, k)
			}
		}
		model.Blocks(&who.subject.Entry, func(key uint64) {
			if in := p.blocks[key]; len(in) == 0 || in[len(in)-1] != int32(i) {
				p.blocks[key] = append(in, int32(i))
			}
		})
	}
}

// candidates returns the numbers of those whom an entry may be about, each once. The list is valid until the next call.
func (j *judge) candidates(of *people, entry *linkage.Entry) []int32 {
	j.about = j.about[:0]
	if of.blocks == nil {
		j.about = append(j.about, 0)
		return j.about
	}
	if len(j.asked) < len(of.all) {
		j.asked, j.turn = make([]uint32, len(of.all)), 0
	}
	if j.turn++; j.turn == 0 { // the numbers of turns begin again
		clear(j.asked)
		j.turn = 1
	}
	j.model.Blocks(entry, func(key uint64) {
		for _, n := range of.blocks[key] {
			if j.asked[n] != j.turn {
				j.asked[n] = j.turn
				j.about = append(j.about, n)
			}
		}
	})
	return j.about
}

// concerns reports whether a record may be anybody's of them.
func (j *judge) concerns(of *people, v *view, fields connectors.Fields) bool {
	entry := j.read(of.aim, v, fields)
	for _, n := range j.candidates(of, entry) {
		if j.weigh(of.all[n], v, entry) != linkage.No {
			return true
		}
	}
	return false
}
