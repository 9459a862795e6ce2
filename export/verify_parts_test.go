package export

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"testing"
)

// with returns a package in which a file has another content, or is there at all, and the manifest and the sums say so.
func with(t testing.TB, of []part, name string, content []byte) []part {
	t.Helper()
	find := func(name string) int { return slices.IndexFunc(of, func(p part) bool { return p.header.Name == name }) }
	if find(name) < 0 {
		of = slices.Insert(of, find(sumsName), part{*fileHeader(name, zip.Deflate, testTime), nil})
	}
	put := func(m *Manifest, name string, content []byte) {
		of[find(name)].content = content
		sum := sha256.Sum256(content)
		f := File{Name: name, What: "x", Size: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
		known := func(name string) int { return slices.IndexFunc(m.Files, func(f File) bool { return f.Name == name }) }
		if known(name) < 0 {
			m.Files = slices.Insert(m.Files, known(sumsName), f)
			return
		}
		f.Records = m.Files[known(name)].Records
		m.Files[known(name)] = f
	}
	return withManifest(t, of, func(m *Manifest) {
		put(m, name, content)
		put(m, sumsName, sums(m.Files))
	})
}

func contentOf(t testing.TB, of []part, name string) []byte {
	t.Helper()
	i := slices.IndexFunc(of, func(p part) bool { return p.header.Name == name })
	if i < 0 {
		t.Fatalf("no %s", name)
	}
	return of[i].content
}

// problems verifies a package with a key of the log.
func problems(t testing.TB, b []byte, key string) (Report, string) {
	t.Helper()
	r, err := VerifyReader(t.Context(), bytes.NewReader(b), int64(len(b)), key)
	if err != nil {
		t.Fatal(err)
	}
	return r, strings.Join(r.Problems, "\n")
}

// Whoever changes a document changes the manifest too: what the document says must hold together all the same.
func TestVerifyHoldsDocumentsAgainstTheSchema(t *testing.T) {
	whole := pack(t, sample(t))
	replace := func(name, old, by string) func([]part) []part {
		return func(of []part) []part {
			content := contentOf(t, of, name)
			if !bytes.Contains(content, []byte(old)) {
				t.Fatalf("%s holds no %s", name, old)
			}
			return with(t, of, name, bytes.Replace(content, []byte(old), []byte(by), 1))
		}
	}
	for _, tt := range []struct {
		name   string
		change func([]part) []part
		want   string
	}{
		{"as it was", func(of []part) []part { return with(t, of, dataName, contentOf(t, of, dataName)) }, ""},
		{"a record with more", replace(dataName, `"place":`, `"secret":"SECRET","place":`), "data.json: holds an element that does not answer to the schema at its beginning (additionalProperties) (number 1 of its list)"},
		{"a place under another name", replace(dataName, `"place":`, `"entity":`), "does not answer to the schema at entity"},
		{"a value of another type", replace(dataName, `"values":{`, `"values":{"X":7,`), "does not answer to the schema at values/X"},
		{"a name twice", replace(coverageName, `"request":`, `"request":"x","request":`), "coverage.json: has an object that holds the same name twice"},
		{"another type", replace(coverageName, `"coverage"`, `"covering"`), "does not begin with a type"},
		{"a type elsewhere", replace(coverageName, `"type"`, `"kind"`), "does not begin with a type"},
		{"a missing key", replace(coverageName, `"version"`, `"ver"`), "does not answer to the schema"},
		{"a time that is none", replace(actionsName, `"time":"2026`, `"time":"x026`), "actions.jsonl: line 1 does not answer to the schema at time"},
		{"no JSON", replace(coverageName, `{`, ``), "is no document that a package has"},
		{"cut short", func(of []part) []part {
			c := contentOf(t, of, coverageName)
			return with(t, of, coverageName, c[:len(c)-4])
		}, "is no JSON, or is cut short"},
		{"something behind it", func(of []part) []part {
			return with(t, of, coverageName, append(bytes.Clone(contentOf(t, of, coverageName)), `{"type":"coverage"}`...))
		}, "coverage.json: goes on behind its end"},
		{"nothing", func(of []part) []part { return with(t, of, coverageName, nil) }, "holds nothing"},
		{"too deep", replace(coverageName, `"request":`, `"deep":`+strings.Repeat("[", 200)+strings.Repeat("]", 200)+`,"request":`), "too large"},
		{"too deep, in what a system may hold", replace(dataName, `"values":{`, `"values":{"X":`+strings.Repeat("[", 200)+strings.Repeat("]", 200)+`,`), ""},
		{"another schema", replace(schemaName, `"minimum": 0`, `"minimum": 1`), "schema.json: is not the schema of version 1"},
		{"a content that is not there", replace(dataName, "-photo.jpg", "-other.jpg"), "names data/qlms/candidates/files/00001-other.jpg, which is missing"},
		{"a content of another sum", replace(dataName, `"sha256":"`, `"sha256":"0`), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, got := problems(t, repack(t, tt.change(parts(t, whole))), "")
			if !strings.Contains(got, tt.want) || tt.name == "as it was" && got != "" || strings.Contains(got, "SECRET") {
				t.Errorf("%s, not %q", got, tt.want)
			}
			if tt.want == "" && tt.name != "as it was" && got == "" && len(r.Notes) == 0 {
				t.Error("nobody says anything")
			}
		})
	}
}

// What lean takes out of a record is what the schema takes whatever it is.
func TestLean(t *testing.T) {
	of := resolved(resolved(documents()["data"].Properties["records"]).Items2020)
	record := func() any {
		return map[string]any{"system": "s", "entity": "e", "place": "p", "values": map[string]any{"text": "x", "nothing": nil, "list": []any{"y"}, "wrong": true}}
	}
	whole, right := record(), record().(map[string]any)
	delete(right["values"].(map[string]any), "wrong")
	if err := answers(of, right); err != nil {
		t.Error(err)
	}
	if values := lean(whole).(map[string]any)["values"].(map[string]any); len(values) != 2 || answers(of, whole) == nil {
		t.Errorf("%v", values)
	}
}

// Every byte around the contents is held against what Write makes: headers, the directory, its end, and what is packed behind the end
// of a content.
func TestVerifyFindsEveryByteAround(t *testing.T) {
	whole := pack(t, sample(t))
	z, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	offset := func(i int) int64 {
		at, err := z.File[i].DataOffset()
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	around := []int{0, 10} // of the first header
	for at := offset(1) + int64(z.File[1].CompressedSize64); at < offset(2); at++ {
		around = append(around, int(at))
	}
	directory := bytes.Index(whole, []byte(centralHeader))
	for at := directory; at < directory+46+len(z.File[0].Name)+9; at++ { // with the time, an extra field of 9 bytes
		around = append(around, at)
	}
	for at := len(whole) - 22; at < len(whole); at++ {
		around = append(around, at)
	}
	for _, at := range around {
		b := bytes.Clone(whole)
		b[at] ^= 0xff
		r, err := VerifyReader(t.Context(), bytes.NewReader(b), int64(len(b)), "")
		if err == nil && len(r.Problems) == 0 {
			t.Errorf("byte %d was turned round, and nobody says so", at)
		}
	}
	if _, got := problems(t, append(bytes.Clone(whole), 0), ""); got == "" {
		t.Error("a byte was added to the end, and nobody says so")
	}

	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) {
		f, err := flate.NewWriter(to, flate.DefaultCompression)
		return &hiding{f, to}, err
	})
	for _, p := range parts(t, whole) {
		f, err := w.CreateHeader(&p.header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(p.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, got := problems(t, b.Bytes(), ""); !strings.Contains(got, "README.txt: has 6 bytes hidden behind its content") {
		t.Errorf("what is hidden behind a content: %s", got)
	}
}

// Verify writes a package again by the standard library: should that write headers in another way one day, packages of before would be
// found changed, and this says so.
func TestHeadersStayAsTheyAre(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateHeader(fileHeader("a.txt", zip.Store, testTime))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(f, "x"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(b.Bytes()); got != headers {
		t.Errorf("%s, and packages have been written with %s: keep reading both", got, headers)
	}
}

const headers = "504b0304140008000000c04b625c00000000000000000000000005000900612e74787455540500019858a56978504b07088316dc8c0100000001000000504b01021403140008000000c04b625c8316dc8c0100000001000000050009000000000000000000808100000000612e74787455540500019858a569504b050600000000010001003c0000003d0000000000"

// hiding packs a content and something behind it.
type hiding struct {
	*flate.Writer
	to io.Writer
}

func (h *hiding) Close() error {
	if err := h.Writer.Close(); err != nil {
		return err
	}
	_, err := io.WriteString(h.to, "hidden")
	return err
}

func FuzzVerifyDocuments(f *testing.F) {
	_, files := unpack(f, pack(f, sample(f)))
	for _, name := range []string{dataName, coverageName, actionsName, manifestName} {
		f.Add(files[name])
	}
	f.Add(logFile(f, "SAR-2026-0001", logged(f, "SAR-2026-0001", 3)))
	f.Add([]byte(`{"type":"action","a":[[[[]]]],"a":1e999}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, name := range []string{"a.json", "a.jsonl", logName} {
			v := &verifying{ctx: t.Context(), listed: map[string]File{}}
			v.understand(name, bytes.NewReader(b))
			for _, p := range append(v.Problems, v.Notes...) {
				if visible(p) != p {
					t.Errorf("a problem cannot be shown: %q", p)
				}
			}
		}
	})
}
