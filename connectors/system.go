package connectors

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// System is one configured thing that holds data.
type System struct {
	ID   string
	Dir  string // the folder of the register
	Kind Kind
	SystemKeys
	Entities []*Entity // in the order of the file

	open     Open
	settings *Settings
}

// SystemKeys are the keys that systems of every kind have.
type SystemKeys struct {
	Title      string            `toml:"title"`
	KindName   string            `toml:"kind"`
	Holds      string            `toml:"holds"`      // what it holds, in a sentence
	People     []string          `toml:"people"`     // the categories of people whom it is about (Article 30(1)(c))
	Security   string            `toml:"security"`   // how it is kept safe (Article 30(1)(g)), where it is not what the organisation says
	Owners     []string          `toml:"owners"`     // who answers for the data
	Steward    string            `toml:"steward"`    // who looks after the system
	Producers  []string          `toml:"producers"`  // who puts data into it
	Purpose    string            `toml:"purpose"`    // why the data is held
	Basis      Basis             `toml:"basis"`      // the lawful basis
	Retention  string            `toml:"retention"`  // how long the data is held
	Recipients []string          `toml:"recipients"` // who else receives it
	Source     string            `toml:"source"`     // where it came from, if not from the person
	Transfers  string            `toml:"transfers"`  // transfers abroad and their safeguards
	Automated  string            `toml:"automated"`  // decisions made by automated means, and their logic
	Backups    string            `toml:"backups"`    // how long backups keep what was erased
	Backup     *LastBackup       `toml:"last_backup"`
	Role       string            `toml:"role"`       // "controller" (when empty) or "processor"
	Controller *Controller       `toml:"controller"` // processor: whose data it is
	Task       string            `toml:"task"`       // kinds that people work: what the steward is asked to do
	Ignore     map[string]string `toml:"ignore"`     // tables that hold nothing personal: pattern = reason
	Last       bool              `toml:"last"`       // others are keyed from it: it is changed after them
	Hours      Hours             `toml:"hours"`      // in which it is changed by batches; at any time when empty
	Rate       int               `toml:"rate"`       // records a second that batches change in it; no limit when empty
	Timeout    Duration          `toml:"timeout"`    // for one place; 2 minutes when empty
	Parallel   int               `toml:"parallel"`   // places searched at once; 4 when empty
}

// Controller says whose data a processor's system holds: one client's by name, or a client a place
// where the name of the place answers to a pattern.
type Controller struct {
	Name     string `toml:"name"`
	Database string `toml:"database"`
}

// Processor reports whether the system's data is held on others' behalf.
func (s *System) Processor() bool { return s.Role == "processor" }

// ControllerOf returns whose data a place holds: "" for the organisation's own.
func (s *System) ControllerOf(place string) string {
	switch {
	case !s.Processor() || s.Controller == nil:
		return ""
	case s.Controller.Name != "":
		return s.Controller.Name
	}
	return place
}

// Manual reports whether people work the system: it is never opened.
func (s *System) Manual() bool { return s.open == nil }

// Opens is how the system is opened; nil where people work it.
func (s *System) Opens() Open { return s.open }

// Entity returns the entity of that name.
func (s *System) Entity(name string) (*Entity, bool) {
	i := slices.IndexFunc(s.Entities, func(e *Entity) bool { return e.Name == name })
	if i < 0 {
		return nil, false
	}
	return s.Entities[i], true
}

// Ignored returns the reason why a table is not searched, "" where it is.
func (s *System) Ignored(table string) string { return s.Ignore[s.ignoredBy(table)] }

// ignoredBy returns the pattern by which a table is ignored, "" where it is not.
func (s *System) ignoredBy(table string) string {
	for _, pattern := range slices.Sorted(maps.Keys(s.Ignore)) {
		if ok, _ := path.Match(strings.ToLower(pattern), strings.ToLower(table)); ok {
			return pattern
		}
	}
	return ""
}

// Decode takes the keys of the system that are the kind's own; see Settings.Decode.
func (s *System) Decode(into any) error { return s.settings.Decode(into) }

// Problem returns a mistake in a key of the system.
func (s *System) Problem(key, why string) error { return s.settings.Problem(key, why) }

// Basis is a lawful basis of Article 6(1) UK GDPR.
type Basis string

// Bases lists the lawful bases of Article 6(1), points a to f, as the register writes them.
var Bases = []Basis{"consent", "contract", "legal obligation", "vital interests", "public task", "legitimate interests"}

// UnmarshalText reads a lawful basis.
func (b *Basis) UnmarshalText(text []byte) error {
	*b = Basis(text)
	if !slices.Contains(Bases, *b) {
		return fmt.Errorf("is no lawful basis: write one of %q", Bases)
	}
	return nil
}

// Duration is a time.Duration written as 90s, 5m or 1h30m.
type Duration struct{ time.Duration }

// UnmarshalText reads a duration above zero.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil || v <= 0 {
		return errors.New(`is no length of time: write it like "90s", "5m" or "1h30m"`)
	}
	d.Duration = v
	return nil
}

var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

func parseSystem(id string, values map[string]any, meta toml.MetaData, kinds []Kind, r *Register) (*System, error) {
	entities, _ := values["entity"].(map[string]any)
	own := maps.Clone(values)
	delete(own, "entity")
	s := &System{ID: id, settings: &Settings{system: id, values: own, known: []string{"entity"}}}
	errs := []error{s.settings.Decode(&s.SystemKeys)}
	problem := func(key, why string) { errs = append(errs, s.Problem(key, why)) }
	if !idForm.MatchString(id) {
		problem("", "its id may have small letters, digits, - and _ only, since files of the package are named by it")
	}
	if s.Title == "" {
		s.Title = id
	}
	if len(s.Owners) == 0 || slices.Contains(s.Owners, "") {
		problem("owners", `is missing: write who answers for the data, such as owners = ["Head of Membership"]`)
	}
	if s.Timeout.Duration == 0 {
		s.Timeout.Duration = 2 * time.Minute
	}
	if s.Parallel == 0 {
		s.Parallel = 4
	}
	if s.Rate < 0 {
		problem("rate", "is a number of records a second: leave it out for no limit")
	}
	if s.Parallel < 0 {
		problem("parallel", "write a whole number above zero")
	}
	for _, pattern := range slices.Sorted(maps.Keys(s.Ignore)) {
		if _, err := path.Match(pattern, ""); err != nil || s.Ignore[pattern] == "" {
			problem("ignore."+pattern, "write a table's name, * for any part of it, and the reason why it holds nothing personal")
		}
	}
	s.Backup.check(problem)
	if s.Role != "" && s.Role != "controller" && s.Role != "processor" {
		problem("role", `write "controller" or "processor"`)
	}
	if s.Processor() != (s.Controller != nil) || s.Controller != nil && (s.Controller.Name == "") == (s.Controller.Database == "") {
		problem("controller", `goes with role = "processor": write { name = "the client" }, or { database = "client_*" } where each client has a database`)
	}
	if text, ok := values["entity"]; ok && entities == nil {
		problem("entity", "is "+tomlKind(text)+": write tables like [system."+id+".entity.NAME]")
	}
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == s.KindName })
	if i < 0 {
		names := make([]string, len(kinds))
		for i, k := range kinds {
			names[i] = k.Name
		}
		problem("kind", "names no kind of connector: write one of "+strings.Join(names, ", "))
		return s, errors.Join(errs...)
	}
	s.Kind = kinds[i]
	for _, name := range childKeys(meta, "system", id, "entity") {
		e, err := parseEntity(name, entities[name], s, meta, r)
		errs = append(errs, err)
		if e != nil {
			s.Entities = append(s.Entities, e)
		}
	}
	errs = append(errs, s.checkParents())
	if s.Kind.Setup != nil {
		open, err := s.Kind.Setup(s)
		s.open = open
		errs = append(errs, err)
	}
	errs = append(errs, s.settings.Unknown())
	for _, e := range s.Entities {
		errs = append(errs, e.settings.Unknown())
	}
	return s, errors.Join(errs...)
}

// checkParents checks that every parent exists, that no entity is its own ancestor, and that restricted records are
// moved to an entity that exists.
func (s *System) checkParents() error {
	var errs []error
	for _, e := range s.Entities {
		seen := []string{e.Name}
		for p := e; p.Parent != nil && p.Parent.Entity != ""; {
			parent, ok := s.Entity(p.Parent.Entity)
			if !ok {
				errs = append(errs, p.settings.Problem("parent.entity", "names no entity of this system"))
				break
			}
			if slices.Contains(seen, parent.Name) {
				errs = append(errs, e.settings.Problem("parent", "makes the entity its own ancestor"))
				break
			}
			seen = append(seen, parent.Name)
			p = parent
		}
		if e.Restrict == nil || e.Restrict.Move == "" {
			continue
		}
		if to, ok := s.Entity(e.Restrict.Move); !ok || to == e {
			errs = append(errs, e.settings.Problem("restrict.move", "names no other entity of this system"))
		}
	}
	return errors.Join(errs...)
}
