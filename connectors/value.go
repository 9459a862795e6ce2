package connectors

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
)

// Value is the content of one field: NULL, canonical text (see compare.Type), a list of texts, or a
// stream known by its size and checksum. The zero Value is NULL.
type Value struct {
	kind valueKind
	text []byte
	list []string
	size int64
}

type valueKind uint8

const (
	null valueKind = iota
	text
	list
	stream
)

// Null is the value of a field that holds nothing.
var Null = Value{}

// Text returns a value of canonical text.
func Text(s string) Value { return Value{kind: text, text: []byte(s)} }

// Bytes returns a value of canonical text that borrows b: it changes when b does. Connectors that
// yield a record from a reused buffer make their values with it.
func Bytes(b []byte) Value {
	if b == nil {
		b = []byte{}
	}
	return Value{kind: text, text: b}
}

// List returns a value of several texts, such as the recipients of a message.
func List(items ...string) Value { return Value{kind: list, list: items} }

// Stream returns a value whose content is opened on demand: its size in bytes and the SHA-256 of its content.
func Stream(size int64, sum [32]byte) Value {
	return Value{kind: stream, size: size, text: bytes.Clone(sum[:])}
}

// IsNull reports whether the field holds nothing.
func (v Value) IsNull() bool { return v.kind == null }

// IsText reports whether the value is canonical text.
func (v Value) IsText() bool { return v.kind == text }

// IsStream reports whether the content must be opened on demand.
func (v Value) IsStream() bool { return v.kind == stream }

// Bytes returns the canonical text without copying it, nil where the value is not text. It must not be
// changed, and not be kept beyond the life of its record.
func (v Value) Bytes() []byte {
	if v.kind != text {
		return nil
	}
	return v.text
}

// Items returns the texts of a list, nil where the value is none.
func (v Value) Items() []string { return v.list }

// Size returns the size of a stream's content in bytes.
func (v Value) Size() int64 { return v.size }

// String returns the value as a person reads it: the text, "" for NULL, a list joined by "; ", and for a
// stream its size and the start of its checksum.
func (v Value) String() string {
	switch v.kind {
	case text:
		return string(v.text)
	case list:
		var b []byte
		for i, s := range v.list {
			if i > 0 {
				b = append(b, "; "...)
			}
			b = append(b, s...)
		}
		return string(b)
	case stream:
		return strconv.FormatInt(v.size, 10) + " bytes, sha256 " + hex.EncodeToString(v.text)
	}
	return ""
}

// Clone returns a value that shares nothing with v.
func (v Value) Clone() Value {
	v.text = bytes.Clone(v.text)
	v.list = slices.Clone(v.list)
	return v
}

// Equal reports whether both are the same value: same kind, same text, list or content.
func (v Value) Equal(w Value) bool {
	return v.kind == w.kind && v.size == w.size && bytes.Equal(v.text, w.text) && slices.Equal(v.list, w.list)
}

// MarshalJSON writes null, a string, an array of strings, or {"bytes":n,"sha256":"…"} for a stream.
func (v Value) MarshalJSON() ([]byte, error) {
	switch v.kind {
	case text:
		return json.Marshal(string(v.text))
	case list:
		return json.Marshal(v.list)
	case stream:
		return json.Marshal(streamJSON{v.size, hex.EncodeToString(v.text)})
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (v *Value) UnmarshalJSON(data []byte) error {
	switch {
	case bytes.Equal(data, []byte("null")):
		*v = Null
	case len(data) > 0 && data[0] == '[':
		*v = Value{kind: list}
		return json.Unmarshal(data, &v.list)
	case len(data) > 0 && data[0] == '{':
		var s streamJSON
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		sum, err := hex.DecodeString(s.SHA256)
		*v = Value{kind: stream, size: s.Bytes, text: sum}
		return err
	default:
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		*v = Text(s)
	}
	return nil
}

type streamJSON struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}
