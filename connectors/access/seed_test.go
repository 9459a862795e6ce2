package access

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/connectortest"
	"dossier/internal/jet"
)

const (
	pageSize = 4096
	seedFrom = "tiny-V2019.accdb" // the only version whose integers have 64 bits
	fullAt   = 1500               // bytes of rows on a page: the rest is room for longer ones
	mapSize  = 1200               // bytes of a usage map: one bit a page
)

// seeder writes tables into a copy of a sample, byte by byte, since nothing else can: what a table needs to be read, to be changed
// and to be checked by package jet. Access itself would want the catalogue's indexes too.
type seeder struct {
	data []byte
	note []byte // the catalogue's row of a table of the sample
	page uint32 // the definition that the row names
	rows [][]byte
}

func seed(path string, entities []connectortest.Entity, place string) error {
	data, err := os.ReadFile(filepath.Join(samples, seedFrom))
	if err != nil {
		return err
	}
	s := &seeder{data: data}
	listed := s.add(nil) // early: the catalogue's map has room for the first pages of the file only
	if err := s.readCatalogue(); err != nil {
		return err
	}
	for _, e := range entities {
		if err := s.table(e, e.In(place)); err != nil {
			return fmt.Errorf("%s: %w", e.Name, err)
		}
	}
	s.catalogue(listed)
	return os.WriteFile(path, s.data, 0o600)
}

// at returns a page.
func (s *seeder) at(n uint32) []byte { return s.data[int(n)*pageSize:][:pageSize] }

// add appends a page.
func (s *seeder) add(page []byte) uint32 {
	n := uint32(len(s.data) / pageSize)
	s.data = append(s.data, page...)
	s.data = append(s.data, make([]byte, pageSize-len(page))...)
	return n
}

// dataPage is a page of rows, the first one at its end.
func (s *seeder) dataPage(owner []byte, rows [][]byte) []byte {
	page := make([]byte, pageSize)
	page[0], page[1] = 1, 1
	copy(page[4:8], owner)
	binary.LittleEndian.PutUint16(page[12:], uint16(len(rows)))
	end := pageSize
	for i, row := range rows {
		end -= len(row)
		copy(page[end:], row)
		binary.LittleEndian.PutUint16(page[14+2*i:], uint16(end))
	}
	binary.LittleEndian.PutUint16(page[2:], uint16(end-14-2*len(rows)))
	return page
}

func number(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }

// readCatalogue finds the row of the table Members in the catalogue.
func (s *seeder) readCatalogue() error {
	db, err := jet.Open(filepath.Join(samples, seedFrom), jet.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	objects, err := db.Table("MSysObjects")
	if err != nil {
		return err
	}
	for row, err := range objects.Rows("Name", "Id") {
		if err != nil {
			return err
		}
		if row.Values[0].String() == "Members" {
			page := s.at(row.ID.Page)
			start, end := binary.LittleEndian.Uint16(page[14+2*row.ID.Slot:])&0x1fff, uint16(pageSize)
			if row.ID.Slot > 0 {
				end = binary.LittleEndian.Uint16(page[12+2*row.ID.Slot:]) & 0x1fff
			}
			id, err := strconv.Atoi(row.Values[1].String())
			s.note, s.page = slices.Clone(page[start:end]), uint32(id)
			return err
		}
	}
	return fmt.Errorf("the sample has no table Members")
}

// enter notes a table for the catalogue: the row of Members with another page and name.
func (s *seeder) enter(name string, page uint32) {
	row := slices.Clone(s.note)
	mask := (int(binary.LittleEndian.Uint16(row)) + 7) / 8
	end := len(row) - mask
	vars := int(binary.LittleEndian.Uint16(row[end-2:]))
	offset := func(i int) int { return int(binary.LittleEndian.Uint16(row[end-4-2*i:])) }
	fixed := slices.Clone(row[:offset(0)])
	at := strings.Index(string(fixed), string(number(s.page)))
	copy(fixed[at:], number(page))
	var values [][]byte
	for i := range vars {
		v := row[offset(i):offset(i+1)]
		switch {
		case i == 0:
			v = wide(name)
		case i > 1:
			v = nil // properties and the like
		}
		values = append(values, v)
	}
	s.rows = append(s.rows, assemble(fixed, values, row[end:]))
}

// assemble puts a row together: its number of columns and fixed values, the variable ones, where each begins, the null mask.
func assemble(fixed []byte, values [][]byte, mask []byte) []byte {
	row := slices.Clone(fixed)
	offsets := []int{}
	for _, v := range values {
		offsets = append(offsets, len(row))
		row = append(row, v...)
	}
	offsets = append(offsets, len(row))
	for i := range offsets {
		row = binary.LittleEndian.AppendUint16(row, uint16(offsets[len(offsets)-1-i]))
	}
	return append(binary.LittleEndian.AppendUint16(row, uint16(len(values))), mask...)
}

// catalogue writes the noted rows on a page of their own.
func (s *seeder) catalogue(page uint32) {
	const definition = 2
	copy(s.at(page), s.dataPage(number(definition), s.rows))
	head := s.at(definition)
	binary.LittleEndian.PutUint32(head[16:], binary.LittleEndian.Uint32(head[16:])+uint32(len(s.rows)))
	owned := binary.LittleEndian.Uint32(head[55:])
	maps := s.at(owned >> 8)
	row := maps[binary.LittleEndian.Uint16(maps[14+2*(owned&0xff):])&0x1fff:]
	bit := page - binary.LittleEndian.Uint32(row[1:])
	row[5+bit/8] |= 1 << (bit % 8)
}

// seedColumn is a column of a table to be written.
type seedColumn struct {
	connectortest.Field
	code     jet.Type
	at       int // of a fixed value, its offset; of another one, its place among these
	variable bool
}

var codes = map[compare.Type]jet.Type{compare.Integer: jet.BigInt, compare.Decimal: jet.Numeric, compare.Float: jet.Double,
	compare.DateTime: jet.DateTime, compare.GUID: jet.GUID, compare.Binary: jet.Binary, compare.Stream: jet.OLE}

var widths = map[jet.Type]int{jet.BigInt: 8, jet.Numeric: 17, jet.Double: 8, jet.DateTime: 8, jet.GUID: 16}

func (s *seeder) table(e connectortest.Entity, rows []connectortest.Row) error {
	var columns []seedColumn
	fixed, variable := 0, 0
	for _, f := range e.Fields {
		c := seedColumn{Field: f, code: codes[f.Type]}
		switch {
		case f.Type == compare.Text && f.Length > 0:
			c.code = jet.Text
		case f.Type == compare.Text:
			c.code = jet.Memo
		case c.code == 0:
			return fmt.Errorf("no column holds the type %s", f.Type)
		}
		if w := widths[c.code]; w > 0 {
			c.at, fixed = fixed, fixed+w
		} else {
			c.at, c.variable = variable, true
			variable++
		}
		columns = append(columns, c)
	}
	definition := s.add(nil)
	data, long := &usage{}, &usage{}
	var page [][]byte
	size := 0
	flush := func() {
		if len(page) > 0 {
			data.add(s.add(s.dataPage(number(definition), page)))
		}
		page, size = nil, 0
	}
	for _, r := range rows {
		row, err := s.row(columns, fixed, variable, r.Cells, long)
		if err != nil {
			return err
		}
		if size += len(row); size > fullAt {
			flush()
			size = len(row)
		}
		page = append(page, row)
	}
	flush()
	maps := s.add(s.dataPage(number(0), [][]byte{data.row(), (&usage{}).row()[:69], long.row()}))
	copy(s.at(definition), defined(columns, variable, len(rows), maps))
	s.enter(e.Name, definition)
	return nil
}

// usage is a usage map of type 0.
type usage struct{ pages []uint32 }

func (u *usage) add(n uint32) { u.pages = append(u.pages, n) }

func (u *usage) row() []byte {
	row := make([]byte, mapSize)
	for _, n := range u.pages {
		row[5+n/8] |= 1 << (n % 8)
	}
	return row
}

// defined is a table's definition.
func defined(columns []seedColumn, variable, rows int, maps uint32) []byte {
	page := make([]byte, 63)
	page[0], page[1] = 2, 1
	binary.LittleEndian.PutUint32(page[16:], uint32(rows))
	page[40] = 'N'
	binary.LittleEndian.PutUint16(page[41:], uint16(len(columns)))
	binary.LittleEndian.PutUint16(page[43:], uint16(variable))
	binary.LittleEndian.PutUint16(page[45:], uint16(len(columns)))
	binary.LittleEndian.PutUint32(page[55:], maps<<8)
	binary.LittleEndian.PutUint32(page[59:], maps<<8|1)
	for i, c := range columns {
		b := make([]byte, 25)
		b[0] = byte(c.code)
		binary.LittleEndian.PutUint16(b[5:], uint16(i))
		width := widths[c.code]
		switch c.code {
		case jet.Text:
			width = 2 * c.Length
		case jet.Binary:
			width = 510
		case jet.Numeric:
			b[11], b[12] = 28, 4
		}
		if c.variable {
			binary.LittleEndian.PutUint16(b[7:], uint16(c.at))
		} else {
			b[15] = 1
			binary.LittleEndian.PutUint16(b[21:], uint16(c.at))
		}
		binary.LittleEndian.PutUint16(b[23:], uint16(width))
		page = append(page, b...)
	}
	for _, c := range columns {
		name := wide(c.Name)
		page = append(binary.LittleEndian.AppendUint16(page, uint16(len(name))), name...)
	}
	for i, c := range columns {
		if c.code == jet.Memo || c.code == jet.OLE {
			page = binary.LittleEndian.AppendUint16(page, uint16(i))
			page = append(append(page, number(maps<<8|2)...), number(maps<<8|1)...)
		}
	}
	page = append(page, 0xff, 0xff)
	binary.LittleEndian.PutUint32(page[8:], uint32(len(page)-8))
	return page
}

// row writes the cells of one row; its long values go on pages of their own.
func (s *seeder) row(columns []seedColumn, fixed, variable int, cells []connectors.Value, long *usage) ([]byte, error) {
	row := append(binary.LittleEndian.AppendUint16(nil, uint16(len(columns))), make([]byte, fixed)...)
	values, mask := make([][]byte, variable), make([]byte, (len(columns)+7)/8)
	for i, c := range columns {
		if cells[i].IsNull() {
			continue
		}
		mask[i/8] |= 1 << (i % 8)
		raw, err := c.stored(cells[i].String())
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		if c.code == jet.Memo || c.code == jet.OLE {
			raw = s.long(raw, long)
		}
		if c.variable {
			values[c.at] = raw
		} else {
			copy(row[2+c.at:], raw)
		}
	}
	if variable == 0 {
		return append(row, mask...), nil
	}
	return assemble(row, values, mask), nil
}

// long writes a long value: short ones into the row, others on a page or a chain of pages.
func (s *seeder) long(raw []byte, owned *usage) []byte {
	const room = pageSize - 64
	head := func(form int, at uint32) []byte {
		return append(append(number(uint32(len(raw)|form<<30)), number(at)...), 0, 0, 0, 0)
	}
	put := func(row []byte) uint32 {
		n := s.add(s.dataPage([]byte("LVAL"), [][]byte{row}))
		owned.add(n)
		return n << 8
	}
	switch {
	case len(raw) <= 64:
		return append(head(2, 0), raw...)
	case len(raw) <= room:
		return head(1, put(raw))
	}
	next := uint32(0)
	for end := len(raw); end > 0; end = (end - 1) / room * room {
		next = put(append(number(next), raw[(end-1)/room*room:end]...))
	}
	return head(0, next)
}

// wide is text in UTF-16. One that begins with what marks packed text is packed, in a run of UTF-16.
func wide(text string) []byte {
	var raw []byte
	for _, u := range utf16.Encode([]rune(text)) {
		raw = binary.LittleEndian.AppendUint16(raw, u)
	}
	if len(raw) > 1 && raw[0] == 0xff && raw[1] == 0xfe {
		return append([]byte{0xff, 0xfe, 0}, raw...)
	}
	return raw
}

// stored is canonical text as a column stores it.
func (c *seedColumn) stored(text string) ([]byte, error) {
	switch c.code {
	case jet.Text, jet.Memo:
		return wide(text), nil
	case jet.Binary, jet.OLE:
		return hex.DecodeString(strings.TrimPrefix(text, "0x"))
	case jet.BigInt:
		n, err := strconv.ParseInt(text, 10, 64)
		return binary.LittleEndian.AppendUint64(nil, uint64(n)), err
	case jet.Double:
		f, err := strconv.ParseFloat(text, 64)
		return binary.LittleEndian.AppendUint64(nil, math.Float64bits(f)), err
	case jet.DateTime:
		t, err := time.Parse("2006-01-02T15:04:05", text)
		days := float64(t.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC))) / float64(24*time.Hour)
		return binary.LittleEndian.AppendUint64(nil, math.Float64bits(days)), err
	case jet.GUID:
		b, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
		slices.Reverse(b[:4])
		slices.Reverse(b[4:6])
		slices.Reverse(b[6:8])
		return b, err
	case jet.Numeric:
		n, ok := new(big.Int).SetString(strings.Replace(text, ".", "", 1), 10) // with four decimals, always
		if !ok {
			return nil, fmt.Errorf("no number")
		}
		raw := make([]byte, 17)
		if n.Sign() < 0 {
			raw[0] = 0x80
		}
		n.Abs(n).FillBytes(raw[1:])
		for i := 1; i < 17; i += 4 {
			slices.Reverse(raw[i : i+4])
		}
		return raw, nil
	}
	return nil, fmt.Errorf("no column type")
}
