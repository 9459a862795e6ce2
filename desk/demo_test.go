package desk

import (
	"path/filepath"
	"testing"
)

// The demo goes the whole way on real files: found through at least one pivot in at least five systems, written and verified.
func TestDemo(t *testing.T) {
	dir := t.TempDir()
	d, id, err := OpenDemo(t.Context(), Demo{Dir: dir, People: 20, Seed: 1, Operator: "Pat"})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	got, err := gather(d.Locate(t.Context(), id))
	if err != nil {
		t.Fatal(err)
	}
	systems, pivots := map[string]bool{}, 0
	for _, e := range got["match"] {
		m := e.(Match)
		if m.Included() {
			systems[m.Record.Ref.System] = true
			pivots += len(m.Path)
		}
	}
	if len(systems) < 5 || pivots == 0 {
		t.Errorf("found in %d systems, through %d pivots", len(systems), pivots)
	}
	path := filepath.Join(dir, "package.zip")
	approveRelease(t, d, id)
	if _, err := gather(d.Export(t.Context(), id, path)); err != nil {
		t.Fatal(err)
	}
	if r, err := VerifyPackage(t.Context(), path, "", nil); err != nil || len(r.Problems) > 0 || r.Records == 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := gather(d.Check(t.Context())); err != nil {
		t.Error(err)
	}
}
