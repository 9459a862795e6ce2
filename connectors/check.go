package connectors

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"dossier/connectors/compare"
)

// Severity says how much a Finding matters.
type Severity string

const (
	Mistake Severity = "error"   // the register is wrong: searches or changes would fail
	Warning Severity = "warning" // something is missing that an answer to a person needs
	Note    Severity = "note"    // worth a look
)

// Finding is something about a system on which the register and the system, or the register and the law,
// do not agree. It holds no values of records.
type Finding struct {
	System   string   `json:"system"`
	Entity   string   `json:"entity,omitempty"`
	Field    string   `json:"field,omitempty"` // a column; without an entity, a key of the register
	Severity Severity `json:"severity"`
	What     string   `json:"what"`
}

// CheckSystem compares what the register says of a system with what Describe saw of it. For a system that
// people work the catalog is empty.
func (r *Register) CheckSystem(sys *System, cat Catalog) []Finding {
	c := &checker{register: r, sys: sys, cat: cat}
	c.information()
	if sys.Manual() {
		return c.findings
	}
	for _, gap := range cat.Gaps {
		c.add(Mistake, gap.Entity, gap.Field, "could not be described: %s", &gap)
	}
	for _, gap := range cat.Closed {
		c.add(Warning, gap.Entity, gap.Field, "can be searched and not changed, so that each change becomes a task for the steward: %s: %s", gap.Place, gap.Why)
	}
	if len(cat.Places) == 0 {
		c.add(Mistake, "", "", "none of its places could be found: look at what the register says of where it is")
	}
	for _, e := range sys.Entities {
		c.entity(e)
	}
	c.tables()
	return c.findings
}

type checker struct {
	register *Register
	sys      *System
	cat      Catalog
	findings []Finding
}

func (c *checker) add(s Severity, entity, field, format string, args ...any) {
	c.findings = append(c.findings, Finding{c.sys.ID, entity, field, s, fmt.Sprintf(format, args...)})
}

// information checks what Article 15(1) and (2) UK GDPR lets a person ask beside the data. A processor's
// controller answers it.
func (c *checker) information() {
	if c.sys.Steward == "" {
		c.add(Warning, "", "steward", "is missing: write who looks after the system, since tasks for it go to them")
	}
	if c.sys.Security == "" && c.register.Organisation.Security == "" {
		c.add(Note, "", "security", "is missing, of the system and of the organisation: write how the data is kept safe, for the record of processing (Article 30(1)(g))")
	}
	if c.sys.Processor() {
		return
	}
	if len(c.sys.People) == 0 {
		c.add(Note, "", "people", "is missing: write whom it is about, such as people = [\"members\"], for the record of processing (Article 30(1)(c))")
	}
	for _, want := range []struct {
		key     string
		missing bool
		point   string
	}{
		{"purpose", c.sys.Purpose == "", "why the data is held (Article 15(1)(a))"},
		{"basis", c.sys.Basis == "", "the lawful basis (Article 6(1))"},
		{"recipients", c.sys.Recipients == nil, "who else receives the data, [] for nobody (Article 15(1)(c))"},
		{"retention", c.sys.Retention == "", "how long the data is held (Article 15(1)(d))"},
		{"source", c.sys.Source == "", "where the data came from, \"the person\" where they gave it (Article 15(1)(g))"},
		{"automated", c.sys.Automated == "", "what is decided by machines and by what logic, \"none\" where nothing is (Article 15(1)(h))"},
		{"transfers", c.sys.Transfers == "", "transfers abroad and their safeguards, \"none\" where there are none (Article 15(2))"},
	} {
		if want.missing {
			c.add(Warning, "", want.key, "is missing: write %s", want.point)
		}
	}
}

func (c *checker) entity(e *Entity) {
	shape, ok := c.cat.Shape(e.Name)
	if !ok {
		c.add(Mistake, e.Name, "", "there is no %q that the account reaches: correct table = \"…\", or allow the account to read it", e.Table)
		return
	}
	c.places(e, shape)
	for _, f := range e.Fields {
		c.field(e, shape, f)
	}
	for i, name := range e.Key {
		column, ok := c.needs(e, shape, name, fmt.Sprintf("key[%d]", i))
		if ok && len(e.Key) == 1 && !column.Unique {
			c.add(Warning, e.Name, name, "is the key, and nothing in the system keeps two records from having the same value")
		}
	}
	c.parent(e, shape)
	c.days(e, shape)
	for _, w := range e.writes() {
		for _, name := range slices.Sorted(maps.Keys(w.fields)) {
			c.needs(e, shape, name, w.key)
		}
	}
	if e.Statement != "" {
		c.needs(e, shape, e.Statement, "statement")
	}
	c.reachable(e)
	c.policy(e, shape)
	c.unmapped(e, shape)
}

// days checks the fields that the register reads dates from.
func (c *checker) days(e *Entity, shape Shape) {
	check := func(name, key, what string) {
		if name == "" {
			return
		}
		if column, ok := c.needs(e, shape, name, key); ok && !dated(column.Type) {
			c.add(Warning, e.Name, name, "is what %s, and a field of type %s holds no date", what, column.Native)
		}
	}
	if e.Keep != nil {
		check(e.Keep.From, "keep.from", "the period of keep is counted from")
	}
	if e.Retain != nil {
		check(e.Retain.From, "retain.from", "the period of retain is counted from")
	}
	check(e.Dated, "dated", "a request for a span of days is cut by")
}

// reachable reports an entity in which nobody can be found.
func (c *checker) reachable(e *Entity) {
	if e.Parent == nil && !slices.ContainsFunc(e.Fields, func(f *Field) bool { return f.Is != "" }) {
		c.add(Mistake, e.Name, "", "maps no field to an identifier and names no parent, so nobody can be found in it")
	}
}

// needs returns the column that a key of the register names, or reports that there is none.
func (c *checker) needs(e *Entity, shape Shape, name, key string) (Column, bool) {
	column, ok := shape.Column(name)
	if !ok {
		c.add(Mistake, e.Name, name, "%s names a field that %s lacks%s", key, shape.Table, suggestion(name, shape))
	}
	return column, ok
}

// dated reports whether fields of the type can hold dates: text can.
func dated(t compare.Type) bool {
	return t == compare.Text || t == compare.Day || t == compare.DateTime || t == compare.Instant
}

// suggestion names the column that was probably meant.
func suggestion(name string, shape Shape) string {
	for _, n := range shape.Names() {
		if strings.EqualFold(n, name) {
			return fmt.Sprintf("; it has %q", n)
		}
	}
	if near := nearest(name, shape.Names()); near != "" {
		return fmt.Sprintf("; did you mean %q?", near)
	}
	return ""
}

// places reports places without the entity. Of files each holds its own, and the connector tells of those that lack what they should
// have.
func (c *checker) places(e *Entity, shape Shape) {
	if c.sys.Kind.Keyless {
		return
	}
	var missing []string
	for _, place := range c.cat.Places {
		if !slices.Contains(shape.Places, place) {
			missing = append(missing, place)
		}
	}
	if len(missing) > 0 {
		c.add(Warning, e.Name, "", "is missing in %d of %d places: %s", len(missing), len(c.cat.Places), few(missing))
	}
}

func (c *checker) field(e *Entity, shape Shape, f *Field) {
	column, ok := c.needs(e, shape, f.Name, "fields")
	if !ok || f.Is == "" {
		return
	}
	id, known := c.register.Identifier(f.Is)
	how := id.How
	switch {
	case known && !column.CanSearch(how):
		c.add(Warning, e.Name, f.Name, "holds an identifier, and a field of type %s cannot be searched by %s: records known by it alone are not found", column.Native, how)
	case !column.Indexed && shape.Rows > 100_000:
		c.add(Note, e.Name, f.Name, "has no index, so that each search reads all of about %d records", shape.Rows)
	}
}

func (c *checker) parent(e *Entity, shape Shape) {
	if e.Parent == nil {
		return
	}
	parent, known := c.cat.Shape(e.Parent.Entity)
	for _, child := range slices.Sorted(maps.Keys(e.Parent.On)) {
		column, ok := c.needs(e, shape, child, "parent.on")
		if ok && !column.Indexed && shape.Rows > 100_000 {
			c.add(Note, e.Name, child, "has no index, so that finding the records of one parent reads all of about %d", shape.Rows)
		}
		if name := e.Parent.On[child]; known {
			of, exists := parent.Column(name)
			if ok && exists && of.Type.Numeric() != column.Type.Numeric() {
				c.add(Warning, e.Name, child, "is of type %s and %s of %s is of type %s: text is never compared with numbers", column.Native, name, parent.Table, of.Native)
			}
			if !exists {
				c.add(Mistake, e.Name, child, "parent.on names the field %q, which %s lacks%s", name, parent.Table, suggestion(name, parent))
			}
		}
	}
}

// policy checks that what the register says of erasing and restricting can be done.
func (c *checker) policy(e *Entity, shape Shape) {
	can := func(op Op) bool { return slices.Contains(shape.Ops, op) }
	switch {
	case e.Erase == "":
		c.add(Warning, e.Name, "", `says nothing of erasure: write erase = "delete", "anonymise" or "keep"`)
	case e.Erase == "delete" && !can(Delete), e.Erase == "anonymise" && !can(Update):
		c.add(Note, e.Name, "", "is to be erased, and the account may not %s: each erasure becomes a task for the steward",
			map[string]string{"delete": "delete", "anonymise": "update"}[e.Erase])
	}
	if e.Restrict != nil && len(e.Restrict.Set) > 0 && !can(Update) {
		c.add(Note, e.Name, "", "is to be marked as restricted, and the account may not update: each restriction becomes a task for the steward")
	}
	c.triggers(e, shape)
	if e.Erase != "delete" {
		return
	}
	for _, f := range e.Fields {
		if f.Erase == "keep" {
			c.add(Warning, e.Name, f.Name, "is to stay when the record is deleted, so that every erasure is refused: say erase = \"anonymise\" of the entity")
		}
	}
	for _, key := range shape.ForeignKeys {
		if key.RefTable == shape.Table && key.OnDelete != "restrict" && key.OnDelete != "no action" && !c.registered(key.Table) {
			c.add(Warning, e.Name, "", "deleting a record also changes %s (on delete %s), which the register does not name: such deletes are refused", key.Table, key.OnDelete)
		}
	}
}

// triggers reports triggers that nobody has read, and that changes by the rules of the entity would run.
func (c *checker) triggers(e *Entity, shape Shape) {
	var ops []Op
	if e.Erase == "delete" {
		ops = append(ops, Delete)
	}
	if e.Erase == "anonymise" || len(e.writes()) > 0 {
		ops = append(ops, Update)
	}
	for _, trigger := range shape.Triggers {
		for _, op := range ops {
			if slices.Contains(trigger.On, op) && !slices.Contains(e.Triggers, trigger.Name) {
				c.add(Warning, e.Name, "", "every %s of a record runs the trigger %s, and is refused until somebody has read what it writes and named it in triggers = [%q]", op, trigger.Name, trigger.Name)
			}
		}
	}
}

func (c *checker) registered(table string) bool {
	return slices.ContainsFunc(c.cat.Shapes, func(s Shape) bool { return s.Mapped && s.Table == table })
}

// unmapped lists the columns of which the register says nothing.
func (c *checker) unmapped(e *Entity, shape Shape) {
	var names []string
	for _, name := range shape.Names() {
		if !e.Mentions(name) {
			names = append(names, name)
		}
	}
	switch {
	case len(names) == 0:
	case e.Erase == "anonymise":
		c.add(Warning, e.Name, "", "the register says nothing of %s: erasure is refused until it does", few(names))
	default:
		c.add(Note, e.Name, "", "the register says nothing of %s: exported as they are, marked unmapped", few(names))
	}
}

// Mentions reports whether any key of the entity names the column.
func (e *Entity) Mentions(name string) bool {
	if _, mapped := e.Field(name); mapped || slices.Contains(e.Key, name) {
		return true
	}
	if e.Parent != nil {
		if _, ok := e.Parent.On[name]; ok {
			return true
		}
	}
	for _, w := range e.writes() {
		if _, ok := w.fields[name]; ok {
			return true
		}
	}
	return e.Keep != nil && e.Keep.From == name
}

// tables reports tables that the register neither maps nor ignores, and ignored ones that are not there.
func (c *checker) tables() {
	used := map[string]bool{}
	for _, shape := range c.cat.Shapes {
		ignored := false
		for _, name := range []string{shape.Table, shape.Entity, shape.Table[strings.LastIndexByte(shape.Table, '.')+1:]} {
			if pattern := c.sys.ignoredBy(name); pattern != "" {
				used[pattern], ignored = true, true
			}
		}
		if !shape.Mapped && !ignored {
			c.add(Warning, shape.Entity, "", "the register neither maps nor ignores it: add [system.%s.entity.NAME] with table = %q, or ignore it with a reason", c.sys.ID, shape.Table)
		}
	}
	for _, pattern := range slices.Sorted(maps.Keys(c.sys.Ignore)) {
		if !used[pattern] {
			c.add(Note, "", "ignore."+pattern, "answers to no table that the account reaches")
		}
	}
}

// few lists up to ten names.
func few(names []string) string {
	if len(names) > 10 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:10], ", "), len(names)-10)
	}
	return strings.Join(names, ", ")
}
