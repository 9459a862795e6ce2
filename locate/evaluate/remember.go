package evaluate

import (
	"context"
	"iter"
	"maps"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/locate"
	"dossier/locate/linkage"
)

// Search looks for a person as a search of all systems does: every record is judged, those that are certain or accepted are followed
// with their children, and what became known is looked for until nothing new appears. Records that are no match by what the person said
// of themselves are judged again where they hold a value that became known, but not where they hold nearly the same.
func (m *Memory) Search(p Person) Search {
	s := &pursuit{Memory: m, subject: m.model.NewSubject(), found: map[*remembered]*Found{}, followed: map[*remembered]bool{}}
	for _, id := range p.subject(m.register).Identifiers {
		if f, ok := m.model.Field(id.Kind); ok {
			s.subject.Add(f, id.Value)
		}
	}
	return s.sit
}

// pursuit is one search.
type pursuit struct {
	*Memory
	subject  *linkage.Subject
	decided  func(connectors.Ref) locate.Decision
	found    map[*remembered]*Found
	followed map[*remembered]bool
	fresh    []told // became known and were not looked for yet
	begun    bool
	c        linkage.Comparison
}

// sit searches as far as it goes with what is decided.
func (s *pursuit) sit(ctx context.Context, decided func(connectors.Ref) locate.Decision) ([]Found, []string, error) {
	s.decided = decided
	if !s.begun {
		s.begun = true
		s.judge(slices.Values(s.judged))
	}
	for ctx.Err() == nil {
		s.followAll()
		if len(s.fresh) == 0 {
			break
		}
		s.judge(s.concerned())
	}
	found := make([]Found, 0, len(s.found))
	for f := range maps.Values(s.found) {
		found = append(found, *f)
	}
	return found, s.gaps, ctx.Err()
}

// judge judges records by what is known.
func (s *pursuit) judge(records iter.Seq[*remembered]) {
	for r := range records {
		if s.followed[r] {
			continue
		}
		s.model.Score(s.subject, r.entry, &s.c)
		verdict := s.model.Verdict(&s.c, r.bare)
		if verdict == linkage.No && s.model.Bears(s.subject, r.entry) {
			verdict = linkage.Possible
		}
		if verdict != linkage.No {
			s.found[r] = &Found{Ref: r.ref, Certain: verdict == linkage.Certain, Score: linkage.Probability(s.c.Bits)}
		}
	}
}

// concerned returns the records that may be judged otherwise by what became known: matches, and those that hold it.
func (s *pursuit) concerned() iter.Seq[*remembered] {
	records := map[*remembered]bool{}
	for r := range s.found {
		records[r] = true
	}
	reader := s.model.NewReader()
	for _, t := range s.fresh {
		reader.Begin()
		reader.Add(t.field, compare.Text, []byte(t.text))
		s.model.Keys(reader.Entry(), func(key []byte) {
			for _, r := range s.holders[string(key)] {
				records[r] = true
			}
		})
	}
	s.fresh = nil
	return maps.Keys(records)
}

// followAll follows every match that is certain or accepted.
func (s *pursuit) followAll() {
	for _, r := range slices.Collect(maps.Keys(s.found)) {
		d := s.decided(r.ref)
		if d == locate.Accepted || d != locate.Rejected && s.found[r].Certain {
			s.follow(r, s.found[r].Child)
		}
	}
}

// follow learns from a record that is the person's, and takes in its children.
func (s *pursuit) follow(r *remembered, child bool) {
	if s.followed[r] {
		return
	}
	s.followed[r] = true
	for _, t := range r.tells {
		if child && !t.strong || t.name && s.called(t) {
			continue
		}
		if s.subject.Learn(t.field, t.text) {
			s.fresh = append(s.fresh, t)
		}
	}
	for _, c := range r.children {
		if s.decided(c.ref) == locate.Rejected {
			continue
		}
		if known := s.found[c]; known == nil || !known.Certain {
			s.found[c] = &Found{Ref: c.ref, Certain: true, Child: true, Score: s.found[r].Score}
		}
		s.follow(c, true)
	}
}

// called reports whether a surname is one of the subject's but for its spelling.
func (s *pursuit) called(t told) bool {
	r := s.model.NewReader()
	r.Begin()
	r.Add(t.field, compare.Text, []byte(t.text))
	var c linkage.Comparison
	s.model.Compare(s.subject, r.Entry(), &c)
	return c.Level(t.field).Agrees()
}
