// Package rawtext keeps text in JSON to the byte, UTF-8 or not: names of files and values of old databases are not always.
package rawtext

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// Text is text that keeps its bytes in JSON: a string, or {"b":"base64"} where the bytes are no UTF-8.
type Text string

// MarshalJSON writes the text.
func (t Text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return json.Marshal(string(t))
	}
	return json.Marshal(map[string][]byte{"b": []byte(t)})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (t *Text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		if !bytes.ContainsRune(b, '\\') && utf8.Valid(b) { // as it stands: most texts are
			*t = Text(b[1 : len(b)-1])
			return nil
		}
		return json.Unmarshal(b, (*string)(t))
	}
	var raw map[string][]byte
	err := json.Unmarshal(b, &raw)
	*t = Text(raw["b"])
	return err
}

// All returns texts of one kind as those of another; nil stays nil.
func All[From, To ~string](items []From) []To {
	if items == nil {
		return nil
	}
	out := make([]To, len(items))
	for i, s := range items {
		out[i] = To(s)
	}
	return out
}
