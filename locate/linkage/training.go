package linkage

// Training is what was learnt of an organisation's records: how many people they are about, how often the levels of each kind are seen,
// and how common its terms are.
type Training struct {
	People  float64            `json:"people"`
	Others  map[string]float64 `json:"others,omitempty"`  // how many records of relatives, twins, namesakes … there are to one of the subject's
	Weights map[string]Weights `json:"weights,omitempty"` // by the name of the identifier
	Terms   *Frequencies       `json:"terms,omitempty"`
}
