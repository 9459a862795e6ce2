package locate

import (
	"context"
	"iter"

	"dossier/connectors"
)

// Claim is a match of one of the people of SearchMany. Several people may claim one record.
type Claim struct {
	Person int // the number of the subject, from 0
	Match
}

func (Claim) event() {}

// SearchMany is Search for thousands of people at once: each entity is asked for what is known of all of them together, and what
// comes back is compared with those whom it may be about (see linkage.Model.Blocks). What they are found to own is followed in
// rounds. It yields Claim where Search yields Match, and the subjects must be of one controller.
func SearchMany(ctx context.Context, register *connectors.Register, controller string, subjects []Subject, options Options) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		if len(subjects) == 0 {
			return
		}
		s := newSearch(register, controller, subjects, options, yield)
		s.claims = true
		s.search(ctx)
	}
}

// claim names a record of a person's.
type claim struct {
	person int
	record string // its ID
}

// tell yields a match, with its person where there are many.
func (s *search) tell(f *found) {
	if s.claims {
		s.emit(Claim{f.person, f.match})
		return
	}
	s.emit(f.match)
}
