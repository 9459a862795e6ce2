package xlsx

import (
	"bytes"
	"context"
	"strconv"
)

// Merge is a range of cells that are merged into its first one. Rows count from 1 on, columns from 0.
type Merge struct {
	FirstRow, LastRow       int
	FirstColumn, LastColumn int
}

// Behind is what a sheet lists behind its rows about cells of theirs.
type Behind struct {
	Merges []Merge
	Links  []Link
}

// Behind returns what a sheet lists behind its rows. All of it is inflated once for that; where the rows are read anyway, Rows.Behind
// has it in the end.
func (w *Workbook) Behind(ctx context.Context, sheet Sheet) (Behind, error) {
	var all Behind
	if !sheet.Cells {
		return all, nil
	}
	targets, err := w.linkTargets(ctx, sheet.part)
	if err != nil {
		return all, err
	}
	text, err := w.parts.open(ctx, sheet.part)
	if err != nil {
		return all, err
	}
	defer text.Close()
	s := newScanner(text, sheet.part, 128<<10)
	for {
		// The same letters in a cell's text have another character in front of them.
		found, err := s.seek([]byte("sheetData>"))
		if err != nil || !found {
			return all, err
		}
		if s.endsTag("sheetData>") {
			break
		}
	}
	for {
		kind, err := s.next()
		if err != nil || kind == endOfPart {
			return all, err
		}
		if kind == startTag || kind == emptyTag {
			if err := all.element(s, targets); err != nil {
				return all, err
			}
		}
	}
}

// endsTag reports whether what was just sought is the end of an end tag, with or without a prefix.
func (s *scanner) endsTag(sought string) bool {
	before := s.buf[:s.pos-len(sought)]
	before = bytes.TrimRight(before[max(0, len(before)-64):], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:")
	return bytes.HasSuffix(before, []byte("</"))
}

// element takes in an element behind the rows.
func (b *Behind) element(s *scanner, targets map[string]string) (err error) {
	switch string(s.name) {
	case "mergeCell":
		b.Merges, err = appendMerge(b.Merges, s)
	case "hyperlink":
		b.Links = appendLink(b.Links, s, targets)
	}
	return err
}

// appendMerge reads the mergeCell element that s stands at.
func appendMerge(all []Merge, s *scanner) ([]Merge, error) {
	ref, _ := attr(s.attrs, "ref")
	m, ok := parseRange(ref)
	if !ok {
		return nil, damaged(s.part, "has a merged range that cannot be read")
	}
	return append(all, m), nil
}

// parseRange reads a range such as A2:B10, or a single cell.
func parseRange(ref string) (Merge, bool) {
	first, last, two := bytes.Cut([]byte(ref), []byte(":"))
	if !two {
		last = first
	}
	var m Merge
	var ok [4]bool
	m.FirstColumn, ok[0] = columnOf(first)
	m.LastColumn, ok[1] = columnOf(last)
	m.FirstRow, ok[2] = rowOf(first)
	m.LastRow, ok[3] = rowOf(last)
	return m, ok == [4]bool{true, true, true, true} && m.FirstRow <= m.LastRow && m.FirstColumn <= m.LastColumn
}

// rowOf returns the row of a cell's reference such as AB12.
func rowOf(ref []byte) (int, bool) {
	n, ok := parseUint(bytes.TrimLeft(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"))
	return n, ok && 1 <= n && n <= maxRows
}

// seek moves right behind the next occurrence of mark, in markup or in text. The 64 bytes before it stay in memory.
func (s *scanner) seek(mark []byte) (bool, error) {
	for {
		if n := bytes.Index(s.buf[s.pos:], mark); n >= 0 {
			s.pos += n + len(mark)
			return true, nil
		}
		s.pos = max(s.pos, len(s.buf)-len(mark)+1)
		if _, ok, err := s.more(max(0, s.pos-64)); err != nil || !ok {
			return false, err
		}
	}
}

// Extent returns how many rows a sheet says it has, -1 where it does not say so.
func (w *Workbook) Extent(ctx context.Context, sheet Sheet) int64 {
	if !sheet.Cells {
		return 0
	}
	text, err := w.parts.open(ctx, sheet.part)
	if err != nil {
		return -1
	}
	defer text.Close()
	s := newScanner(text, sheet.part, 8<<10)
	for {
		kind, err := s.next()
		if err != nil || kind == endOfPart || string(s.name) == "sheetData" {
			return -1
		}
		if (kind == startTag || kind == emptyTag) && string(s.name) == "dimension" {
			ref, _ := attr(s.attrs, "ref")
			if m, ok := parseRange(ref); ok {
				return int64(m.LastRow)
			}
			return -1
		}
	}
}

// String returns the range as a reference.
func (m Merge) String() string {
	first := ColumnName(m.FirstColumn) + strconv.Itoa(m.FirstRow)
	if m.FirstRow == m.LastRow && m.FirstColumn == m.LastColumn {
		return first
	}
	return first + ":" + ColumnName(m.LastColumn) + strconv.Itoa(m.LastRow)
}
