package connectors

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Keep says why records are kept when a person asks for erasure, and until when.
type Keep struct {
	Reason string `toml:"reason"`
	Basis  Basis  `toml:"basis"`
	For    Period `toml:"for"`
	From   string `toml:"from"` // the field that the period is counted from
	Then   string `toml:"then"` // what an erasure does once the period has passed: "delete" (when empty) or "anonymise"
}

// Dispute says how a record is marked whose accuracy a person contests.
type Dispute struct {
	Set map[string]any `toml:"set"`
}

// Suppress says how a person's wish not to be written to is kept: by fields of their records, or by a new
// record of the entity, which then is the list of those who are not to be written to. Neither is ever erased.
type Suppress struct {
	Set map[string]any `toml:"set"`
	Add map[string]any `toml:"add"` // fields of the new record beside the identifier; "{today}" stands for the day
}

// Mark says how a record is restricted: fields to set, an entity to move to, or both.
type Mark struct {
	Set  map[string]any `toml:"set"`
	Move string         `toml:"move"`
}

// Exempt says that a field or entity is withheld, from which rights and why.
type Exempt struct {
	From   []string `toml:"from"`
	Reason string   `toml:"reason"`
}

// Rights lists the rights that an exemption can name.
var Rights = []string{"access", "portability", "rectify", "erase", "restrict", "object"}

// checkPolicy reports mistakes in what the entity says becomes of its records.
func (e *Entity) checkPolicy(problem func(key, why string)) {
	if e.Restrict != nil && len(e.Restrict.Set) == 0 && e.Restrict.Move == "" {
		problem("restrict", `write { set = { Restricted = true } }, or { move = "where restricted records go" }`)
	}
	if e.Suppress != nil && len(e.Suppress.Set) == 0 && e.Suppress.Add == nil {
		problem("suppress", `write { set = { MarketingConsent = false } }, or { add = { reason = "objected" } } for a list of those who are not written to`)
	}
	if e.Dispute != nil && len(e.Dispute.Set) == 0 {
		problem("dispute", `write { set = { Disputed = true } }`)
	}
	for _, rule := range e.writes() {
		checkWritten(problem, rule.key, rule.fields)
	}
	oneOf(problem, "erase", e.Erase, "delete", "anonymise", "keep")
	oneOf(problem, "rectify", e.Rectify, "update", "append", "as issued")
	if e.Erase == "keep" && (e.Keep == nil || e.Keep.Reason == "" || e.Keep.Basis == "") {
		problem("keep", `is missing: write { reason = "…", basis = "legal obligation", for = "6 years", from = "the field it is counted from" }`)
	}
	if e.Keep != nil {
		oneOf(problem, "keep.then", e.Keep.Then, "delete", "anonymise")
	}
	checkExempt(problem, "exempt", e.Exempt)
}

// checkPolicy reports mistakes in what the field says becomes of its values.
func (f *Field) checkPolicy(problem func(key, why string), key string) {
	oneOf(problem, key+".erase", f.Erase, "anonymise", "keep")
	oneOf(problem, key+".rectify", f.Rectify, "update", "append", "as issued")
	checkExempt(problem, key+".exempt", f.Exempt)
	if f.Blank == nil {
		return
	}
	checkWritten(problem, key, map[string]any{"blank": f.Blank})
	if f.Erase == "keep" {
		problem(key+".blank", `is written when the field is anonymised, and the field says erase = "keep": leave one of them out`)
	}
}

func checkExempt(problem func(key, why string), key string, x *Exempt) {
	if x == nil {
		return
	}
	if len(x.From) == 0 || x.Reason == "" {
		problem(key, `write { from = ["access"], reason = "…" }`)
	}
	for i, right := range x.From {
		oneOf(problem, fmt.Sprintf("%s.from[%d]", key, i), right, Rights...)
	}
}

// rule is a key of an entity that says what is written into fields.
type rule struct {
	key    string
	fields map[string]any
}

// writes returns the rules of the entity that write fields.
func (e *Entity) writes() []rule {
	var rules []rule
	if e.Restrict != nil {
		rules = append(rules, rule{"restrict.set", e.Restrict.Set})
	}
	if e.Suppress != nil {
		rules = append(rules, rule{"suppress.set", e.Suppress.Set}, rule{"suppress.add", e.Suppress.Add})
	}
	if e.Dispute != nil {
		rules = append(rules, rule{"dispute.set", e.Dispute.Set})
	}
	return rules
}

// checkWritten refuses values that no field can be set to: lists and tables.
func checkWritten(problem func(key, why string), key string, values map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if _, ok := Written(values[name]); !ok {
			problem(key+"."+name, "is "+tomlKind(values[name])+": write text in quotes, a number, true or false")
		}
	}
}

// Written returns the canonical text of a value that the register writes into a field, false for what is none.
func Written(raw any) (string, bool) {
	switch v := raw.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}
