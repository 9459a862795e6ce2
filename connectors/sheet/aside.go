package sheet

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/internal/xlsx"
)

// What hangs on the cells of a row is part of its record, in fields of these names.
const (
	commentsField = "(comments)"
	linksField    = "(links)"
)

// asides are the texts of a book that stand in no cell.
type asides interface {
	// asides calls do for those that stand outside the sheets with cells.
	asides(ctx context.Context, do func(xlsx.Aside) error) error
	// unread returns the names of what cannot be looked into: the files within the file.
	unread() []string
	// attaches reports whether records of a table may have comments and links.
	attaches(ctx context.Context, table int) (comments, links bool, err error)
}

// hanging are lines on whose cells texts hang, and around which some stand.
type hanging interface {
	// hangs reports whether the current row has comments or links.
	hangs() bool
	// attached returns the comments and the links of the current row, NULL where it has none.
	attached() (comments, links connectors.Value)
	// loose returns the texts that hang on rows for which met is false, once every row was read.
	loose(met func(row int) bool) []xlsx.Aside
	// listen sets what is called for texts around the rows.
	listen(do func(xlsx.Aside) error)
}

// look looks for what is searched for in texts that stand in no cell: whole, word by word and in runs of words.
type look struct{ clauses [][]*compare.Matcher }

// look returns nil where there is nothing to look for. Clauses that compare several fields at once name records by their keys, which
// no free text does.
func (q query) look() *look {
	l := &look{}
	for _, clause := range q.clauses {
		matchers := make([]*compare.Matcher, 0, len(clause))
		for _, t := range clause {
			if t.one != nil {
				matchers = append(matchers, t.one)
			}
		}
		if len(matchers) > 0 && len(matchers) == len(clause) {
			l.clauses = append(l.clauses, matchers)
		}
	}
	if len(l.clauses) == 0 {
		return nil
	}
	return l
}

// maxPhrase is how many words a name, an address or a phone number may have within a text.
const maxPhrase = 8

// met reports whether a text answers to any clause, by all of its terms.
func (l *look) met(text string) bool {
	return slices.ContainsFunc(l.clauses, func(clause []*compare.Matcher) bool {
		return !slices.ContainsFunc(clause, func(m *compare.Matcher) bool { return !within(m, text) })
	})
}

// within reports whether a text or any phrase of it answers to a matcher.
func within(m *compare.Matcher, text string) bool {
	if m.Match([]byte(text)) {
		return true
	}
	words := strings.Fields(text)
	for i := range words {
		for n := 1; n <= maxPhrase && i+n <= len(words); n++ {
			phrase := strings.Join(words[i:i+n], " ")
			if m.Match([]byte(phrase)) {
				return true
			}
			if bare := strings.Trim(phrase, `.,;:!?"'()[]<>{}`); bare != phrase && bare != "" && m.Match([]byte(bare)) {
				return true
			}
		}
		for _, piece := range strings.FieldsFunc(words[i], func(r rune) bool { return strings.ContainsRune(`:/?&=<>()[]{}|;,"`, r) }) {
			if piece != words[i] && m.Match([]byte(piece)) {
				return true
			}
		}
	}
	return false
}

// told gathers where something was met.
type told []string

// maxTold is how many such places of a file are told one by one.
const maxTold = 20

func (t *told) add(where string) {
	if !slices.Contains(*t, where) && len(*t) <= maxTold {
		*t = append(*t, where)
	}
}

// tell yields a gap for every place where something was met that belongs to no record that was found.
func (f *finding) tell(place string, t told) error {
	for i, where := range t {
		if i == maxTold {
			where = "yet another text outside the cells"
		}
		if err := f.gap(connectors.Gap{Place: place, Why: where + " holds what was searched for and belongs to no record that was found: look at it there"}); err != nil {
			return err
		}
	}
	return nil
}

// beside looks into what stands outside the sheets of a file of which these tables were searched. Texts of other sheets are left to the
// searches of those.
func (f *finding) beside(ctx context.Context, place string, h *handle, tables []int) error {
	in, ok := h.book.(asides)
	if f.look == nil || !ok {
		return nil
	}
	names := h.tables()
	empty, err := f.empty(ctx, h, tables)
	if err != nil {
		return f.failed(ctx, place, err)
	}
	if len(tables) == 0 && len(empty) < len(names) {
		return nil // the searches of its tables look into it
	}
	var where told
	for _, i := range empty {
		if err := f.around(ctx, h, i, &where); err != nil {
			return f.failed(ctx, place, err)
		}
	}
	tables = append(empty, tables...)
	err = in.asides(ctx, func(a xlsx.Aside) error {
		if i := slices.Index(names, a.Sheet); a.Sheet != "" && i >= 0 && !slices.Contains(tables, i) {
			return nil
		}
		if f.look.met(a.Text) {
			where.add(a.String())
		}
		return nil
	})
	if err != nil {
		if err := f.failed(ctx, place, fmt.Errorf("what stands outside its cells was not searched: it %w", err)); err != nil {
			return err
		}
	}
	if err := f.tell(place, where); err != nil {
		return err
	}
	if parts := in.unread(); len(parts) > 0 {
		return f.gap(connectors.Gap{Place: place, Why: "it holds files of other kinds, which were not looked into: " + strings.Join(parts, ", ")})
	}
	return nil
}

// empty returns the tables that hold nothing, so that no search is for them: what stands around their rows is left to any.
func (f *finding) empty(ctx context.Context, h *handle, tables []int) ([]int, error) {
	var empty []int
	for i := range h.tables() {
		if slices.Contains(tables, i) {
			continue
		}
		head, err := h.header(ctx, i, f.entity)
		if ctx.Err() != nil {
			return nil, err
		}
		if err == nil && len(head.names) == 0 { // one that cannot be read is told where it is searched
			empty = append(empty, i)
		}
	}
	return empty, nil
}

// around looks at the texts around the rows of an empty table.
func (f *finding) around(ctx context.Context, h *handle, i int, where *told) error {
	in, err := h.lines(ctx, i, true)
	if err != nil {
		return err
	}
	defer in.close()
	hung, ok := in.(hanging)
	if !ok {
		return nil
	}
	name := fmt.Sprintf("sheet %q, ", h.tables()[i])
	heard := func(a xlsx.Aside) error {
		if f.look.met(a.Text) {
			where.add(name + a.What)
		}
		return nil
	}
	hung.listen(heard)
	for err == nil {
		_, err = in.next()
	}
	if err != io.EOF {
		return err
	}
	if _, err := in.settle(ctx); err != nil {
		return err
	}
	for _, a := range hung.loose(func(int) bool { return false }) {
		heard(a)
	}
	return nil
}

// lookAt looks at what hangs on the current row, which is not among those that are found.
func (s *scan) lookAt(row int) {
	if s.look == nil {
		return
	}
	comments, links := s.hanging.attached()
	for _, a := range []struct {
		what  string
		value connectors.Value
	}{{"a comment", comments}, {"a link", links}} {
		if slices.ContainsFunc(a.value.Items(), s.look.met) {
			s.told.add(fmt.Sprintf("%s%s on row %d", s.where, a.what, row))
		}
	}
}

// lookAround looks at the texts that belong to no row, once all were read.
func (s *scan) lookAround() {
	if s.look == nil || s.hanging == nil {
		return
	}
	for _, a := range s.hanging.loose(func(row int) bool { return s.records[row] }) {
		s.heard(a)
	}
}

// heard looks at one text.
func (s *scan) heard(a xlsx.Aside) error {
	if s.look.met(a.Text) {
		s.told.add(s.where + a.What)
	}
	return nil
}
