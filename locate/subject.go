package locate

import (
	"fmt"
	"slices"
	"strings"

	"dossier/connectors"
)

// Identifier is one value that points at a person, as it was given or found.
type Identifier struct {
	Kind  string `json:"kind"` // a name of connectors.Identifier
	Value string `json:"value"`
}

// Subject is the person that a search is for, known by identifiers.
type Subject struct {
	Identifiers []Identifier
	Controller  string // whose data is searched: "" for the organisation's own, else a processor's client
}

// Values returns the subject's values of one kind.
func (s Subject) Values(kind string) []string {
	var values []string
	for _, id := range s.Identifiers {
		if id.Kind == kind {
			values = append(values, id.Value)
		}
	}
	return values
}

// Check returns an error that names every identifier whose kind the register does not know or whose
// value is empty, without the values.
func (s Subject) Check(register *connectors.Register) error {
	if len(s.Identifiers) == 0 {
		return fmt.Errorf("the subject has no identifiers: give at least one, such as an e-mail address or a name with a birth date")
	}
	var bad []string
	for _, id := range s.Identifiers {
		if _, ok := register.Identifier(id.Kind); !ok {
			bad = append(bad, id.Kind+" is no identifier of the register")
		} else if strings.TrimSpace(id.Value) == "" {
			bad = append(bad, id.Kind+" has no value")
		}
	}
	if len(bad) == 0 {
		return nil
	}
	slices.Sort(bad)
	return fmt.Errorf("the subject cannot be searched for: %s", strings.Join(slices.Compact(bad), "; "))
}
