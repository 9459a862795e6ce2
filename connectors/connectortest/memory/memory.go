// Package memory is a system that lives in the program's memory, with a connector and a harness for the
// conformance suite: the smallest complete example of a kind, and a double for tests of what stands above.
package memory

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"sync"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/connectortest"
)

// Store is what the system holds.
type Store struct {
	System string
	Places []string

	mu     sync.RWMutex
	tables []*table
	writes int // how often anything was written
}

// table is one entity. Rows are never changed, only replaced, so that a search goes on over those it began with.
type table struct {
	connectortest.Entity
	rows map[string][]row // by place
	next int              // the last key that the system chose
}

// row is one record: its cells in the order of the fields.
type row []connectors.Value

// New returns a store that holds the dataset.
func New(system string, places []string, data connectortest.Dataset) *Store {
	s := &Store{System: system, Places: places}
	s.Fill(data)
	return s
}

// Fill replaces all that the store holds.
func (s *Store) Fill(data connectortest.Dataset) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tables = nil
	for _, e := range data.Entities {
		t := &table{Entity: e, rows: map[string][]row{}, next: len(e.Rows)}
		for _, r := range e.Rows {
			cells := make(row, len(r.Cells))
			for i, v := range r.Cells {
				cells[i] = v.Clone()
			}
			t.rows[r.Place] = append(t.rows[r.Place], cells)
		}
		s.tables = append(s.tables, t)
	}
}

// Dump returns everything that the store holds.
func (s *Store) Dump() connectortest.Snapshot {
	s.mu.RLock()
	defer s.mu.RUnlock()
	snapshot := connectortest.Snapshot{Rows: map[string][]connectortest.Row{}, Rest: "written " + strconv.Itoa(s.writes) + " times"}
	for _, t := range s.tables {
		for _, place := range s.Places {
			for _, r := range t.rows[place] {
				snapshot.Rows[t.Name] = append(snapshot.Rows[t.Name], connectortest.Row{Place: place, Cells: r})
			}
		}
	}
	return snapshot
}

func (s *Store) table(entity string) *table {
	i := slices.IndexFunc(s.tables, func(t *table) bool { return t.Name == entity })
	if i < 0 {
		return nil
	}
	return s.tables[i]
}

// keys returns the keys of rows of a place, in their order.
func (t *table) keys(rows []row) [][]string {
	names := t.Names()
	equals := map[string]int{}
	keys := make([][]string, len(rows))
	for i, r := range rows {
		fields := connectors.Fields{Names: names, Values: r}
		if t.Key == nil {
			digest := t.digest(r)
			equals[digest]++
			keys[i] = []string{digest, strconv.Itoa(equals[digest])}
			continue
		}
		for _, k := range t.Key {
			keys[i] = append(keys[i], fields.Get(k).String())
		}
	}
	return keys
}

// longest is how long the canonical text of a binary value may be to be yielded as a value.
const longest = 2 + 2*64

// seen returns the row as searches yield it: long contents are streams.
func (t *table) seen(r row) row {
	var out row
	for i, f := range t.Fields {
		if f.Type != compare.Stream || len(r[i].Bytes()) <= longest {
			continue
		}
		if out == nil {
			out = slices.Clone(r)
		}
		content := content(r[i])
		out[i] = connectors.Stream(int64(len(content)), sha256.Sum256(content))
	}
	if out == nil {
		return r
	}
	return out
}

// content returns the bytes that canonical text of a binary value stands for.
func content(v connectors.Value) []byte {
	b, _ := hex.DecodeString(strings.TrimPrefix(v.String(), "0x")) // the suite stores nothing else
	return b
}

// digest returns the digest that decides whether a row has drifted.
func (t *table) digest(r row) string {
	return connectors.RowDigest(connectors.Fields{Names: t.Names(), Values: t.seen(r)})
}
