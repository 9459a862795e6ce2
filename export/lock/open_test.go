package lock

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"dossier/export/paper"
)

// attached is a locked document with a file attached.
func attached(t testing.TB, size int) []byte {
	t.Helper()
	d := paper.New(paper.About{Title: "Your data", Author: "The Institute", Foot: "SAR-2026-0001", Made: made})
	d.Para("Łukasz was registered.")
	d.Attach("data/żółw.csv", "what it is (a copy)", content(size))
	d.Attach("empty.txt", "", nil)
	var b, sealed bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	if err := PDF(&sealed, b.Bytes(), pass); err != nil {
		t.Fatal(err)
	}
	return sealed.Bytes()
}

func TestOpenPDF(t *testing.T) {
	b := attached(t, 100_000)
	files, err := OpenPDF(b, pass, 1<<20)
	if err != nil || len(files) != 2 || files[0].Name != "data/żółw.csv" || !bytes.Equal(files[0].Content, content(100_000)) || files[1].Name != "empty.txt" || len(files[1].Content) != 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	if _, err := OpenPDF(b, "another", 1<<20); !errors.Is(err, errWrong) {
		t.Error(err)
	}
	if _, err := OpenPDF(b, pass, 99_999); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
	for name, b := range map[string][]byte{"not encrypted": samplePDF(t), "no PDF": []byte("%PDF-2.0"), "cut short": b[:len(b)/2]} {
		if _, err := OpenPDF(b, pass, 1<<20); !errors.Is(err, ErrForeign) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := PDF(io.Discard, b, pass); !errors.Is(err, errPDF) {
		t.Error("locked twice:", err)
	}
}

func TestOpenZIP(t *testing.T) {
	for _, n := range []int{0, 1, 16, 100_003} {
		b := locked(t, content(n), func(w io.Writer) (io.WriteCloser, error) { return ZIP(w, "SAR-2026-0001.zip", pass, made) })
		r, size, err := OpenZIP(bytes.NewReader(b), int64(len(b)), pass)
		if err != nil || size != int64(n) {
			t.Fatal(size, err)
		}
		part := make([]byte, n/2)
		if _, err := r.ReadAt(part, int64(n-n/2)); err != nil && err != io.EOF || !bytes.Equal(part, content(n)[n-n/2:]) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

func TestOpenHTML(t *testing.T) {
	was := htmlRounds
	htmlRounds = 1
	defer func() { htmlRounds = was }()
	for _, n := range []int{0, 50, htmlPart, htmlPart + 1} {
		b := locked(t, content(n), func(w io.Writer) (io.WriteCloser, error) {
			return HTML(w, Page{Title: "A & B", Organisation: "The <Institute>", Contact: "data@example.org", File: "a.zip", First: "index.html", Style: "p{}"}, pass)
		})
		open := func(b []byte, passphrase string) ([]byte, error) {
			r, size, err := OpenHTML(bytes.NewReader(b), int64(len(b)), passphrase, "p{}")
			if err != nil {
				return nil, err
			}
			return io.ReadAll(io.NewSectionReader(r, 0, size))
		}
		if plain, err := open(b, "Correct horse  battery staple"); err != nil || !bytes.Equal(plain, content(n)) {
			t.Errorf("%d bytes: %d, %v", n, len(plain), err)
		}
		if _, err := open(b, "another"); !errors.Is(err, errWrong) {
			t.Error(err)
		}
		for old, by := range map[string]string{"<body>": "<body onload=x>", "</body>": "<p></p></body>", `"rounds":1,`: `"rounds":99999999,`, `"parts":`: `"parts":1`, "The &lt;": "The <"} {
			if _, err := open(bytes.Replace(b, []byte(old), []byte(by), 1), pass); !errors.Is(err, ErrForeign) {
				t.Errorf("%d bytes, %s: %v", n, by, err)
			}
		}
	}
}

// FuzzOpen opens what anybody may have sent: it ends, and gives nothing without the passphrase.
func FuzzOpen(f *testing.F) {
	page := func(w io.Writer) (io.WriteCloser, error) {
		return HTML(w, Page{Title: "A", Organisation: "B", Contact: "C", Style: "p{}"}, pass)
	}
	was := htmlRounds
	htmlRounds = 1
	f.Cleanup(func() { htmlRounds = was })
	for _, begin := range []func(io.Writer) (io.WriteCloser, error){page, func(w io.Writer) (io.WriteCloser, error) { return ZIP(w, "a.zip", pass, time.Unix(1e9, 0)) }} {
		var b bytes.Buffer
		w, err := begin(&b)
		if err != nil {
			f.Fatal(err)
		}
		w.Write(content(50))
		w.Close()
		f.Add(b.Bytes(), pass)
		f.Add(b.Bytes(), "another")
	}
	f.Add(attached(f, 100), pass)
	f.Add([]byte("%PDF-2.0\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Root 1 0 R /Info 2 0 R /Encrypt 3 0 R>>\nstartxref\n9\n%%EOF\n"), pass)
	f.Fuzz(func(t *testing.T, b []byte, passphrase string) {
		if r, n, err := OpenZIP(bytes.NewReader(b), int64(len(b)), passphrase); err == nil && (n < 0 || r == nil) {
			t.Error("a ZIP of nothing")
		}
		if !bytes.Contains(b, []byte(`"rounds":`)) || bytes.Contains(b, []byte(`"rounds":1,`)) { // whatever takes its time
			_, _, _ = OpenHTML(bytes.NewReader(b), int64(len(b)), passphrase, "p{}")
		}
		_, _ = OpenPDF(b, passphrase, 1<<16)
	})
}
