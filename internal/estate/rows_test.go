package estate

import (
	"bytes"
	"encoding/json"
	"testing"

	"dossier/connectors/kinds"
)

func TestNameRows(t *testing.T) {
	e := generate(t, Options{People: 120, Seed: 9})
	if err := e.NameRows(t.Context(), kinds.All()); err != nil {
		t.Fatal(err)
	}
	named := 0
	for line := range bytes.Lines(read(t, e.Truth)) {
		var p Person
		if err := json.Unmarshal(line, &p); err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Records {
			if len(r.Key) == 0 {
				t.Errorf("%s has no key", recordID(r))
			}
			if r.Row > 0 {
				named++
			}
		}
	}
	if named < 100 {
		t.Errorf("%d rows of files are named", named)
	}
}

// TestTruthKnowsEveryRowOfFiles reads the workbooks and lists by their connector and finds each record in the truth.
func TestTruthKnowsEveryRowOfFiles(t *testing.T) {
	e := generate(t, Options{People: 120, Seed: 9})
	known := map[string]bool{}
	note := func(records []Record) {
		for _, r := range records {
			known[rowID(r.System, r.Place, r.Entity, r.Sheet, r.Row)] = true
			known[rowID(r.System, r.Place, r.Entity, "", r.Row)] = true
		}
	}
	for _, p := range e.People {
		note(p.Records)
	}
	note(e.Nobody)
	for _, id := range []string{"fileshare", "mailing-lists"} {
		sys, _ := load(t, e).System(id)
		keys := map[string][]string{}
		if err := readKeys(t.Context(), sys, keys); err != nil {
			t.Fatal(err)
		}
		if len(keys) < 50 {
			t.Errorf("%s yields %d records", id, len(keys))
		}
		for row := range keys {
			if !known[row] {
				t.Errorf("%s is not in the truth", row)
			}
		}
	}
}

func TestRowOf(t *testing.T) {
	for _, c := range []struct {
		at, sheet string
		row       int
		ok        bool
	}{
		{"row 17", "", 17, true},
		{`sheet "Q1", row 4`, "Q1", 4, true},
		{`sheet "a \"b\"", row 4`, `a "b"`, 4, true},
		{`sheet "Q1`, "", 0, false},
		{"line 3", "", 0, false},
		{"row x", "", 0, false},
		{"", "", 0, false},
	} {
		sheet, row, ok := rowOf(c.at)
		if ok != c.ok || ok && (sheet != c.sheet || row != c.row) {
			t.Errorf("rowOf(%q) = %q, %d, %v", c.at, sheet, row, ok)
		}
	}
}
