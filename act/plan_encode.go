package act

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"

	"dossier/connectors"
	"dossier/internal/rawtext"
)

// digest is the digest of a plan: the SHA-256 over the head's JSON and then every line's, in order, each preceded by its
// length as an unsigned varint.
type digest struct {
	hash hash.Hash
	size []byte
}

func newDigest(head []byte) *digest {
	d := &digest{hash: sha256.New()}
	d.add(head)
	return d
}

// add adds the next line as it is kept.
func (d *digest) add(line []byte) {
	d.size = binary.AppendUvarint(d.size[:0], uint64(len(line)))
	d.hash.Write(d.size)
	d.hash.Write(line)
}

// String returns the digest in hex.
func (d *digest) String() string { return hex.EncodeToString(d.hash.Sum(nil)) }

// exact is text that keeps its bytes.
type exact = rawtext.Text

// keptLine is a line as the journal keeps it. Its JSON is canonical: equal lines give equal bytes.
type keptLine struct {
	N       int              `json:"n"`
	Person  int              `json:"person,omitempty"`
	Record  keptRef          `json:"record"`
	At      exact            `json:"at,omitempty"`
	Does    Does             `json:"does"`
	Change  *keptChange      `json:"change,omitempty"`
	Stays   []Stay           `json:"stays,omitempty"`
	Why     string           `json:"why,omitempty"`
	Basis   connectors.Basis `json:"basis,omitempty"`
	Until   string           `json:"until,omitempty"`
	Todo    string           `json:"todo,omitempty"`
	Steward string           `json:"steward,omitempty"`
	Due     string           `json:"due,omitempty"`
}

type keptRef struct {
	System exact   `json:"s"`
	Place  exact   `json:"p,omitempty"`
	Entity exact   `json:"e,omitempty"`
	Key    []exact `json:"k,omitempty"`
}

type keptChange struct {
	Op     uint8       `json:"op,omitempty"`
	Record keptRef     `json:"record"`
	Digest string      `json:"digest,omitempty"`
	Before []keptValue `json:"before,omitempty"`
	After  []keptValue `json:"after,omitempty"`
	Target exact       `json:"target,omitempty"`
}

// keptValue is a field with one of: nothing (NULL), text, a list, a stream's size and sum.
type keptValue struct {
	Name   exact             `json:"f"`
	Text   *exact            `json:"t,omitempty"`
	List   *[]exact          `json:"l,omitempty"`
	Stream *connectors.Value `json:"s,omitempty"`
}

func keepRef(r connectors.Ref) keptRef {
	return keptRef{exact(r.System), exact(r.Place), exact(r.Entity), rawtext.All[string, exact](r.Key)}
}

func (k keptRef) ref() connectors.Ref {
	return connectors.Ref{System: string(k.System), Place: string(k.Place), Entity: string(k.Entity), Key: rawtext.All[exact, string](k.Key)}
}

func keepFields(f connectors.Fields) []keptValue {
	var kept []keptValue
	for i, name := range f.Names {
		k := keptValue{Name: exact(name)}
		switch v := f.Values[i]; {
		case v.IsNull():
		case v.IsText():
			t := exact(v.Bytes())
			k.Text = &t
		case v.IsStream():
			k.Stream = &v
		default:
			l := rawtext.All[string, exact](v.Items())
			if l == nil {
				l = []exact{}
			}
			k.List = &l
		}
		kept = append(kept, k)
	}
	return kept
}

func fieldsOf(kept []keptValue) connectors.Fields {
	var f connectors.Fields
	for _, k := range kept {
		v := connectors.Null
		switch {
		case k.Text != nil:
			v = connectors.Text(string(*k.Text))
		case k.List != nil:
			v = connectors.List(rawtext.All[exact, string](*k.List)...)
		case k.Stream != nil:
			v = *k.Stream
		}
		f.Names, f.Values = append(f.Names, string(k.Name)), append(f.Values, v)
	}
	return f
}

// encodeLine returns a line as the journal keeps it and the digest counts it.
func encodeLine(l Line) ([]byte, error) {
	k := keptLine{N: l.N, Person: l.Person, Record: keepRef(l.Record), At: exact(l.At), Does: l.Does, Stays: l.Stays, Why: l.Why,
		Basis: l.Basis, Until: l.Until, Todo: l.Todo, Steward: l.Steward, Due: l.Due}
	c := l.Change
	if c.Op != 0 || c.Digest != "" || len(c.Before.Names)+len(c.After.Names) > 0 {
		k.Change = &keptChange{uint8(c.Op), keepRef(c.Record), c.Digest, keepFields(c.Before), keepFields(c.After), exact(c.Target)}
	}
	return json.Marshal(k)
}

// decodeLine reads what encodeLine wrote.
func decodeLine(b []byte) (Line, error) {
	var k keptLine
	if err := json.Unmarshal(b, &k); err != nil {
		return Line{}, fmt.Errorf("a line of the plan cannot be read: %w", err)
	}
	l := Line{N: k.N, Person: k.Person, Record: k.Record.ref(), At: string(k.At), Does: k.Does, Stays: k.Stays, Why: k.Why,
		Basis: k.Basis, Until: k.Until, Todo: k.Todo, Steward: k.Steward, Due: k.Due}
	if c := k.Change; c != nil {
		l.Change = connectors.Change{Op: connectors.Op(c.Op), Record: c.Record.ref(), Digest: c.Digest,
			Before: fieldsOf(c.Before), After: fieldsOf(c.After), Target: string(c.Target)}
	}
	return l, nil
}

// decodeOutline reads of a line what it is divided into steps by: whose it is, which record it is about and whether it is written. A
// task is read whole.
func decodeOutline(b []byte) (Line, error) {
	var k struct {
		N      int     `json:"n"`
		Person int     `json:"person"`
		Record keptRef `json:"record"`
		Does   Does    `json:"does"`
		Change struct {
			Op uint8 `json:"op"`
		} `json:"change"`
	}
	if err := json.Unmarshal(b, &k); err != nil || k.Does == Task {
		return decodeLine(b)
	}
	return Line{N: k.N, Person: k.Person, Record: k.Record.ref(), Does: k.Does, Change: connectors.Change{Op: connectors.Op(k.Change.Op)}}, nil
}

// encodeHead returns a head as the journal keeps it and the digest counts it.
func encodeHead(h Head) ([]byte, error) { return json.Marshal(h) }

// decodeHead reads what encodeHead wrote.
func decodeHead(b []byte) (h Head, err error) {
	if err := json.Unmarshal(b, &h); err != nil {
		return h, fmt.Errorf("the head of the plan cannot be read: %w", err)
	}
	return h, nil
}
