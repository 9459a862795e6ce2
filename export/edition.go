package export

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"dossier/connectors"
	"dossier/locate"
)

// edition is a package as it is handed over: records by system and entity, in the order of the register,
// with what is withheld already decided.
type edition struct {
	Package
	groups   []*group
	coverage []coverageOf
}

// group is the records of one entity.
type group struct {
	systemID string
	system   *connectors.System // nil: the register does not name it
	name     string             // the entity's
	entity   *connectors.Entity // nil: the register does not name it
	base     string             // path in the package without extension: data/qlms/candidates
	columns  []*column          // what leaves of the records
	withheld []withheld         // what does not, and why
	records  []*locate.Match    // none where the whole entity is withheld
	key      bool               // whether the key leaves
	files    map[fileOf]file    // contents of streams, once they are written
}

// column is one field of a group's records.
type column struct {
	name  string
	label string
	field *connectors.Field // nil: the register does not name it
}

// withheld tells that an entity (no field) or a field is left out, and why.
type withheld struct {
	Field   string `json:"field,omitempty"`
	Label   string `json:"label"`
	Reason  string `json:"reason"`
	Records int    `json:"records"` // how many records it concerns
}

func newEdition(p Package) *edition {
	ed := &edition{Package: p}
	byName := map[[2]string]*group{}
	for i := range p.Matches {
		m := &p.Matches[i]
		name := [2]string{m.Record.Ref.System, m.Record.Ref.Entity}
		g := byName[name]
		if g == nil {
			g = newGroup(p.Register, name[0], name[1])
			byName[name] = g
		}
		g.records = append(g.records, m)
	}
	ed.groups = slices.SortedFunc(maps.Values(byName), func(a, b *group) int {
		return cmp.Or(
			cmp.Compare(a.rank(p.Register), b.rank(p.Register)), strings.Compare(a.systemID, b.systemID),
			cmp.Compare(a.entityRank(), b.entityRank()), strings.Compare(a.name, b.name))
	})
	taken := map[string]bool{}
	for _, g := range ed.groups {
		g.base = unique("data/"+fileName(g.systemID)+"/"+fileName(g.name), taken)
		g.decide(p.Request.right())
	}
	ed.coverage = ed.tellCoverage()
	return ed
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

const (
	notAskedBasis = "The right to portability covers only data held with your consent or for a contract with you."
	notAskedField = "The right to portability covers only data that you provided or that was observed of you."
)

// decide splits what leaves from what is withheld from a right.
func (g *group) decide(right string) {
	if reason := g.exempt(right); reason != "" {
		g.withheld = []withheld{{Label: g.label(), Reason: sentence(reason), Records: len(g.records)}}
		g.records = nil
		return
	}
	kept, dropped := map[string]bool{}, map[string]*withheld{}
	var names []string // of the last record, to skip the look-up for those that share them
	for _, m := range g.records {
		f := m.Record.Fields
		if !sameNames(names, f.Names) {
			names = f.Names
			for _, name := range names {
				if kept[name] || dropped[name] != nil {
					continue
				}
				c := g.column(name)
				if reason := c.exempt(right); reason != "" {
					dropped[name] = &withheld{Field: name, Label: c.label, Reason: sentence(reason)}
					continue
				}
				kept[name] = true
				g.columns = append(g.columns, c)
			}
		}
		for name, w := range dropped {
			if !f.Get(name).IsNull() {
				w.Records++
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(dropped)) {
		if w := dropped[name]; w.Records > 0 {
			g.withheld = append(g.withheld, *w)
		}
	}
	g.key = g.entity != nil && len(g.entity.Key) > 0 &&
		!slices.ContainsFunc(g.entity.Key, func(name string) bool { return g.column(name).exempt(right) != "" })
}

func (g *group) column(name string) *column {
	c := &column{name: name, label: shown(name)}
	if g.entity != nil {
		if f, ok := g.entity.Field(name); ok {
			c.field, c.label = f, g.entity.LabelOf(name)
		}
	}
	return c
}

// exempt returns why the whole entity is withheld from a right, "" where it is not.
func (g *group) exempt(right string) string {
	switch {
	case g.entity != nil && g.entity.Exempt != nil && slices.Contains(g.entity.Exempt.From, right):
		return g.entity.Exempt.Reason
	case right == "portability" && (g.system == nil || g.system.Basis != "consent" && g.system.Basis != "contract"):
		return notAskedBasis
	}
	return ""
}

// exempt returns why the field is withheld from a right, "" where it is not.
func (c *column) exempt(right string) string {
	switch {
	case c.field != nil && c.field.Exempt != nil && slices.Contains(c.field.Exempt.From, right):
		return c.field.Exempt.Reason
	case right == "portability" && (c.field == nil || !c.field.Provided && !c.field.Observed):
		return notAskedField
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

// sameNames reports whether both are the same slice, as records of one search share it.
func sameNames(a, b []string) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

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
