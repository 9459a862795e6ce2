package act

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/request/clock"
)

// Rules are what holds for every record of a plan, beside what the register says of each.
type Rules struct {
	Action   Action
	Request  string // its id, for statements that are appended to records
	Ground   string // in the UK GDPR, as the head has it
	Register *connectors.Register
	Today    clock.Day
	Due      clock.Day           // by when tasks are to be done; none: no day
	Fact     Correction          // Rectify
	Persons  map[string][]string // Object: the person's identifiers by their kinds, for lists of those who are not written to
	Token    func(n int) string  // n letters and digits that no other record has; nil: by chance
}

// Case is a record with what decides what becomes of it.
type Case struct {
	System *connectors.System
	Entity *connectors.Entity
	Shape  connectors.Shape
	Record connectors.Record
	to     connectors.Shape // where restricted records are moved to
	bonds  bonds
}

// bonds are the records that stay and belong to a record.
type bonds struct {
	fields  map[string]string // the record's fields that they point at it by: the label of their entity
	blocked string            // why the record cannot be deleted
}

// Problem is a reason for which no plan is made, and what to do about it. It holds no values of records.
type Problem struct {
	System  string `json:"system,omitempty"`
	Place   string `json:"place,omitempty"`
	Entity  string `json:"entity,omitempty"`
	Field   string `json:"field,omitempty"`
	Records int    `json:"records,omitempty"` // how many records it concerns
	Why     string `json:"why"`
}

// String returns the problem as a line.
func (p Problem) String() string {
	var parts []string
	for _, part := range []string{p.System, p.Place, p.Entity, p.Field} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return p.Why
	}
	return strings.Join(parts, " / ") + ": " + p.Why
}

// Refusal is the error of a plan that is not made, with every reason.
type Refusal struct{ Problems []Problem }

// Error returns one reason, and how many more there are.
func (r *Refusal) Error() string {
	if len(r.Problems) == 1 {
		return r.Problems[0].String()
	}
	return fmt.Sprintf("%s; and %d more", r.Problems[0], len(r.Problems)-1)
}

// refuse returns a problem with the entity of the case.
func (c Case) refuse(field, why string, args ...any) []Problem {
	return []Problem{{System: c.System.ID, Entity: c.Entity.Name, Field: field, Records: 1, Why: fmt.Sprintf(why, args...)}}
}

// line returns a line that writes nothing.
func (c Case) line(does Does, why string) Line {
	return Line{Record: c.Record.Ref, At: c.Record.At, Does: does, Why: why}
}

// change returns a line that changes the record.
func (c Case) change(does Does, op connectors.Op, after connectors.Fields, why string) Line {
	l := c.line(does, why)
	l.Change = connectors.Change{Op: op, Record: c.Record.Ref, Digest: c.Record.Digest(), Before: c.Record.Fields, After: after}
	return l
}

// Lines returns what becomes of a record that is the person's: one line, or two where it moves, and the reasons for which it
// cannot be planned. It depends on nothing but its arguments.
func (r Rules) Lines(c Case) ([]Line, []Problem) {
	if why := r.exempt(c.Entity.Exempt); why != "" {
		return []Line{c.line(Leave, why)}, nil
	}
	var l Line
	var problems []Problem
	switch r.Action {
	case Erase:
		l, problems = r.erase(c)
	case Restrict:
		return r.restrict(c)
	case Rectify:
		l, problems = r.rectify(c)
	case Object:
		l, problems = r.object(c)
	default:
		return nil, c.refuse("", "no records are planned by %q", r.Action)
	}
	return []Line{l}, problems
}

// rights are the rights that exemptions name, by what answers them.
var rights = map[Action]string{Erase: "erase", Restrict: "restrict", Rectify: "rectify", Object: "object"}

// exempt returns why the right that the plan answers does not reach what the exemption is of, "" where it does.
func (r Rules) exempt(x *connectors.Exempt) string {
	if x == nil || !slices.Contains(x.From, rights[r.Action]) {
		return ""
	}
	return "exempt: " + x.Reason
}

// permitted returns the line where the program may carry it out, and else a task for the steward.
func (r Rules) permitted(c Case, l Line, todo string) (Line, []Problem) {
	if !slices.Contains(c.Shape.Ops, l.Change.Op) {
		return r.task(c.System, l, mayNot(c.Shape, l.Change.Op), todo), nil
	}
	for _, trigger := range c.Shape.Triggers {
		if slices.Contains(trigger.On, l.Change.Op) && !slices.Contains(c.Entity.Triggers, trigger.Name) {
			return l, c.refuse("", "the trigger %s runs on every %s and may change records that are not planned: read it, and name it in triggers = [%q] of the entity if it does not",
				trigger.Name, l.Change.Op, trigger.Name)
		}
	}
	return l, nil
}

func mayNot(s connectors.Shape, op connectors.Op) string {
	if len(s.Ops) == 0 {
		return "the program may only read it"
	}
	return fmt.Sprintf("the program's account may not %s records", op)
}

// task turns a line into work for the steward of the system.
func (r Rules) task(s *connectors.System, l Line, why, todo string) Line {
	l.Does, l.Change.Op, l.Why, l.Todo = Task, 0, why, todo
	l.Steward, l.Due = stewardOf(s), r.Due.String()
	return l
}

// stewardOf returns who gets the tasks of a system.
func stewardOf(s *connectors.System) string {
	if s.Steward != "" {
		return s.Steward
	}
	return strings.Join(s.Owners, ", ")
}

// tokenLetters are what tokens are made of: base 32, in small letters.
const tokenLetters = "abcdefghijklmnopqrstuvwxyz234567"

// token returns n letters and digits that no other record has.
func (r Rules) token(n int) string {
	if r.Token != nil {
		return r.Token(n)
	}
	b := make([]byte, n)
	rand.Read(b)
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))[:n]
}

// labels joins the words for columns.
func (c Case) labels(names []string) string {
	labels := make([]string, len(names))
	for i, n := range names {
		labels[i] = c.Entity.LabelOf(n)
		if labels[i] != n {
			labels[i] += " (" + n + ")"
		}
	}
	return strings.Join(labels, ", ")
}
