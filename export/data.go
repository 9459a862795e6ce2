package export

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
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
