package connectortest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// Dataset is what the suite wants a system to hold.
type Dataset struct {
	Entities []Entity
}

// Entity is one table. Its name starts with "dossiertest_", so that a harness can never drop anything
// but what it made.
type Entity struct {
	Name         string
	Fields       []Field
	Key          []string // nil: records are named by digest and ordinal
	Parent       *Parent
	Unregistered bool // not in the register: the connector knows it by its own name
	Rows         []Row
}

// Field is one column.
type Field struct {
	Name     string // never a control character; with OddNames spaces, quotes and reserved words
	Type     compare.Type
	Length   int  // text: of characters, at most; 0: as many as the system can hold
	Required bool // never NULL
	Indexed  bool // with an index of its own
	New      bool // the system chooses it for a new record: an identity or serial column
}

// Parent is a foreign key of an entity.
type Parent struct {
	Entity  string
	On      map[string]string // child field = parent field, as in the register
	Cascade bool              // deleting the parent deletes the child
}

// Row is one record in one place, with a value a field: NULL or canonical text. Decimals have at most 20
// digits before the point and 4 after it, always written; times at most milliseconds.
type Row struct {
	Place string
	Cells []connectors.Value
}

// Entity returns the entity of that name.
func (d Dataset) Entity(name string) (*Entity, bool) {
	i := slices.IndexFunc(d.Entities, func(e Entity) bool { return e.Name == name })
	if i < 0 {
		return nil, false
	}
	return &d.Entities[i], true
}

// Names returns the names of the fields in order.
func (e *Entity) Names() []string {
	names := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		names[i] = f.Name
	}
	return names
}

// In returns the rows of one place.
func (e *Entity) In(place string) []Row {
	var rows []Row
	for _, r := range e.Rows {
		if r.Place == place {
			rows = append(rows, r)
		}
	}
	return rows
}

// TOML returns the entities as tables of the register, to be written below the system's own keys. It
// names a few of the fields only: the others are there all the same.
func (d Dataset) TOML(system string) string {
	var b strings.Builder
	for _, e := range d.Entities {
		if e.Unregistered {
			continue
		}
		path := "system." + system + ".entity." + e.Name
		fmt.Fprintf(&b, "\n[%s]\n", path)
		if len(e.Key) > 0 {
			fmt.Fprintf(&b, "key = [%s]\n", quoted(e.Key))
		}
		if e.Parent != nil {
			var on []string
			for child, parent := range e.Parent.On {
				on = append(on, tomlText(child)+" = "+tomlText(parent))
			}
			slices.Sort(on)
			fmt.Fprintf(&b, "parent = { entity = %q, on = { %s } }\n", e.Parent.Entity, strings.Join(on, ", "))
		}
		fmt.Fprintf(&b, "[%s.fields]\n%s = { label = \"First\" }\n", path, tomlText(e.Fields[0].Name))
	}
	return b.String()
}

// Open opens a connector on a system of the kind, with the keys of the system that lines give (TOML, below its
// table's head; kind and owners are there already) and the dataset's entities.
func (d Dataset) Open(ctx context.Context, kind connectors.Kind, system, dir, lines string) (connectors.Connector, error) {
	text := "version = 1\n[organisation]\nname = \"The suite\"\nclock = \"england-and-wales\"\n" +
		"[system." + system + "]\nkind = " + strconv.Quote(kind.Name) + "\nowners = [\"The suite\"]\n" + lines + "\n" + d.TOML(system)
	register, err := connectors.Parse([]byte(text), []connectors.Kind{kind})
	if err != nil {
		return nil, err
	}
	sys, _ := register.System(system)
	sys.Dir = dir
	return sys.Opens()(ctx)
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = tomlText(n)
	}
	return strings.Join(out, ", ")
}

// tomlText returns a basic string of TOML. strconv.Quote is none: it writes \x and \a, which TOML lacks.
func tomlText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
