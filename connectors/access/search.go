package access

import (
	"encoding/binary"
	"encoding/hex"
	"hash/maphash"
	"slices"
	"strconv"

	"dossier/connectors"
	"dossier/internal/jet"
)

// search tells which rows of a table answer a query, and names them. A scan decodes what that takes; what else is asked of the rows
// that answer is read by itself, unless that would cost more.
type search struct {
	view   *view
	query  connectors.Query
	filter *connectors.Filter
	first  *reading // of the scan
	rest   *reading // of rows that answer; nil: first has it all
	every  *reading // of rows that are named by their digest; nil: first has it all

	wanted map[string]struct{} // keys of the records asked for; nil: any
	out    connectors.Fields   // what is yielded
	buf    []byte
	seen   map[[16]byte]int     // records named by digest
	again  map[[16]byte]int     // the same, of the pages that are read again; nil: none is
	keys   map[uint64]jet.RowID // records with a key that nothing keeps unique
	seed   maphash.Seed
	twice  int // records with the key of another one
	last   jet.RowID
}

func newSearch(v *view, q connectors.Query, filter *connectors.Filter, asked []int, lost func(field, why string)) *search {
	s := &search{view: v, query: q, filter: filter, seen: map[[16]byte]int{}, keys: map[uint64]jet.RowID{}, seed: maphash.MakeSeed()}
	if q.Refs != nil {
		s.wanted = make(map[string]struct{}, len(q.Refs))
		for _, ref := range q.Refs {
			if ref.System == v.ref.System && ref.Place == v.ref.Place && ref.Entity == v.ref.Entity {
				s.wanted[string(refKey(nil, ref.Key...))] = struct{}{}
			}
		}
	}
	needed := slices.Clone(v.key)
	for _, clause := range q.Any {
		for _, t := range clause {
			for _, name := range t.Fields {
				needed = append(needed, v.find(name))
			}
		}
	}
	switch {
	case v.key == nil:
		needed = v.all()
	case q.Refs == nil && len(q.Any) == 0 || v.complex(asked):
		needed = append(needed, asked...)
	}
	s.first = v.reading(needed, lost)
	if !s.first.has(asked) {
		s.rest = v.reading(asked, lost)
	}
	if !s.first.has(v.all()) {
		s.every = v.reading(v.all(), lost)
	}
	for _, i := range asked {
		s.out.Names = append(s.out.Names, v.shape.Fields[i].Name)
	}
	s.out.Values = make([]connectors.Value, len(asked))
	return s
}

// refKey appends the parts of a key, each behind its length.
func refKey[T string | []byte](dst []byte, parts ...T) []byte {
	for _, p := range parts {
		dst = append(binary.AppendUvarint(dst, uint64(len(p))), p...)
	}
	return dst
}

// record returns the record of a row where it answers. It is valid until the next one.
func (s *search) record(row *jet.Row) (connectors.Record, bool, error) {
	r := connectors.Record{Ref: s.view.ref}
	fields, err := s.first.row(row)
	if err != nil || s.wanted == nil && len(s.query.Any) > 0 && !s.filter.MatchFields(fields) {
		return r, false, err
	}
	s.turn(row.ID)
	if s.view.keyed(fields) {
		s.buf = s.buf[:0]
		for _, name := range s.view.shape.Key {
			s.buf = refKey(s.buf, fields.Get(name).Bytes())
		}
		if !s.isWanted() {
			return r, false, nil
		}
		r.Ref.Key = s.view.keyOf(fields)
		s.noteKey(row.ID)
	} else {
		known := false
		if r.Ref.Key, known, err = s.digest(row.ID, fields); err != nil || known {
			return r, false, err
		}
		if s.buf = refKey(s.buf[:0], r.Ref.Key...); !s.isWanted() {
			return r, false, nil
		}
	}
	if s.rest != nil {
		if fields, err = s.rest.fetch(row.ID); err != nil {
			return r, false, err
		}
	}
	for i, name := range s.out.Names {
		s.out.Values[i] = fields.Get(name)
	}
	r.Fields = s.out
	return r, true, nil
}

// isWanted reports whether the record whose key is in buf is one of those asked for.
func (s *search) isWanted() bool {
	if s.wanted == nil {
		return true
	}
	_, ok := s.wanted[string(s.buf)]
	return ok
}

// keyed reports whether the fields hold a whole key.
func (v *view) keyed(fields connectors.Fields) bool {
	return v.key != nil && !slices.ContainsFunc(v.shape.Key, func(name string) bool { return !fields.Get(name).IsText() })
}

// keyOf returns the key that the fields hold.
func (v *view) keyOf(fields connectors.Fields) []string {
	key := make([]string, len(v.shape.Key))
	for i, name := range v.shape.Key {
		key[i] = fields.Get(name).String()
	}
	return key
}

// noteKey counts records with the key of another one; the key is in buf.
func (s *search) noteKey(id jet.RowID) {
	if s.view.unique {
		return
	}
	sum := maphash.Bytes(s.seed, s.buf)
	if other, taken := s.keys[sum]; taken && other != id {
		s.twice++
	}
	s.keys[sum] = id
}

// turn notices that pages come a second time, since they changed while they were read.
func (s *search) turn(id jet.RowID) {
	if id.Page < s.last.Page {
		s.again = map[[16]byte]int{}
	}
	s.last = id
}

// digest names a record by its digest and its ordinal among equals. It is known where it came before, on a page that is
// read a second time.
func (s *search) digest(id jet.RowID, fields connectors.Fields) (key []string, known bool, err error) {
	if s.every != nil {
		if fields, err = s.every.fetch(id); err != nil {
			return nil, false, err
		}
	}
	digest := connectors.RowDigest(fields)
	var short [16]byte
	if _, err := hex.Decode(short[:], []byte(digest[:2*len(short)])); err != nil {
		return nil, false, err
	}
	ordinal := s.seen[short] + 1
	if s.again != nil {
		s.again[short]++
		ordinal = s.again[short]
	}
	known = ordinal <= s.seen[short]
	s.seen[short] = max(ordinal, s.seen[short])
	return []string{digest, strconv.Itoa(ordinal)}, known, nil
}
