//go:build !race

package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"

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

// contents is everything that the systems hold, past the program: files byte for byte, tables row for row.
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
			held[id+" "+filepath.Base(path)] = string(b)
		}
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
