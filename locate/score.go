package locate

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// weight is what an agreeing or differing identifier counts, in bits (log2 of how much likelier the record
// is the subject's): an id is one in a million people, a surname one in a few hundred, and people mistype
// or change any of them.
type weight struct{ agrees, differs float64 }

var weights = map[string]weight{
	"email": {14, -2}, "phone": {12, -1}, "birth_date": {13, -5}, "family_name": {8, -4}, "former_name": {8, 0},
	"given_name": {6, -5}, "full_name": {14, -6}, "postcode": {11, -1}, "address": {8, -1},
}

var (
	strongWeight    = weight{22, -3}
	shareableWeight = weight{12, -2}
	weakWeight      = weight{6, -1}
)

func weightOf(id connectors.Identifier) weight {
	if w, ok := weights[id.Name]; ok {
		return w
	}
	switch id.Strength {
	case connectors.Strong:
		return strongWeight
	case connectors.Shareable:
		return shareableWeight
	}
	return weakWeight
}

// priorBits is the evidence that one record of an organisation's needs to be taken as likely as not the subject's: one in a
// million.
const priorBits = 20

// score judges a record by what is known of the subject. The rules are:
//
//   - a strong identifier agrees: certain, unless two of first name, surname and birth date differ (ids are
//     reused and mistyped)
//   - a shareable one agrees: certain where the first name or the birth date agrees too and neither differs
//     (families share mailboxes; father and son share a name)
//   - two of surname, first name, birth date and postcode agree, first name and postcode aside: possible
//   - both names agree and the record holds neither birth date nor postcode: possible
//
// It returns false where nothing of this holds: the record is not the subject's by any evidence.
func score(p *profile, e *connectors.Entity, shape connectors.Shape, r connectors.Record) (Match, bool) {
	j := judgement{record: r.Ref, agree: map[string]bool{}, differ: map[string]bool{}}
	for _, f := range e.Fields {
		kind, ok := p.register.Identifier(f.Is)
		column, has := shape.Column(f.Name)
		if ok && has {
			j.compare(p, kind, column, r.Get(f.Name))
		}
	}
	m := Match{Record: r, Evidence: j.evidence, Path: j.path}
	differing := 0
	for _, kind := range []string{"given_name", "family_name", "birth_date"} {
		if j.differ[kind] {
			differing++
		}
	}
	firstOrBirth := (j.agree["given_name"] || j.agree["birth_date"]) && !j.differ["given_name"] && !j.differ["birth_date"]
	possible := false
	switch {
	case j.strong:
		m.Certain = differing < 2
		possible = !m.Certain
	case j.shared:
		m.Certain = firstOrBirth
		possible = !m.Certain
	default:
		family, given, born, postcode := j.agree["family_name"], j.agree["given_name"], j.agree["birth_date"], j.agree["postcode"]
		possible = born && (family || given || postcode) || family && postcode ||
			family && given && len(identified(e, shape, "birth_date", "postcode")) == 0
	}
	if !m.Certain && !possible {
		return Match{}, false
	}
	bits := -float64(priorBits)
	for _, ev := range j.evidence {
		bits += ev.Bits
	}
	m.Score = 1 / (1 + math.Exp2(-bits))
	if m.Certain {
		m.Score = max(m.Score, 0.99)
	} else {
		m.Score = min(max(m.Score, 0.05), 0.95)
	}
	return m, true
}

// judgement gathers the evidence of a record, field by field.
type judgement struct {
	record        connectors.Ref
	evidence      []Evidence
	agree, differ map[string]bool // names are counted as given_name and family_name whatever field holds them
	strong        bool            // a strong identifier agrees
	shared        bool            // a shareable one agrees
	path          []Step          // the shortest by which any agreeing identifier became known
	reached       bool            // whether path is set
}

func (j *judgement) compare(p *profile, kind connectors.Identifier, c connectors.Column, v connectors.Value) {
	stored := texts(v)
	if len(stored) == 0 || strings.Join(stored, "") == "" {
		return
	}
	values := told(p.byKind[kind.Name], j.record)
	same := func(a, b string) bool { return false }
	switch kind.Name {
	case "full_name":
		j.names(p, c, stored)
		return
	case "family_name", "former_name":
		values, same = told(slices.Concat(p.byKind["family_name"], p.byKind["former_name"]), j.record), sameName
	case "given_name":
		same = sameFirstName
	}
	k, agrees := agreeing(values, c.Type, stored, same)
	comparable := len(values) > 0 && (kind.Name != "given_name" || !initialsAgree(values, stored))
	j.note(kind, c, k, agrees, comparable)
}

// told returns the values but for those that the record itself has told: it is no evidence for itself.
func told(values []known, record connectors.Ref) []known {
	id := record.ID()
	return slices.DeleteFunc(slices.Clone(values), func(k known) bool {
		return len(k.path) > 0 && k.path[len(k.path)-1].From.ID() == id
	})
}

// names compares the parts of a full name.
func (j *judgement) names(p *profile, c connectors.Column, stored []string) {
	given, family := splitName(stored[0])
	for _, part := range []struct{ name, text string }{{"given_name", given}, {"family_name", family}} {
		partKind, _ := p.register.Identifier(part.name)
		if part.text == "" {
			continue
		}
		j.compare(p, partKind, c, connectors.Text(part.text))
	}
}

// note records that an identifier agrees, or that it differs where both sides have one.
func (j *judgement) note(kind connectors.Identifier, c connectors.Column, k known, agrees, comparable bool) {
	if !agrees && !comparable {
		return
	}
	name := kind.Name
	if name == "former_name" {
		name = "family_name"
	}
	w := weightOf(kind)
	e := Evidence{Identifier: kind.Name, Field: c.Name, Agrees: agrees, Bits: w.differs, Words: kind.Title + " differs"}
	if agrees {
		e.Bits, e.Words = w.agrees, kind.Title+" agrees"
		if len(k.path) > 0 {
			from := k.path[len(k.path)-1].From
			e.Words += fmt.Sprintf(" with the one found in %s", from.System)
		}
		j.agree[name] = true
		j.strong = j.strong || kind.Strength == connectors.Strong
		j.shared = j.shared || kind.Strength == connectors.Shareable
		if kind.Strength != connectors.Weak && (!j.reached || len(k.path) < len(j.path)) {
			j.path, j.reached = k.path, true
		}
	} else {
		j.differ[name] = true
	}
	if j.agree[name] {
		delete(j.differ, name)
	}
	j.evidence = append(j.evidence, e)
}

// agreeing returns the first known value that any stored one agrees with, by its comparison or as the same name.
func agreeing(values []known, t compare.Type, stored []string, same func(a, b string) bool) (known, bool) {
	for _, k := range values {
		how := k.kind.How
		if t != compare.Text && (how == compare.Compact || how == compare.Folded) {
			how = compare.Equal
		}
		m := compare.Compile(how, t, []string{k.value})
		for _, s := range stored {
			if m.Match([]byte(s)) || same(k.value, s) {
				return k, true
			}
		}
	}
	return known{}, false
}

// sameName holds for surnames that differ in spaces, hyphens and apostrophes only: O'Brien and OBrien.
func sameName(a, b string) bool {
	a, b = compare.Compacted(a), compare.Compacted(b)
	return a == b && a != ""
}

// sameFirstName holds where the first words agree: Catherine and Catherine Anne.
func sameFirstName(a, b string) bool {
	x, y := strings.Fields(compare.Fold(a)), strings.Fields(compare.Fold(b))
	return len(x) > 0 && len(y) > 0 && x[0] == y[0]
}

// initialsAgree reports whether a stored first name is just the initial of a known one, which says
// neither that they agree nor that they differ.
func initialsAgree(values []known, stored []string) bool {
	for _, k := range values {
		for _, s := range stored {
			short, long := compare.Compacted(s), compare.Compacted(k.value)
			if len(short) == 1 && strings.HasPrefix(long, short) {
				return true
			}
		}
	}
	return false
}
