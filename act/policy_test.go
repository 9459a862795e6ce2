package act

import (
	"slices"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/request/clock"
)

// parsed reads the register of one system with entities.
func parsed(t testing.TB, entities string) *connectors.Register {
	t.Helper()
	const head = `
version = 1
[organisation]
name = "The Institute"
clock = "england-and-wales"
[system.s]
kind = "fake"
owners = ["Membership"]
steward = "IT"
`
	setup := func(*connectors.System) (connectors.Open, error) { return nil, nil }
	r, err := connectors.Parse([]byte(head+entities), []connectors.Kind{{Name: "fake", Title: "In memory", Setup: setup}, {Name: "manual"}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var everyOp = []connectors.Op{connectors.Update, connectors.Insert, connectors.Delete}

// col makes a column; the marks are ! (not NULL), * (unique), # (generated).
func col(name string, typ compare.Type, length int, marks string) connectors.Column {
	return connectors.Column{Name: name, Type: typ, Native: typ.String(), Length: length, Nullable: !strings.Contains(marks, "!"),
		Unique: strings.Contains(marks, "*"), Generated: strings.Contains(marks, "#"), Indexed: true, Search: compare.Hows}
}

// shaped makes the shape of an entity whose first column is its key.
func shaped(entity string, columns ...connectors.Column) connectors.Shape {
	return connectors.Shape{Entity: entity, Table: "T_" + entity, Mapped: true, Places: []string{"main"}, Key: []string{columns[0].Name}, Fields: columns, Ops: everyOp}
}

// recorded makes a record; the value "NULL" stands for none.
func recorded(s connectors.Shape, values ...string) connectors.Record {
	r := connectors.Record{Ref: connectors.Ref{System: "s", Place: "main", Entity: s.Entity, Key: values[:1]}, Fields: connectors.Fields{Names: s.Names()}}
	for _, v := range values {
		if v == "NULL" {
			r.Values = append(r.Values, connectors.Null)
		} else {
			r.Values = append(r.Values, connectors.Text(v))
		}
	}
	return r
}

func caseOf(t testing.TB, r *connectors.Register, s connectors.Shape, record connectors.Record) Case {
	t.Helper()
	e, ok := r.Systems[0].Entity(s.Entity)
	if !ok {
		t.Fatal("no such entity")
	}
	return Case{System: r.Systems[0], Entity: e, Shape: s, Record: record}
}

func testRules(r *connectors.Register, a Action) Rules {
	return Rules{Action: a, Request: "SAR-2026-0001", Register: r, Today: clock.On(2026, 3, 2), Due: clock.On(2026, 3, 31),
		Token: func(n int) string { return strings.Repeat("x", n) }}
}

// lineText tells a line in one text: what is done, fields before > after, what stays.
func lineText(l Line) string {
	var b strings.Builder
	b.WriteString(string(l.Does))
	if l.Writes() {
		b.WriteString(" " + l.Change.Op.String())
	}
	for i, name := range l.Change.After.Names {
		v := l.Change.After.Values[i]
		text := v.String()
		if v.IsNull() {
			text = "NULL"
		}
		b.WriteString("; " + name + "=" + text)
	}
	for _, s := range l.Stays {
		b.WriteString("; " + s.Field + " stays")
	}
	return b.String()
}

// told returns the lines of one record, told by words, and what speaks against it.
func told(r Rules, c Case) (string, []string) {
	lines, problems := r.Lines(c)
	var list, against []string
	for _, l := range lines {
		list = append(list, lineText(l))
	}
	for _, p := range problems {
		against = append(against, p.String())
	}
	return strings.Join(list, " | "), against
}

func holdsPart(list []string, part string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.Contains(s, part) })
}
