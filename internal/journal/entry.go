// Package journal is the durable store of the hub: requests, what was found, what was decided and the log
// of what was done, in one SQLite file. Personal data in it is sealed with a key per request.
package journal

import (
	"encoding/json"
	"time"
)

// Entry is one line of the log. It names records by keyed references (see Journal.Reference) and holds
// none of their values.
type Entry struct {
	Seq      int64           `json:"seq"` // from 1, without holes
	Time     time.Time       `json:"time"`
	Operator string          `json:"operator"`
	Request  string          `json:"request,omitempty"` // its id, where the entry is about one
	System   string          `json:"system,omitempty"`  // its id, where the entry is about one
	What     string          `json:"what"`              // "request recorded", "system searched", "record viewed" …
	Details  json.RawMessage `json:"details,omitempty"`
}
