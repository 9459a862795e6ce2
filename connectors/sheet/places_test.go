package sheet

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"dossier/connectors"
	"dossier/connectors/compare"
)

func TestWhatCannotBeReadIsAGapAndTheRestIsSearched(t *testing.T) {
	good := rawWorkbook("", false, rawSheet{name: "Members", rows: rawRow(1, "Name", "E-mail") + rawRow(2, "Smith", "s@example.org")})
	var long strings.Builder
	long.WriteString(rawRow(1, "Name", "E-mail"))
	for i := range 3000 {
		long.WriteString(rawRow(i+2, "Somebody "+strings.Repeat("x", i%50), "someone@example.org"))
	}
	torn := rawWorkbook("", false, rawSheet{name: "Members", rows: strings.Replace(long.String(), `<row r="2000">`, `<row r="2000"><c r="A2000"><v>1</c>`, 1)})
	for _, c := range []struct {
		name, file string
		content    []byte
		why        string
	}{
		{"cut short", "b.xlsx", good[:len(good)-100], "is damaged"},
		{"empty", "b.xlsx", nil, "an empty file"},
		{"zeros", "b.xlsx", make([]byte, 4096), "a file of zeros"},
		{"web page", "b.xlsx", []byte("<html><body><table><tr><td>Smith</td></tr></table></body></html>"), "a web page (HTML)"},
		{"broken container", "b.xlsx", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)), "is damaged"},
		{"text with a workbook's ending", "b.xlsx", []byte("Name,E-mail\nSmith,s@example.org\n"), "a text file"},
		{"another ZIP archive", "b.xlsx", rawZip("word/document.xml"), "another ZIP archive"},
		{"workbook with a text file's ending", "b.csv", good, "give it the ending .xlsx"},
		{"binary file with a text file's ending", "b.csv", []byte(strings.Repeat("\x01\x02\x03\x04abc", 99)), "a binary file"},
		{"old format", "b.xls", good, "save it as .xlsx"},
		{"foreign file", "b.docx", good, "take the file out of the pattern"},
		{"broken row", "b.xlsx", torn, "it was searched to row 1999 only"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			save(t, filepath.Join(dir, "a.xlsx"), good)
			save(t, filepath.Join(dir, "c.xlsx"), good)
			save(t, filepath.Join(dir, c.file), c.content)
			src := connect(t, dir, "files = [\"*\"]"+members)
			find(t, src, connectors.Query{Entity: "members", Any: []connectors.Clause{{ask("Name", compare.Folded, "smith")}}}).check(t,
				[]string{"a.xlsx, row 2: Name=Smith E-mail=s@example.org", "c.xlsx, row 2: Name=Smith E-mail=s@example.org"},
				[]string{c.file + " / members: not searched: …" + c.why})
			catalog, err := src.Describe(context.Background())
			shape, _ := catalog.Shape("members")
			if err != nil || !slices.Contains(shape.Places, c.file) {
				t.Errorf("Describe: the file is none of its places: %v, %v", shape.Places, err)
			}
		})
	}
}

func TestEncryptedWorkbooks(t *testing.T) {
	dir := t.TempDir()
	var rows strings.Builder
	for i := range 500 { // excelize makes no sound container for less than 4096 bytes
		fmt.Fprint(&rows, rawRow(i+2, fmt.Sprintf("Smith%x", i*i*7919), fmt.Sprintf("%x@example.org", i*104729)))
	}
	sealed, err := excelize.Encrypt(rawWorkbook("", false, rawSheet{name: "Members", rows: rawRow(1, "Name", "E-mail") + rows.String()}), &excelize.Options{Password: "open sesame"})
	if err != nil {
		t.Fatal(err)
	}
	save(t, filepath.Join(dir, "a.xlsx"), sealed)
	q := connectors.Query{Entity: "members", Any: equal("E-mail", "19919@example.org")}
	for password, want := range map[string]found{
		"":            {gaps: []string{"is encrypted with a password"}},
		"a wrong one": {gaps: []string{"is encrypted, and the password does not open it"}},
		"open sesame": {records: []string{"a.xlsx, row 3: Name=Smith1eef E-mail=19919@example.org"}},
	} {
		t.Setenv("SHEET_TEST_PASSWORD", password)
		line := ""
		if password != "" {
			line = "\npassword = \"env:SHEET_TEST_PASSWORD\""
		}
		f := find(t, connect(t, dir, "files = [\"a.xlsx\"]"+line+members), q)
		f.check(t, want.records, want.gaps)
		if strings.Contains(strings.Join(f.gaps, ""), "a wrong one") {
			t.Error("a gap holds the password")
		}
	}
}

func TestFilesAndPatterns(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"one.csv", "TWO.CSV", "~$one.csv", ".~lock.one.csv#", "a/three.csv", "a/b/four.csv", "a/b/five.txt"} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		save(t, filepath.Join(dir, name), []byte("Name\nSmith\n"))
	}
	loop := os.Symlink(filepath.Join(dir, "a"), filepath.Join(dir, "a", "loop"))
	for _, c := range []struct {
		name, files string
		places      []string
		gaps        []string
	}{
		{"one file", `"one.csv"`, []string{"one.csv"}, nil},
		{"a pattern ignores case", `"*.csv"`, []string{"TWO.CSV", "one.csv"}, nil},
		{"any folders", `"**/*.csv"`, []string{"TWO.CSV", "a/b/four.csv", "a/three.csv", "one.csv"}, nil},
		{"folders below one", `"a/**"`, []string{"a/b/five.txt", "a/b/four.csv", "a/three.csv"}, nil},
		{"one folder deep", `"*/*.csv"`, []string{"a/three.csv"}, nil},
		{"twice the same", `"one.csv", "*.csv"`, []string{"TWO.CSV", "one.csv"}, nil},
		{"nothing matches", `"one.csv", "*.xlsx"`, []string{"one.csv"}, []string{`no file matches "*.xlsx"`}},
		{"a file that is not there", `"one.csv", "gone.csv"`, []string{"one.csv"}, []string{"gone.csv / x: …it is not there"}},
		{"a folder", `"a"`, nil, []string{"is a folder"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if loop != nil && strings.Contains(c.files, "**") {
				t.Log("no symbolic links here: the loop is not tested")
			}
			src := connect(t, dir, "files = ["+c.files+"]\n[entity.x.fields]\nName = {}")
			catalog, err := src.Describe(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.places, catalog.Places); d != "" {
				t.Error(d)
			}
			if len(catalog.Gaps) != len(c.gaps) {
				t.Errorf("gaps of Describe: %v", catalog.Gaps)
			}
			f := find(t, src, connectors.Query{Entity: "x"})
			var records []string
			for _, p := range c.places {
				records = append(records, p+", row 2: Name=Smith")
			}
			f.check(t, records, c.gaps)
		})
	}
}

func TestAFileThatChangesIsAGap(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	save(t, path, []byte("Name\nSmith\nJones\n"))
	gaps := 0
	for _, err := range connect(t, dir, "files = [\"a.csv\"]").Find(context.Background(), connectors.Query{Entity: "a"}) {
		if err != nil {
			gaps++
			continue
		}
		save(t, path, []byte("Name\nSmith\nJones\nKhan\n"))
	}
	if gaps != 1 {
		t.Errorf("%d gaps", gaps)
	}
}

func TestSettingsThatCannotBe(t *testing.T) {
	for _, c := range []struct{ name, lines, want string }{
		{"no files", "", `system "shares", key "files": is missing`},
		{"empty path", `files = [""]`, `key "files": has an empty path`},
		{"pattern", `files = ["a[.csv"]`, `key "files": has a pattern that cannot be read`},
		{"stars within a name", `files = ["a**.csv"]`, `key "files": has a pattern that cannot be read`},
		{"delimiter", "files = [\"a.csv\"]\n[entity.x]\ndelimiter = \"ab\"", `key "entity.x.delimiter": write one character`},
		{"encoding", "files = [\"a.csv\"]\n[entity.x]\nencoding = \"ebcdic\"", `key "entity.x.encoding": is no encoding`},
		{"header", "files = [\"a.csv\"]\n[entity.x]\nheader = -1", `key "entity.x.header": write the number of the row`},
		{"sheet", "files = [\"a.csv\"]\n[entity.x]\nsheet = \"[\"", `key "entity.x.sheet": is no pattern`},
		{"unknown key", "files = [\"a.csv\"]\n[entity.x]\nshet = \"a\"", `did you mean "sheet"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := tryConnect(t.TempDir(), c.lines); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, got %v", c.want, err)
			}
		})
	}
}
