package locate

// Decision is what a person decided about a match.
type Decision string

// The decisions about a match.
const (
	Undecided   Decision = ""
	Accepted    Decision = "accepted"     // it concerns the subject: it is followed like a certain one
	Rejected    Decision = "rejected"     // it does not concern the subject: it is never followed
	SomeoneElse Decision = "someone else" // the same, and it is known whom it concerns
	Mentions    Decision = "mentions"     // it is about somebody else and names the subject: it is never followed
)

// Decisions lists what a person can decide.
var Decisions = []Decision{Accepted, Rejected, SomeoneElse, Mentions}

// Against reports whether the record is not the subject's by the decision.
func (d Decision) Against() bool { return d == Rejected || d == SomeoneElse || d == Mentions }

// includes reports whether a match is taken as the subject's: accepted, or certain and not decided against.
func (d Decision) includes(certain bool) bool {
	return d == Accepted || d == Undecided && certain
}
