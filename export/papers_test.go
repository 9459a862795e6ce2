package export

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// papers is the sample with everything that is made for reading.
func papers(t testing.TB, large bool) Package {
	p := sample(t)
	p.Papers = Papers{Formats: Formats, Large: large, Address: []string{"1 High Street", "Hertford SG13 8PQ"}}
	return p
}

// keepFile writes a file into the folder that the environment names, to be looked at.
func keepFile(t testing.TB, name string, b []byte) {
	if dir := os.Getenv("DOSSIER_KEEP"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPapersAreTheSameForTheSamePackage(t *testing.T) {
	b := pack(t, papers(t, false))
	if !bytes.Equal(b, pack(t, papers(t, false))) {
		t.Fatal("the same package gave other bytes")
	}
	r, err := VerifyReader(context.Background(), bytes.NewReader(b), int64(len(b)), "")
	if err != nil || len(r.Problems) > 0 {
		t.Errorf("the package does not verify: %v, %v", err, r.Problems)
	}
	names, files := unpack(t, b)
	_, large := unpack(t, pack(t, papers(t, true)))
	for _, name := range []string{workbookName, paperName, letterTextName, letterPaperName} {
		if !strings.Contains(strings.Join(names, " "), name) || !strings.Contains(string(files[readmeName]), name) || !strings.Contains(string(files[reportName]), `href="`+name) {
			t.Errorf("%s is not there, or the README or the report does not tell of it", name)
		}
		keepFile(t, name, files[name])
		keepFile(t, "large-"+name, large[name])
	}
	keepFile(t, "package.zip", b)
	if bytes.Equal(files[paperName], large[paperName]) || !strings.Contains(string(large[reportName]), `class="large"`) {
		t.Error("large print is as small as the other")
	}
	golden(t, letterTextName, files[letterTextName])
}

func TestWorkbookHoldsTextsOnly(t *testing.T) {
	long := strings.Repeat("é", 40000)
	p := sampleOf(t, record("qlms", "QLMS", "claims", "9", "ClaimID", "007", "Qualification", "=cmd|' /C calc'!A0", "Result", "P", "Retired", "a\x00b_x0041_\n<c>&"),
		record("qlms", "QLMS", "claims", "8", "ClaimID", "+1", "Qualification", long, "Result", "@SUM(A1)", "Retired", nil))
	p.Papers.Formats = []Format{Workbook}
	_, files := unpack(t, pack(t, p))
	f, err := excelize.OpenReader(bytes.NewReader(files[workbookName]))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheets := f.GetSheetList()
	if len(sheets) < 3 || sheets[0] != "About" {
		t.Fatalf("sheets %q", sheets)
	}
	rows, err := f.GetRows(sheets[len(sheets)-1])
	if err != nil {
		t.Fatal(err)
	}
	if got := rows[1][1]; got != "007" {
		t.Errorf("a number with noughts is %q", got)
	}
	if got := rows[1][2]; got != "=cmd|' /C calc'!A0" {
		t.Errorf("a value like a formula is %q", got)
	}
	if got := strings.Join(rows[1], "|"); !strings.Contains(got, "a␀b") || !strings.Contains(got, "\n<c>&") {
		t.Errorf("signs: %q", got)
	}
	if got := []rune(rows[2][2]); len(got) > cellUnits || !strings.HasSuffix(string(got), "data.json)") {
		t.Errorf("a long value has %d characters", len(got))
	}
	_, parts := unpack(t, files[workbookName])
	for name, b := range parts {
		if bytes.Contains(b, []byte("<f>")) || bytes.Contains(b, []byte("<f ")) {
			t.Errorf("%s holds a formula", name)
		}
	}
}

func TestNamesOfSheets(t *testing.T) {
	b := &workbook{}
	for _, c := range []struct{ name, want string }{
		{"Your claims", "Your claims"},
		{"your CLAIMS", "your CLAIMS (2)"},
		{"a/b:c*[d]?\\", "a b c  d"},
		{"''", "Records"},
		{"History", "History (2)"},
		{strings.Repeat("long ", 20), "long long long long long long l"},
		{strings.Repeat("long ", 20), "long long long long long lo (2)"},
		{"\U0001F600", "Records (2)"},
	} {
		got := b.sheetName(c.name)
		if b.names = append(b.names, got); got != c.want {
			t.Errorf("%q is named %q, want %q", c.name, got, c.want)
		}
	}
}

func TestPapersSayWhatTheReportSays(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("pdftotext is not installed: scripts/needs installs it")
		}
		t.Skip("SKIPPED: pdftotext is not installed: scripts/needs installs it")
	}
	_, files := unpack(t, pack(t, papers(t, false)))
	for name, want := range map[string][]string{
		paperName: {"Zoë Ælfgifu-O'Łukasz", "Level 2 Light Vehicle Maintenance", "Examination scripts are exempt", "ico.org.uk", "file data/qlms/"},
		letterPaperName: {"Dear Zoë", "1 High Street", "Examination scripts are exempt", "ico.org.uk", "What is withheld, and why", "SAR-2026-0001",
			"correct what is wrong"},
	} {
		cmd := exec.Command(tool, "-layout", "-", "-")
		cmd.Stdin = bytes.NewReader(files[name])
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(string(out)), " ")
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s does not say %q", name, w)
			}
		}
		if strings.Contains(text, "MARKER") {
			t.Errorf("%s shows what must not leave", name)
		}
	}
}

func TestLettersOfTheOrganisation(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"its own", "Hello {{.Name}}, {{len .Systems}} systems.", "Hello Zoë Ælfgifu-O'Łukasz, "},
		{"no such field", "Hello\n{{.Nmae}}", "access.txt.tmpl:2:"},
		{"unfinished", "Hello\n\n{{if .Name}}", "access.txt.tmpl:3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "access.txt.tmpl"), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			p := papers(t, false)
			p.Papers.Letters = dir
			var out bytes.Buffer
			if _, err := Write(context.Background(), &out, p); err != nil {
				if !strings.Contains(err.Error(), c.want) || out.Len() > 0 {
					t.Errorf("error %v, want %q", err, c.want)
				}
				return
			}
			_, files := unpack(t, out.Bytes())
			if !strings.HasPrefix(string(files[letterTextName]), c.want) {
				t.Errorf("the letter: %s", files[letterTextName])
			}
		})
	}
	p := papers(t, false)
	p.Request.Kind = "portability"
	_, files := unpack(t, pack(t, p))
	if text := strings.Join(strings.Fields(string(files[letterTextName])), " "); !strings.Contains(text, "in a form that another organisation can use") {
		t.Errorf("the letter of a portability request: %s", text)
	}
	if _, err := openLetter(filepath.Join(t.TempDir(), "none"), "access"); err == nil || !strings.Contains(err.Error(), "access.txt.tmpl") {
		t.Errorf("a folder that is not there: %v", err)
	}
}

func TestFormatsByName(t *testing.T) {
	for names, want := range map[string]int{"xlsx,pdf,letter": 3, "PDF": 1, "none": 0, "doc": -1, "none,pdf": -1} {
		got, err := ParseFormats(strings.Split(names, ","))
		if (err != nil) != (want < 0) || err == nil && len(got) != want {
			t.Errorf("%s: %v, %v", names, got, err)
		}
	}
}
