package lock

import (
	"archive/zip"
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dossier/internal/chromium"
)

var keep = flag.String("keep", "", "folder in which pictures of the tests' pages are kept, to look at them")

var samplePage = Page{Title: "Answer to the request SAR-2026-0001", Organisation: "The Institute", Contact: "data@example.org",
	File: "SAR-2026-0001.zip", First: "index.html", Style: "\nbody { color: #111 }\n"}

const sampleReport = `<!DOCTYPE html><html lang="en-GB"><head><title>Your data</title><style>
body { color: #111 }
</style></head><body><h1>Your data</h1><p id="name">Łukasz</p><p><a id="csv" href="data/your%20claims.csv">CSV</a></p><script>document.title = "run"</script></body></html>`

// sampleZIP is a package of more than one part, some of it deflated, some stored.
func sampleZIP(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range map[string]string{"index.html": sampleReport, "data/your claims.csv": "\"a\",\"b\"\r\n"} {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, text)
	}
	f, err := w.CreateHeader(&zip.FileHeader{Name: "large.bin", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	f.Write(content(htmlPart + 12345))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// browser starts a browser that ends with the test.
func browser(t *testing.T, dir string) *chromium.Browser {
	t.Helper()
	path, err := chromium.Find()
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("SKIPPED: " + err.Error())
	}
	b, err := chromium.Start(path, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// submit types the words, opens, and waits until the page has an answer, which it returns.
const submit = `new Promise(done => {
	const watch = new MutationObserver(() => {
		if (document.getElementById("opened")) done("opened");
		else if (document.getElementById("wrong").textContent) done(document.getElementById("wrong").textContent);
	});
	watch.observe(document.body, {childList: true, subtree: true});
	document.getElementById("words").value = WORDS;
	document.getElementById("go").click();
})`

func answer(t *testing.T, b *chromium.Browser, words string) string {
	t.Helper()
	var got string
	if err := b.Eval(strings.ReplaceAll(submit, "WORDS", `"`+words+`"`), &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func picture(t *testing.T, b *chromium.Browser, name string) {
	t.Helper()
	if *keep == "" {
		return
	}
	png, err := b.Picture()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*keep, name), png, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestHTMLDecryptsItselfInABrowser(t *testing.T) {
	plain := sampleZIP(t)
	sealed := locked(t, plain, func(w io.Writer) (io.WriteCloser, error) { return HTML(w, samplePage, pass) })
	for _, secret := range []string{"Łukasz", "claims", pass} {
		if bytes.Contains(sealed, []byte(secret)) {
			t.Errorf("the locked file holds %q", secret)
		}
	}
	if !bytes.Contains(sealed, []byte(`"rounds":600000`)) {
		t.Error("the passphrase is not stretched as it must be")
	}
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return "file://" + path
	}
	b := browser(t, dir)
	if err := b.Go(write("locked.html", sealed)); err != nil {
		t.Fatal(err)
	}
	if got := answer(t, b, "wrong-horse"); !strings.HasPrefix(got, "This password does not open the file") {
		t.Errorf("a wrong password: %q", got)
	}
	picture(t, b, "locked.png")
	if got := answer(t, b, "  Correct horse – BATTERY staple "); got != "opened" {
		t.Fatalf("the right password: %q", got)
	}
	var shown struct{ Title, Name, Focus string }
	if err := b.Eval(`({Title: document.title, Name: document.getElementById("name").textContent, Focus: document.activeElement.tagName})`, &shown); err != nil {
		t.Fatal(err)
	}
	if shown.Title != "Your data" || shown.Name != "Łukasz" || shown.Focus != "H1" {
		t.Errorf("the open page: %+v", shown)
	}
	for _, c := range []struct {
		click, file string
		want        []byte
	}{
		{`document.getElementById("csv").click()`, "your claims.csv", []byte("\"a\",\"b\"\r\n")},
		{`document.querySelector("#opened button").click()`, "SAR-2026-0001.zip", plain},
	} {
		if err := b.Eval(c.click, nil); err != nil {
			t.Fatal(err)
		}
		if err := b.Downloaded(); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(dir, c.file)); err != nil || !bytes.Equal(got, c.want) {
			t.Errorf("%s was saved as %d bytes, want %d: %v", c.file, len(got), len(c.want), err)
		}
	}
	for _, url := range b.Requests {
		if !strings.HasPrefix(url, "file://") && !strings.HasPrefix(url, "blob:") {
			t.Errorf("the page asked for %s", url)
		}
	}

	i := bytes.LastIndex(sealed, []byte(`class="part">`)) + 200 // in the second part
	damaged := bytes.Clone(sealed)
	damaged[i] ^= 1
	if err := b.Go(write("damaged.html", damaged)); err != nil {
		t.Fatal(err)
	}
	if got := answer(t, b, pass); !strings.HasPrefix(got, "The file is damaged") {
		t.Errorf("a damaged file: %q", got)
	}
	if err := b.Go(write("short.html", sealed[:i])); err != nil {
		t.Fatal(err)
	}
	var short string
	if err := b.Eval(`document.getElementById("status").textContent + document.getElementById("go").disabled`, &short); err != nil || !strings.Contains(short, "did not arrive whole") || !strings.HasSuffix(short, "true") {
		t.Errorf("a file that ends early says %q: %v", short, err)
	}
}

// quick lets a test that opens no page do without the work of a passphrase.
func quick(t *testing.T) {
	rounds := htmlRounds
	htmlRounds = 1000
	t.Cleanup(func() { htmlRounds = rounds })
}

func TestHTMLTakesNoMoreThanABrowserCan(t *testing.T) {
	quick(t)
	w, err := HTML(io.Discard, samplePage, pass)
	if err != nil {
		t.Fatal(err)
	}
	w.(*htmlWriter).size = MaxHTML
	if _, err := w.Write([]byte{1}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("one byte too many: %v", err)
	}
	if err := w.Close(); !errors.Is(err, ErrTooLarge) {
		t.Errorf("closing after it: %v", err)
	}
}

func TestPageShowsNamesAsTheyAre(t *testing.T) {
	quick(t)
	page := samplePage
	page.Organisation = `<script>alert(1)</script>`
	page.File = `</script><b>`
	sealed := locked(t, nil, func(w io.Writer) (io.WriteCloser, error) { return HTML(w, page, pass) })
	if bytes.Contains(sealed, []byte("<script>alert")) || bytes.Contains(sealed, []byte("</script><b>")) {
		t.Error("a name is taken for markup")
	}
}
