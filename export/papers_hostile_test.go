package export

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// Values of every sort that systems hold go into all papers, which stay whole.
func TestPapersOfHostileValues(t *testing.T) {
	pdftotext := need(t, "pdftotext")
	p := hostile(t)
	p.Papers = Papers{Formats: Formats, Addressee: "Ms \u202eX\nY", Address: []string{"\x00", "a\tb"}}
	_, files := unpack(t, pack(t, p))
	book, err := excelize.OpenReader(bytes.NewReader(files[workbookName]))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for _, sheet := range book.GetSheetList() {
		if _, err := book.GetRows(sheet); err != nil {
			t.Errorf("%s: %v", sheet, err)
		}
	}
	for _, name := range []string{paperName, letterPaperName} {
		cmd := exec.Command(pdftotext, "-", "-")
		cmd.Stdin = bytes.NewReader(files[name])
		out, err := cmd.CombinedOutput()
		if err != nil || bytes.Contains(out, []byte("Error")) {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
	if text := string(files[letterTextName]); strings.ContainsAny(text, "\u202e\x00\t") || !strings.Contains(text, "Ms ⟦U+202E⟧X␊Y") {
		t.Errorf("the letter:\n%s", text)
	}
}

func TestRedactionsLeaveNoTraceInPapers(t *testing.T) {
	pdftotext := need(t, "pdftotext")
	p := planted(t)
	p.Papers = Papers{Formats: Formats}
	b := pack(t, p)
	_, files := unpack(t, b)
	for _, text := range []string{otherName, otherDay, "6 May 1971", "06/05/1971", otherRef, otherThing} {
		search(t, b, text)
	}
	for _, name := range []string{paperName, letterPaperName} {
		cmd := exec.Command(pdftotext, "-raw", "-", "-")
		cmd.Stdin = bytes.NewReader(files[name])
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		words := strings.Join(strings.Fields(string(out)), " ")
		if name == paperName && !strings.Contains(words, "Zoë shares [redacted]") {
			t.Errorf("%s does not show what leaves", name)
		}
		for _, text := range []string{otherName, "6 May 1971", otherDay, otherRef, otherThing} {
			if strings.Contains(words, text) || strings.Contains(strings.ReplaceAll(words, " ", ""), strings.ReplaceAll(text, " ", "")) {
				t.Errorf("%s shows %q", name, text)
			}
		}
	}
}
