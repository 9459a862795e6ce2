package locate

import (
	"dossier/connectors"
	"dossier/locate/linkage"
)

// Scorer scores records against one subject exactly as a search does by what the request gives, before any record has told
// more. It serves one goroutine.
type Scorer struct {
	profile *profile
	judge   *judge
}

// NewScorer returns a scorer for a subject.
func NewScorer(register *connectors.Register, model *linkage.Model, subject Subject) *Scorer {
	return &Scorer{newProfile(register, model, subject), newJudge(register, model)}
}

// Score returns what the evidence of a record amounts to, and the log odds, in bits, that the record is the subject's. It allocates
// nothing once it has seen the entity.
func (s *Scorer) Score(e *connectors.Entity, shape connectors.Shape, r connectors.Record) (linkage.Verdict, float64) {
	verdict := s.judge.verdict(s.profile.person(), s.judge.view(e, shape), r.Fields)
	return verdict, s.judge.found.Bits
}

// Match returns the match that a search makes of a record, and false where it makes none.
func (s *Scorer) Match(e *connectors.Entity, shape connectors.Shape, r connectors.Record) (Match, bool) {
	m, verdict := s.judge.match(s.profile, e, shape, r)
	return m, verdict != linkage.No
}
