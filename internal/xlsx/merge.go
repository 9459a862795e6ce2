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

// Merges returns the merged ranges of a sheet. The file lists them behind the sheet's rows, so all of it is
// inflated once for them; where the rows are read anyway, Rows.Merges has them in the end.
func (w *Workbook) Merges(ctx context.Context, sheet Sheet) ([]Merge, error) {
	if !sheet.Cells {
		return nil, nil
	}
	text, err := w.parts.open(ctx, sheet.part)
	if err != nil {
		return nil, err
	}
	defer text.Close()
	s := newScanner(text, sheet.part, 128<<10)
	for {
		found, err := s.seek([]byte("mergeCells"))
		if err != nil || !found {
			return nil, err
		}
		// The same letters in a cell's text are followed by something else than merged ranges.
		if all, err := readMerges(s); err != nil || len(all) > 0 {
			return all, err
		}
	}
}

// readMerges reads the mergeCell elements that follow.
func readMerges(s *scanner) ([]Merge, error) {
	if _, err := s.until(">", 0); err != nil {
		return nil, err
	}
	var all []Merge
	for {
		kind, err := s.next()
		if err != nil {
			return nil, err
		}
		switch {
		case kind == textToken && len(bytes.TrimSpace(s.text)) == 0:
		case kind == endTag && string(s.name) == "mergeCell":
		case (kind == startTag || kind == emptyTag) && string(s.name) == "mergeCell":
			if all, err = appendMerge(all, s); err != nil {
				return nil, err
			}
		default:
			return all, nil
		}
	}
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

// Size returns about how long the text of a sheet's part is.
func (w *Workbook) Size(sheet Sheet) int64 {
	f := w.parts[partName(sheet.part)]
	if f == nil {
		return 0
	}
	return min(int64(f.UncompressedSize64), int64(f.CompressedSize64)*maxRatio)
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

// seek moves right behind the next occurrence of mark, in markup or in text.
func (s *scanner) seek(mark []byte) (bool, error) {
	for {
		if n := bytes.Index(s.buf[s.pos:], mark); n >= 0 {
			s.pos += n + len(mark)
			return true, nil
		}
		s.pos = max(s.pos, len(s.buf)-len(mark)+1)
		if _, ok, err := s.more(s.pos); err != nil || !ok {
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
