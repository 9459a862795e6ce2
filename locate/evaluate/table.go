package evaluate

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Row is one record of a table of labelled people.
type Row struct {
	Person string // whose it is, where the table says so
	ID     string // what labelled pairs call it
	File   int    // the number of the file that it stands in, from 0
	Line   int    // where it begins there, from 1
	values []value
}

// value is what a row holds of an identifier.
type value struct{ identifier, text string }

// source is where a value comes from.
type source struct {
	identifier string
	columns    []int
}

// ReadTable reads the rows of a file of labelled people.
func (m *Mapping) ReadTable(in io.Reader, file int) ([]Row, error) {
	r, names, err := m.open(in)
	if err != nil {
		return nil, err
	}
	var missing []string
	column := func(name string) int {
		i := slices.Index(names, name)
		if i < 0 && name != "" {
			missing = append(missing, name)
		}
		return i
	}
	person, id := column(m.Person), -1
	if m.Pairs != nil {
		id = column(m.Pairs.ID)
	}
	var sources []source
	for name, identifier := range m.Columns {
		sources = append(sources, source{identifier, []int{column(name)}})
	}
	for identifier, columns := range m.Join {
		s := source{identifier: identifier}
		for _, name := range columns {
			s.columns = append(s.columns, column(name))
		}
		sources = append(sources, s)
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return nil, fmt.Errorf("the table has no column %s; it has %s", strings.Join(missing, ", "), strings.Join(names, ", "))
	}
	slices.SortFunc(sources, func(a, b source) int { return slices.Compare(a.columns, b.columns) })
	var rows []Row
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the table cannot be read: %w", err)
		}
		line, _ := r.FieldPos(0)
		row := Row{File: file, Line: line}
		if person >= 0 {
			if row.Person, err = m.whose(at(cells, person)); err != nil {
				return nil, fmt.Errorf("line %d of the table: the column %s %w", line, m.Person, err)
			}
		}
		row.ID = at(cells, id)
		for _, s := range sources {
			if text := m.text(s, cells); text != "" {
				row.values = append(row.values, value{s.identifier, text})
			}
		}
		rows = append(rows, row)
	}
}

// text returns what a row holds of a source, "" where it holds nothing.
func (m *Mapping) text(s source, cells []string) string {
	var parts []string
	for _, c := range s.columns {
		if text := at(cells, c); text != "" {
			parts = append(parts, text)
		}
	}
	if s.identifier != "birth_date" {
		return strings.Join(parts, ", ")
	}
	if len(parts) < len(s.columns) {
		return ""
	}
	return m.day(strings.Join(parts, "-"))
}

func at(cells []string, i int) string {
	if i < 0 || i >= len(cells) {
		return ""
	}
	return strings.TrimSpace(cells[i])
}

// open returns a reader of the rows of a file, and the names of its columns.
func (m *Mapping) open(in io.Reader) (*csv.Reader, []string, error) {
	decoder := unicode.UTF8BOM.NewDecoder()
	if m.Encoding != "" && !strings.EqualFold(m.Encoding, "utf-8") {
		enc, err := htmlindex.Get(m.Encoding)
		if err != nil {
			return nil, nil, fmt.Errorf("the encoding %q is not known: name it as web pages do, such as windows-1252", m.Encoding)
		}
		decoder = enc.NewDecoder()
	}
	r := csv.NewReader(transform.NewReader(in, decoder))
	r.Comma = []rune(m.Delimiter)[0]
	r.LazyQuotes, r.FieldsPerRecord = true, -1
	r.TrimLeadingSpace = r.Comma != '\t'
	if m.Header != nil && !*m.Header {
		return m.headless(r)
	}
	names, err := r.Read()
	if err != nil {
		return nil, nil, fmt.Errorf("the table has no header: %w", err)
	}
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return r, names, nil
}

// headless names the columns of a file that does not by their numbers, as many as the mapping speaks of.
func (m *Mapping) headless(r *csv.Reader) (*csv.Reader, []string, error) {
	var names []string
	for i := range 1000 {
		names = append(names, strconv.Itoa(i+1))
	}
	return r, names, nil
}

// readPairs reads labelled pairs: whether two ids are one person's. whole says that all others are not.
func (m *Mapping) readPairs(in io.Reader) (labels map[[2]string]bool, whole bool, err error) {
	r, names, err := m.open(in)
	if err != nil {
		return nil, false, err
	}
	p := m.Pairs
	left, right, label := slices.Index(names, p.Left), slices.Index(names, p.Right), slices.Index(names, p.Label)
	if left < 0 || right < 0 || p.Label != "" && label < 0 {
		return nil, false, fmt.Errorf("the file of pairs lacks one of the columns %s, %s, %s; it has %s", p.Left, p.Right, p.Label, strings.Join(names, ", "))
	}
	labels = map[[2]string]bool{}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return labels, label < 0, nil
		}
		if err != nil {
			return nil, false, fmt.Errorf("the file of pairs cannot be read: %w", err)
		}
		labels[pairOf(at(cells, left), at(cells, right))] = label < 0 || yes(at(cells, label))
	}
}

// pairOf names a pair whatever the order of its two.
func pairOf(a, b string) [2]string {
	if a > b {
		a, b = b, a
	}
	return [2]string{a, b}
}

// yes reports whether a label says that both are one person's.
func yes(label string) bool {
	if n, err := strconv.ParseFloat(label, 64); err == nil {
		return n > .5
	}
	switch strings.ToLower(label) {
	case "true", "t", "yes", "y", "match", "same":
		return true
	}
	return false
}
