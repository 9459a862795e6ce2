package locate

import (
	"cmp"
	"slices"

	"dossier/locate/linkage"
)

// retrace goes once more the way from what the request tells to all that is known of a person: first the records that are the
// person's by the request alone, then those that are by what these tell as well, and so on, all of a round at once. The systems answer in any
// order, and what became known first, and from whom, hangs on it while they do; what retrace returns does not.
func (s *search) retrace(person int) *profile {
	p, all := s.crowd.profiles[person].given(), s.of[person]
	for _, f := range all {
		f.traced, f.path = false, nil
	}
	for {
		round := s.traceable(p, all)
		if len(round) == 0 {
			return p
		}
		slices.SortFunc(round, func(a, b *found) int {
			return cmp.Or(cmp.Compare(len(a.path), len(b.path)), cmp.Compare(a.match.Record.Ref.ID(), b.match.Record.Ref.ID()))
		})
		for _, f := range round {
			m := f.match
			m.Path = f.path
			p.learn(f.entity, m)
		}
	}
}

// traceable marks and returns the records that are the person's by what p knows, and what belongs to them.
func (s *search) traceable(p *profile, all []*found) (round []*found) {
	trace := func(f *found, path []Step) {
		f.traced, f.path = true, path
		round = append(round, f)
	}
	who := p.person() // what is not traced has told nothing yet
	for _, f := range all {
		if f.traced || f.parent != nil {
			continue
		}
		certain := s.judge.verdict(who, s.judge.view(f.entity, f.shape), f.match.Record.Fields) == linkage.Certain
		if s.options.Decided(f.match.Record.Ref).includes(certain) {
			m, _ := s.judge.match(p, f.entity, f.shape, f.match.Record)
			trace(f, m.Path)
		}
	}
	for before := -1; before != len(round); { // children of children
		before = len(round)
		for _, f := range all {
			if !f.traced && f.parent != nil && f.parent.traced && s.options.Decided(f.match.Record.Ref).includes(true) {
				trace(f, f.parent.path)
			}
		}
	}
	return round
}

// missed follows the records that were doubtful whenever they were looked at and are the person's all the same, since more was known by
// then than what makes them so, and reports whether there were any.
func (s *search) missed() (any bool) {
	for person, all := range s.of {
		if p := s.crowd.profiles[person]; len(p.values) == p.request {
			continue // nothing was ever known but what the request tells
		}
		s.retrace(person)
		for _, f := range slices.Clone(all) {
			if f.traced && !f.match.Followed {
				f.match.Followed, any = true, true
				s.follow(f)
			}
		}
	}
	return any
}
