package export

import (
	"bufio"
	"encoding/json"

	"dossier/internal/logproof"
)

// logName is the file of the controller's edition that holds the action log of the request and what proves it: the first
// line is the log's key and a signed checkpoint, each line behind it an entry with its inclusion proof.
const logName = "log.jsonl"

// Proof is the action log of a request, with everything that proves it.
type Proof = logproof.Slice

// logHeader is the first line of log.jsonl.
type logHeader struct {
	Type       string `json:"type"` // "log"
	Version    int    `json:"version"`
	Request    string `json:"request"`
	Key        string `json:"key"`        // a C2SP verifier key, which is public
	Checkpoint string `json:"checkpoint"` // a signed note over the log that the entries stand in
	Entries    int    `json:"entries"`    // how many lines follow
}

// logLine is one of the lines behind it.
type logLine struct {
	Type string `json:"type"` // "log entry"
	logproof.Included
}

// writeProof writes log.jsonl of a request into the controller's edition.
func writeProof(a *archive, request string, p Proof) error {
	return a.put(logName, "the action log of the request, with the proof that it stands in the log that was signed", func(w *bufio.Writer) (int, error) {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(logHeader{"log", FormatVersion, request, p.Key, p.Checkpoint, len(p.Entries)}); err != nil {
			return 0, err
		}
		for _, e := range p.Entries {
			if err := enc.Encode(logLine{"log entry", e}); err != nil {
				return 0, err
			}
		}
		return -1, nil
	})
}
