package locate

import (
	"slices"

	"dossier/connectors"
	"dossier/locate/linkage"
)

// found is a match and what it was judged from.
type found struct {
	person int
	match  Match
	system *system
	entity *connectors.Entity
	shape  connectors.Shape
	parent *found // nil: judged by its own evidence

	traced bool   // it is the subject's by what the records before it tell; see retrace
	path   []Step // how it was reached then
}

// take takes a record in by its own evidence, for everybody whom it was asked for and may be about.
func (s *search) take(of *people, sys *system, e *connectors.Entity, shape connectors.Shape, r connectors.Record) {
	entry := s.judge.read(of.aim, s.judge.view(e, shape), r.Fields)
	for _, person := range slices.Clone(s.judge.candidates(of, entry)) {
		s.takeFor(int(person), sys, e, shape, r)
	}
}

// takeFor takes a record in for one person.
func (s *search) takeFor(person int, sys *system, e *connectors.Entity, shape connectors.Shape, r connectors.Record) {
	if m, verdict := s.judge.match(s.crowd.profiles[person], e, shape, r); verdict != linkage.No {
		s.note(&found{person: person, match: m, system: sys, entity: e, shape: shape})
	}
}

// belongs takes a record in as a child of one that is the subject's: whose it is hangs on the parent.
func (s *search) belongs(sys *system, e *connectors.Entity, shape connectors.Shape, r connectors.Record, parent *found) {
	m, verdict := s.judge.match(s.crowd.profiles[parent.person], e, shape, r)
	if verdict == linkage.No {
		m = Match{Record: r}
	}
	m.Parent = &parent.match.Record.Ref
	m.Certain = true
	m.Score = parent.match.Score
	m.Path = parent.match.Path
	words := "belongs to " + parent.entity.Label
	m.Evidence = append(m.Evidence, Evidence{Agrees: true, Words: words, Aloud: words + " " + keyWords(parent.match.Record)})
	s.note(&found{person: parent.person, match: m, system: sys, entity: e, shape: shape, parent: parent})
}

// note keeps a match, or a better judgement of one that is known, tells it and follows it.
func (s *search) note(f *found) {
	id := claim{f.person, f.match.Record.Ref.ID()}
	if known := s.found[id]; known != nil {
		if !better(f.match, known.match) {
			return
		}
		f.match.Time, f.match.Followed = known.match.Time, known.match.Followed
		if known.parent != nil {
			f.match.Parent, f.parent = known.match.Parent, known.parent
		}
		*known = *f
		f = known
	} else {
		f.match.Time = s.options.Now()
		f.system.records++
		s.found[id] = f
		s.of[f.person] = append(s.of[f.person], f)
	}
	follow := !f.match.Followed && s.options.Decided(f.match.Record.Ref).includes(f.match.Certain)
	f.match.Followed = f.match.Followed || follow
	s.tell(f)
	if follow {
		s.follow(f)
	}
}

func better(a, b Match) bool {
	if a.Certain != b.Certain {
		return a.Certain
	}
	if (a.Parent != nil) != (b.Parent != nil) && a.Certain {
		return a.Parent != nil
	}
	return a.Score > b.Score && a.Parent == nil && b.Parent == nil
}

// follow learns from a match that is the subject's, asks for its children and judges again what was doubtful.
func (s *search) follow(f *found) {
	for _, child := range f.system.Entities {
		if child.Parent != nil && child.Parent.Entity == f.entity.Name {
			p := f.system.places[f.match.Record.Ref.Place]
			p.parents = append(p.parents, parentOf{child, f.match.Record, f})
		}
	}
	if s.crowd.learn(f.person, f.entity, f.match) {
		for _, u := range slices.Clone(s.of[f.person]) {
			if !u.match.Followed {
				s.takeFor(u.person, u.system, u.entity, u.shape, u.match.Record)
			}
		}
	}
	s.schedule()
}

// settle judges every match by all that is known in the end. What fell by it is left to a person, and so is what belongs to it;
// what it led to says so by its path.
func (s *search) settle() {
	for person, all := range s.of {
		p := s.retrace(person)
		for _, f := range all {
			if f.parent != nil {
				continue
			}
			m, _ := s.judge.match(p, f.entity, f.shape, f.match.Record)
			m.Time, m.Followed = f.match.Time, f.match.Followed
			if f.traced {
				m.Path = f.path
			}
			s.settled(f, m)
		}
		for _, f := range all {
			if f.parent != nil {
				m := f.match
				m.Certain = s.options.Decided(f.parent.match.Record.Ref).includes(f.parent.match.Certain)
				m.Score, m.Path = f.parent.match.Score, f.parent.match.Path
				s.settled(f, m)
			}
		}
	}
}

func sameWay(a, b []Step) bool {
	return slices.EqualFunc(a, b, func(a, b Step) bool { return a.Identifier == b.Identifier && a.From.ID() == b.From.ID() })
}

// settled tells a last judgement where it differs from what was told.
func (s *search) settled(f *found, m Match) {
	same := f.match.Certain == m.Certain && f.match.Score == m.Score && slices.Equal(f.match.Evidence, m.Evidence) && sameWay(f.match.Path, m.Path)
	f.match = m
	if !same {
		s.tell(f)
	}
}
