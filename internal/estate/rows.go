package estate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dossier/connectors"
)

// NameRows fills in the keys of records in files, which only the connector that reads them can tell, and writes
// truth.jsonl again. A row that the connector does not yield is an error.
func (e *Estate) NameRows(ctx context.Context, kinds []connectors.Kind) error {
	reg, err := connectors.Load(e.Register, kinds)
	if err != nil {
		return err
	}
	keys := map[string][]string{}
	for _, sys := range reg.Systems {
		if sys.Manual() || !e.hasRows(sys.ID) {
			continue
		}
		if err := readKeys(ctx, sys, keys); err != nil {
			return err
		}
	}
	var errs []error
	name := func(records []Record) {
		for i := range records {
			r := &records[i]
			if r.Row == 0 {
				continue
			}
			if r.Key = keys[rowID(r.System, r.Place, r.Entity, r.Row)]; r.Key == nil {
				errs = append(errs, fmt.Errorf("row %d of %s in %s was not yielded by its connector", r.Row, r.Entity, r.Place))
			}
		}
	}
	for _, p := range e.People {
		name(p.Records)
		name(p.Mentions)
	}
	name(e.Nobody)
	return errors.Join(append(errs, e.writeTruth())...)
}

// hasRows reports whether the truth knows records of the system by their rows only.
func (e *Estate) hasRows(system string) bool {
	return slices.ContainsFunc(e.People, func(p Person) bool {
		return slices.ContainsFunc(p.Records, func(r Record) bool { return r.System == system && r.Row > 0 })
	})
}

// readKeys reads every record of a system and notes the key of each by its row.
func readKeys(ctx context.Context, sys *connectors.System, keys map[string][]string) error {
	c, err := sys.Opens()(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	for _, entity := range sys.Entities {
		for r, err := range c.Find(ctx, connectors.Query{Entity: entity.Name}) {
			if err != nil {
				return fmt.Errorf("system %s, entity %s: %w", sys.ID, entity.Name, err)
			}
			if row, ok := rowOf(r.At); ok {
				keys[rowID(sys.ID, r.Ref.Place, entity.Name, row)] = slices.Clone(r.Ref.Key)
			}
		}
	}
	return nil
}

// rowOf reads the number behind "row " in the words that say where a person finds a record.
func rowOf(at string) (int, bool) {
	_, number, ok := strings.Cut(at, "row ")
	number, _, _ = strings.Cut(number, " ")
	n, err := strconv.Atoi(strings.TrimRight(number, ",;:"))
	return n, ok && err == nil
}

func rowID(system, place, entity string, row int) string {
	return connectors.Ref{System: system, Place: place, Entity: entity, Key: []string{strconv.Itoa(row)}}.ID()
}
