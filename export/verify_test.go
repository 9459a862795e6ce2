package export

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const centralHeader = "PK\x01\x02"

// part is one file of a ZIP that is made anew.
type part struct {
	header  zip.FileHeader
	content []byte
}

func parts(t testing.TB, b []byte) []part {
	names, files := unpack(t, b)
	var out []part
	for _, name := range names {
		out = append(out, part{*fileHeader(name, zip.Deflate, testTime), files[name]})
	}
	return out
}

func repack(t testing.TB, of []part) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, p := range of {
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
	return b.Bytes()
}

// withManifest changes the manifest of a package.
func withManifest(t testing.TB, of []part, change func(*Manifest)) []part {
	t.Helper()
	i := slices.IndexFunc(of, func(p part) bool { return p.header.Name == manifestName })
	var m Manifest
	if err := json.Unmarshal(of[i].content, &m); err != nil {
		t.Fatal(err)
	}
	change(&m)
	var err error
	if of[i].content, err = json.Marshal(m); err != nil {
		t.Fatal(err)
	}
	return of
}

func TestVerifyFindsTampering(t *testing.T) {
	whole := pack(t, sample(t))
	find := func(of []part, name string) int {
		i := slices.IndexFunc(of, func(p part) bool { return p.header.Name == name })
		if i < 0 {
			t.Fatalf("no %s", name)
		}
		return i
	}
	edit := func(change func(of []part) []part) func() []byte {
		return func() []byte { return repack(t, change(parts(t, whole))) }
	}
	const data = "data.json"
	for _, tt := range []struct {
		name string
		make func() []byte
		want string // in a problem
	}{
		{"untouched", func() []byte { return whole }, ""},
		{"packed again by the same means", edit(func(of []part) []part { return of }), ""},
		{"a byte changed", edit(func(of []part) []part {
			i := find(of, data)
			of[i].content[bytes.IndexByte(of[i].content, 'Z')] = 'S'
			return of
		}), data + ": was changed: its SHA-256"},
		{"a byte changed in the ZIP itself", func() []byte {
			b := bytes.Clone(whole)
			b[bytes.Index(b, []byte(data))+len(data)+40] ^= 0x10
			return b
		}, data},
		{"a byte of the manifest changed", edit(func(of []part) []part {
			i := find(of, manifestName)
			of[i].content = bytes.Replace(of[i].content, []byte(`"records": 1`), []byte(`"records": 3`), 1)
			return of
		}), "not the 3 of"},
		{"shortened", edit(func(of []part) []part {
			i := find(of, data)
			of[i].content = of[i].content[:len(of[i].content)-5]
			return of
		}), data + ": has "},
		{"dropped", edit(func(of []part) []part { i := find(of, data); return slices.Delete(of, i, i+1) }), data + ": is missing"},
		{"added", edit(func(of []part) []part {
			return append(of, part{zip.FileHeader{Name: "data/qlms/extra.json"}, []byte("{}")})
		}), "data/qlms/extra.json: is not listed"},
		{"renamed", edit(func(of []part) []part { of[find(of, data)].header.Name = "data/qlms/other.json"; return of }), data + ": is missing"},
		{"no manifest", edit(func(of []part) []part { i := find(of, manifestName); return slices.Delete(of, i, i+1) }), "manifest.json: is missing"},
		{"a file less in the manifest too", edit(func(of []part) []part {
			i := find(of, coverageName)
			return withManifest(t, slices.Delete(of, i, i+1), func(m *Manifest) {
				m.Files = slices.DeleteFunc(m.Files, func(f File) bool { return f.Name == coverageName })
			})
		}), "coverage.json: is not listed in manifest.json, though every package has it"},
		{"wrong number of records", edit(func(of []part) []part {
			return withManifest(t, of, func(m *Manifest) { m.Records++ })
		}), "says that the package holds 8 records"},
		{"no number of records", edit(func(of []part) []part {
			return withManifest(t, of, func(m *Manifest) {
				i := slices.IndexFunc(m.Files, func(f File) bool { return f.Name == data })
				m.Files[i].Records = nil
			})
		}), data + ": has no number of records"},
		{"listed twice", edit(func(of []part) []part {
			return withManifest(t, of, func(m *Manifest) { m.Files = append(m.Files, m.Files[0]) })
		}), "is listed twice"},
		{"newer version", edit(func(of []part) []part {
			return withManifest(t, of, func(m *Manifest) { m.Version = 2 })
		}), "newer than this program"},
		{"newer version with new keys", edit(func(of []part) []part {
			i := find(of, manifestName)
			of[i].content = []byte(`{"type":"manifest","version":2,"signature":"x"}`)
			return of
		}), "newer than this program"},
		{"manifest of something else", edit(func(of []part) []part { of[find(of, manifestName)].content = []byte(`{"type":"x"}`); return of }), "is no manifest"},
		{"truncated", func() []byte { return whole[:len(whole)/2] }, "cut short"},
		{"empty", func() []byte { return nil }, "no ZIP"},
		{"other file", func() []byte { return []byte("%PDF-1.7") }, "no ZIP"},
		{"name that leads elsewhere", edit(func(of []part) []part {
			return append(of, part{zip.FileHeader{Name: "../../.bashrc"}, []byte("x")})
		}), "../../.bashrc: is no name"},
		{"name from the root", edit(func(of []part) []part { return append(of, part{zip.FileHeader{Name: "/etc/passwd"}, nil}) }), "is no name"},
		{"name of a drive", edit(func(of []part) []part { return append(of, part{zip.FileHeader{Name: `C:\x`}, nil}) }), "is no name"},
		{"name with an unseen sign", edit(func(of []part) []part { return append(of, part{zip.FileHeader{Name: "a\u202e.txt"}, nil}) }), "⟦U+202E⟧"},
		{"same name twice", edit(func(of []part) []part { return append(of, of[0]) }), "twice"},
		{"same name in capitals", edit(func(of []part) []part { return append(of, part{zip.FileHeader{Name: "readme.TXT"}, nil}) }), "twice"},
		{"link", edit(func(of []part) []part {
			p := part{zip.FileHeader{Name: "link"}, []byte("/etc/passwd")}
			p.header.SetMode(os.ModeSymlink | 0o777)
			return append(of, p)
		}), "a link or a folder"},
		{"folder", edit(func(of []part) []part { return append(of, part{zip.FileHeader{Name: "data/"}, nil}) }), "is no name"},
		{"size that cannot be", func() []byte {
			b := bytes.Clone(whole)
			at := bytes.LastIndex(b, []byte(centralHeader))
			binary.LittleEndian.PutUint32(b[at+24:], 0xFFFFFF00)
			return b
		}, "larger than it can be"},
		{"bomb", func() []byte {
			b := repack(t, append(parts(t, whole), part{zip.FileHeader{Name: "bomb", Method: zip.Store}, make([]byte, 2<<20)}))
			at := bytes.LastIndex(b, []byte(centralHeader))
			binary.LittleEndian.PutUint32(b[at+24:], roomAbove+1)
			return b
		}, "would unpack to more"},
		{"something before", func() []byte { return append([]byte("#!/bin/sh\n"), whole...) }, "from byte 0 on"},
		{"comment", func() []byte {
			b := append(bytes.Clone(whole), "hidden"...)
			binary.LittleEndian.PutUint16(b[len(whole)-2:], 6)
			return b
		}, "not as this program writes one"},
		{"other name in the content", func() []byte {
			b := bytes.Clone(whole)
			copy(b[bytes.Index(b, []byte(data)):], "other.txt")
			return b
		}, "not as this program writes one"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := tt.make()
			r, err := VerifyReader(t.Context(), bytes.NewReader(b), int64(len(b)), "")
			if err != nil {
				t.Fatal(err)
			}
			all := strings.Join(r.Problems, "\n")
			if tt.want == "" && all != "" {
				t.Errorf("problems in an untouched package: %s", all)
			}
			if tt.want != "" && !strings.Contains(all, tt.want) {
				t.Errorf("problems %q, none with %q", all, tt.want)
			}
		})
	}
}

// Contents that overlap make a small ZIP unpack to anything.
func TestVerifyRefusesSharedContents(t *testing.T) {
	whole := repack(t, []part{
		{zip.FileHeader{Name: "a", Method: zip.Store}, bytes.Repeat([]byte("x"), 100)},
		{zip.FileHeader{Name: "b", Method: zip.Store}, bytes.Repeat([]byte("x"), 100)},
	})
	second := bytes.LastIndex(whole, []byte(centralHeader))
	binary.LittleEndian.PutUint32(whole[second+42:], 0) // b begins where a does
	r, err := VerifyReader(t.Context(), bytes.NewReader(whole), int64(len(whole)), "")
	if err != nil || len(r.Problems) == 0 || !strings.Contains(r.Problems[0], "shares its content") {
		t.Errorf("%v, %q", err, r.Problems)
	}
}

func TestVerifyErrors(t *testing.T) {
	dir := t.TempDir()
	if _, err := Verify(t.Context(), filepath.Join(dir, "none.zip"), "", nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if _, err := Verify(t.Context(), dir, "", nil); err == nil {
		t.Error("a folder was verified")
	}
	b := pack(t, sample(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := VerifyReader(ctx, bytes.NewReader(b), int64(len(b)), ""); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestProblemsEnd(t *testing.T) {
	var r Report
	for range 1000 {
		r.problem("x", "y")
	}
	if len(r.Problems) != maxProblems+1 {
		t.Errorf("%d problems", len(r.Problems))
	}
}

func TestTallies(t *testing.T) {
	for _, tt := range []struct {
		name, content string
		want          int
	}{
		{"data/a/b.csv", "\"h\"\r\n\"a\r\nb\"\r\n\"c \"\" d\"\r\n", 2},
		{"data/a/b.csv", "", -1},
		{"actions.jsonl", "{}\n{}\n", 2},
		{"data.json", `{"x":{"records":[{},{}]},"records":[{"records":[{}]},{"a":"]}\"{"}],"y":[{}]}`, 2},
		{"data.json", `{"records":[]}`, 0},
		{"data.json", `]]]}}{`, 0},
		{"coverage.json", `{"systems":[{"a":[{}]}]}`, 1},
	} {
		c := counterFor(tt.name)
		for i := range tt.content { // however it is cut
			io.WriteString(c, tt.content[i:i+1])
		}
		if c.records() != tt.want {
			t.Errorf("%s %q: %d records, not %d", tt.name, tt.content, c.records(), tt.want)
		}
	}
	for _, name := range []string{"index.html", "data/a/b/files/1.json", "data/x.json", "README.txt", "data/a/b.xml"} {
		if counterFor(name) != nil {
			t.Errorf("%s holds no records", name)
		}
	}
}

func FuzzVerify(f *testing.F) {
	whole := pack(f, sample(f))
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add(repack(f, []part{{zip.FileHeader{Name: "../x"}, nil}}))
	f.Add(repack(f, []part{{zip.FileHeader{Name: manifestName}, []byte(`{"type":"manifest","version":1}`)}}))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := VerifyReader(t.Context(), bytes.NewReader(b), int64(len(b)), "")
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Problems) == 0 && r.Files != len(r.Manifest.Files) {
			t.Errorf("%d of %d files checked and no problem", r.Files, len(r.Manifest.Files))
		}
		for _, p := range r.Problems {
			if visible(p) != p {
				t.Errorf("a problem cannot be shown: %q", p)
			}
		}
	})
}
