package export

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
)

// ErrChanged says that a package would hold something else than was approved.
var ErrChanged = errors.New("what would leave has changed since it was approved")

// digest sums what leaves, a line for each record in the order of the finding, then one for what the package tells beside them.
type digest struct {
	sum  hash.Hash
	to   *bufio.Writer
	line []byte
}

func (ed *edition) newDigest() *digest {
	sum := sha256.New()
	if ed.Key != nil {
		sum = hmac.New(sha256.New, ed.Key)
	}
	return &digest{sum: sum, to: bufio.NewWriterSize(sum, 64<<10)}
}

// record adds a record, as it leaves.
func (d *digest) record(g *group, l leaving) {
	b := appendString(d.line[:0], g.systemID)
	b = appendString(append(b, ' '), g.name)
	b = appendString(append(b, ' '), l.record.Ref.Place)
	for _, part := range l.record.Ref.Key {
		b = appendString(append(b, ' '), part)
	}
	for i, c := range g.deciding.at {
		if c == nil {
			continue
		}
		v := l.record.Values[i]
		b = append(appendString(append(b, ' '), c.name), ':')
		if v.IsStream() {
			b = appendString(appendString(b, v.String()), g.files[fileOf{g.count - 1, c.name}].missing)
		} else {
			b = g.appendValue(b, fileOf{}, v)
		}
	}
	d.line = append(b, '\n')
	d.to.Write(d.line)
}

// end returns the digest, which names its scope.
func (d *digest) end(ed *edition) string {
	type entity struct {
		System, Name string
		Withheld     []withheld
		Records      int
	}
	of := struct {
		Version  int
		Request  Header
		Register string // its digest: labels, meanings and what is told of the systems
		Coverage []coverageOf
		Entities []entity
	}{1, ed.Request, ed.Register.Digest, ed.coverage, nil}
	for _, g := range ed.groups {
		of.Entities = append(of.Entities, entity{g.systemID, g.name, g.withheld, g.count})
	}
	if err := json.NewEncoder(d.to).Encode(of); err != nil {
		panic(err) // only for values that JSON cannot write, of which there are none
	}
	d.to.Flush()
	return ed.Request.right() + ":" + hex.EncodeToString(d.sum.Sum(nil))
}
