package logproof

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/tlog"
)

// Included is an entry with the hashes that lead from it to a log's root: its inclusion proof (RFC 6962, section 2.1.1), in
// base64.
type Included struct {
	Entry Entry       `json:"entry"`
	Path  []tlog.Hash `json:"path"`
}

var errNotIncluded = errors.New("the proof does not hold: this entry does not stand in the log that was signed")

// In returns an error where the entry does not stand in the log of a checkpoint.
func (i Included) In(c Checkpoint) error {
	if i.Entry.Seq < 1 || i.Entry.Seq > c.Size {
		return errNotIncluded
	}
	columns, err := i.Entry.Columns()
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(i.Path, c.Size, c.Root, i.Entry.Seq-1, columns.Leaf()); err != nil {
		return errNotIncluded
	}
	return nil
}

// Proof shows that an entry stands in the log, to somebody who has nothing but the log's key.
type Proof struct {
	Included
	Checkpoint string `json:"checkpoint"` // a signed note over the log that it stands in
}

// Check returns why a proof does not hold under the key of a log.
func (p Proof) Check(key string) error {
	c, err := Open([]byte(p.Checkpoint), key)
	if err != nil {
		return fmt.Errorf("the proof does not hold: %w", err)
	}
	return p.In(c)
}

// Parse reads a proof from its JSON.
func Parse(b []byte) (Proof, error) {
	var p struct {
		Type string `json:"type"`
		Proof
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields() // what is not proved does not stand in a proof
	if err := d.Decode(&p); err != nil {
		return p.Proof, errors.New("this is no proof of an entry of the log")
	}
	if _, err := d.Token(); err != io.EOF {
		return p.Proof, errors.New("this is no proof of an entry of the log: something follows it")
	}
	return p.Proof, nil
}

// Slice is the part of a log that is about one request, with everything that proves it.
type Slice struct {
	Key        string // what the checkpoint's signature is checked with; public
	Checkpoint string // the signed note
	Entries    []Included
}
