package export

import (
	"archive/zip"
	"bufio"
	"context"
	"strconv"
	"strings"
	"time"
)

const workbookName = "records.xlsx"

// writeWorkbook writes the records as an Office Open XML workbook: a sheet that tells what it is, one of what was searched, one of what
// is left out, and one an entity. Every cell is a text, never a formula or a number: a value that begins with an equals sign stays
// what it is, and 007 keeps its noughts. Rows are written as they are read.
func (ed *edition) writeWorkbook(_ context.Context, a *archive) error {
	return a.put(workbookName, "all records in one workbook, for a spreadsheet", func(w *bufio.Writer) (int, error) {
		b := &workbook{zip: zip.NewWriter(w), made: ed.Made.UTC().Truncate(time.Second)}
		err := ed.writeSheets(b)
		if err == nil {
			err = b.finish()
		}
		return -1, err
	})
}

func (ed *edition) writeSheets(b *workbook) error {
	r := ed.report()
	if err := b.sheet("About", []string{"What", "Text"}, func(row func(...string) error) error {
		for _, f := range append([]fact{{"Held by", r.Organisation}, {"What this is", r.Lead}}, r.Facts...) {
			if err := row(f.Term, f.Text); err != nil {
				return err
			}
		}
		return row("How to read it", "One sheet a kind of record. Every cell is a text, as it is held. The file index.html shows the same, with what it means and your rights.")
	}); err != nil {
		return err
	}
	if err := b.sheet("What we searched", []string{"System", "Day", "What came of it", "Not searched", "Searched by your", "Records here"}, func(row func(...string) error) error {
		for _, c := range r.Coverage {
			if err := row(c.Title, c.Day, c.Summary, strings.Join(c.NotSearched, "\n"), c.SearchedFor, strconv.Itoa(c.Records)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if len(r.Withheld) > 0 {
		if err := b.sheet("What is left out", []string{"System", "What", "Why", "Records"}, func(row func(...string) error) error {
			for _, w := range r.Withheld {
				if err := row(w.System, w.What, w.Why, strconv.Itoa(w.Records)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	for _, g := range ed.groups {
		if g.count == 0 {
			continue
		}
		if err := ed.writeGroupSheet(b, g); err != nil {
			return err
		}
	}
	return nil
}

func (ed *edition) writeGroupSheet(b *workbook, g *group) error {
	heads := []string{"Held in"}
	for _, c := range g.columns {
		heads = append(heads, c.label)
		if c.coded() {
			heads = append(heads, c.label+", meaning")
		}
	}
	return b.sheet(g.label(), heads, func(row func(...string) error) error {
		cells := make([]string, 0, len(heads))
		for i, r := range g.records() {
			cells = append(cells[:0], placeName(r.Ref.Place))
			for _, c := range g.columns {
				v := r.Get(c.name)
				cells = append(cells, g.csvText(fileOf{i, c.name}, v))
				if c.coded() {
					cells = append(cells, c.meaning(v))
				}
			}
			if err := row(cells...); err != nil {
				return err
			}
		}
		return nil
	})
}
