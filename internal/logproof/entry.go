// Package logproof checks what was taken from an action log: that entries stand in a log that a key signed. It needs
// nothing but the log's key, so that whoever is handed a proof can check it without the journal.
//
// A log is a Merkle tree (RFC 6962) over its entries, signed as a C2SP tlog-checkpoint.
package logproof

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Entry is one line of the log. It names records by keyed references and holds none of their values.
type Entry struct {
	Seq      int64           `json:"seq"` // from 1, without holes
	Time     time.Time       `json:"time"`
	Operator string          `json:"operator"`
	Request  string          `json:"request,omitempty"` // its id, where the entry is about one
	System   string          `json:"system,omitempty"`  // its id, where the entry is about one
	What     string          `json:"what"`              // "request recorded", "system searched", "record viewed" …
	Details  json.RawMessage `json:"details,omitempty"`
}

// TimeForm is how the time of an entry is written: in UTC, so that it sorts as text.
const TimeForm = "2006-01-02T15:04:05.000000000Z"

// Columns are an entry as it is kept, its number apart: time, operator, request, system, what and details.
type Columns [6]string

// Columns returns the entry as it is kept. Its details are encoded anew, so that the same details are the same text.
func (e Entry) Columns() (Columns, error) {
	c := Columns{e.Time.UTC().Format(TimeForm), Storable(e.Operator), Storable(e.Request), Storable(e.System), Storable(e.What), ""}
	if len(e.Details) > 0 {
		b, err := json.Marshal(e.Details)
		if err != nil {
			return c, fmt.Errorf("the details of an entry of the log are no JSON: %w", err)
		}
		c[5] = string(b)
	}
	return c, nil
}

// Storable returns a name without what a column of text cannot hold.
func Storable(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "\uFFFD"), "\uFFFD")
}

// Leaf returns the hash of the entry in the tree. The leaf is a heading and the columns, each after its length as a
// uvarint; the entry's number is its position.
func (c Columns) Leaf() tlog.Hash {
	var b []byte
	for _, part := range append([]string{"dossier log entry 1"}, c[:]...) {
		b = append(binary.AppendUvarint(b, uint64(len(part))), part...)
	}
	return tlog.RecordHash(b)
}
