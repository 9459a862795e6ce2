package connectortest

import (
	"encoding/hex"
	"strconv"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// typedField is a field of the typed entity: what it holds and what else is searched in it.
type typedField struct {
	name     string
	typ      compare.Type
	values   []string
	searched []string // besides the values themselves
}

var typedFields = []typedField{
	{"t_integer", compare.Integer,
		[]string{"0", "1", "-1", "12", "2147483647", "-2147483648", "9007199254740993", "9223372036854775807", "-9223372036854775808", "22374", "19610403"},
		[]string{"0012", "12.0", "+12", "12.5", "9007199254740992", "9223372036854775808", "-99999999999999999999999", "1e0", " 1"}},
	{"t_decimal", compare.Decimal,
		[]string{"0.0000", "12.5000", "-0.0100", "0.0001", "12345678901234567890.1234", "12345678901234567890.1235", "-99999999999999999999.9999", "22374.0000"},
		[]string{"12.5", "012.50", "0", "12.50001", "12345678901234567890.12345", "100000000000000000000000000000"}},
	{"t_float", compare.Float,
		[]string{"0", "0.1", "-0.25", "1000000000000000000000", "0.0000001", "3.141592653589793"},
		[]string{"0.10", ".1", "3.14159265358979", "1e21"}},
	{"t_boolean", compare.Boolean, []string{"true", "false"}, []string{"TRUE", "1", "0", "yes", "t"}},
	{"t_day", compare.Day,
		[]string{"1961-04-03", "1961-03-04", "1899-12-31", "1900-02-28", "2000-02-29", "9999-12-31"},
		[]string{"1961-04-03T00:00:00", "03/04/1961", "1961-4-3", "2001-02-29", "0000-00-00"}},
	{"t_clock", compare.Clock, []string{"00:00:00", "12:34:56", "23:59:59", "12:34:56.123"}, []string{"12:34", "24:00:00", "12:34:56.1234"}},
	{"t_datetime", compare.DateTime,
		[]string{"1961-04-03T00:00:00", "1961-04-03T23:59:59", "2021-03-28T01:30:00", "2021-10-31T01:30:00", "2000-02-29T12:34:56.123", "1900-01-01T00:00:00"},
		[]string{"1961-04-03", "1961-04-03 00:00:00", "1961-04-04", "2000-02-29T12:34:56"}},
	{"t_instant", compare.Instant,
		[]string{"1971-04-02T23:00:00Z", "1971-04-03T00:00:00Z", "2021-03-28T01:30:00Z", "2000-02-29T12:34:56.123Z"},
		[]string{"1971-04-03T00:00:00+01:00", "2000-02-29T12:34:56Z", "1971-04-03"}},
	{"t_guid", compare.GUID,
		[]string{"00000000-0000-0000-0000-000000000000", "00112233-4455-6677-8899-aabbccddeeff", "33221100-5544-7766-8899-aabbccddeeff", "ffffffff-ffff-ffff-ffff-ffffffffffff"},
		[]string{"00112233-4455-6677-8899-AABBCCDDEEFF", "{00112233-4455-6677-8899-aabbccddeeff}", "00112233445566778899aabbccddeeff", "00112233"}},
	{"t_binary", compare.Binary, []string{"0x", "0x00", "0x0a0b", "0xff00ff", "0x5c2725"}, []string{"0x0A0B", "0a0b", "0x0", "0xzz"}},
}

// strangers are searched in fields of every type: no number, date or GUID among them.
var strangers = []string{"", " ", "abc", "O'Brien", "' OR 1=1 --", "%", "a\x00b", "😀", "NULL", "Featherstonehaugh"}

// Typed returns an entity with a field of every type that the kind can hold, with the values at the
// edges of each type, and NULL.
func Typed(l Limits) Dataset {
	e := Entity{Name: "dossiertest_typed", Key: l.key("id"), Fields: []Field{l.field("id", compare.Integer, Field{Required: true})}}
	fields, most := l.typed(), 0
	for _, f := range fields {
		e.Fields = append(e.Fields, Field{Name: f.name, Type: f.typ})
		most = max(most, len(f.values))
	}
	for _, place := range l.Places {
		for i := range most + 1 {
			cells := []connectors.Value{connectors.Text(strconv.Itoa(i + 1))}
			for _, f := range fields {
				cell := connectors.Text(f.values[i%len(f.values)])
				if i == most && l.can(Nulls) {
					cell = connectors.Null
				}
				cells = append(cells, cell)
			}
			e.Rows = append(e.Rows, Row{place, cells})
		}
	}
	return Dataset{Entities: []Entity{e}}
}

// typed returns the typed fields that the kind can hold.
func (l Limits) typed() []typedField {
	var fields []typedField
	for _, f := range typedFields {
		if l.can(OfType(f.typ)) {
			fields = append(fields, f)
		}
	}
	return fields
}

// Notes returns an entity without a key, in which some records are equal to each other.
func Notes(l Limits) Dataset {
	e := Entity{Name: "dossiertest_notes", Fields: []Field{
		{Name: "given", Type: compare.Text, Length: 80}, {Name: "note", Type: compare.Text, Length: 200}}}
	for _, place := range l.Places {
		for i := range 12 {
			e.Rows = append(e.Rows, Row{place, []connectors.Value{connectors.Text(pick([]string{"Ann", "Bob", "Ann "}, i)), connectors.Text(pick([]string{"same", "other"}, i/6))}})
		}
	}
	return Dataset{Entities: []Entity{e}}
}

// Family returns parents and children, whose foreign key takes the children along when a parent is deleted.
func Family(l Limits) Dataset {
	parents := Entity{Name: "dossiertest_parents", Key: l.key("id"), Fields: []Field{
		l.field("id", compare.Integer, Field{Required: true}), {Name: "name", Type: compare.Text, Length: 80}}}
	children := Entity{Name: "dossiertest_children", Key: l.key("id"), Fields: []Field{
		l.field("id", compare.Integer, Field{Required: true}),
		l.field("parent", compare.Integer, Field{Required: true}),
		{Name: "name", Type: compare.Text, Length: 80}},
		Parent: &Parent{Entity: parents.Name, On: map[string]string{"parent": "id"}, Cascade: true}}
	for p, place := range l.Places {
		for i := range 3 {
			parents.Rows = append(parents.Rows, Row{place, []connectors.Value{connectors.Text(strconv.Itoa(i + 1)), connectors.Text("parent " + strconv.Itoa(10*p+i))}})
			for n := range 2 * i {
				children.Rows = append(children.Rows, Row{place, []connectors.Value{connectors.Text(strconv.Itoa(10*i + n)), connectors.Text(strconv.Itoa(i + 1)), connectors.Text("child")}})
			}
		}
	}
	return Dataset{Entities: []Entity{parents, children}}
}

// Log returns an entity whose key the system chooses.
func Log(l Limits) Dataset {
	e := Entity{Name: "dossiertest_log", Key: l.key("id"), Fields: []Field{
		l.field("id", compare.Integer, Field{Required: true, New: true}), {Name: "entry", Type: compare.Text, Length: 80}}}
	for _, place := range l.Places {
		for i := range 3 {
			e.Rows = append(e.Rows, Row{place, []connectors.Value{connectors.Text(strconv.Itoa(i + 1)), connectors.Text("entry " + strconv.Itoa(i))}})
		}
	}
	return Dataset{Entities: []Entity{e}}
}

// manyRows is how many records Many puts into the first place.
const manyRows = 5000

// Many returns an entity with thousands of records in the first place and ten in each other one.
func Many(l Limits) Dataset {
	e := Entity{Name: "dossiertest_many", Key: l.key("id"), Fields: []Field{
		l.field("id", compare.Integer, Field{Required: true}),
		{Name: "number", Type: compare.Text, Length: 40, Required: true, Indexed: true},
		{Name: "filler", Type: compare.Text, Length: 200}}}
	filler := connectors.Text(strings.Repeat("filler ", 20))
	for p, place := range l.Places {
		rows := manyRows
		if p > 0 {
			rows = 10
		}
		for i := range rows {
			e.Rows = append(e.Rows, Row{place, []connectors.Value{connectors.Text(strconv.Itoa(i + 1)), connectors.Text("M-" + strconv.Itoa(100000+i)), filler}})
		}
	}
	return Dataset{Entities: []Entity{e}}
}

// Files returns an entity with contents too long to be values: a Stream field, whose cells are canonical
// text of binary values (0x…) for Seed and Dump, and which the connector yields as streams.
func Files(l Limits) Dataset {
	e := Entity{Name: "dossiertest_files", Key: l.key("id"), Fields: []Field{
		l.field("id", compare.Integer, Field{Required: true}),
		{Name: "name", Type: compare.Text, Length: 80},
		{Name: "content", Type: compare.Stream}}}
	for p, place := range l.Places {
		for i, size := range []int{0, 1, 64, 65, 1000, 300_000} {
			content := make([]byte, size)
			for j := range content {
				content[j] = byte(j*7 + j/256 + p)
			}
			e.Rows = append(e.Rows, Row{place, []connectors.Value{connectors.Text(strconv.Itoa(i + 1)),
				connectors.Text("file of " + strconv.Itoa(size)), connectors.Text("0x" + hex.EncodeToString(content))}})
		}
		if l.can(Nulls) {
			e.Rows = append(e.Rows, Row{place, []connectors.Value{connectors.Text("99"), connectors.Text("no file"), connectors.Null}})
		}
	}
	return Dataset{Entities: []Entity{e}}
}
