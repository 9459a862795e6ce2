package csvfile

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Encoding is how a file's text is written.
type Encoding uint8

const (
	// Detect is UTF-16 where a byte order mark or the bytes themselves show it, and else UTF-8, with every
	// row that is not valid UTF-8 read as Windows-1252: files that were put together from several hold both.
	Detect Encoding = iota
	UTF8
	UTF16LE
	UTF16BE
	Windows1252
)

var encodingNames = map[string]Encoding{"": Detect, "utf-8": UTF8, "utf8": UTF8, "utf-16": Detect, "utf-16le": UTF16LE,
	"utf-16be": UTF16BE, "windows-1252": Windows1252, "cp1252": Windows1252, "iso-8859-1": Windows1252, "latin1": Windows1252}

// UnmarshalText reads an encoding's name.
func (e *Encoding) UnmarshalText(text []byte) error {
	known, ok := encodingNames[strings.ToLower(string(text))]
	if !ok {
		return fmt.Errorf(`is no encoding: write "utf-8", "utf-16le", "utf-16be" or "windows-1252", or leave it out to have it detected`)
	}
	*e = known
	return nil
}

// sniffSize is how much of a file's beginning is looked at.
const sniffSize = 64 << 10

// detectEncoding returns the encoding of a file by its first bytes, and the length of its byte order mark.
func detectEncoding(head []byte) (Encoding, int) {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return Detect, 3
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return UTF16LE, 2
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return UTF16BE, 2
	}
	// Without a mark, UTF-16 shows in the high bytes of its Latin letters, digits and delimiters: zeros at
	// every other place.
	if n := len(head) &^ 1; n >= 4 {
		even, odd := 0, 0
		for i := 0; i < n; i += 2 {
			if head[i] == 0 {
				even++
			}
			if head[i+1] == 0 {
				odd++
			}
		}
		switch half := n / 2; {
		case odd > half*7/10 && even < half/10+1:
			return UTF16LE, 0
		case even > half*7/10 && odd < half/10+1:
			return UTF16BE, 0
		}
	}
	return Detect, 0
}

// delimiters are those that are looked for, the likelier first.
var delimiters = []string{",", ";", "\t", "|"}

// detectDelimiter returns the delimiter under which the beginning of a table, in UTF-8, makes the best
// sense: rows that have the same number of cells, as often and as many as possible. known counts how many of
// a row's cells are known names of columns; the delimiter under which a row has most of them comes first. usual is
// returned where nothing speaks for another.
func detectDelimiter(head []byte, lineEnd byte, usual string, known func(cells [][]byte) int) string {
	best, bestScore := usual, score{}
	for _, d := range delimiters {
		s := scoreOf(head, d, lineEnd, known)
		if s.better(bestScore) || d == usual && s == bestScore {
			best, bestScore = d, s
		}
	}
	return best
}

// knownRows is how many rows are looked at for known names: no header stands lower.
const knownRows = 50

// score is how much sense a delimiter makes.
type score struct {
	known   int // the most known names in one row
	regular int // of a thousand rows, those with the commonest number of cells above one
	cells   int // that number
}

func (s score) better(t score) bool {
	switch {
	case s.known != t.known:
		return s.known > t.known
	case s.regular != t.regular:
		return s.regular > t.regular
	}
	return s.cells > t.cells
}

func scoreOf(head []byte, delimiter string, lineEnd byte, known func([][]byte) int) score {
	r := &Reader{started: true, delimiter: []byte(delimiter), lineEnd: lineEnd, mixed: true, buf: bytes.Clone(head), err: io.EOF}
	var s score
	counts, rows := map[int]int{}, 0
	for rows < 200 {
		row, err := r.Next()
		if err != nil {
			break
		}
		cells := row.Cells()
		if len(cells) == 1 && len(cells[0]) == 0 {
			continue
		}
		rows++
		counts[len(cells)]++
		if known != nil && rows <= knownRows {
			s.known = max(s.known, known(cells))
		}
	}
	for cells, n := range counts {
		if t := (score{regular: 1000 * n / rows, cells: cells}); cells > 1 && t.better(score{regular: s.regular, cells: s.cells}) {
			s.regular, s.cells = t.regular, t.cells
		}
	}
	return s
}

// sepLine reads Excel's first line "sep=;". It returns the delimiter and the length of the line.
func sepLine(head []byte) (delimiter string, n int, ok bool) {
	if len(head) < 5 || !bytes.EqualFold(head[:4], []byte("sep=")) {
		return "", 0, false
	}
	_, size := utf8.DecodeRune(head[4:])
	rest := head[4+size:]
	for _, end := range []string{"\r\n", "\n", "\r", ""} {
		if bytes.HasPrefix(rest, []byte(end)) && (end != "" || len(rest) == 0) {
			return string(head[4 : 4+size]), 4 + size + len(end), true
		}
	}
	return "", 0, false
}
