package sheet

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"iter"
	"slices"
	"strconv"

	"dossier/connectors"
)

// Find streams the records of one entity that q asks for, file by file and row by row. Only rows that answer are yielded.
// A file or sheet that cannot be read, wholly or from some row on, is a gap, and the others are searched all the same.
func (s *source) Find(ctx context.Context, q connectors.Query) iter.Seq2[connectors.Record, error] {
	return func(yield func(connectors.Record, error) bool) {
		alive, cancel := s.alive(ctx)
		defer cancel()
		f := &finding{source: s, q: q, entity: s.entity(q.Entity), yield: yield}
		err := f.run(alive)
		if ended := s.ended(ctx); ended != nil {
			err = ended
		}
		if err != nil && !errors.Is(err, errStop) {
			yield(connectors.Record{}, err)
		}
	}
}

// errStop ends a search that its caller left.
var errStop = errors.New("the caller stopped")

// finding is one search.
type finding struct {
	*source
	q      connectors.Query
	entity *entity // nil: a table that the register does not name
	yield  func(connectors.Record, error) bool
	found  bool // a table of that name
	missed bool // a file could not be looked into
}

// gap yields a gap.
func (f *finding) gap(g connectors.Gap) error {
	g.Entity = f.q.Entity
	f.missed = true
	if !f.yield(connectors.Record{}, &g) {
		return errStop
	}
	return nil
}

func (f *finding) run(ctx context.Context) error {
	patterns := f.patterns
	if f.entity != nil {
		patterns = f.entity.patterns
	}
	files, gaps, err := list(ctx, f.system.Dir, patterns)
	if err != nil {
		return err
	}
	wanted := f.places()
	for _, g := range gaps {
		if wanted != nil && !slices.Contains(wanted, g.Place) {
			continue
		}
		if err := f.gap(g); err != nil {
			return err
		}
	}
	if err := f.missing(ctx, wanted, files); err != nil {
		return err
	}
	for _, file := range files {
		if wanted != nil && !slices.Contains(wanted, file.place) {
			continue
		}
		if err := f.file(ctx, file); err != nil {
			return err
		}
	}
	if f.entity == nil && !f.found && !f.missed && wanted == nil {
		return fmt.Errorf("system %s has no entity, sheet or file named %q", f.system.ID, f.q.Entity)
	}
	return nil
}

// places returns the places that are asked for, nil for all.
func (f *finding) places() []string {
	if f.q.Refs == nil {
		return f.q.Places
	}
	places := []string{}
	for _, r := range f.q.Refs {
		if !slices.Contains(places, r.Place) && (f.q.Places == nil || slices.Contains(f.q.Places, r.Place)) {
			places = append(places, r.Place)
		}
	}
	return places
}

// missing yields a gap for every place asked for that is none of the system's.
func (f *finding) missing(ctx context.Context, wanted []string, files []file) error {
	has := func(files []file, place string) bool {
		return slices.ContainsFunc(files, func(f file) bool { return f.place == place })
	}
	var all []file
	for _, place := range wanted {
		if has(files, place) {
			continue
		}
		if all == nil {
			var err error
			if all, _, err = list(ctx, f.system.Dir, f.patterns); err != nil {
				return err
			}
		}
		if has(all, place) {
			continue // a file of other entities
		}
		if err := f.gap(connectors.Gap{Place: place, Why: "there is no such file (any more) among those that the register names"}); err != nil {
			return err
		}
	}
	return nil
}

// file searches one file.
func (f *finding) file(ctx context.Context, file file) error {
	h, err := f.openFile(ctx, file, f.entity)
	if err != nil {
		return f.failed(ctx, file.place, err)
	}
	defer h.Close()
	tables, err := f.tables(ctx, file, h)
	if err != nil {
		return f.failed(ctx, file.place, err)
	}
	seen := map[[16]byte]int{}
	for _, i := range tables {
		f.found = true
		if err := f.table(ctx, file.place, h, i, seen); err != nil {
			return err
		}
	}
	if changed := h.changed(); changed != "" {
		return f.gap(connectors.Gap{Place: file.place, Why: changed})
	}
	return nil
}

// tables returns the tables of an open file that are to be searched.
func (f *finding) tables(ctx context.Context, file file, h *handle) ([]int, error) {
	if f.entity != nil {
		return f.chosen(ctx, h, f.entity)
	}
	var open []int
	for i, name := range h.tables() {
		if f.ownName(name) == f.q.Entity {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return nil, nil
	}
	taken, err := f.taken(ctx, file, h)
	return slices.DeleteFunc(open, func(i int) bool { return err == nil && taken[i] }), err
}

// failed yields what went wrong with a file as a gap, unless the search itself ended.
func (f *finding) failed(ctx context.Context, place string, err error) error {
	if errors.Is(err, errStop) || ctx.Err() != nil {
		return err
	}
	var gap *connectors.Gap
	if !errors.As(err, &gap) {
		gap = &connectors.Gap{Place: place, Why: why(err)}
	}
	return f.gap(*gap)
}

// table searches one table. seen counts the records of the place by their digests.
func (f *finding) table(ctx context.Context, place string, h *handle, i int, seen map[[16]byte]int) error {
	t, err := h.open(ctx, i, f.entity)
	if err != nil {
		return f.failed(ctx, place, err)
	}
	defer t.close()
	sc, err := f.scanner(place, t)
	if err != nil || sc == nil {
		return err
	}
	sc.seen = seen
	if h.sheets() && len(h.tables()) > 1 {
		sc.where = "sheet " + strconv.Quote(h.tables()[i]) + ", "
	}
	err = sc.scan(ctx)
	if err != nil && !errors.Is(err, errStop) && ctx.Err() == nil {
		at := "it was not searched"
		if sc.last > 0 {
			at = fmt.Sprintf("it was searched to row %d only", sc.last)
		}
		err = f.gap(connectors.Gap{Place: place, Why: sc.where + at + ": " + why(err)})
	}
	if err != nil {
		return err
	}
	for _, g := range append(t.gaps(), sc.gaps()...) {
		if err := f.gap(connectors.Gap{Place: place, Why: sc.where + g}); err != nil {
			return err
		}
	}
	return nil
}

// scanner prepares the search of a table: it yields gaps for fields that the table lacks. It returns nil where
// nothing is left to search for.
func (f *finding) scanner(place string, t *table) (*scan, error) {
	shape := connectors.Shape{Entity: f.q.Entity, Fields: t.columns()}
	rest, gaps, any := connectors.Searchable(shape, f.q)
	lacking := map[string]bool{}
	for _, g := range gaps {
		lacking[g.Field] = true
	}
	sc := &scan{finding: f, table: t, place: place}
	for _, name := range f.q.Fields {
		if i := slices.Index(t.names, name); i >= 0 {
			sc.picked = append(sc.picked, i)
			sc.pickedNames = append(sc.pickedNames, name)
		} else {
			lacking[name] = true
		}
	}
	if f.entity != nil {
		for _, k := range f.entity.Key {
			i := slices.Index(t.names, k)
			if i < 0 {
				lacking[k] = true
				sc.key = nil
				break
			}
			sc.key = append(sc.key, i)
		}
	}
	for _, name := range sortedKeys(lacking) {
		if err := f.gap(connectors.Gap{Place: place, Field: name, Why: f.lacks(t)}); err != nil {
			return nil, err
		}
	}
	if !any {
		return nil, nil
	}
	var err error
	sc.filter, err = connectors.NewFilter(shape, rest)
	return sc, err
}

func (f *finding) lacks(t *table) string {
	if t.row == 0 {
		return "the table has no header with a column of that name"
	}
	return fmt.Sprintf("the header in row %d has no column of that name", t.row)
}

// scan is the search of one table.
type scan struct {
	*finding
	*table
	place       string
	where       string // names the sheet where the place has several
	filter      *connectors.Filter
	picked      []int // columns of q.Fields
	pickedNames []string
	key         []int // columns of the entity's key
	seen        map[[16]byte]int
	keys        map[uint64]bool
	seed        maphash.Seed
	twice       int // rows whose key an earlier row has
	last        int // the last row that was read
	values      []connectors.Value
}

func (s *scan) scan(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		l, err := s.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		s.last = l.number
		if err := s.line(l); err != nil {
			return err
		}
	}
}

// line looks at one row, and yields it where it answers.
func (s *scan) line(l *line) error {
	names := s.namesOf(l)
	s.values = append(s.values[:0], l.values...)
	for len(s.values) < len(names) {
		s.values = append(s.values, connectors.Null)
	}
	fields := connectors.Fields{Names: names, Values: s.values}
	keyed := s.keyed(fields)
	byRef := s.q.Refs != nil
	if !byRef && len(s.q.Any) > 0 && !s.filter.MatchFields(fields) {
		return nil
	}
	r := connectors.Record{Ref: connectors.Ref{System: s.system.ID, Place: s.place, Entity: s.q.Entity}, Fields: fields}
	if keyed {
		for _, i := range s.key {
			r.Ref.Key = append(r.Ref.Key, keyText(fields.Values[i]))
		}
	} else {
		digest := connectors.RowDigest(fields)
		var short [16]byte
		if _, err := hex.Decode(short[:], []byte(digest[:2*len(short)])); err != nil {
			return err
		}
		s.seen[short]++
		r.Ref.Key = []string{digest, strconv.Itoa(s.seen[short])}
	}
	if byRef && !s.filter.Match(r) {
		return nil
	}
	r.At = fmt.Sprintf("%srow %d", s.where, l.number)
	if s.q.Fields != nil {
		values := make([]connectors.Value, len(s.picked))
		for i, column := range s.picked {
			values[i] = fields.Values[column]
		}
		r.Fields = connectors.Fields{Names: s.pickedNames, Values: values}
	}
	if !s.yield(r, nil) {
		return errStop
	}
	return nil
}

// keyed reports whether the row has a key, and counts rows that have that of an earlier row.
func (s *scan) keyed(fields connectors.Fields) bool {
	if s.key == nil {
		return false
	}
	if s.keys == nil {
		s.keys, s.seed = map[uint64]bool{}, maphash.MakeSeed()
	}
	var h maphash.Hash
	h.SetSeed(s.seed)
	for _, i := range s.key {
		v := fields.Values[i]
		if v.IsNull() {
			return false
		}
		h.WriteString(keyText(v))
		h.WriteByte(0)
	}
	if sum := h.Sum64(); s.keys[sum] {
		s.twice++
	} else {
		s.keys[sum] = true
	}
	return true
}

// keyText returns the text of a value that is part of a key: as it is shown.
func keyText(v connectors.Value) string {
	if items := v.Items(); len(items) > 0 {
		return items[0]
	}
	return v.String()
}

// gaps returns what came to light about the key.
func (s *scan) gaps() []string {
	if s.twice == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s rows have the key of another row, so that they cannot be told apart: take \"key\" out of the register, "+
		"and rows are named by their contents", count(s.twice))}
}

func sortedKeys(set map[string]bool) []string {
	keys := make([]string, 0, len(set))
	for k := range set {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
