package sheet

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/unicode"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/connectortest"
	"dossier/connectors/connectortest/suite"
	"dossier/internal/leak"
)

func TestMain(m *testing.M) { leak.Main(m) }

// harness joins files of one format to the suite.
type harness struct {
	dir    string
	places []string
	lacks  map[connectortest.Ability]string
	write  func(path string, entities []connectortest.Entity, place string) error
	read   func(path string) (map[string][][]string, error)
	data   connectortest.Dataset
}

func (h *harness) Limits() connectortest.Limits {
	lacks := map[connectortest.Ability]string{
		connectortest.EmptyText:   "an empty cell is NULL, whatever way it is empty",
		connectortest.NULs:        "no program writes them into a spreadsheet",
		connectortest.NewKeys:     "a spreadsheet chooses no keys",
		connectortest.Cascades:    "a spreadsheet has no foreign keys",
		connectortest.Indexes:     "a spreadsheet has no indexes",
		connectortest.CutOff:      "a file is not a connection",
		connectortest.Stalled:     "the file system of the tests always answers",
		connectortest.WrongSecret: "nothing is logged in to",
	}
	for t := compare.Text + 1; t <= compare.Stream; t++ {
		lacks[connectortest.OfType(t)] = "every field of a spreadsheet is text"
	}
	for a, why := range h.lacks {
		lacks[a] = why
	}
	return connectortest.Limits{System: "shares", Places: h.places, Lacks: lacks}
}

func (h *harness) Seed(_ context.Context, data connectortest.Dataset) error {
	h.data = data
	for _, place := range h.places {
		path := filepath.Join(h.dir, filepath.FromSlash(place))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := h.write(path, data.Entities, place); err != nil {
			return err
		}
	}
	return nil
}

func (h *harness) Open(ctx context.Context, fault connectortest.Fault) (connectors.Connector, error) {
	lines := "files = [\"" + strings.Join(h.places, `", "`) + "\"]\n"
	if _, lacking := h.lacks[connectortest.Writes]; !lacking && fault != connectortest.NoWrites {
		lines += "writable = true\n"
	}
	c, err := h.data.Open(ctx, Kind(), "shares", h.dir, lines)
	if s, ok := c.(*source); ok && fault == connectortest.LostReply {
		s.replace = func(from, to string) error {
			return errors.Join(os.Rename(from, to), errors.New("the answer was lost"))
		}
	}
	if fault != connectortest.LostPlace || err != nil {
		return c, err
	}
	lost := filepath.Join(h.dir, filepath.FromSlash(h.places[len(h.places)-1]))
	if err := os.Rename(lost, lost+".away"); err != nil {
		return nil, err
	}
	return connectortest.OnClose(c, func() { os.Rename(lost+".away", lost) }), nil
}

func (h *harness) Dump(context.Context) (connectortest.Snapshot, error) {
	s := connectortest.Snapshot{Rows: map[string][]connectortest.Row{}}
	for _, place := range h.places {
		tables, err := h.read(filepath.Join(h.dir, filepath.FromSlash(place)))
		if err != nil {
			return s, err
		}
		for _, e := range h.data.Entities {
			rows := tables[e.Name]
			if only, ok := tables[""]; ok { // a text file's table has no name
				rows = only
			}
			for _, cells := range rows {
				row := connectortest.Row{Place: place, Cells: make([]connectors.Value, len(e.Fields))}
				for i, c := range cells {
					if c != "" {
						row.Cells[i] = connectors.Text(c)
					}
				}
				s.Rows[e.Name] = append(s.Rows[e.Name], row)
			}
		}
	}
	var rest strings.Builder
	err := filepath.WalkDir(h.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		info, _ := d.Info()
		fmt.Fprintf(&rest, "%s %x %s\n", path, sha256.Sum256(b), info.ModTime())
		return err
	})
	s.Rest = rest.String()
	return s, err
}

// writeWorkbook writes a sheet an entity, with so many empty rows above the header.
func writeWorkbook(above int) func(string, []connectortest.Entity, string) error {
	return func(path string, entities []connectortest.Entity, place string) error {
		var sheets []rawSheet
		for _, e := range entities {
			var rows strings.Builder
			rows.WriteString(rawRow(above+1, e.Names()...))
			for i, r := range e.In(place) {
				cells := make([]string, len(r.Cells))
				for j, v := range r.Cells {
					cells[j] = v.String()
				}
				rows.WriteString(rawRow(above+i+2, cells...))
			}
			sheets = append(sheets, rawSheet{name: e.Name, rows: rows.String()})
		}
		return os.WriteFile(path, rawWorkbook("", false, sheets...), 0o600)
	}
}

func readWorkbook(above int) func(string) (map[string][][]string, error) {
	return func(path string) (map[string][][]string, error) {
		f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, err
		}
		defer f.Close()
		tables := map[string][][]string{}
		for _, name := range f.GetSheetList() {
			rows, err := f.GetRows(name)
			if err != nil {
				return nil, err
			}
			tables[name] = rows[above+1:]
		}
		return tables, nil
	}
}

var utf16LE = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)

// writeText writes the one entity.
func writeText(comma rune, wide bool) func(string, []connectortest.Entity, string) error {
	return func(path string, entities []connectortest.Entity, place string) error {
		if len(entities) != 1 {
			return fmt.Errorf("a text file holds one table, and was asked to hold %d", len(entities))
		}
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Comma = comma
		if err := w.Write(entities[0].Names()); err != nil {
			return err
		}
		for _, r := range entities[0].In(place) {
			var cells []string
			for _, v := range r.Cells {
				cells = append(cells, v.String())
			}
			if err := w.Write(cells); err != nil {
				return err
			}
		}
		w.Flush()
		out := b.Bytes()
		if wide {
			var err error
			if out, err = utf16LE.NewEncoder().Bytes(out); err != nil {
				return err
			}
		}
		return os.WriteFile(path, out, 0o600)
	}
}

func readText(comma rune, wide bool) func(string) (map[string][][]string, error) {
	return func(path string) (map[string][][]string, error) {
		b, err := os.ReadFile(path)
		if err == nil && wide {
			b, err = utf16LE.NewDecoder().Bytes(b)
		}
		if err != nil {
			return nil, err
		}
		const kept = "\ue00d" // encoding/csv turns \r\n within quotes into \n
		r := csv.NewReader(strings.NewReader(strings.ReplaceAll(string(b), "\r", kept)))
		r.Comma = comma
		rows, err := r.ReadAll()
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			for i := range row {
				row[i] = strings.ReplaceAll(row[i], kept, "\r")
			}
		}
		return map[string][][]string{"": rows[1:]}, nil
	}
}

// remembered reads a file only where it holds something else than any that was read before: most of what the suite reads was not changed.
func remembered(read func(string) (map[string][][]string, error)) func(string) (map[string][][]string, error) {
	known := map[[sha256.Size]byte]map[string][][]string{}
	return func(path string) (map[string][][]string, error) {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(content)
		if known[sum] == nil {
			if known[sum], err = read(path); err != nil {
				return nil, err
			}
		}
		return known[sum], nil
	}
}

// TestConformance runs each format once under the race detector, and every way to write it without.
func TestConformance(t *testing.T) {
	const (
		longText   = "a cell of a workbook holds 32,767 characters"
		oneTable   = "a text file is one table, which an entity of the register takes"
		noKeyNames = "a sheet that the register does not name has no key"
	)
	workbooks := []string{"north.xlsx", "south.xlsm", "branch/west.xlsx"}
	texts := []string{"north.csv", "south.csv", "branch/west.csv"}
	for name, h := range map[string]*harness{
		"workbook": {places: workbooks, write: writeWorkbook(0), read: readWorkbook(0),
			lacks: map[connectortest.Ability]string{connectortest.LongText: longText, connectortest.Keys: "the next harness has them"}},
		"workbook with keys": {places: workbooks, write: writeWorkbook(4), read: readWorkbook(4),
			lacks: map[connectortest.Ability]string{connectortest.LongText: longText, connectortest.NoKeys: "the harness before has them", connectortest.Unregistered: noKeyNames}},
		"csv": {places: texts, write: writeText(',', false), read: readText(',', false),
			lacks: map[connectortest.Ability]string{connectortest.Keys: oneTable, connectortest.Unregistered: oneTable}},
		"read-only tsv in UTF-16": {places: []string{"a.tsv", "b.txt", "c/d.tsv"}, write: writeText('\t', true), read: readText('\t', true),
			lacks: map[connectortest.Ability]string{connectortest.Writes: "the register does not say writable", connectortest.Keys: oneTable, connectortest.Unregistered: oneTable}},
	} {
		if raced && name != "workbook" && name != "csv" {
			continue
		}
		h.read = remembered(h.read)
		t.Run(name, func(t *testing.T) {
			h.dir = t.TempDir()
			suite.Run(t, h)
		})
	}
}
