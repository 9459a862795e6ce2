package export

import (
	"io"
	"path"
	"strings"
)

// tally counts the records of a file while it is read, in constant memory.
type tally interface {
	io.Writer
	records() int
}

// counterFor returns what counts the records of a file, nil where it holds none by its nature.
func counterFor(name string) tally {
	switch {
	case name == coverageName:
		return &jsonTally{key: "systems"}
	case name == actionsName:
		return &lineTally{}
	case name == dataName:
		return &jsonTally{key: "records"}
	case isData(name):
		return &csvTally{}
	}
	return nil
}

// isData reports whether the file holds records: data.json, or data/<system>/<entity>.csv.
func isData(name string) bool {
	return name == dataName || strings.HasPrefix(name, "data/") && strings.Count(name, "/") == 2 && path.Ext(name) == ".csv"
}

// lineTally counts lines.
type lineTally struct{ n int }

func (t *lineTally) Write(b []byte) (int, error) {
	for _, c := range b {
		if c == '\n' {
			t.n++
		}
	}
	return len(b), nil
}

func (t *lineTally) records() int { return t.n }

// csvTally counts the rows after the first; a line break within quotes ends no row.
type csvTally struct {
	n      int
	quoted bool
}

func (t *csvTally) Write(b []byte) (int, error) {
	for _, c := range b {
		switch {
		case c == '"':
			t.quoted = !t.quoted
		case c == '\n' && !t.quoted:
			t.n++
		}
	}
	return len(b), nil
}

func (t *csvTally) records() int { return t.n - 1 }

// jsonTally counts the objects in the array under a key of the file's object.
type jsonTally struct {
	key     string
	n       int
	depth   int
	text    bool   // within a string
	escaped bool   // after a backslash
	word    []byte // the last string right below the file's object, as far as it can be the key
	inside  bool   // within the array under the key
}

func (t *jsonTally) Write(b []byte) (int, error) {
	for _, c := range b {
		switch {
		case t.escaped:
			t.escaped = false
		case t.text && c == '\\':
			t.escaped = true
		case c == '"':
			if t.text = !t.text; t.text {
				t.word = t.word[:0]
			}
		case t.text:
			if t.depth == 1 && len(t.word) <= len(t.key) {
				t.word = append(t.word, c)
			}
		case c == '{' || c == '[':
			t.depth++
			switch {
			case t.depth == 2:
				t.inside = c == '[' && string(t.word) == t.key
			case t.depth == 3 && t.inside && c == '{':
				t.n++
			}
		case c == '}' || c == ']':
			t.depth--
		}
	}
	return len(b), nil
}

func (t *jsonTally) records() int { return t.n }
