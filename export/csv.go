package export

import (
	"bufio"
	"strings"
	"unicode/utf8"

	"dossier/connectors"
)

// csvMark precedes a cell that a spreadsheet would otherwise take for a formula, and a cell that begins
// with the mark itself: whoever takes one leading mark from a cell has the value back.
const csvMark = "'"

// writeCSV writes the records by RFC 4180, in UTF-8 with a byte order mark (by which spreadsheets know the
// encoding) and with every cell in quotes (so that no separator within a value begins a cell).
func writeCSV(w *bufio.Writer, g *group) (int, error) {
	w.WriteString("\uFEFF")
	line := append([]byte(nil), cell("Held in")...)
	for _, c := range g.columns {
		head := c.label
		if head != c.name {
			head += " (" + c.name + ")"
		}
		line = append(append(line, ','), cell(head)...)
		if c.coded() {
			line = append(append(line, ','), cell(head+", meaning")...)
		}
	}
	w.Write(append(line, "\r\n"...))
	for i, r := range g.records() {
		line = append(line[:0], cell(placeName(r.Ref.Place))...)
		for _, c := range g.columns {
			v := r.Get(c.name)
			line = append(append(line, ','), cell(g.csvText(fileOf{i, c.name}, v))...)
			if c.coded() {
				line = append(append(line, ','), cell(c.meaning(v))...)
			}
		}
		if _, err := w.Write(append(line, "\r\n"...)); err != nil {
			return 0, err
		}
	}
	return g.count, nil
}

// csvText returns a value for a cell: a list joined, a stream by its file.
func (g *group) csvText(at fileOf, v connectors.Value) string {
	if v.IsStream() {
		return g.files[at].String()
	}
	return v.String()
}

// cell returns a cell in quotes, safe to be opened by a spreadsheet.
func cell(s string) string {
	if startsFormula(s) {
		s = csvMark + s
	}
	if strings.ContainsRune(s, 0) {
		s = strings.ReplaceAll(s, "\x00", string(utf8.RuneError))
	}
	return `"` + strings.ReplaceAll(strings.ToValidUTF8(s, string(utf8.RuneError)), `"`, `""`) + `"`
}

// startsFormula reports whether a spreadsheet could take the cell for a formula or a command (OWASP, CSV
// injection), or whether it begins with the mark.
func startsFormula(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("=+-@\t\r\n＝＋－＠"+csvMark, r)
}
