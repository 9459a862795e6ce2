package connectors

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// Entity is what the register says of a table, sheet, mailbox or folder.
type Entity struct {
	Name string
	EntityKeys
	Fields []*Field // in the order of the file

	settings *Settings
}

// EntityKeys are the keys that entities of every kind have.
type EntityKeys struct {
	Table    string   `toml:"table"`    // in the system's own words; the entity's name when empty
	Label    string   `toml:"label"`    // as the person reads it; the entity's name when empty
	Key      []string `toml:"key"`      // the fields whose values name a record
	Parent   *Parent  `toml:"parent"`   // the entity whose records these belong to
	Erase    string   `toml:"erase"`    // "delete", "anonymise" or "keep"
	Keep     *Keep    `toml:"keep"`     // why it must be kept
	Retain   *Retain  `toml:"retain"`   // how long it is held at all: a batch erases what is older
	Restrict *Mark    `toml:"restrict"` // how a record is marked as restricted
	Rectify  string   `toml:"rectify"`  // "update" (when empty), "append" or "as issued"
	Exempt   *Exempt  `toml:"exempt"`   // the whole entity is withheld
	Dated    string   `toml:"dated"`    // the field that tells of which day a record is: what a request for a span of days is cut by

	Statement string    `toml:"statement"` // the text field that supplementary statements are appended to
	Dispute   *Dispute  `toml:"dispute"`   // how a record is marked as disputed
	Suppress  *Suppress `toml:"suppress"`  // how marketing is stopped
	Triggers  []string  `toml:"triggers"`  // databases: triggers that were read and change nothing that a plan has to name
}

// Parent says which records an entity's records belong to: child field = parent field.
type Parent struct {
	Entity string            `toml:"entity"`
	On     map[string]string `toml:"on"`
}

// Retain says how long records are held. Those whose time has passed are erased by a batch (dossier batch erase --retention).
type Retain struct {
	For  Period `toml:"for"`
	From string `toml:"from"` // the field that the period is counted from
}

// Field is what the register says of one column.
type Field struct {
	Name     string
	Is       string            `toml:"is"`       // the identifier that it holds
	Category string            `toml:"category"` // a key of the Fideslang taxonomy of data categories
	Label    string            `toml:"label"`    // as the person reads it; the name when empty
	Codes    map[string]string `toml:"codes"`    // code = meaning
	Provided bool              `toml:"provided"` // the person provided it
	Observed bool              `toml:"observed"` // it was observed of the person
	Special  bool              `toml:"special"`  // a special category of personal data (Article 9)
	Exempt   *Exempt           `toml:"exempt"`
	Erase    string            `toml:"erase"`   // "anonymise" or "keep", where it differs from the entity's
	Blank    any               `toml:"blank"`   // what is written when it is anonymised; NULL, else an empty value, when absent
	Rectify  string            `toml:"rectify"` // where it differs from the entity's
}

// Field returns what the register says of a column, and whether it says anything.
func (e *Entity) Field(name string) (*Field, bool) {
	i := slices.IndexFunc(e.Fields, func(f *Field) bool { return f.Name == name })
	if i < 0 {
		return nil, false
	}
	return e.Fields[i], true
}

// LabelOf returns the words for a column: its label, or its name.
func (e *Entity) LabelOf(name string) string {
	if f, ok := e.Field(name); ok && f.Label != "" {
		return f.Label
	}
	return name
}

// Decode takes the keys of the entity that are the kind's own; see Settings.Decode.
func (e *Entity) Decode(into any) error { return e.settings.Decode(into) }

// Problem returns a mistake in a key of the entity.
func (e *Entity) Problem(key, why string) error { return e.settings.Problem(key, why) }

// Period is a length of time in the calendar, written "6 years", "18 months" or "30 days".
type Period struct{ Years, Months, Days int }

// UnmarshalText reads a period above zero.
func (p *Period) UnmarshalText(text []byte) error {
	number, unit, _ := strings.Cut(string(text), " ")
	n, err := strconv.Atoi(number)
	if err != nil || n <= 0 {
		return errPeriod
	}
	switch strings.TrimSuffix(unit, "s") {
	case "year":
		*p = Period{Years: n}
	case "month":
		*p = Period{Months: n}
	case "day":
		*p = Period{Days: n}
	default:
		return errPeriod
	}
	return nil
}

var errPeriod = errors.New(`is no period: write it like "6 years", "18 months" or "30 days"`)

// String returns the period as it is written.
func (p Period) String() string {
	switch {
	case p.Years > 0:
		return plural(p.Years, "year")
	case p.Months > 0:
		return plural(p.Months, "month")
	}
	return plural(p.Days, "day")
}

func plural(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return strconv.Itoa(n) + " " + unit + "s"
}

func parseEntity(name string, raw any, sys *System, meta toml.MetaData, r *Register) (*Entity, error) {
	values, ok := raw.(map[string]any)
	if !ok {
		return nil, sys.Problem("entity."+name, "is "+tomlKind(raw)+": write a table [system."+sys.ID+".entity."+name+"]")
	}
	own := maps.Clone(values)
	fields, hasFields := own["fields"]
	delete(own, "fields")
	e := &Entity{Name: name, settings: &Settings{system: sys.ID, path: "entity." + name, values: own, known: []string{"fields"}}}
	errs := []error{e.settings.Decode(&e.EntityKeys)}
	problem := func(key, why string) { errs = append(errs, e.Problem(key, why)) }
	if !idForm.MatchString(name) {
		problem("", "its name may have small letters, digits, - and _ only; the table's own name goes into table = \"…\"")
	}
	if e.Table == "" {
		e.Table = name
	}
	if e.Label == "" {
		e.Label = name
	}
	if len(e.Key) == 0 && !sys.Kind.Keyless && sys.Kind.Setup != nil {
		problem("key", `is missing: name the fields whose values tell one record from every other, such as key = ["CandidateID"]`)
	}
	if slices.Contains(e.Key, "") {
		problem("key", "names an empty field")
	}
	if e.Retain != nil && (e.Retain.For == Period{} || e.Retain.From == "") {
		problem("retain", `write { for = "3 years", from = "the field it is counted from" }`)
	}
	if e.Parent != nil && (e.Parent.Entity == "" || len(e.Parent.On) == 0) {
		problem("parent", `write { entity = "the parent", on = { ChildField = "ParentField" } }`)
	}
	e.checkPolicy(problem)
	if table, ok := fields.(map[string]any); ok {
		for _, column := range childKeys(meta, "system", sys.ID, "entity", name, "fields") {
			inner := &Settings{system: sys.ID, path: e.settings.join("fields")}
			f := &Field{}
			if err := inner.set(inner.join(column), reflect.ValueOf(f).Elem(), table[column]); err != nil {
				errs = append(errs, err)
				continue
			}
			f.Name = column
			if _, known := r.Identifier(f.Is); f.Is != "" && !known {
				problem("fields."+column+".is", "names no identifier: write one of "+identifierNames(r)+", or add a table [identifier.NAME]")
			}
			f.checkPolicy(problem, "fields."+column)
			e.Fields = append(e.Fields, f)
		}
	} else if hasFields {
		problem("fields", "is "+tomlKind(fields)+": write a table with a line a field")
	}
	return e, errors.Join(errs...)
}

func oneOf(problem func(key, why string), key, value string, allowed ...string) {
	if value != "" && !slices.Contains(allowed, value) {
		problem(key, fmt.Sprintf("write one of %q", allowed))
	}
}

func identifierNames(r *Register) string {
	names := make([]string, len(r.Identifiers))
	for i, id := range r.Identifiers {
		names[i] = id.Name
	}
	return strings.Join(names, ", ")
}
