package evaluate

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"dossier/connectors"
	"dossier/locate"
)

// Person is one line of a truth: who somebody is, as they would say it, and every record that is theirs.
type Person struct {
	Person      string              `json:"person"`
	Identifiers map[string][]string `json:"identifiers"` // by the name of the identifier
	Records     []Owned             `json:"records"`
	Classes     []string            `json:"classes"` // in which ways they are hard to tell from others
}

// Owned is a record and whose it is.
type Owned struct {
	connectors.Ref
	Classes []string `json:"classes"` // in which ways it is hard to recognise
}

// ReadTruth reads a truth, one person a line in JSON.
func ReadTruth(in io.Reader) ([]Person, error) {
	var people []Person
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 64<<20)
	for n := 1; lines.Scan(); n++ {
		var p Person
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			return nil, fmt.Errorf("line %d of the truth is not a person in JSON: write one object a line, as truth.jsonl of the demo estate has them", n)
		}
		if len(p.Identifiers) == 0 {
			return nil, fmt.Errorf("line %d of the truth has a person without identifiers: nobody could search for them", n)
		}
		people = append(people, p)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("the truth cannot be read: %w", err)
	}
	if len(people) == 0 {
		return nil, fmt.Errorf("the truth names nobody")
	}
	return people, nil
}

// subject returns whom a search for the person looks for. Identifiers that the register does not know are left out.
func (p *Person) subject(register *connectors.Register) locate.Subject {
	var s locate.Subject
	for _, kind := range register.Identifiers {
		for _, value := range p.Identifiers[kind.Name] {
			s.Identifiers = append(s.Identifiers, locate.Identifier{Kind: kind.Name, Value: value})
		}
	}
	return s
}

// Sample returns n people of the truth, spread evenly over it; all where n is 0 or more than there are.
func Sample(people []Person, n int) []Person {
	if n <= 0 || n >= len(people) {
		return people
	}
	picked := make([]Person, 0, n)
	for i := range n {
		picked = append(picked, people[i*len(people)/n])
	}
	return slices.Clip(picked)
}
