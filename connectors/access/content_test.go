package access

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/internal/jet"
)

const attachments = "corpus/real/data/V2016/attachments.accdb"

// Attached files are a list of names, which is searched, and a stream, which is opened to the byte; they go with
// their record.
func TestAttachments(t *testing.T) {
	dir := t.TempDir()
	place(t, dir, "files.accdb", shared(t, attachments))
	s := connect(t, dir, "files = [\"*\"]\n"+writable)
	catalog, err := s.Describe(t.Context())
	if err != nil || len(catalog.Shapes) == 0 {
		t.Fatal(err)
	}
	opened, several := 0, 0
	for _, shape := range catalog.Shapes {
		for _, column := range shape.Fields {
			base, ok := strings.CutSuffix(column.Name, ".FileData")
			if !ok {
				continue
			}
			if column.Type != compare.Stream || len(column.Search) > 0 {
				t.Errorf("%+v", column)
			}
			for _, r := range all(t, s, connectors.Query{Entity: shape.Entity}) {
				names, data := r.Get(base+".FileName").Items(), r.Get(column.Name)
				if data.IsNull() {
					if len(names) > 0 {
						t.Errorf("%s: names without content", r.Ref)
					}
					continue
				}
				content := contentOfField(t, s, r.Ref, column.Name)
				if !data.Equal(connectors.Stream(int64(len(content)), sha256.Sum256(content))) {
					t.Errorf("%s: %d bytes that are not %s", r.Ref, len(content), data)
				}
				opened++
				if len(names) > 1 {
					several++
					z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
					if err != nil || len(z.File) != len(names) {
						t.Fatalf("%s: %v", r.Ref, err)
					}
				}
				term := connectors.Term{Fields: []string{base + ".FileName"}, How: compare.Equal, Values: [][]string{{names[0]}}}
				byName := all(t, s, connectors.Query{Entity: shape.Entity, Any: []connectors.Clause{{term}}})
				if !slices.ContainsFunc(byName, func(f connectors.Record) bool { return f.Ref.ID() == r.Ref.ID() }) {
					t.Errorf("%s is not found by the name of its file", r.Ref)
				}
			}
		}
	}
	if opened == 0 {
		t.Fatal("no attachment in the sample")
	}
	t.Logf("%d contents, %d of several files", opened, several)
	for _, shape := range catalog.Shapes {
		records := all(t, s, connectors.Query{Entity: shape.Entity})
		apply(t, s, remove(records...), connectors.Done)
		if left := all(t, s, connectors.Query{Entity: shape.Entity}); len(left) > 0 {
			t.Errorf("%d records are left", len(left))
		}
	}
}

func contentOfField(t testing.TB, s *source, ref connectors.Ref, field string) []byte {
	t.Helper()
	r, err := s.Open(t.Context(), ref, field)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	return content
}

// Every record of the real files reads, whatever fields it has.
func TestRealFiles(t *testing.T) {
	for _, name := range []string{"data/V1997/test.mdb", "data/V2003/test.mdb", "data/V2010/numeric.accdb", "data/V2016/bigint.accdb",
		"data/V2016/currency.accdb", "data/V2016/longtext.accdb", "data/V2016/withdeletedcol.accdb", "data/real/ASampleDatabase.accdb"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			from := shared(t, "corpus/real/"+name)
			place(t, dir, filepath.Base(from), from)
			s := connect(t, dir, "files = [\"*\"]\n")
			catalog, err := s.Describe(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, shape := range catalog.Shapes {
				for _, r := range all(t, s, connectors.Query{Entity: shape.Entity}) {
					for i, name := range r.Names {
						column, _ := shape.Column(name)
						v := r.Values[i]
						if !v.IsText() {
							continue
						}
						if _, ok := compare.Canonical(column.Type, v.String()); !ok {
							t.Errorf("%s, %s (%s): %q is not canonical", r.Ref, name, column.Type, v)
						}
					}
					again := all(t, s, connectors.Query{Entity: shape.Entity, Refs: []connectors.Ref{r.Ref}})
					if len(again) != 1 || again[0].Digest() != r.Digest() {
						t.Fatalf("%s is not found by its ref", r.Ref)
					}
				}
			}
		})
	}
}

func TestOpenRefusals(t *testing.T) {
	dir := t.TempDir()
	place(t, dir, "tiny.accdb", filepath.Join(samples, "tiny-V2010.accdb"))
	s := connect(t, dir, "files = [\"*\"]\n"+entities)
	ref := connectors.Ref{System: "legacy", Place: "tiny.accdb", Entity: "members", Key: []string{"17"}}
	if notes := contentOfField(t, s, ref, "Notes"); !strings.HasPrefix(string(notes), "Candidate C200051 on QLMS.") {
		t.Errorf("the memo is %q", notes)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	gone, elsewhere, other := ref, ref, ref
	gone.Key, elsewhere.Place, other.Entity = []string{"1700"}, "x.mdb", "committees"
	for what, open := range map[string]func() (io.ReadCloser, error){
		"a record that is gone": func() (io.ReadCloser, error) { return s.Open(t.Context(), gone, "Notes") },
		"no such field":         func() (io.ReadCloser, error) { return s.Open(t.Context(), ref, "Photo") },
		"no such file":          func() (io.ReadCloser, error) { return s.Open(t.Context(), elsewhere, "Notes") },
		"no such entity":        func() (io.ReadCloser, error) { return s.Open(t.Context(), other, "Notes") },
		"a cancelled context":   func() (io.ReadCloser, error) { return s.Open(cancelled, ref, "Notes") },
	} {
		if r, err := open(); err == nil {
			r.Close()
			t.Errorf("%s is no error", what)
		}
	}
}

func TestNamesOfFilesLeadNowhereElse(t *testing.T) {
	taken := map[string]bool{}
	for _, c := range [][2]string{{"a.txt", "a.txt"}, {"A.TXT", "2 A.TXT"}, {"../../etc/passwd", ".._.._etc_passwd"}, {`C:\x`, "C__x"}, {"..", "file"}, {"", "2 file"}, {"a\x00b", "a_b"}} {
		if got := freeName(c[0], taken); got != c[1] {
			t.Errorf("%q: %q and not %q", c[0], got, c[1])
		}
	}
}

// The values of columns that hold several.
func TestListOf(t *testing.T) {
	text := func(s string) jet.Value { return jet.Value{Kind: jet.String, Bytes: []byte(s)} }
	for name, c := range map[string]struct {
		field field
		items []jet.Item
		want  connectors.Value
	}{
		"nothing":        {field{}, nil, connectors.Null},
		"several values": {field{Column: jet.Column{Complex: jet.MultiValue}}, []jet.Item{{Value: text("a")}, {Value: text("b")}}, connectors.List("a", "b")},
		"earlier texts": {field{Column: jet.Column{Complex: jet.VersionHistory}}, []jet.Item{{Value: text("old"), Time: "2011-02-03T04:05:06"}},
			connectors.List("[Version: 2011-02-03T04:05:06] old")},
		"names of files": {field{part: fileNames}, []jet.Item{{Name: "a.txt"}, {URL: "https://example.org/b"}}, connectors.List("a.txt", "https://example.org/b")},
		"one file": {field{part: fileData}, []jet.Item{{Name: "a.txt", Value: text("content")}},
			connectors.Stream(7, sha256.Sum256([]byte("content")))},
	} {
		if got, err := listOf(&c.field, c.items); err != nil || !got.Equal(c.want) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}
