package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding"
	"encoding/binary"
	"fmt"
	"hash"
	"time"
)

// TraceSize is the size of a keyed form in bytes.
const TraceSize = sha256.Size

// TraceForm is a keyed form (HMAC-SHA-256) of the name of a record or of an identifier: equal for the same, and telling nothing to
// whoever lacks the journal's key.
type TraceForm [TraceSize]byte

// TraceKind says what a keyed form is the form of.
type TraceKind string

// The kinds of keyed forms.
const (
	TraceRecord    TraceKind = "record"    // the system, place, entity and key of a record
	TraceStrong    TraceKind = "strong"    // an identifier that no two people share
	TraceShareable TraceKind = "shareable" // an identifier that a household may share
)

// Trace is one thing by which a record is told that a line of a plan was made for, when a backup has brought it back.
type Trace struct {
	Plan    string
	Line    int // the number of the plan's line
	Kind    TraceKind
	Form    TraceForm
	Version int    // of the normal forms by which identifiers were written
	Action  string // what was done
	Ground  string // in the UK GDPR
	System  string
	Entity  string
	Made    time.Time
	Until   string // 2006-01-02: the day from which on no backup holds the record
}

// Tracer makes keyed forms. It is for one goroutine at a time, and needs no memory for each of them.
//
// It is HMAC-SHA-256 (RFC 2104) whose two keyed beginnings are made once: a replay makes one form or more of every record of a system, and
// crypto/hmac takes a third longer for each.
type Tracer struct {
	inner, outer []byte // the states of the hash behind the padded key
	digest       interface {
		hash.Hash
		encoding.BinaryUnmarshaler
	}
	in, out []byte
}

// Tracer returns a maker of keyed forms. Their key follows from the journal's, and not from a request's: what is purged can still
// be told when it comes back.
func (j *Journal) Tracer() *Tracer { return newTracer(j.master.trace) }

// newTracer takes a key that is no longer than a block of the hash.
func newTracer(key []byte) *Tracer {
	behind := func(pad byte) []byte {
		block := bytes.Repeat([]byte{pad}, sha256.BlockSize)
		subtle.XORBytes(block, block, key)
		h := sha256.New()
		h.Write(block)
		state, err := h.(encoding.BinaryMarshaler).MarshalBinary()
		if err != nil {
			panic(err) // the hash can always tell its state
		}
		return state
	}
	t := &Tracer{inner: behind(0x36), outer: behind(0x5c)}
	t.digest = sha256.New().(interface {
		hash.Hash
		encoding.BinaryUnmarshaler
	})
	return t
}

// Form returns the keyed form of a value of a kind, such as "email". The forms of two kinds never meet.
func (t *Tracer) Form(kind, value string) (form TraceForm) {
	t.in = append(binary.AppendUvarint(t.in[:0], uint64(len(kind))), kind...)
	t.in = append(t.in, value...)
	t.sum(t.inner, t.in)
	t.sum(t.outer, t.out)
	return TraceForm(t.out)
}

// sum hashes what follows a state, into out.
func (t *Tracer) sum(state, text []byte) {
	_ = t.digest.UnmarshalBinary(state) // a state of the same hash
	t.digest.Write(text)
	t.out = t.digest.Sum(t.out[:0])
}

// AddTraces keeps traces, under the present time. Those that are there already stay as they are.
func (t *Tx) AddTraces(traces []Trace) error {
	if len(traces) == 0 {
		return nil
	}
	insert, err := t.prepare(`INSERT INTO traces (plan, line, kind, trace, version, action, ground, system, entity, made, until) VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING`)
	if err != nil {
		return err
	}
	defer insert.Close()
	made := written(t.j.now())
	for _, r := range traces {
		if _, err := insert.ExecContext(t.ctx, r.Plan, r.Line, string(r.Kind), r.Form[:], r.Version, r.Action, r.Ground, r.System, r.Entity, made, r.Until); err != nil {
			return err
		}
	}
	return nil
}

// DropTraces deletes the traces that no backup can bring a record back for any more by a day, 2006-01-02, and counts them.
func (t *Tx) DropTraces(day string) (int64, error) {
	res, err := t.exec(`DELETE FROM traces WHERE until < ?`, day)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Traces returns the traces of a system that are of use on a day, 2006-01-02, the oldest first.
func (j *Journal) Traces(ctx context.Context, system, day string) ([]Trace, error) {
	rows, err := j.query(ctx, `SELECT plan, line, kind, trace, version, action, ground, entity, made, until FROM traces WHERE system = ? AND until >= ? ORDER BY made, plan, line, kind, trace`, system, day)
	if err != nil {
		return nil, failed(ctx, err)
	}
	defer rows.Close()
	var all []Trace
	for rows.Next() {
		r := Trace{System: system}
		var form []byte
		var made string
		if err := rows.Scan(&r.Plan, &r.Line, &r.Kind, &form, &r.Version, &r.Action, &r.Ground, &r.Entity, &made, &r.Until); err != nil {
			return nil, err
		}
		if len(form) != TraceSize {
			return nil, fmt.Errorf("a trace of %s, line %d, has %d bytes: the journal was changed from outside, or damaged", r.Plan, r.Line, len(form))
		}
		r.Form = TraceForm(form)
		if r.Made, err = time.Parse(timeForm, made); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, failed(ctx, rows.Err())
}
