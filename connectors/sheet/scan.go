package sheet

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"slices"
	"strconv"

	"dossier/connectors"
)

// digest is the first half of a record's digest.
type digest [16]byte

// maxHeld is how many records are held back while it is not known whether values of merged cells are missing in them.
const maxHeld = 2000

var errAgain = errors.New("the table must be read again")

// table searches one table. seen counts the records of the place by their digests.
func (f *finding) table(ctx context.Context, place string, h *handle, i int, seen map[digest]int) error {
	where := ""
	if h.sheets() && len(h.tables()) > 1 {
		where = "sheet " + strconv.Quote(h.tables()[i]) + ", "
	}
	for first := true; ; first = false {
		t, err := h.open(ctx, i, f.entity)
		if err != nil {
			return f.failed(ctx, place, err)
		}
		s := &scan{finding: f, table: t, place: place, where: where, seen: seen, records: map[int]bool{}}
		if f.look != nil && t.hanging != nil {
			t.hanging.listen(s.heard)
		}
		err = s.run(ctx, first)
		t.close()
		if err != errAgain {
			return err
		}
	}
}

// scan is the search of one table.
type scan struct {
	*finding
	*table
	place  string
	where  string // names the sheet where the place has several
	bound  bound
	picked []int // columns of q.Fields
	names  []string
	key    []int // columns of the entity's key
	byRef  *connectors.Filter
	seen   map[digest]int
	keys   map[uint64]bool
	seed   maphash.Seed
	twice  int // rows whose key an earlier row has
	last   int // the last row that was read
	values []connectors.Value
	held   []answer

	records map[int]bool // the rows that have comments or links and are records
	told    told
}

// answer is a record that answers, not yet numbered among its equals.
type answer struct {
	record connectors.Record
	digest string // "": it is named by its key
}

// run searches the table. It returns errAgain where that must be done again, and then has yielded nothing but, the first time,
// gaps for fields that the table lacks.
func (s *scan) run(ctx context.Context, first bool) error {
	any, err := s.prepare(first)
	if err != nil || !any {
		return err
	}
	s.sift()
	err = s.rows(ctx)
	if err == errAgain || errors.Is(err, errStop) || ctx.Err() != nil {
		return err
	}
	if err != nil {
		at := "it was not searched"
		if s.last > 0 {
			at = fmt.Sprintf("it was searched to row %d only", s.last)
		}
		if err := s.release(); err != nil {
			return err
		}
		if err := s.gap(connectors.Gap{Place: s.place, Why: s.where + at + ": " + why(err)}); err != nil {
			return err
		}
	}
	for _, g := range append(s.table.gaps(), s.keyGaps()...) {
		if err := s.gap(connectors.Gap{Place: s.place, Why: s.where + g}); err != nil {
			return err
		}
	}
	s.lookAround()
	return s.tell(s.place, s.told)
}

// prepare binds the query to the table, and yields gaps for fields that the table lacks. It reports whether anything is
// left to search for.
func (s *scan) prepare(first bool) (any bool, err error) {
	var lacking []string
	s.bound, lacking = s.query.bind(s.table)
	for _, name := range s.q.Fields {
		if i := slices.Index(s.table.names, name); i >= 0 {
			s.picked = append(s.picked, i)
			s.names = append(s.names, name)
		} else if s.has(name) {
			s.picked = append(s.picked, -1)
			s.names = append(s.names, name)
		} else {
			lacking = append(lacking, name)
		}
	}
	if s.entity != nil {
		for _, k := range s.entity.Key {
			i := slices.Index(s.table.names, k)
			if i < 0 {
				lacking = append(lacking, k)
				s.key = nil
				break
			}
			s.key = append(s.key, i)
		}
	}
	slices.Sort(lacking)
	for _, name := range slices.Compact(lacking) {
		if !first {
			break
		}
		if err := s.gap(connectors.Gap{Place: s.place, Field: name, Why: s.lacks()}); err != nil {
			return false, err
		}
	}
	if s.q.Refs != nil {
		s.byRef, err = connectors.NewFilter(connectors.Shape{}, connectors.Query{Entity: s.q.Entity, Refs: s.q.Refs})
		return err == nil, err
	}
	return len(s.bound) > 0 || len(s.q.Any) == 0, nil
}

func (s *scan) lacks() string {
	if s.row == 0 {
		return s.where + "the table has no header with a column of that name"
	}
	return fmt.Sprintf("%sthe header in row %d has no column of that name", s.where, s.row)
}

func (s *scan) rows(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := s.next()
		if err == io.EOF {
			return s.settled(ctx)
		}
		s.last = max(s.last, n)
		if err != nil {
			return err
		}
		s.last = n
		keyed := s.keyed()
		hangs := s.hanging != nil && s.hanging.hangs()
		if hangs {
			s.records[n] = true
		}
		if s.byRef == nil && len(s.bound) > 0 && !s.bound.holds() {
			if hangs {
				s.lookAt(n)
			}
			continue
		}
		if err := s.found(ctx, keyed); err != nil {
			return err
		}
	}
}

// found yields the current row, or holds it back.
func (s *scan) found(ctx context.Context, keyed bool) error {
	s.values = s.values[:0]
	fields := s.fields(s.values)
	s.values = fields.Values
	a := answer{record: connectors.Record{Ref: connectors.Ref{System: s.system.ID, Place: s.place, Entity: s.q.Entity},
		At: s.where + "row " + strconv.Itoa(s.last), Fields: fields}}
	if keyed {
		for _, i := range s.key {
			a.record.Ref.Key = append(a.record.Ref.Key, shown(fields.Values[i]))
		}
	} else {
		a.digest = connectors.RowDigest(fields)
	}
	if s.q.Fields != nil {
		values := make([]connectors.Value, len(s.picked))
		for i, name := range s.names {
			if column := s.picked[i]; column >= 0 {
				values[i] = fields.Values[column]
			} else {
				values[i] = fields.Get(name)
			}
		}
		a.record.Fields = connectors.Fields{Names: s.names, Values: values}
	}
	if !s.pending() {
		return s.give(a)
	}
	a.record = a.record.Clone()
	if s.held = append(s.held, a); len(s.held) == maxHeld {
		return s.settled(ctx)
	}
	return nil
}

// settled sees to it that merged cells are known, and then yields what was held back.
func (s *scan) settled(ctx context.Context) error {
	if s.pending() {
		again, err := s.settle(ctx)
		if err != nil {
			return err
		}
		if again {
			return errAgain
		}
	}
	return s.release()
}

func (s *scan) release() error {
	for _, a := range s.held {
		if err := s.give(a); err != nil {
			return err
		}
	}
	s.held = nil
	return nil
}

// give yields a record.
func (s *scan) give(a answer) error {
	if a.digest != "" {
		var d digest
		if _, err := hex.Decode(d[:], []byte(a.digest[:2*len(d)])); err != nil {
			return err
		}
		s.seen[d]++
		a.record.Ref.Key = []string{a.digest, strconv.Itoa(s.seen[d])}
	}
	if s.byRef != nil && !s.byRef.Match(a.record) {
		return nil
	}
	if !s.yield(a.record, nil) {
		return errStop
	}
	return nil
}

// keyed reports whether the row has a key, and counts rows that have that of an earlier row.
func (s *scan) keyed() bool {
	if s.key == nil {
		return false
	}
	if s.keys == nil {
		s.keys, s.seed = map[uint64]bool{}, maphash.MakeSeed()
	}
	var h maphash.Hash
	h.SetSeed(s.seed)
	for _, i := range s.key {
		v := s.value(i)
		if v.IsNull() {
			return false
		}
		h.WriteString(shown(v))
		h.WriteByte(0)
	}
	if sum := h.Sum64(); s.keys[sum] {
		s.twice++
	} else {
		s.keys[sum] = true
	}
	return true
}

// keyGaps returns what came to light about the key.
func (s *scan) keyGaps() []string {
	if s.twice == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s rows have the key of another row, so that they cannot be told apart: take \"key\" out of the register, "+
		"and rows are named by their contents", count(s.twice))}
}
