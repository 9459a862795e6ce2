package export

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"dossier/connectors"
)

// edition is a package as it is handed over: records by system and entity, in the order of the register,
// with what is withheld already decided.
type edition struct {
	Package
	ctx      context.Context
	groups   []*group
	coverage []coverageOf
	digest   string    // over everything that leaves
	cut      *redactor // nil: nothing is redacted
	unread   []Unread
	left     map[spot]int // how many records leave
	fault    error        // why the records could not be read to the end
	letter   *letterText  // nil: none is asked for
}

// group is the records of one entity.
type group struct {
	ed       *edition
	systemID string
	system   *connectors.System // nil: the register does not name it
	name     string             // the entity's
	entity   *connectors.Entity // nil: the register does not name it
	base     string             // path in the package without extension: data/qlms/candidates
	columns  []*column          // what leaves of the records
	withheld []withheld         // what does not, and why
	count    int                // how many records leave; 0 where the whole entity is withheld
	outside  int                // how many do not, because they are dated outside of the span that is asked for
	undated  int                // how many leave although nobody can tell whether they are
	places   bool               // whether they come from several places
	key      bool               // whether the key leaves
	files    map[fileOf]file    // contents of streams, once they are written or found to be withheld
	runs     []run
	deciding *deciding // while the records are read for the first time
}

// run is records of one entity that follow each other: the positions from up to but not including to.
type run struct{ from, to int }

// column is one field of a group's records.
type column struct {
	name    string
	label   string
	field   *connectors.Field // nil: the register does not name it
	filled  bool              // whether any record that leaves has a value in it
	streams bool              // whether any of them is a stream
}

// withheld tells that an entity (no field), records of it or a field are left out, and why.
type withheld struct {
	Field   string `json:"field,omitempty"`
	Label   string `json:"label"`
	Reason  string `json:"reason"`
	Records int    `json:"records"`        // how many records it concerns
	Part    bool   `json:"part,omitempty"` // only passages of the field, or only some records of the entity
	By      int    `json:"-"`              // the number of the exemption or redaction; 0: the register
	Outside bool   `json:"-"`              // only because it is dated outside of the span that is asked for
}

// newEdition reads the records once and decides what leaves. It calls tell for each record where it is not nil.
func newEdition(ctx context.Context, p Package, tell func(*group, leaving) error) (*edition, error) {
	ed := &edition{Package: p, ctx: ctx, cut: newRedactor(p), left: map[spot]int{}}
	byName := map[[2]string]*group{}
	sum := ed.newDigest()
	at := 0
	for m, err := range p.Matches(ctx, 0, -1) {
		if err != nil {
			return nil, err
		}
		name := [2]string{m.Record.Ref.System, m.Record.Ref.Entity}
		g := byName[name]
		if g == nil {
			g = newGroup(p.Register, name[0], name[1])
			if g.ed = ed; g.entity == nil {
				g.name = ed.cut.hide(g.name)
			}
			g.begin(p.Request.right())
			byName[name] = g
		}
		if n := len(g.runs); n > 0 && g.runs[n-1].to == at {
			g.runs[n-1].to++
		} else {
			g.runs = append(g.runs, run{at, at + 1})
		}
		at++
		l := g.decide(m)
		if l.record != nil {
			if err := ed.readContents(g, l); err != nil {
				return nil, err
			}
			sum.record(g, l)
		}
		if tell != nil {
			if err := tell(g, l); err != nil {
				return nil, err
			}
		}
	}
	ed.groups = slices.SortedFunc(maps.Values(byName), func(a, b *group) int {
		return cmp.Or(
			cmp.Compare(a.rank(p.Register), b.rank(p.Register)), strings.Compare(a.systemID, b.systemID),
			cmp.Compare(a.entityRank(), b.entityRank()), strings.Compare(a.name, b.name))
	})
	taken := map[string]bool{}
	for _, g := range ed.groups {
		g.base = unique("data/"+fileName(g.systemID)+"/"+fileName(g.name), taken)
		g.end()
	}
	ed.coverage = ed.tellCoverage()
	ed.digest = sum.end(ed)
	return ed, nil
}

func newGroup(r *connectors.Register, systemID, name string) *group {
	g := &group{systemID: systemID, name: name, files: map[fileOf]file{}}
	if s, ok := r.System(systemID); ok {
		g.system = s
		g.entity, _ = s.Entity(name)
	}
	return g
}

// rank is the system's position in the register; systems that it does not name come last.
func (g *group) rank(r *connectors.Register) int {
	if i := slices.Index(r.Systems, g.system); i >= 0 {
		return i
	}
	return len(r.Systems)
}

func (g *group) entityRank() int {
	if g.system == nil {
		return 0
	}
	if i := slices.Index(g.system.Entities, g.entity); i >= 0 {
		return i
	}
	return len(g.system.Entities)
}

// systemTitle returns the system as a person reads it.
func (g *group) systemTitle() string {
	if g.system != nil {
		return g.system.Title
	}
	return shown(g.systemID)
}

// label returns the entity as a person reads it.
func (g *group) label() string {
	if g.entity != nil {
		return g.entity.Label
	}
	return shown(g.name)
}

func (g *group) column(name string) *column {
	c := &column{name: name, label: shown(name)}
	if g.entity != nil {
		if f, ok := g.entity.Field(name); ok {
			c.field, c.label = f, g.entity.LabelOf(name)
		}
		if c.field == nil || c.field.Label == "" && c.field.Is == "" {
			c.label = cmp.Or(g.numberOf(name), c.label)
		}
	}
	return c
}

// numberOf returns what a person reads for a field without a label that only tells records apart, "" for any other.
func (g *group) numberOf(name string) string {
	if len(g.entity.Key) == 1 && g.entity.Key[0] == name {
		return "Number of this record"
	}
	if p := g.entity.Parent; p != nil && len(p.On) == 1 && p.On[name] != "" {
		if parent, ok := g.system.Entity(p.Entity); ok {
			return "Number of “" + parent.Label + "”"
		}
	}
	return ""
}

// meaning returns what a coded value means, "" where the register does not say.
func (c *column) meaning(v connectors.Value) string {
	if c.field == nil || len(c.field.Codes) == 0 || !v.IsText() {
		return ""
	}
	return c.field.Codes[string(v.Bytes())]
}

// coded reports whether the register gives meanings for the field's values.
func (c *column) coded() bool { return c.field != nil && len(c.field.Codes) > 0 }

// fileName returns a name of a system or entity as part of a path that every operating system takes and
// that stays short of a line.
func fileName(name string) string {
	b := make([]byte, 0, len(name))
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' {
			b = append(b, byte(r))
		} else if len(b) > 0 && b[len(b)-1] != '-' {
			b = append(b, '-')
		}
		if len(b) == 30 {
			break
		}
	}
	s := strings.TrimRight(string(b), "-")
	if s == "" {
		return "unnamed"
	}
	if slices.Contains(deviceNames, s) {
		return s + "_"
	}
	return s
}

// deviceNames are the names that Windows keeps for devices, whatever their extension.
var deviceNames = []string{"con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
	"lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"}

// unique returns the path, numbered where another has it already.
func unique(path string, taken map[string]bool) string {
	name := path
	for n := 2; taken[name]; n++ {
		name = path + "-" + strconv.Itoa(n)
	}
	taken[name] = true
	return name
}
