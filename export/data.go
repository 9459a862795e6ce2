package export

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"

	"dossier/connectors"
)

// writeData writes, entity by entity, the contents of streams, then the records as JSON and as CSV.
func (ed *edition) writeData(ctx context.Context, a *archive) error {
	for _, g := range ed.groups {
		if err := ed.writeFiles(ctx, a, g); err != nil {
			return err
		}
		what := g.label() + " (" + g.systemTitle() + ")"
		if err := a.put(g.base+".json", what+", exact, for programs", func(w *bufio.Writer) (int, error) { return ed.writeJSON(w, g) }); err != nil {
			return err
		}
		if len(g.records) == 0 {
			continue // the JSON file tells why
		}
		if err := a.put(g.base+".csv", what+", for a spreadsheet", func(w *bufio.Writer) (int, error) { return writeCSV(w, g) }); err != nil {
			return err
		}
	}
	return nil
}

// dataHeader is all of a data file but its records.
type dataHeader struct {
	Type     string      `json:"type"` // "data"
	Version  int         `json:"version"`
	Request  string      `json:"request"`
	System   named       `json:"system"`
	Entity   named       `json:"entity"`
	Key      []string    `json:"key,omitempty"` // the fields that make up a record's key
	Fields   []fieldJSON `json:"fields"`
	Withheld []withheld  `json:"withheld"`
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

// writeJSON writes the header, then one record a line.
func (ed *edition) writeJSON(w *bufio.Writer, g *group) (int, error) {
	h := dataHeader{
		Type: "data", Version: FormatVersion, Request: ed.Request.ID, System: named{g.systemID, g.systemTitle()},
		Entity: named{g.name, g.label()}, Fields: []fieldJSON{}, Withheld: append([]withheld{}, g.withheld...),
	}
	if g.key {
		h.Key = g.entity.Key
	}
	for _, c := range g.columns {
		h.Fields = append(h.Fields, ed.fieldJSON(c))
	}
	head, err := json.MarshalIndent(h, "", " ")
	if err != nil {
		return 0, err
	}
	w.Write(head[:len(head)-2]) // all but the closing brace and the line feed before it
	w.WriteString(",\n \"records\": [")
	var line []byte
	for i, m := range g.records {
		line = line[:0]
		if i > 0 {
			line = append(line, ',')
		}
		line = g.appendRecord(append(line, "\n  "...), i, &m.Record)
		if _, err := w.Write(line); err != nil {
			return 0, err
		}
	}
	_, err = w.WriteString("\n ]\n}\n")
	return len(g.records), err
}

// appendRecord appends one record as a JSON object.
func (g *group) appendRecord(b []byte, number int, r *connectors.Record) []byte {
	b = append(b, `{"place":`...)
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
