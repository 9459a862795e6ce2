package desk

// BatchPlanned ends the planning of a batch.
type BatchPlanned struct {
	Batch   string    `json:"batch"` // its id
	Action  Action    `json:"action"`
	Ground  string    `json:"ground"`
	People  int       `json:"people"`  // in the table
	Planned int       `json:"planned"` // of whom everything is certain
	Aside   int       `json:"aside"`   // for whom somebody has to decide first
	Nothing int       `json:"nothing"` // of whom nothing was found
	Plans   []Planned `json:"plans"`   // the canary's first, then that of all others
}

// Type returns "batch".
func (BatchPlanned) Type() string { return "batch" }

// MarshalJSON writes the event with its type first.
func (b BatchPlanned) MarshalJSON() ([]byte, error) {
	type plain BatchPlanned
	return typed(b.Type(), plain(b))
}
