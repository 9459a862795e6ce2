package access

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// canonical writes a value of the .tsv as a record has it.
func canonical(column, v string) string {
	if v != "" && (column == "DateOfBirth" || column == "Joined") {
		return v + "T00:00:00"
	}
	return v
}

func TestRecordsAreWhatTheFileHolds(t *testing.T) {
	type sample struct{ path, tsv string }
	cases := []sample{{legacy, "../../internal/estate/data/legacy-membership.tsv"}}
	for _, path := range tiny(t) {
		cases = append(cases, sample{path, filepath.Join(samples, "tiny.tsv")})
	}
	for _, c := range cases {
		t.Run(filepath.Base(c.path), func(t *testing.T) {
			dir := t.TempDir()
			name := filepath.Base(place(t, dir, "x/"+filepath.Base(c.path), c.path))
			s := connect(t, dir, `files = ["X*/*"]`+entities)
			columns, rows := tsv(t, c.tsv)
			records := all(t, s, connectors.Query{Entity: "members"})
			if len(records) != len(rows) {
				t.Fatalf("%d records for %d rows", len(records), len(rows))
			}
			for i, row := range rows {
				r := records[i]
				if want := (connectors.Ref{System: "legacy", Place: name, Entity: "members", Key: []string{row[0]}}); r.Ref.ID() != want.ID() {
					t.Fatalf("row %d is named %s", i, r.Ref)
				}
				for n, column := range columns {
					if got := r.Get(column); got.String() != canonical(column, row[n]) || got.IsNull() != (row[n] == "") {
						t.Errorf("row %d, %s: %q and not %q", i, column, got, row[n])
					}
				}
			}
		})
	}
}

// Every comparison finds what a scan of the .tsv finds, for values of the file and hostile ones.
func TestFindIsAScan(t *testing.T) {
	columns, rows := tsv(t, filepath.Join(samples, "tiny.tsv"))
	strangers := []string{"", " ", "0", "true", "%", "_", "'", "smith", "SMITH", "Zoë", "zoe", "müller", "MULLER", "ß", "\x00", "\xff", "😀", "M-100 007",
		"m100007", "1990-03-17", "17/03/1990", "7700900495", "07700 900495", "61.65", "061.650", "62.5", "-1", "1e3"}
	paths, step := tiny(t), 5 // one version more, or fewer values at once, shows nothing about goroutines
	if raced {
		paths, step = paths[5:], 40
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			dir := t.TempDir()
			place(t, dir, filepath.Base(path), path)
			s := connect(t, dir, `files = ["*db"]`+entities)
			catalog, err := s.Describe(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			shape, _ := catalog.Shape("members")
			for n, column := range columns {
				description, ok := shape.Column(column)
				if !ok || !slices.Equal(description.Search, compare.Hows) {
					t.Fatalf("%s: %+v", column, description)
				}
				values := slices.Clone(strangers)
				for i, row := range rows {
					if i%7 == 0 {
						values = append(values, row[n], strings.ToUpper(row[n]), strings.ReplaceAll(row[n], " ", ""))
					}
				}
				for _, how := range compare.Hows {
					asked := [][]string{values}
					for i := 0; i < len(values); i += step {
						asked = append(asked, values[i:i+1])
					}
					for _, values := range asked {
						m := compare.Compile(how, description.Type, values)
						var want, got []string
						for _, row := range rows {
							if row[n] != "" && m.Match([]byte(canonical(column, row[n]))) {
								want = append(want, row[0])
							}
						}
						term := connectors.Term{Fields: []string{column}, How: how}
						for _, v := range values {
							term.Values = append(term.Values, []string{v})
						}
						for _, r := range all(t, s, connectors.Query{Entity: "members", Any: []connectors.Clause{{term}}, Fields: []string{"Surname"}}) {
							got = append(got, r.Ref.Key[0])
						}
						if !slices.Equal(got, want) {
							t.Fatalf("%s %s %q: %q and not %q", column, how, values, got, want)
						}
					}
				}
			}
		})
	}
}

// However a record is asked for, it is the same record.
func TestReadingsAgree(t *testing.T) {
	dir := t.TempDir()
	place(t, dir, "legacy.accdb", legacy)
	for name, lines := range map[string]string{
		"key of the register": entities,
		"key of the file":     strings.Replace(entities, `key   = ["MemberID"]`, "", 1),
		"another key":         strings.Replace(entities, `["MemberID"]`, `["MembershipNo", "Surname"]`, 1),
		"a key with NULL":     strings.Replace(entities, `["MemberID"]`, `["MembershipNo", "Email"]`, 1),
		"no register":         "",
	} {
		t.Run(name, func(t *testing.T) {
			s := connect(t, dir, `files = ["legacy.accdb"]`+"\n"+lines)
			entity := "members"
			if lines == "" {
				entity = "Members"
			}
			every := map[string]connectors.Record{}
			var refs []connectors.Ref
			for i, r := range all(t, s, connectors.Query{Entity: entity}) {
				every[r.Ref.ID()] = r
				if i%90 == 5 {
					refs = append(refs, r.Ref)
				}
			}
			if len(every) != 2000 {
				t.Fatalf("%d records", len(every))
			}
			smiths := connectors.Clause{{Fields: []string{"Surname"}, How: compare.Folded, Values: [][]string{{"smith"}, {"stewart"}}}}
			for what, q := range map[string]connectors.Query{
				"by refs":             {Refs: refs},
				"some fields by refs": {Refs: refs, Fields: []string{"Notes", "Surname"}},
				"by name":             {Any: []connectors.Clause{smiths}},
				"some fields by name": {Any: []connectors.Clause{smiths}, Fields: []string{"Notes", "Email"}},
				"some fields":         {Fields: []string{"Email"}},
				"no fields":           {Fields: []string{}},
			} {
				q.Entity = entity
				got := all(t, s, q)
				if q.Refs != nil && len(got) != len(refs) || len(got) == 0 {
					t.Errorf("%s: %d records", what, len(got))
				}
				for _, r := range got {
					of, ok := every[r.Ref.ID()]
					if !ok {
						t.Fatalf("%s: %s is no record", what, r.Ref)
					}
					if q.Fields != nil && !slices.Equal(r.Names, q.Fields) {
						t.Fatalf("%s: the fields %q", what, r.Names)
					}
					for i, name := range r.Names {
						if !r.Values[i].Equal(of.Get(name)) {
							t.Errorf("%s: %s of %s is %q and not %q", what, name, r.Ref, r.Values[i], of.Get(name))
						}
					}
					if q.Fields == nil && r.Digest() != of.Digest() {
						t.Errorf("%s: another digest of %s", what, r.Ref)
					}
				}
			}
		})
	}
}

func ExampleKind() {
	fmt.Println(Kind().Name, Kind().Title)
	// Output: access Microsoft Access
}
