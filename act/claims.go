package act

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/locate"
)

// Claims are what a search found of a batch's people. Of each record they hold the name and no value. Whoever needs a decision is set
// aside whole: a batch never guesses.
type Claims struct {
	people []claimant
	owners map[string]owner // by the record's ID
}

// claimant is one of the people. Their number in the batch is one more than the position.
type claimant struct {
	certain  int
	possible int
	aside    string // why nothing is planned, "" where everything is clear
}

// owner is a record and who may own it.
type owner struct {
	ref    connectors.Ref
	claims []claimBy
}

type claimBy struct {
	person  int32
	certain bool
}

// NewClaims returns the claims of so many people, before anything is found.
func NewClaims(people int) *Claims {
	return &Claims{people: make([]claimant, people), owners: map[string]owner{}}
}

// Add takes in a match of a person, from 0. The last of the same record counts.
func (c *Claims) Add(person int, m locate.Match) {
	id := m.Record.Ref.ID()
	o, known := c.owners[id]
	if !known {
		o.ref = m.Record.Ref
		o.ref.Key = slices.Clone(o.ref.Key)
	}
	i := slices.IndexFunc(o.claims, func(by claimBy) bool { return int(by.person) == person })
	if i < 0 {
		i = len(o.claims)
		o.claims = append(o.claims, claimBy{person: int32(person)})
	} else {
		c.count(person, o.claims[i].certain, -1)
	}
	o.claims[i].certain = m.Certain
	c.count(person, m.Certain, 1)
	c.owners[id] = o
}

func (c *Claims) count(person int, certain bool, by int) {
	if certain {
		c.people[person].certain += by
	} else {
		c.people[person].possible += by
	}
}

// Aside sets a person aside for a reason. The first reason counts.
func (c *Claims) Aside(person int, why string) {
	if p := &c.people[person]; p.aside == "" {
		p.aside = why
	}
}

// Settle sets aside whoever needs a decision: who shares a record with another person of the batch, and, unless such records are left as
// they are, of whom records may be theirs and are not certain to be.
func (c *Claims) Settle(leave bool) {
	for _, o := range c.owners {
		var sure []int32
		for _, by := range o.claims {
			if by.certain {
				sure = append(sure, by.person)
			}
		}
		if len(sure) < 2 {
			continue
		}
		for _, person := range sure {
			c.Aside(int(person), "a record would be theirs and another person's of the batch: make a request for each, and decide there")
		}
	}
	for i := range c.people {
		if n := c.people[i].possible; n > 0 && !leave {
			c.Aside(i, fmt.Sprintf("%d records may be theirs, and nobody has decided: make a request, and decide there", n))
		}
	}
}

// State returns what is done for a person, and why nothing is, or what of theirs is left.
func (c *Claims) State(person int) (journal.PersonState, string) {
	switch p := c.people[person]; {
	case p.aside != "":
		return journal.PersonAside, p.aside
	case p.certain == 0 && p.possible > 0:
		return journal.PersonAside, fmt.Sprintf("%d records may be theirs, none is certain to be: make a request, and decide there", p.possible)
	case p.certain == 0:
		return journal.PersonAbsent, ""
	case p.possible > 0:
		return journal.PersonClear, fmt.Sprintf("%d more records may be theirs, and are left as they are", p.possible)
	}
	return journal.PersonClear, ""
}

// Systems returns the systems with records that are certain to be somebody's of them.
func (c *Claims) Systems() []string {
	var systems []string
	for _, o := range c.owners {
		if !slices.Contains(systems, o.ref.System) && slices.ContainsFunc(o.claims, func(by claimBy) bool { return by.certain }) {
			systems = append(systems, o.ref.System)
		}
	}
	slices.Sort(systems)
	return systems
}

// Claimed is a record of one of the people.
type Claimed struct {
	Person int // from 1, as in the lines of a plan
	Record connectors.Ref
}

// Of returns the records of those who are taken, in the order of a plan.
func (c *Claims) Of(p *Planner, taken func(person int) bool) []Claimed {
	var list []Claimed
	for _, o := range c.owners {
		for _, by := range o.claims {
			if by.certain && taken(int(by.person)) {
				list = append(list, Claimed{int(by.person) + 1, o.ref})
			}
		}
	}
	slices.SortFunc(list, func(a, b Claimed) int {
		if order := p.Compare(a.Record, b.Record); order != 0 {
			return order
		}
		if a.Person != b.Person {
			return a.Person - b.Person
		}
		return slices.Compare(a.Record.Key, b.Record.Key)
	})
	return list
}

// readAhead is how many records of a batch are read at once while it is planned.
const readAhead = 1000

// Items reads the records again and yields them in the order of the list. Those that are gone are passed over: there is nothing
// left to be done to them. fact returns what is corrected of a person; nil where nothing is.
func (p *Planner) Items(ctx context.Context, list []Claimed, fact func(person int) Correction) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for len(list) > 0 {
			n := 1
			for n < len(list) && n < readAhead && p.Compare(list[0].Record, list[n].Record) == 0 {
				n++
			}
			some := list[:n]
			list = list[n:]
			at := slices.IndexFunc(p.targets, func(t *target) bool { return t.System.ID == some[0].Record.System })
			if at < 0 {
				yield(Item{}, fmt.Errorf("act: a record of %s, which the plan is not about", some[0].Record.System))
				return
			}
			now := map[string]connectors.Record{}
			if t := p.targets[at]; t.Conn != nil {
				refs := make([]connectors.Ref, len(some))
				for i, c := range some {
					refs[i] = c.Record
				}
				var err error
				if now, err = Fetch(ctx, t.Conn, refs); err != nil {
					yield(Item{}, fmt.Errorf("%s: %w", t.System.Title, err))
					return
				}
			}
			for _, c := range some {
				record, there := now[c.Record.ID()]
				if !there && p.targets[at].Conn != nil {
					continue
				}
				if !there {
					record.Ref = c.Record
				}
				item := Item{Person: c.Person, Record: record}
				if fact != nil {
					item.Fact = fact(c.Person)
				}
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}
