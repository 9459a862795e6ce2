package evaluate

import (
	"context"
	"maps"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/locate"
	"dossier/locate/linkage"
)

// Search looks for a person as a search of all systems does: every record is judged, those that are certain or accepted are followed
// with their children, and so on until nothing new appears.
func (m *Memory) Search(ctx context.Context, p Person, decided func(connectors.Ref) locate.Decision) ([]Found, []string, error) {
	s := pursuit{Memory: m, subject: m.model.NewSubject(), decided: decided, found: map[*remembered]*Found{}, followed: map[*remembered]bool{}}
	for _, id := range p.subject(m.register).Identifiers {
		if f, ok := m.model.Field(id.Kind); ok {
			s.subject.Add(f, id.Value)
		}
	}
	for again := true; again && ctx.Err() == nil; {
		again = s.pass()
	}
	found := make([]Found, 0, len(s.found))
	for f := range maps.Values(s.found) {
		found = append(found, *f)
	}
	return found, m.gaps, ctx.Err()
}

// pursuit is one search.
type pursuit struct {
	*Memory
	subject  *linkage.Subject
	decided  func(connectors.Ref) locate.Decision
	found    map[*remembered]*Found
	followed map[*remembered]bool
	c        linkage.Comparison
}

// pass judges every record by what is known, and reports whether more is known behind it.
func (s *pursuit) pass() bool {
	var follow []*remembered
	for _, r := range s.judged {
		if s.followed[r] {
			continue
		}
		s.model.Score(s.subject, r.entry, &s.c)
		verdict := s.model.Verdict(&s.c, r.bare)
		if verdict == linkage.No {
			continue
		}
		s.found[r] = &Found{Ref: r.ref, Certain: verdict == linkage.Certain, Score: linkage.Probability(s.c.Bits)}
		if d := s.decided(r.ref); d == locate.Accepted || d != locate.Rejected && verdict == linkage.Certain {
			follow = append(follow, r)
		}
	}
	grown := false
	for _, r := range follow {
		grown = s.follow(r, false) || grown
	}
	return grown
}

// follow learns from a record that is the person's, and takes in its children. It reports whether anything was new.
func (s *pursuit) follow(r *remembered, child bool) bool {
	if s.followed[r] {
		return false
	}
	s.followed[r] = true
	grown := false
	for _, t := range r.tells {
		if child && !t.strong || t.name && s.called(t) {
			continue
		}
		grown = s.subject.Learn(t.field, t.text) || grown
	}
	score := s.found[r].Score
	for _, c := range r.children {
		if s.decided(c.ref) == locate.Rejected {
			continue
		}
		if known := s.found[c]; known == nil || !known.Certain {
			s.found[c] = &Found{Ref: c.ref, Certain: true, Child: true, Score: score}
		}
		grown = s.follow(c, true) || grown
	}
	return grown
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

// Explain returns the evidence between a person as they describe themselves and a record, for looking into what went wrong.
func (m *Memory) Explain(p Person, ref connectors.Ref) []linkage.Evidence {
	i := slices.IndexFunc(m.judged, func(r *remembered) bool { return r.ref.ID() == ref.ID() })
	if i < 0 {
		return nil
	}
	s := m.model.NewSubject()
	for _, id := range p.subject(m.register).Identifiers {
		if f, ok := m.model.Field(id.Kind); ok {
			s.Add(f, id.Value)
		}
	}
	var c linkage.Comparison
	m.model.Score(s, m.judged[i].entry, &c)
	return m.model.Explain(s, &c)
}
