package connectors

import "strings"

// Gap is something that could not be searched, and why. It is part of the answer: a connector yields
// it as an error from Find (wrapped or not), and coverage lists it. Why holds no values of records.
type Gap struct {
	Place  string `json:"place,omitempty"`
	Entity string `json:"entity,omitempty"`
	Field  string `json:"field,omitempty"`
	Why    string `json:"why"`
}

// Error says what was not searched and why.
func (g *Gap) Error() string {
	var b strings.Builder
	for _, part := range []string{g.Place, g.Entity, g.Field} {
		if part == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(" / ")
		}
		b.WriteString(part)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	b.WriteString("not searched: ")
	b.WriteString(g.Why)
	return b.String()
}
