package export

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"dossier/connectors"
)

// writeData writes the contents of streams, then every record as one document, then a table an entity.
func (ed *edition) writeData(ctx context.Context, a *archive) error {
	for _, g := range ed.groups {
		if err := ed.writeFiles(ctx, a, g); err != nil {
			return err
		}
	}
	if err := a.put(dataName, "everything in one document, exact, for programs", ed.writeJSON); err != nil {
		return err
	}
	for _, g := range ed.groups {
		if g.count == 0 {
			continue // data.json tells why
		}
		what := g.label() + " (" + g.systemTitle() + "), for a spreadsheet"
		if err := a.put(g.base+".csv", what, func(w *bufio.Writer) (int, error) { return writeCSV(w, g) }); err != nil {
			return err
		}
	}
	return nil
}

// dataHeader is all of data.json but its records, which follow as the last key.
type dataHeader struct {
	Type         string        `json:"type"` // "data"
	Version      int           `json:"version"`
	Made         time.Time     `json:"made"`
	Organisation organisation  `json:"organisation"`
	Request      RequestHeader `json:"request"`
	Person       person        `json:"person"`
	Systems      []systemJSON  `json:"systems"`
	Entities     []entityJSON  `json:"entities"`
	Coverage     []coverageOf  `json:"coverage"`
	Actions      []actionJSON  `json:"actions"`
}

type organisation struct {
	Name    string `json:"name"`
	Contact string `json:"contact,omitempty"`
}

// person is whom the data is about, as the request names them.
type person struct {
	Name        string           `json:"name,omitempty"`
	Identifiers []identifierJSON `json:"identifiers"` // those that were searched for first
}

type identifierJSON struct {
	Kind  named  `json:"kind"`
	Value string `json:"value"`
}

// systemJSON is what Article 15(1) has to tell of a system.
type systemJSON struct {
	Name      string     `json:"name"`
	Label     string     `json:"label"`
	Holds     string     `json:"holds,omitempty"`
	Facts     []factJSON `json:"facts"`
	Processor bool       `json:"processor,omitempty"` // the organisation holds it for another
}

type factJSON struct {
	About string `json:"about"`
	Text  string `json:"text"`
}

// entityJSON is an entity, with what the register says of its fields and what of it is withheld.
type entityJSON struct {
	System   string      `json:"system"` // its name
	Name     string      `json:"name"`
	Label    string      `json:"label"`
	Table    string      `json:"table,omitempty"` // the file that holds the same records for a spreadsheet
	Key      []string    `json:"key,omitempty"`   // the fields that make up a record's key
	Fields   []fieldJSON `json:"fields"`
	Withheld []withheld  `json:"withheld"`
	Records  int         `json:"records"`
}

type named struct {
	Name  string `json:"name"`
	Label string `json:"label"`
}

// fieldJSON is what the register says of a field.
type fieldJSON struct {
	Name     string            `json:"name"`
	Label    string            `json:"label"`
	Holds    string            `json:"holds,omitempty"`    // the identifier, as a person reads it
	Category string            `json:"category,omitempty"` // a key of the Fideslang taxonomy
	Codes    map[string]string `json:"codes,omitempty"`
	Provided bool              `json:"provided,omitempty"`
	Observed bool              `json:"observed,omitempty"`
	Special  bool              `json:"special,omitempty"`
}

func (ed *edition) fieldJSON(c *column) fieldJSON {
	f := fieldJSON{Name: c.name, Label: c.label}
	if c.field == nil {
		return f
	}
	if id, ok := ed.Register.Identifier(c.field.Is); ok {
		f.Holds = id.Title
	}
	f.Category, f.Codes = c.field.Category, c.field.Codes
	f.Provided, f.Observed, f.Special = c.field.Provided, c.field.Observed, c.field.Special
	return f
}

// header returns all of data.json but its records.
func (ed *edition) header() dataHeader {
	h := dataHeader{
		Type: "data", Version: FormatVersion, Made: ed.Made.UTC().Truncate(time.Second),
		Organisation: organisation{ed.Register.Organisation.Name, ed.Register.Organisation.Contact},
		Request:      ed.requestHeader(), Person: person{Name: ed.Request.Name, Identifiers: []identifierJSON{}},
		Systems: []systemJSON{}, Entities: []entityJSON{}, Coverage: append([]coverageOf{}, ed.coverage...), Actions: ed.actions(),
	}
	for _, id := range ed.Request.Identifiers {
		h.Person.Identifiers = append(h.Person.Identifiers, identifierJSON{named{id.Kind, ed.kindTitle(id.Kind)}, id.Value})
	}
	for _, g := range ed.groups {
		if n := len(h.Systems); n == 0 || h.Systems[n-1].Name != g.systemID {
			s := systemJSON{Name: g.systemID, Label: g.systemTitle(), Facts: []factJSON{}}
			if g.system != nil {
				s.Holds, s.Processor = sentence(g.system.Holds), g.system.Processor()
			}
			facts, _ := ed.articleFifteen(g)
			for _, f := range facts {
				s.Facts = append(s.Facts, factJSON{f.Term, f.Text})
			}
			h.Systems = append(h.Systems, s)
		}
		e := entityJSON{System: g.systemID, Name: g.name, Label: g.label(), Fields: []fieldJSON{}, Withheld: append([]withheld{}, g.withheld...), Records: g.count}
		if g.count > 0 {
			e.Table = g.base + ".csv"
		}
		if g.key {
			e.Key = g.entity.Key
		}
		for _, c := range g.columns {
			e.Fields = append(e.Fields, ed.fieldJSON(c))
		}
		h.Entities = append(h.Entities, e)
	}
	return h
}

// writeJSON writes the header, then one record a line.
func (ed *edition) writeJSON(w *bufio.Writer) (int, error) {
	var head bytes.Buffer
	enc := json.NewEncoder(&head)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(ed.header()); err != nil {
		return 0, err
	}
	w.Write(bytes.TrimSuffix(head.Bytes(), []byte("\n}\n")))
	w.WriteString(",\n \"records\": [")
	var line []byte
	n := 0
	for _, g := range ed.groups {
		for i, r := range g.records() {
			line = line[:0]
			if n > 0 {
				line = append(line, ',')
			}
			n++
			line = g.appendRecord(append(line, "\n  "...), i, r)
			if _, err := w.Write(line); err != nil {
				return 0, err
			}
		}
	}
	_, err := w.WriteString("\n ]\n}\n")
	return n, err
}

// appendRecord appends one record as a JSON object.
func (g *group) appendRecord(b []byte, number int, r *connectors.Record) []byte {
	b = append(b, `{"system":`...)
	b = append(appendString(b, g.systemID), `,"entity":`...)
	b = append(appendString(b, g.name), `,"place":`...)
	b = appendString(b, placeName(r.Ref.Place))
	if g.key {
		b = append(b, `,"key":[`...)
		for i, part := range r.Ref.Key {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, part)
		}
		b = append(b, ']')
	}
	b = append(b, `,"values":{`...)
	first, meanings := true, false
	for _, c := range g.columns {
		if !r.Has(c.name) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		v := r.Get(c.name)
		b = append(appendString(b, c.name), ':')
		b = g.appendValue(b, fileOf{number, c.name}, v)
		meanings = meanings || c.meaning(v) != ""
	}
	b = append(b, '}')
	if meanings {
		b = append(b, `,"meanings":{`...)
		first = true
		for _, c := range g.columns {
			if meaning := c.meaning(r.Get(c.name)); meaning != "" {
				if !first {
					b = append(b, ',')
				}
				first = false
				b = appendString(append(appendString(b, c.name), ':'), meaning)
			}
		}
		b = append(b, '}')
	}
	return append(b, '}')
}

// appendValue appends null, a string, an array of strings, {"base64":"…"} for bytes that are no UTF-8, or the file
// that holds a stream's content.
func (g *group) appendValue(b []byte, at fileOf, v connectors.Value) []byte {
	switch {
	case v.IsNull():
		return append(b, "null"...)
	case v.IsStream():
		f := g.files[at]
		b = append(b, '{')
		if f.name != "" {
			b = appendString(append(b, `"file":`...), f.name)
			b = append(b, `,"sha256":"`+f.sum+`",`...)
		}
		b = strconv.AppendInt(append(b, `"bytes":`...), f.size, 10)
		if f.missing != "" {
			b = appendString(append(b, `,"missing":`...), f.missing)
		}
		return append(b, '}')
	case v.IsText():
		return appendText(b, string(v.Bytes()))
	}
	b = append(b, '[')
	for i, item := range v.Items() {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, item)
	}
	return append(b, ']')
}

// appendText appends text as a string, or as base64 where it is no UTF-8.
func appendText(b []byte, s string) []byte {
	if utf8.ValidString(s) {
		return appendString(b, s)
	}
	b = append(b, `{"base64":"`...)
	b = base64.StdEncoding.AppendEncode(b, []byte(s))
	return append(b, `"}`...)
}

// appendString appends a JSON string. Characters that cannot be seen are escaped, so that the file can be
// read as text.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i, r := range s {
		if r >= ' ' && r != '"' && r != '\\' && r != utf8.RuneError && !hidden(r) {
			continue
		}
		b = append(b, s[start:i]...)
		_, n := utf8.DecodeRuneInString(s[i:])
		start = i + n
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\t':
			b = append(b, '\\', 't')
		case r == '\r':
			b = append(b, '\\', 'r')
		case r > 0xFFFF:
			r -= 0x10000
			b = fmt.Appendf(b, `\u%04x\u%04x`, 0xD800+r>>10, 0xDC00+r&0x3FF)
		default:
			b = fmt.Appendf(b, `\u%04x`, r)
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}
