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
			r.Key = keys[rowID(r.System, r.Place, r.Entity, r.Sheet, r.Row)]
			if r.Key == nil { // connectors name the sheet only where an entity has several in one file
				r.Key = keys[rowID(r.System, r.Place, r.Entity, "", r.Row)]
			}
			if r.Key == nil {
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
			if sheet, row, ok := rowOf(r.At); ok {
				keys[rowID(sys.ID, r.Ref.Place, entity.Name, sheet, row)] = slices.Clone(r.Ref.Key)
			}
		}
	}
	return nil
}

// rowOf reads where a person finds a record: row 17, or sheet "Q1", row 17.
func rowOf(at string) (sheet string, row int, ok bool) {
	if rest, named := strings.CutPrefix(at, "sheet "); named {
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			return "", 0, false
		}
		if sheet, err = strconv.Unquote(quoted); err != nil {
			return "", 0, false
		}
		at = strings.TrimPrefix(rest[len(quoted):], ", ")
	}
	number, ok := strings.CutPrefix(at, "row ")
	row, err := strconv.Atoi(number)
	return sheet, row, ok && err == nil
}

func rowID(system, place, entity, sheet string, row int) string {
	return connectors.Ref{System: system, Place: place, Entity: entity, Key: []string{sheet, strconv.Itoa(row)}}.ID()
}
