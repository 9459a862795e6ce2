//go:build !race

package main

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"dossier/connectors"
	"dossier/connectors/kinds"
)

// records reads an entity of a system through its connector, as text; nothing is "".
func (w *journeyWorld) records(system, entity string) []map[string]string {
	w.t.Helper()
	register, err := connectors.Load(w.file("connectors.toml"), kinds.All())
	if err != nil {
		w.t.Fatal(err)
	}
	s, _ := register.System(system)
	conn, err := s.Opens()(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	defer conn.Close()
	var rows []map[string]string
	for r, err := range conn.Find(context.Background(), connectors.Query{Entity: entity}) {
		if err != nil {
			w.t.Fatalf("%s.%s: %v", system, entity, err)
		}
		row := map[string]string{}
		for i, name := range r.Names {
			row[name] = r.Values[i].String()
		}
		rows = append(rows, row)
	}
	return rows
}

// contents is everything that the systems hold, past the program: files byte for byte, workbooks and tables row for row.
func (w *journeyWorld) contents(systems ...string) map[string]string {
	w.t.Helper()
	held := map[string]string{}
	for _, id := range systems {
		if db := w.databases[id]; db != nil {
			for _, table := range []string{"people", "letters", "held", "claims"} {
				if rows := tableRows(db, table); rows != nil {
					held[id+" "+table] = strings.Join(rows, "\n")
				}
			}
			continue
		}
		folder := ""
		if strings.HasPrefix(id, "client") {
			folder = "client/"
		}
		patterns := map[string]string{"book": "*.xlsx", "text": "*.csv", "access": "*.accdb"}
		paths, err := filepath.Glob(w.file(folder + patterns[strings.TrimPrefix(id, "client-")]))
		if err != nil || len(paths) == 0 {
			w.t.Fatal(id, paths, err)
		}
		for _, path := range paths {
			b, err := os.ReadFile(path)
			if err != nil {
				w.t.Fatal(err)
			}
			if filepath.Ext(path) != ".xlsx" {
				held[id+" "+filepath.Base(path)] = string(b)
				continue
			}
			maps.Copy(held, sheetRows(w.t, id+" ", path))
		}
	}
	return held
}

// sheetRows returns the rows of a workbook's sheets, with the format of each cell, in the order of their ids: a row that was moved away
// comes back below the others.
func sheetRows(t *testing.T, prefix, path string) map[string]string {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	held := map[string]string{}
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			for c := range row {
				cell, _ := excelize.CoordinatesToCellName(c+1, r+1)
				kind, _ := f.GetCellType(sheet, cell)
				style, _ := f.GetCellStyle(sheet, cell)
				text := kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString
				row[c] = fmt.Sprint(row[c], " ", text, " ", style)
			}
		}
		slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
		held[prefix+sheet] = fmt.Sprintf("%q", rows)
	}
	return held
}

// tableRows returns the rows of a table in the order of their ids, nil where there is no such table.
func tableRows(db *sql.DB, table string) []string {
	rows, err := db.Query("SELECT * FROM " + table + " ORDER BY id")
	if err != nil {
		return nil
	}
	defer rows.Close()
	names, _ := rows.Columns()
	all := []string{}
	for rows.Next() {
		values, to := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			return []string{err.Error()}
		}
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				values[i] = string(b)
			}
		}
		all = append(all, fmt.Sprintf("%q", fmt.Sprint(values...)))
	}
	return all
}
