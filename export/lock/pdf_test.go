package lock

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dossier/export/paper"
)

// samplePDF is a document with an outline, names and more than one page.
func samplePDF(t testing.TB) []byte {
	t.Helper()
	d := paper.New(paper.About{Title: "Your data (a copy\\)", Author: "The Institute", Foot: "SAR-2026-0001", Made: made})
	d.Title("Your data")
	for range 60 {
		d.Heading(2, "A heading")
		d.Para("Łukasz was registered.")
	}
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPDFOpensWithItsPassphraseOnly(t *testing.T) {
	qpdf, pdftotext, pdfinfo := tool(t, "qpdf"), tool(t, "pdftotext"), tool(t, "pdfinfo")
	var sealed bytes.Buffer
	if err := PDF(&sealed, samplePDF(t), pass); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "locked.pdf")
	if err := os.WriteFile(file, sealed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		cmd  []string
		want string // "": it must fail
	}{
		{"qpdf finds it whole", []string{qpdf, "--password=" + pass, "--check", file}, "No syntax or stream encoding errors"},
		{"qpdf sees AES-256", []string{qpdf, "--password=" + pass, "--show-encryption", file}, "stream encryption method: AESv3"},
		{"qpdf refuses a wrong one", []string{qpdf, "--password=wrong", "--check", file}, ""},
		{"qpdf refuses none", []string{qpdf, "--check", file}, ""},
		{"pdftotext reads its pages", []string{pdftotext, "-upw", pass, file, "-"}, "Łukasz was registered."},
		{"pdftotext refuses a wrong one", []string{pdftotext, "-upw", "wrong", file, "-"}, ""},
		{"its title is read", []string{pdfinfo, "-upw", pass, file}, `Your data (a copy\)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := exec.Command(c.cmd[0], c.cmd[1:]...).CombinedOutput()
			if c.want == "" && err == nil {
				t.Errorf("it opened:\n%s", out)
			}
			if c.want != "" && (err != nil || !strings.Contains(string(out), c.want)) {
				t.Errorf("want %q: %v\n%s", c.want, err, out)
			}
		})
	}
}

func TestPDFThatCannotBeTakenApart(t *testing.T) {
	plain := samplePDF(t)
	for name, b := range map[string][]byte{
		"empty":              nil,
		"no table":           []byte("%PDF-1.3\n"),
		"short":              plain[:len(plain)-200],
		"a stream too short": bytes.Replace(plain, []byte("/Length 1"), []byte("/Length 9"), 1),
		"encrypted already":  bytes.Replace(plain, []byte("trailer\n<<"), []byte("trailer\n<</Encrypt 1 0 R "), 1),
	} {
		if err := PDF(io.Discard, b, pass); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzReadPDF(f *testing.F) {
	f.Add(samplePDF(f))
	f.Add([]byte("%PDF-1.3\n1 0 obj\n<</A (\\(b) /B <ff>>>\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Root 1 0 R /Info 1 0 R>>\nstartxref\n44\n%%EOF\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := readPDF(b)
		if err != nil {
			return
		}
		for _, o := range doc.objects {
			if o.number >= doc.size {
				t.Errorf("object %d of %d", o.number, doc.size)
			}
		}
	})
}
