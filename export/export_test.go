package export

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"html"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"dossier/connectors"
	"dossier/locate"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares what was made with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", "golden", filepath.FromSlash(name))
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not as it was (-want +got); -update accepts it:\n%s", name, diff)
	}
}

// unpack returns the files of a package in their order.
func unpack(t testing.TB, b []byte) (names []string, files map[string][]byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	files = map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		names, files[f.Name] = append(names, f.Name), content
	}
	return names, files
}

func TestGolden(t *testing.T) {
	names, files := unpack(t, pack(t, sample(t)))
	var listing strings.Builder
	for _, name := range names {
		fmt.Fprintf(&listing, "%s %d\n", name, len(files[name]))
		golden(t, name, files[name])
	}
	golden(t, "listing.txt", []byte(listing.String()))
}

func TestPortabilityGolden(t *testing.T) {
	p := sample(t)
	p.Request.Kind = "portability"
	_, files := unpack(t, pack(t, p))
	for _, name := range []string{dataName, "data/qlms/candidates.csv", "data/lists/subscribers.csv"} {
		golden(t, "portability/"+name, files[name])
	}
}

func TestEveryJSONFileAnswersToTheSchema(t *testing.T) {
	for name, p := range map[string]Package{"sample": sample(t), "hostile": hostile(t), "empty": {Register: testRegister(t), Made: testTime, Matches: Held()}} {
		t.Run(name, func(t *testing.T) {
			_, files := unpack(t, pack(t, p))
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(files[schemaName]))
			if err != nil {
				t.Fatal(err)
			}
			c := jsonschema.NewCompiler()
			c.AssertFormat()
			if err := c.AddResource("schema.json", doc); err != nil {
				t.Fatal(err)
			}
			s, err := c.Compile("schema.json")
			if err != nil {
				t.Fatal(err)
			}
			checked := 0
			validate := func(name string, b []byte) {
				checked++
				v, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
				if err != nil {
					t.Errorf("%s: %v", name, err)
				} else if err := s.Validate(v); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			for name, b := range files {
				switch {
				case name == schemaName:
				case strings.HasSuffix(name, ".json"):
					validate(name, b)
				case strings.HasSuffix(name, ".jsonl"):
					for line := range bytes.Lines(b) {
						validate(name, line)
					}
				}
			}
			if checked < 2 {
				t.Errorf("only %d documents were checked", checked)
			}
		})
	}
}

// What must stay with the controller is marked in the sample; no mark may be in any byte of the package.
func TestNothingInternalLeaves(t *testing.T) {
	for _, kind := range []string{"access", "portability"} {
		p := sample(t)
		p.Request.Kind = kind
		b := pack(t, p)
		_, files := unpack(t, b)
		files["the ZIP itself"] = b
		for name, content := range files {
			for _, mark := range []string{"MARKER", "sql01", "0.98765", "13.125", "3.12345", "0x80004005", "Pat Jones", "dial tcp"} {
				if at := bytes.Index(content, []byte(mark)); at >= 0 {
					t.Errorf("%s: %s holds %q", kind, name, content[max(0, at-40):min(len(content), at+40)])
				}
			}
			for name := range files {
				if strings.Contains(name, "MARKER") {
					t.Errorf("%s: the name %s", kind, name)
				}
			}
		}
	}
}

func TestWithheldIsToldWithItsReason(t *testing.T) {
	_, files := unpack(t, pack(t, sample(t)))
	for _, name := range []string{dataName, "index.html"} {
		if !bytes.Contains(files[name], []byte("Examination scripts are exempt from access")) {
			t.Errorf("%s does not tell why the script is left out", name)
		}
	}
	for _, name := range []string{dataName, "index.html"} {
		if !bytes.Contains(files[name], []byte("References given in confidence.")) {
			t.Errorf("%s does not tell why the references are left out", name)
		}
	}
}

func TestSamePackageSameBytes(t *testing.T) {
	p := sample(t)
	if !bytes.Equal(pack(t, p), pack(t, sample(t))) {
		t.Error("the same package gave other bytes")
	}
}

func TestContentsOfStreams(t *testing.T) {
	sum := connectors.Stream(int64(len(photo)), [32]byte{})
	half := errors.New("the line went dead")
	for _, tt := range []struct {
		name  string
		value connectors.Value
		open  func(context.Context, connectors.Ref, string) (io.ReadCloser, error)
		want  string
		files int
	}{
		{"nothing to open with", sum, nil, cannotOpen, 0},
		{"not opened", sum, func(context.Context, connectors.Ref, string) (io.ReadCloser, error) { return nil, errDriver }, cannotOpen, 0},
		{"changed since", sum, func(context.Context, connectors.Ref, string) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(photo)), nil
		}, changed, 1},
		{"cut short", sum, func(context.Context, connectors.Ref, string) (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(strings.NewReader(strings.Repeat("x", 600)), &failing{half})), nil
		}, cutShort, 1},
		{"dead at once", sum, func(context.Context, connectors.Ref, string) (io.ReadCloser, error) {
			return io.NopCloser(&failing{half}), nil
		}, cannotOpen, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := sample(t)
			p.Matches = Held(record("qlms", "QLMS", "candidates", "1", "Photo", tt.value))
			p.Open = tt.open
			b := pack(t, p)
			names, files := unpack(t, b)
			n := 0
			for _, name := range names {
				if strings.Contains(name, "/files/") {
					n++
				}
			}
			if n != tt.files {
				t.Errorf("%d contents in the package, not %d", n, tt.files)
			}
			for _, name := range []string{dataName, "data/qlms/candidates.csv", "index.html"} {
				if !bytes.Contains(files[name], []byte(tt.want)) {
					t.Errorf("%s does not say %q", name, tt.want)
				}
			}
			if r, err := VerifyReader(t.Context(), bytes.NewReader(b), int64(len(b)), ""); err != nil || len(r.Problems) > 0 {
				t.Errorf("verify: %v, %q", err, r.Problems)
			}
		})
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

func TestReadmeFitsEightyColumns(t *testing.T) {
	p := hostile(t)
	p.Request.Name = strings.Repeat("Llanfairpwllgwyngyll", 9)
	_, files := unpack(t, pack(t, p))
	for n, line := range strings.Split(string(files[readmeName]), "\n") {
		if utf8.RuneCountInString(line) > 79 {
			t.Errorf("line %d has %d characters: %s", n+1, utf8.RuneCountInString(line), line)
		}
	}
}

// hostile is a package whose every value attacks whoever opens it.
func hostile(t testing.TB) Package {
	p := sample(t)
	values := []string{
		"=1+1", "+44 20 7946 0000", "-5", "@SUM(A1)", "\t=1", "\r=1", "'quoted", "＝1+1", `";=1+1;"`, "a;=1+1", "a\n=1+1",
		"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</td></table>", "javascript:alert(1)", "{{.}}", "<!--", "]]>", "</style>",
		"\x00nul", "bell\x07", "esc\x1b[2J", "\u202egnp.exe", "\u2066x\u2069", "zero\u200bwidth", "\ufeffbom", "\u2028line", "tag\U000E0041", "\x7f\u0085", "\xff\xfe no utf-8", "a\xc0\xaf",
		"👩\u200d🚗", "שלום", "\ufffd", strings.Repeat("long", 6000),
	}
	matches := sampleMatches()
	for i, v := range values {
		matches = append(matches, record("qlms", v+"/"+v, "claims", fmt.Sprint(i+100), "ClaimID", v, "Qualification", v, v, v, "List", connectors.List(v, v)))
		matches = append(matches, record("websites", v, v, v, v, v))
		p.Coverage = append(p.Coverage, locate.Coverage{System: v, Title: v, State: locate.State(v), Searched: []string{v}, Places: []string{v},
			Gaps: []connectors.Gap{{Place: v, Entity: v, Field: v, Why: v}}})
		p.Actions = append(p.Actions, Action{Time: testTime, System: v, Place: v, Entity: v, What: DidSearch, Result: Complete})
	}
	p.Matches = Held(matches...)
	p.Request.Name = "<b>\u202eeve</b>\x00"
	p.Request.Identifiers = append(p.Request.Identifiers, locate.Identifier{Kind: "<i>", Value: "<i>\x1b"})
	return p
}

func TestHostileValuesInTheReport(t *testing.T) {
	_, files := unpack(t, pack(t, hostile(t)))
	page := html.UnescapeString(string(files[reportName]))
	if !utf8.ValidString(page) {
		t.Error("the report is no UTF-8")
	}
	for _, bad := range []string{"<script", "<img", "<b>", "<i>", "onerror=alert(1)>", "href=\"javascript"} {
		if bytes.Contains(files[reportName], []byte(bad)) {
			t.Errorf("the report holds %s", bad)
		}
	}
	for at, r := range page {
		if hidden(r) {
			t.Errorf("the report holds the unseen character %U after %q", r, page[max(0, at-60):at])
		}
	}
	for _, mark := range []string{"⟦U+202E⟧gnp.exe", "␀nul", "esc␛[2J", "⟦byte FF⟧", "⟦U+E0041⟧", "👩\u200d🚗", "שלום"} {
		if !strings.Contains(page, mark) {
			t.Errorf("the report does not show %s", mark)
		}
	}
}

func TestHostileValuesInJSONAreExact(t *testing.T) {
	p := hostile(t)
	_, files := unpack(t, pack(t, p))
	var got struct {
		Records []struct {
			Entity string
			Values map[string]any
		}
	}
	if err := json.Unmarshal(files[dataName], &got); err != nil {
		t.Fatal(err)
	}
	i := 0
	for m := range p.Matches(t.Context(), 0, -1) {
		if m.Record.Ref.Entity != "claims" {
			continue
		}
		for got.Records[i].Entity != "claims" {
			i++
		}
		want := m.Record.Get("Qualification").String()
		if utf8.ValidString(want) && got.Records[i].Values["Qualification"] != want {
			t.Errorf("%q became %q", want, got.Records[i].Values["Qualification"])
		}
		i++
	}
	if !bytes.Contains(files[dataName], []byte(`{"base64":"//4gbm8gdXRmLTg="}`)) {
		t.Error("bytes that are no UTF-8 are not kept as they are")
	}
}

// Every cell is read back as RFC 4180 says, none begins with a sign that starts a formula, and taking one leading mark away
// gives the value.
func TestHostileValuesInCSV(t *testing.T) {
	for _, v := range []string{"=1+1", "+44", "-5", "@x", "\tx", "\rx", "\nx", "'x", "''x", "＝1", "plain", "", `q"q`, "a;=1", "a,b\r\nc", "\x00", "é"} {
		c := cell(v)
		if c[0] != '"' || c[len(c)-1] != '"' {
			t.Fatalf("%q is not in quotes", c)
		}
		read := strings.ReplaceAll(c[1:len(c)-1], `""`, `"`)
		if read != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", firstRune(read)) {
			t.Errorf("the cell of %q begins with %q", v, firstRune(read))
		}
		back := strings.TrimPrefix(read, csvMark)
		if want := strings.ReplaceAll(v, "\x00", "\ufffd"); back != want {
			t.Errorf("%q came back as %q", want, back)
		}
	}
}

func firstRune(s string) rune { r, _ := utf8.DecodeRuneInString(s); return r }

func TestReportNamesItsStyle(t *testing.T) {
	_, files := unpack(t, pack(t, sample(t)))
	page := string(files[reportName])
	style := page[strings.Index(page, "<style>")+len("<style>") : strings.Index(page, "</style>")]
	if style != reportStyle {
		t.Error("the style in the report is not the one that its policy names")
	}
	if regexp.MustCompile(`(?i)<script|<link|<iframe|\son[a-z]+=|https?://`).MatchString(page) {
		t.Error("the report has a script, or loads something")
	}
	for _, want := range []string{`lang="en-GB"`, "<main", "<nav", "<caption>", "Content-Security-Policy", "default-src &#39;none&#39;"} {
		if !strings.Contains(page, want) {
			t.Errorf("the report lacks %s", want)
		}
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "SAR-2026-0001.zip")
	if _, err := WriteFile(t.Context(), path, sample(t)); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	if r, err := Verify(t.Context(), path, "", nil); err != nil || len(r.Problems) > 0 || r.Records != 7 {
		t.Errorf("verify: %+v, %v", r, err)
	}
	if _, err := WriteFile(t.Context(), path, sample(t)); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a package in the place of another: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := WriteFile(ctx, filepath.Join(dir, "other.zip"), sample(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := WriteFile(t.Context(), filepath.Join(dir, "none", "x.zip"), sample(t)); err == nil {
		t.Error("a package was written to a folder that is not there")
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 1 {
		t.Errorf("%d files in the folder: one that was not finished is left behind", len(entries))
	}
	if err := publish(filepath.Join(dir, "missing"), path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("publishing in the place of another: %v", err)
	}
}

func TestActionsUseTheKnownWords(t *testing.T) {
	p := sample(t)
	p.Actions[0].Result = "dial tcp: refused"
	if _, err := Write(t.Context(), io.Discard, p); err == nil {
		t.Error("an action told an internal error")
	}
}

func TestNamesOfFiles(t *testing.T) {
	for in, want := range map[string]string{
		"qlms": "qlms", "dbo.Foo Bar": "dbo-foo-bar", "../../etc": "etc", "CON": "con_", "": "unnamed", "日本": "unnamed", "a_b-c": "a_b-c",
	} {
		if got := fileName(in); got != want {
			t.Errorf("%q became %q, not %q", in, got, want)
		}
	}
}

// The reasons are those that the search and the connectors give, and some of drivers.
func TestReasonsInPlainWords(t *testing.T) {
	for why, want := range map[string]string{
		"Access denied for user 'x'@'10.0.0.7' (using password: YES)":                                         "sign in",
		"the workbook is encrypted with a password":                                                           "protected by a password",
		"it did not answer in the time that the register allows":                                              "in time",
		"read tcp 10.0.0.7:1433: i/o timeout":                                                                 "in time",
		"the account cannot read its values":                                                                  "not allowed",
		"SELECT command denied to user":                                                                       "not allowed",
		"dial tcp: connection refused":                                                                        "could not be reached",
		"the search was stopped before the system had answered":                                               "was stopped",
		"the register neither maps this table nor says why it holds nothing personal":                         "register",
		"the register maps no field of it to an identifier and names no parent, so nobody can be found in it": "register",
		"there is no such file (any more) among those that the register names":                                "not where it should be",
		"records were changed or removed while they were read: search again":                                  "changed while",
		"the file is torn":                    "damaged",
		"the system cannot search this field": "what we know of you",
		"0x80004005":                          "could not be read",
		"":                                    "could not be read",
	} {
		if got := whyNot(why); !strings.Contains(got, want) {
			t.Errorf("%q became %q, without %q", why, got, want)
		}
	}
}
