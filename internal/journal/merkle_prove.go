package journal

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/tlog"
)

// Proof shows that an entry stands in the log, to somebody who has nothing but the log's key.
type Proof struct {
	Entry      Entry       `json:"entry"`
	Path       []tlog.Hash `json:"path"`       // the inclusion proof (RFC 6962, section 2.1.1), in base64
	Checkpoint string      `json:"checkpoint"` // a signed note over the log that it stands in
}

// ErrNoEntry says that the log has no entry of the number.
var ErrNoEntry = errors.New("the log has no such entry")

// ProveEntry returns the proof of an entry.
func (j *Journal) ProveEntry(ctx context.Context, seq int64) (p Proof, err error) {
	err = j.view(ctx, func(at asker) error {
		var r row
		err := at.row(ctx, `SELECT `+rowColumns+` FROM log WHERE seq = ?`, seq).Scan(r.into()...)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("%d: %w", seq, ErrNoEntry)
		}
		if err != nil {
			return err
		}
		if p.Entry, err = r.entry(seq); err != nil {
			return err
		}
		var size int64
		if err := at.row(ctx, `SELECT size, note FROM checkpoint`).Scan(&size, &p.Checkpoint); err != nil {
			return err
		}
		p.Path, err = tlog.ProveRecord(size, seq-1, hashes{ctx, at, map[int64]tlog.Hash{}})
		return err
	})
	if err != nil {
		return p, failed(ctx, err)
	}
	return p, p.Check(j.log.verifier)
}

// Check returns why a proof does not hold under the key of a log.
func (p Proof) Check(key string) error {
	c, err := openCheckpoint([]byte(p.Checkpoint), key)
	if err != nil {
		return fmt.Errorf("the proof does not hold: %w", err)
	}
	r, err := p.Entry.row()
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(p.Path, c.size, c.root, p.Entry.Seq-1, r.leaf()); err != nil {
		return errors.New("the proof does not hold: this entry does not stand in the log that was signed")
	}
	return nil
}

// ParseProof reads a proof from its JSON.
func ParseProof(b []byte) (Proof, error) {
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
