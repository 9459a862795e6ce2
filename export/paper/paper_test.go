package paper

import (
	"bytes"
	"flag"
	"iter"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var keep = flag.String("keep", "", "folder in which the documents of the tests are kept, to look at them")

func rowsOf(rows ...[]string) iter.Seq[[]string] { return slices.Values(rows) }

// sample is a document with everything in it.
func sample(large bool) *Doc {
	d := New(About{Title: "Your data", Author: "The Institute", Foot: "The Institute · SAR-2026-0001", Large: large,
		Made: time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC), Where: "the file index.html"})
	d.Title("Your data held by The Institute")
	d.Facts(Fact{"For", "Łukasz Żółć"}, Fact{"Request", "SAR-2026-0001, received on 31 January 2026"}, Fact{"Nothing", ""})
	d.Heading(1, "What is here")
	d.Para("Wir können Müller, Ærø, Straße, İstanbul, Ἀθῆναι und Москва setzen – “so” … and àà\u0101 too; a de\u0301compose\u0301d name. " + strings.Repeat("Words that go on. ", 30))
	d.Para("Names: 李小龙, עברית and \U0001F600, {nb} stays, \\(as) it is.")
	d.List("one item", "another, "+strings.Repeat("longer than a line ", 12))
	d.Heading(2, "Records")
	rows := [][]string{{"7 May 2019", "Registered", "A first value"}, {"", "Passed", strings.Repeat("x", 200)}}
	for range 60 {
		rows = append(rows, []string{"1 June 2020", "Claimed", "The unit was claimed, " + strings.Repeat("and again ", 8)})
	}
	d.Table([]string{"Date", "Status", "What"}, rowsOf(rows...))
	d.Heading(3, "Wide")
	d.Table([]string{"Incomprehensibilities", "Counterrevolutionaries", "Disproportionableness", "Internationalisations"},
		rowsOf([]string{"Incomprehensibilities", "b", "c", "d"}))
	return d
}

func written(t *testing.T, d *Doc) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestSameCallsGiveTheSameBytes(t *testing.T) {
	first := written(t, sample(false))
	if !bytes.Equal(first, written(t, sample(false))) {
		t.Fatal("the same document differs from itself")
	}
	for name, pdf := range map[string][]byte{"paper.pdf": first, "paper-large.pdf": written(t, sample(true))} {
		if *keep != "" {
			if err := os.WriteFile(*keep+"/"+name, pdf, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestWhatStandsOnThePages(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("pdftotext is not installed: scripts/needs installs it")
		}
		t.Skip("SKIPPED: pdftotext is not installed: scripts/needs installs it")
	}
	d := sample(false)
	pdf := written(t, d)
	cmd := exec.Command(tool, "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(out)), " ")
	for _, want := range []string{
		"Łukasz Żółć", "Müller, Ærø, Straße, İstanbul", "Москва", "“so” …", "àà\u0101", "décomposéd",
		"[U+674E][U+5C0F][U+9F99]", "[U+1F600]", "{nb} stays", "\\(as) it is", "Page 1 of 4", "Page 4 of 4", "7 May 2019 Registered",
		"Characters that stand as numbers", "9 different ones", "the file index.html", "The Institute · SAR-2026-0001",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the pages do not show %q", want)
		}
	}
	if n := strings.Count(text, "Date Status What"); n < 3 {
		t.Errorf("the head of the table stands on %d pages, want every page of the table", n)
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestAttachmentsAreInOrder(t *testing.T) {
	d := New(About{Title: "Files", Made: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)})
	for range 101 {
		d.Attach("a.txt", "a file", []byte("a"))
	}
	keys := regexp.MustCompile(`\([A-Z]ttachement\d+\)`).FindAllString(string(written(t, d)), -1)
	if len(keys) != 101 || !slices.IsSorted(keys) || keys[100] != "(Cttachement101)" {
		t.Errorf("%d keys: %q", len(keys), keys)
	}
}
