package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"dossier/internal/logproof"
)

// maxLine is how long a line of log.jsonl may be, in bytes.
const maxLine = 4 << 20

// log checks log.jsonl: every line against the schema, and every entry against the checkpoint that the log's key signed.
func (v *verifying) log(from io.Reader) error {
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	var head logHeader
	var signed logproof.Checkpoint
	var last int64
	n := 0
	for ; lines.Scan(); n++ {
		line := lines.Bytes()
		if _, err := v.document(newJSONReader(bytes.NewReader(line)), false); err != nil {
			return fmt.Errorf("line %d %w", n+1, err)
		}
		if n == 0 {
			if json.Unmarshal(line, &head) != nil || head.Type != "log" {
				return errors.New("does not begin with the log's checkpoint")
			}
			var err error
			if signed, err = v.signed(head); err != nil {
				return err
			}
			continue
		}
		var e logLine
		if json.Unmarshal(line, &e) != nil || e.Type != "log entry" {
			return fmt.Errorf("line %d is no entry of the log", n+1)
		}
		switch err := e.In(signed); {
		case err != nil:
			return fmt.Errorf("entry %d: %w", e.Entry.Seq, err)
		case e.Entry.Seq <= last:
			return fmt.Errorf("entry %d stands behind entry %d", e.Entry.Seq, last)
		case e.Entry.Request != v.Manifest.Request.ID:
			return fmt.Errorf("entry %d is about another request", e.Entry.Seq)
		}
		last = e.Entry.Seq
	}
	switch {
	case errors.Is(lines.Err(), bufio.ErrTooLong):
		return errors.New("has a line that is too long")
	case lines.Err() != nil:
		return nil // told where the whole file is read
	case n == 0:
		return errors.New("holds nothing")
	case n-1 != head.Entries:
		return fmt.Errorf("holds %d entries, and says %d", n-1, head.Entries)
	}
	v.Entries = head.Entries
	v.note(logName, fmt.Sprintf("the entries stand in a log of %d that was signed; whether it has more about the request, only the journal tells", signed.Size))
	return nil
}

// signed returns what the log's checkpoint says, if the key signed it.
func (v *verifying) signed(head logHeader) (logproof.Checkpoint, error) {
	key := v.key
	switch {
	case head.Request != v.Manifest.Request.ID:
		return logproof.Checkpoint{}, errors.New("is the log of another request")
	case key == "":
		key = head.Key
		v.note(logName, "the log was checked with the key that stands beside it, which proves nothing of who signed it: compare it with what dossier log verify "+
			"prints where the log is kept, or name that one with --key: "+Line(head.Key))
	case key != head.Key:
		return logproof.Checkpoint{}, errors.New("names another key than the one that the log was said to have: it is the log of somebody else")
	}
	return logproof.Open([]byte(head.Checkpoint), key)
}
