package export

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"dossier/internal/chromium"
)

const spokenWords = "correct-horse-battery-staple"

// need returns a program that must be there in CI.
func need(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed: scripts/needs installs it", names[0])
	}
	t.Skipf("SKIPPED: %s is not installed: scripts/needs installs it", names[0])
	return ""
}

// sealed writes a package into a folder and returns the file.
func sealed(t *testing.T, dir string, p Package, s Sealing) string {
	t.Helper()
	path := filepath.Join(dir, "sealed"+s.Lock.Extension())
	if _, err := WriteSealed(context.Background(), path, p, s); err != nil {
		t.Fatal(err)
	}
	return path
}

func ran(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return out
}

func TestWhatIsSealedOpensToTheSamePackage(t *testing.T) {
	p := papers(t, false)
	want := pack(t, p)
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		s    Sealing
		open func(t *testing.T, dir, file string) []byte
	}{
		{"age for a recipient", Sealing{Lock: LockAge, To: []string{id.Recipient().String()}}, func(t *testing.T, _, file string) []byte {
			f, err := os.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			r, err := age.Decrypt(f, id)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}},
		{"zip", Sealing{Lock: LockZIP, Passphrase: spokenWords}, func(t *testing.T, dir, file string) []byte {
			ran(t, need(t, "7zz", "7z"), "x", "-p"+spokenWords, "-o"+dir, "-y", file)
			b, err := os.ReadFile(filepath.Join(dir, "SAR-2026-0001.zip"))
			if err != nil {
				t.Fatal(err)
			}
			return b
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			file := sealed(t, dir, p, c.s)
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(b, []byte("zoe@example.org")) || bytes.Contains(b, []byte("index.html")) {
				t.Error("the sealed file shows what is in it")
			}
			if got := c.open(t, dir, file); !bytes.Equal(got, want) {
				t.Errorf("opened, it has %d bytes, want %d", len(got), len(want))
			}
			if left, _ := filepath.Glob(filepath.Join(dir, ".package-*")); left != nil {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

func TestSealedPDFHoldsEveryFile(t *testing.T) {
	dir := t.TempDir()
	detach, text := need(t, "pdfdetach"), need(t, "pdftotext")
	p := papers(t, false)
	file := sealed(t, dir, p, Sealing{Lock: LockPDF, Passphrase: spokenWords})
	if out := ran(t, text, "-upw", spokenWords, file, "-"); !bytes.Contains(out, []byte("Level 2 Light Vehicle Maintenance")) {
		t.Errorf("the PDF does not show the report:\n%s", out)
	}
	if out := ran(t, need(t, "qpdf"), "--password="+spokenWords, "--check", file); bytes.Contains(out, []byte("WARNING")) {
		t.Errorf("qpdf: %s", out)
	}
	if out := ran(t, need(t, "qpdf"), "--password="+spokenWords, "--list-attachments", file); bytes.Count(out, []byte("->")) < 11 {
		t.Errorf("qpdf lists: %s", out)
	}
	var list []string
	for line := range strings.Lines(string(ran(t, detach, "-upw", spokenWords, "-list", file))) {
		if _, name, found := strings.Cut(strings.TrimSpace(line), ": "); found {
			list = append(list, name)
		}
	}
	p.Papers.Formats = []Format{Workbook, Letter}
	names, files := unpack(t, pack(t, p))
	for _, name := range names {
		i := slices.Index(list, name)
		if i < 0 {
			t.Errorf("%s is not attached: %q", name, list)
			continue
		}
		to := filepath.Join(dir, "attached")
		ran(t, detach, "-upw", spokenWords, "-save", fmt.Sprint(i+1), "-o", to, file)
		if b, err := os.ReadFile(to); err != nil || !bytes.Equal(b, files[name]) {
			t.Errorf("%s is attached with %d bytes, want %d: %v", name, len(b), len(files[name]), err)
		}
	}
}

func TestSealingsThatCannotBe(t *testing.T) {
	for name, s := range map[string]Sealing{
		"no such way":         {Lock: "rot13", Passphrase: spokenWords},
		"no passphrase":       {Lock: LockZIP},
		"a key for a ZIP":     {Lock: LockZIP, To: []string{"age1x"}},
		"a key that is none":  {Lock: LockAge, To: []string{"age1x"}},
		"a key and no lock":   {To: []string{"age1x"}},
		"an unlocked package": {Lock: "none"},
	} {
		path := filepath.Join(t.TempDir(), "package")
		if _, err := WriteSealed(context.Background(), path, sample(t), s); err == nil {
			t.Errorf("%s: no error", name)
		}
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("%s: a file was written", name)
		}
	}
	if _, err := (&limited{io.Discard, 2}).Write([]byte("abc")); !errors.Is(err, ErrTooLarge) {
		t.Errorf("one byte too many: %v", err)
	}
}

// rulesOf returns axe-core's script, which scripts/needs puts into the cache.
func rulesOf(t *testing.T) string {
	t.Helper()
	cache := os.Getenv("XDG_CACHE_HOME")
	if cache == "" {
		cache = filepath.Join(os.Getenv("HOME"), ".cache")
	}
	found, _ := filepath.Glob(filepath.Join(cache, "dossier-tests", "axe-*", "node_modules", "axe-core", "axe.min.js"))
	if len(found) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("axe-core is not installed: scripts/needs installs it")
		}
		t.Skip("SKIPPED: axe-core is not installed: scripts/needs installs it")
	}
	b, err := os.ReadFile(found[len(found)-1])
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// violations runs every rule of axe-core on the page as it stands.
func violations(t *testing.T, b *chromium.Browser, rules, what string) {
	t.Helper()
	if err := b.Eval(rules+"\n;0", nil); err != nil {
		t.Fatal(err)
	}
	var found struct {
		Passes     int
		Violations []struct {
			ID, Help string
			Nodes    []struct{ HTML, FailureSummary string }
		}
	}
	if err := b.Eval(`axe.run(document).then(r => ({Passes: r.passes.length, Violations: r.violations.map(v => ({ID: v.id, Help: v.help, Nodes: v.nodes.map(n => ({HTML: n.html, FailureSummary: n.failureSummary}))}))}))`, &found); err != nil {
		t.Fatal(err)
	}
	if found.Passes < 10 {
		t.Errorf("%s: only %d rules were kept: did the page show?", what, found.Passes)
	}
	for _, v := range found.Violations {
		nodes, _ := json.Marshal(v.Nodes)
		t.Errorf("%s: %s (%s): %s", what, v.ID, v.Help, nodes)
	}
	if t.Failed() || os.Getenv("DOSSIER_KEEP") != "" {
		png, err := b.Picture()
		if err != nil {
			t.Fatal(err)
		}
		keepFile(t, strings.ReplaceAll(what, " ", "-")+".png", png)
	}
}

func TestPagesAreAccessible(t *testing.T) {
	rules := rulesOf(t)
	path, err := chromium.Find()
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("SKIPPED: " + err.Error())
	}
	dir := t.TempDir()
	b, err := chromium.Start(path, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	show := func(file string, dark bool) {
		t.Helper()
		if err := errors.Join(b.Dark(dark), b.Go("file://"+file)); err != nil {
			t.Fatal(err)
		}
	}
	for name, large := range map[string]bool{"the report": false, "the report in large print and the dark": true} {
		_, files := unpack(t, pack(t, papers(t, large)))
		page := filepath.Join(dir, "index.html")
		if err := os.WriteFile(page, files[reportName], 0o600); err != nil {
			t.Fatal(err)
		}
		show(page, large)
		violations(t, b, rules, name)
	}
	file := sealed(t, dir, papers(t, false), Sealing{Lock: LockHTML, Passphrase: spokenWords})
	show(file, false)
	open(t, b, "wrong")
	violations(t, b, rules, "the page after a wrong password")
	show(file, true)
	violations(t, b, rules, "the locked page in the dark")
	open(t, b, spokenWords)
	violations(t, b, rules, "the opened page in the dark")
	var shown struct {
		Text   string
		Styled bool
	}
	if err := b.Eval(`({Text: document.body.innerText, Styled: getComputedStyle(document.querySelector("caption")).fontWeight === "600"})`, &shown); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(shown.Text, "Level 2 Light Vehicle Maintenance") || !shown.Styled {
		t.Errorf("the opened page does not show the report, or not as it looks: %v", shown.Styled)
	}
}

// open types words into the locked page and waits for what comes of it.
func open(t *testing.T, b *chromium.Browser, words string) {
	t.Helper()
	if err := b.Eval(`new Promise(done => {
		document.getElementById("wrong").textContent = "";
		new MutationObserver(() => {
			if (document.getElementById("opened") || document.getElementById("wrong").textContent) done();
		}).observe(document.body, {childList: true, subtree: true});
		document.getElementById("words").value = "`+words+`";
		document.getElementById("go").click();
	})`, nil); err != nil {
		t.Fatal(err)
	}
}
