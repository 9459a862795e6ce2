package jet

import (
	"encoding/binary"
	"strings"
)

// Properties are the named properties that Access keeps of a table or column, such as Caption,
// Description, Format, ValidationRule, ValidationText, DefaultValue, Expression and ResultType.
// Values are text in the same form as the values of rows; binary ones are left out.
type Properties map[string]string

// Get returns a property by its name, in any case of letters; without it, the empty string.
func (p Properties) Get(name string) string {
	if v, ok := p[name]; ok {
		return v
	}
	for k, v := range p {
		if equalName(k, name) {
			return v
		}
	}
	return ""
}

func equalName(a, b string) bool { return strings.EqualFold(a, b) }

// Kinds of the chunks that a property block is made of.
const chunkNames = 0x80

// parseProperties reads the property block of one object: the properties of the table itself stand
// under the empty name, those of a column under the column's.
func (db *DB) parseProperties(block []byte) (map[string]Properties, error) {
	sets := make(map[string]Properties)
	if len(block) == 0 {
		return sets, nil
	}
	short := fault("the properties are cut short")
	if len(block) < 4 || string(block[:4]) != "MR2\x00" && string(block[:4]) != "KKD\x00" {
		return sets, fault("the properties are in an unknown form")
	}
	var names []string
	for block = block[4:]; len(block) >= 6; {
		size := binary.LittleEndian.Uint32(block)
		if size < 6 || uint64(size) > uint64(len(block)) {
			return sets, short
		}
		chunk, kind := block[6:size], binary.LittleEndian.Uint16(block[4:])
		block = block[size:]
		if kind == chunkNames {
			for len(chunk) > 0 {
				name, rest, ok := sized(chunk)
				if !ok {
					return sets, short
				}
				names, chunk = append(names, db.decode(name)), rest
			}
			continue
		}
		if len(chunk) < 4 {
			return sets, short
		}
		head := binary.LittleEndian.Uint32(chunk)
		if head < 4 || uint64(head) > uint64(len(chunk)) {
			return sets, short
		}
		owner := ""
		if head > 6 {
			name, _, ok := sized(chunk[4:head])
			if !ok {
				return sets, short
			}
			owner = db.decode(name)
		}
		if sets[owner] == nil {
			sets[owner] = make(Properties)
		}
		if !db.readValues(sets[owner], chunk[head:], names) {
			return sets, short
		}
	}
	return sets, nil
}

// readValues reads the values of one owner: size, a flag, type, number of the name, length, value.
func (db *DB) readValues(set Properties, values []byte, names []string) bool {
	for len(values) > 0 {
		if len(values) < 8 {
			return false
		}
		size := int(binary.LittleEndian.Uint16(values))
		length := int(binary.LittleEndian.Uint16(values[6:]))
		name := int(binary.LittleEndian.Uint16(values[4:]))
		if size < 8 || size > len(values) || length > size-8 || name >= len(names) {
			return false
		}
		if text, ok := db.propertyText(Type(values[3]), values[8:8+length]); ok {
			set[names[name]] = text
		}
		values = values[size:]
	}
	return true
}

// propertyText is the value of a property as text.
func (db *DB) propertyText(t Type, raw []byte) (string, bool) {
	switch t {
	case Boolean:
		if len(raw) > 0 && raw[0] != 0 {
			return "true", true
		}
		return "false", true
	case Text, Memo:
		return db.decode(raw), true
	case Binary, OLE, Complex:
		return "", false
	}
	col := Column{Type: t}
	text, err := col.appendValue(nil, raw)
	return string(text), err == nil
}

// sized splits off a 16-bit length and as many bytes.
func sized(b []byte) (part, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, nil, false
	}
	n := int(binary.LittleEndian.Uint16(b))
	if n > len(b)-2 {
		return nil, nil, false
	}
	return b[2 : 2+n], b[2+n:], true
}
