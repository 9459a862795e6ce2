package connectors

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Ref names a record.
type Ref struct {
	System string   `json:"system"`
	Place  string   `json:"place"`
	Entity string   `json:"entity"`
	Key    []string `json:"key"` // canonical text of the key fields, in the entity's order
}

// String returns the ref for messages and logs of the controller: system/place/entity/key.
func (r Ref) String() string {
	return r.System + "/" + r.Place + "/" + r.Entity + "/" + strings.Join(r.Key, ",")
}

// ID returns a text that is equal for equal refs and for no others: every part preceded by its length.
func (r Ref) ID() string {
	b := make([]byte, 0, 64)
	add := func(part string) {
		b = append(append(strconv.AppendInt(b, int64(len(part)), 10), ':'), part...)
	}
	add(r.System)
	add(r.Place)
	add(r.Entity)
	for _, part := range r.Key {
		add(part)
	}
	return string(b)
}

// Fields are named values, in the order of the entity.
type Fields struct {
	Names  []string // shared by every record of one Find; never changed
	Values []Value  // one a name
}

// Get returns the value of the field, NULL where there is none of that name.
func (f Fields) Get(name string) Value {
	if i := slices.Index(f.Names, name); i >= 0 && i < len(f.Values) {
		return f.Values[i]
	}
	return Null
}

// Has reports whether there is a field of that name.
func (f Fields) Has(name string) bool { return slices.Contains(f.Names, name) }

// Clone returns fields that share nothing with f but the names.
func (f Fields) Clone() Fields {
	values := make([]Value, len(f.Values))
	for i, v := range f.Values {
		values[i] = v.Clone()
	}
	return Fields{f.Names, values}
}

// MarshalJSON writes an object with the fields in their order.
func (f Fields) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range f.Names {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		value, err := f.Values[i].MarshalJSON()
		if err != nil {
			return nil, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads what MarshalJSON wrote, keeping the order.
func (f *Fields) UnmarshalJSON(data []byte) error {
	*f = Fields{}
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("connectors: fields are not a JSON object")
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		var v Value
		if err := dec.Decode(&v); err != nil {
			return err
		}
		f.Names = append(f.Names, name.(string))
		f.Values = append(f.Values, v)
	}
	_, err := dec.Token()
	return err
}

// Record is one row, message, document or object.
type Record struct {
	Ref Ref
	At  string // where a person finds it when the key does not say: "row 17"; else empty
	Fields
}

// Clone returns a record that stays valid when the next one is yielded.
func (r Record) Clone() Record {
	r.Ref.Key = slices.Clone(r.Ref.Key)
	r.Fields = r.Fields.Clone()
	return r
}

// Digest returns the digest over every field of the record that decides drift (see RowDigest).
func (r Record) Digest() string { return RowDigest(r.Fields) }

// RowDigest returns the SHA-256, in hex, over the fields sorted by name: for each the name and the value,
// each preceded by its length, with the value's kind. A stream counts by its checksum. Records of entities without a
// key (spreadsheets) are named by it and the ordinal among equals: Key = [digest, "1"], [digest, "2"] ….
func RowDigest(f Fields) string {
	order := make([]int, len(f.Names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(f.Names[a], f.Names[b]) })
	h := sha256.New()
	var buf []byte
	part := func(b []byte) {
		buf = append(binary.AppendUvarint(buf, uint64(len(b))), b...)
	}
	for _, i := range order {
		buf = buf[:0]
		part([]byte(f.Names[i]))
		v := f.Values[i]
		buf = append(buf, byte(v.kind))
		part(v.text)
		for _, item := range v.list {
			part([]byte(item))
		}
		h.Write(buf)
	}
	return hex.EncodeToString(h.Sum(nil))
}
