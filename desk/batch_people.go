package desk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"dossier/act"
	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/kinds"
	"dossier/internal/journal"
	"dossier/locate"
)

// Columns of a table of people that are no identifiers: of a batch that rectifies.
const (
	columnRight = "right"
	columnWrong = "wrong"
)

// readPeople reads a table of people from a workbook or a text file: a row a person, with columns that are named by the name or the title
// of an identifier. header looks at the columns before the rows are read.
func (d *Desk) readPeople(ctx context.Context, n NewBatch, header func([]TableColumn) error) ([]journal.BatchPerson, error) {
	kinds := map[string]string{}
	var people []journal.BatchPerson
	look := func(shape connectors.Shape) error {
		columns := d.columnsOf(shape, n)
		for _, c := range columns {
			kinds[c.Name] = c.Is
		}
		return header(columns)
	}
	err := readTable(ctx, n.File, "the table of people", look, func(record connectors.Record) {
		p := journal.BatchPerson{N: len(people) + 1, At: record.At}
		for i, name := range record.Names {
			for _, value := range textsOf(record.Values[i]) {
				switch kind := kinds[name]; {
				case strings.TrimSpace(value) == "" || kind == "":
				case kind == columnRight:
					p.Right = value
				case kind == columnWrong:
					p.Was = value
				default:
					p.Identifiers = append(p.Identifiers, locate.Identifier{Kind: kind, Value: value})
				}
			}
		}
		people = append(people, p)
	})
	if err != nil {
		return nil, err
	}
	if len(people) == 0 {
		return nil, fmt.Errorf("%w: the table of people has no row beside its header", ErrUsage)
	}
	return people, nil
}

// readTable hands the header of a table, a workbook of one sheet or a text file, to one function and each of its rows to the other. The
// record is valid until the function returns. title names the table in errors.
func readTable(ctx context.Context, path, title string, header func(connectors.Shape) error, row func(connectors.Record)) error {
	sys, err := tableOf(path)
	if err != nil {
		return err
	}
	conn, err := sys.Opens()(ctx)
	if err != nil {
		return fmt.Errorf("%w: %s cannot be opened: %w", ErrUsage, title, err)
	}
	defer conn.Close() // it was only read
	catalog, err := conn.Describe(ctx)
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", title, err)
	}
	if len(catalog.Gaps) > 0 {
		return fmt.Errorf("%w: %s cannot be read: %s", ErrUsage, title, catalog.Gaps[0].Why)
	}
	if len(catalog.Shapes) != 1 {
		return fmt.Errorf("%w: %s has %d sheets: keep the one with the people, so that it is plain who is meant", ErrUsage, title, len(catalog.Shapes))
	}
	if err := header(catalog.Shapes[0]); err != nil {
		return err
	}
	for record, err := range conn.Find(ctx, connectors.Query{Entity: catalog.Shapes[0].Entity}) {
		if gap := (*connectors.Gap)(nil); errors.As(err, &gap) {
			return fmt.Errorf("%w: %s cannot be read whole: %s", ErrUsage, title, gap.Why)
		}
		if err != nil {
			return fmt.Errorf("%s cannot be read: %w", title, err)
		}
		row(record)
	}
	return nil
}

// tableOf returns a system that is one file.
func tableOf(path string) (*connectors.System, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if strings.ContainsAny(path, "*?[]{}") {
		return nil, fmt.Errorf("%w: the path of the table of people has a character that stands for others (* ? [ { ): name the file otherwise", ErrUsage)
	}
	var text bytes.Buffer
	err = toml.NewEncoder(&text).Encode(map[string]any{
		"version":      1,
		"organisation": map[string]any{"name": "batch", "clock": "england-and-wales"},
		"system": map[string]any{"people": map[string]any{"kind": "sheet", "owners": []string{"batch"}, "files": []string{filepath.ToSlash(path)},
			"entity": map[string]any{"people": map[string]any{"sheet": "*", "header": 1}}}},
	})
	if err != nil {
		return nil, err
	}
	r, err := connectors.Parse(text.Bytes(), kinds.All())
	if err != nil {
		return nil, fmt.Errorf("%w: the table of people cannot be opened: %w", ErrUsage, err)
	}
	return r.Systems[0], nil
}

// columnsOf returns what the columns of a table of people hold.
func (d *Desk) columnsOf(shape connectors.Shape, n NewBatch) []TableColumn {
	var columns []TableColumn
	for _, c := range shape.Fields {
		if strings.HasPrefix(c.Name, "(") { // what hangs on cells: comments and links
			continue
		}
		folded := compare.Fold(c.Name)
		same := func(name string) bool { return compare.Fold(name) == folded }
		i := slices.IndexFunc(d.register.Identifiers, func(id connectors.Identifier) bool { return same(id.Name) || same(id.Title) })
		column := TableColumn{Name: c.Name}
		switch {
		case i >= 0:
			column.Is = d.register.Identifiers[i].Name
		case n.Action == act.Rectify && (same(columnRight) || same(columnWrong)):
			column.Is = folded
		default:
			column.Ignored = slices.ContainsFunc(n.Ignore, same)
		}
		columns = append(columns, column)
	}
	return columns
}

// checkColumns returns an error where a column names no identifier and is not to be ignored, or none names one.
func checkColumns(columns []TableColumn) error {
	var unknown []string
	for _, c := range columns {
		if c.Unknown() {
			unknown = append(unknown, c.Name)
		}
	}
	if len(unknown) > 0 {
		return fmt.Errorf("%w: the columns %s name no identifier of the register: name them otherwise, or say that they are to be ignored", ErrUsage, quoted(unknown))
	}
	if !slices.ContainsFunc(columns, func(c TableColumn) bool { return c.Is != "" }) {
		return fmt.Errorf("%w: the table of people has no column that is named like an identifier of the register, such as membership_number", ErrUsage)
	}
	return nil
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", Visible(n))
	}
	return strings.Join(out, ", ")
}

// textsOf returns the texts of a value: one, those of a list, or none. A number whose format makes an identifier of it is a list of the same
// number as shown and as stored: the first counts.
func textsOf(v connectors.Value) []string {
	switch items := v.Items(); {
	case v.IsText():
		return []string{v.String()}
	case len(items) > 0:
		return items[:1]
	}
	return nil
}
