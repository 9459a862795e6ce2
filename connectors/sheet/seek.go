package sheet

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"slices"

	"dossier/connectors"
	"dossier/internal/swapfile"
	"dossier/internal/xlsx"
)

// seek finds the rows of the records that the changes of an entity name, before and after.
func (e *editing) seek(t *target) error {
	wanted := map[string]bool{}
	inserts := false
	for _, c := range e.changes {
		if c.Record.Entity != t.name {
			continue
		}
		inserts = inserts || c.Op == connectors.Insert
		wanted[nameOf(c.Record.Key)] = true
		if key, ok := t.keyAfter(c); ok {
			wanted[nameOf(key)] = true
		}
	}
	n := naming{key: t.key(), seen: map[digest]int{}, only: map[digest]bool{}}
	for _, c := range e.changes {
		if c.Record.Entity == t.name && isDigest(c.Record.Key) {
			n.only[digestOf(c.Record.Key[0])] = true
		}
	}
	for _, at := range t.tables {
		last := &row{table: at}
		err := n.each(e.ctx, e.book, at, t.entity, func(number int, key []string, fields connectors.Fields, in *table) error {
			if inserts {
				last.number, last.cells = number, in.cells(last.cells[:0])
				t.last[at] = last
			}
			if key == nil {
				return nil
			}
			if name := nameOf(key); wanted[name] {
				t.rows[name] = append(t.rows[name], &row{table: at, number: number, key: slices.Clone(key), fields: fields.Clone(),
					columns: max(len(in.names), in.width()), extra: in.extra, cells: in.cells(nil)})
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// cells returns the cells of the current row of a workbook, appended to cells.
func (t *table) cells(cells []xlsx.Cell) []xlsx.Cell {
	if in, ok := t.lines.(*sheetLines); ok {
		cells = append(cells, in.row.Cells...)
	}
	return cells
}

// naming names the records of an entity in one file, as Find names them.
type naming struct {
	key  []string
	seen map[digest]int  // how many records so far hold the same
	only map[digest]bool // not nil: other records need no name
	name []string
}

// digestOf returns the first half of a digest in hex, zeros where it is none.
func digestOf(hexed string) (d digest) {
	_, _ = hex.Decode(d[:], []byte(hexed[:min(len(hexed), 2*len(d))])) // what is no digest is nobody's
	return d
}

// each calls do for every record of a table. What do is given is valid until it returns.
func (n *naming) each(ctx context.Context, h *handle, i int, e *entity, do func(number int, key []string, fields connectors.Fields, in *table) error) error {
	t, err := h.open(ctx, i, e)
	if err != nil {
		return err
	}
	defer func() { t.close() }()
	if t.pending() {
		again, err := t.settle(ctx)
		if err != nil {
			return err
		}
		if again {
			t.close()
			if t, err = h.open(ctx, i, e); err != nil {
				return err
			}
		}
	}
	last := 0
	var values []connectors.Value
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		number, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if number <= last {
			return swapfile.Refused("its rows are not in their order: open the file in Excel or LibreOffice and save it")
		}
		last = number
		fields := t.fields(values[:0])
		values = fields.Values
		if err := do(number, n.of(fields), fields, t); err != nil {
			return err
		}
	}
}

// of returns the name of the next record, nil where none is needed.
func (n *naming) of(fields connectors.Fields) []string {
	n.name = n.name[:0]
	for _, k := range n.key {
		if v := fields.Get(k); !v.IsNull() {
			n.name = append(n.name, shown(v))
		}
	}
	if len(n.key) > 0 && len(n.name) == len(n.key) {
		return n.name
	}
	sum := connectors.RowDigest(fields)
	d := digestOf(sum)
	if n.only != nil && !n.only[d] {
		return nil
	}
	n.seen[d]++
	return digestKey(sum, n.seen[d])
}
