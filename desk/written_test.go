package desk

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestWrittenFiles(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	record(t, d)
	dir := t.TempDir()
	for _, test := range []struct {
		name, begins, has string
		write             func(path string) error
	}{
		{"processing.md", "# Record of processing activities", "## QLMS", func(path string) error { return d.WriteProcessings(t.Context(), path) }},
		{"processing.csv", "Title,System,Our role", "QLMS,qlms,controller", func(path string) error { return d.WriteProcessings(t.Context(), path) }},
		{"processing.json", `{"type":"processing","id":"qlms"`, "}\n{", func(path string) error { return d.WriteProcessings(t.Context(), path) }},
		{"figures.txt", "Requests since the beginning", "Outcomes: none yet", func(path string) error { return d.WriteFigures(t.Context(), 0, 0, path) }},
		{"figures.JSON", `{"type":"report"`, `"received":1`, func(path string) error { return d.WriteFigures(t.Context(), 0, 0, path) }},
		{"proof.json", `{"type":"proof"`, "request recorded", func(path string) error { _, err := d.WriteProof(t.Context(), 1, path); return err }},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(dir, test.name)
			if err := test.write(path); err != nil {
				t.Fatal(err)
			}
			b, err := os.ReadFile(path)
			if err != nil || !strings.HasPrefix(string(b), test.begins) || !strings.Contains(string(b), test.has) {
				t.Errorf("%v\n%s", err, b)
			}
			if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
				t.Errorf("%v, %v", info.Mode(), err)
			}
			if err := test.write(path); err == nil {
				t.Error("a file was written over")
			}
		})
	}
	report, err := d.VerifyLog(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if e, err := VerifyProof(filepath.Join(dir, "proof.json"), report.Key); err != nil || e.Seq != 1 {
		t.Errorf("%+v, %v", e, err)
	}
	if _, err := d.WriteProof(t.Context(), 4711, filepath.Join(dir, "none")); err == nil {
		t.Error("an entry that is not there was proved")
	}
	page, err := d.LogBack(t.Context(), "", 0, 0, 1)
	if err != nil || page.Total != 1 || len(page.Entries) != 1 || page.Entries[0].Seq != page.Upto {
		t.Errorf("%+v, %v", page, err)
	}
}
