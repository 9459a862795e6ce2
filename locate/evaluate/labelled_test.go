//go:build !race

// Thirty million comparisons take too long under the race detector; the plain run makes them.

package evaluate_test

import (
	"io"
	"os"
	"testing"

	"dossier/locate/evaluate"
)

// labelled opens a file of labelled people. In CI it must be there.
func labelled(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open("../../../shared/match/" + name)
	if os.IsNotExist(err) && os.Getenv("CI") == "" {
		t.Skipf("SKIPPED, THE QUALITY OF MATCHING IS NOT MEASURED: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestLabelledPeople compares every record of files of labelled people with every other. Training sees no labels. The second file of
// FEBRL, which is like the third and easier, has its turn in the full measurement only.
func TestLabelledPeople(t *testing.T) {
	for _, c := range []struct {
		file, mapping, pairs string
		truth                int     // how many pairs of one person there are
		f1, recall, at       float64 // floors: the best F1, and the recall at a precision
	}{
		{"dataset1.csv", "febrl.toml", "", 500, .999, .998, 1},
		{"dataset2.csv", "febrl.toml", "", 1934, .999, .995, .999},
		{"dataset3.csv", "febrl.toml", "", 6538, .9995, .998, 1},
		{"fake_1000.csv", "fake_1000.toml", "", 2031, .92, .85, .99},
		{"fake_1000.csv", "fake_1000_pairs.toml", "fake_1000_labels.csv", 2031, .985, .975, .99},
	} {
		if c.file == "dataset2.csv" && !full {
			continue
		}
		t.Run(c.mapping+" "+c.file, func(t *testing.T) {
			table := labelled(t, c.file)
			text, err := os.ReadFile("testdata/" + c.mapping)
			if err != nil {
				t.Fatal(err)
			}
			mapping, err := evaluate.ReadMapping(text)
			if err != nil {
				t.Fatal(err)
			}
			var pairs io.Reader
			if c.pairs != "" {
				pairs = labelled(t, c.pairs)
			}
			people, err := evaluate.NewTable(mapping, []io.Reader{table}, pairs)
			if err != nil {
				t.Fatal(err)
			}
			r, err := people.Measure(t.Context(), evaluate.PairsOptions{Key: []byte("a key for the test"), Show: 20})
			if err != nil {
				t.Fatal(err)
			}
			best := evaluate.Point{}
			for i, p := range evaluate.Precisions {
				if p == c.at {
					best = r.Recalls[i]
				}
			}
			t.Logf("%d of %d pairs: F1 %.5f at %.1f bits, recall %.5f at precision %g; certain %+v; possible %+v", r.True, r.Compared, r.Best.F1, r.Best.Bits, best.Recall, c.at, r.Certain, r.Possible)
			for _, b := range r.Bands {
				t.Logf("%+v", b)
			}
			for _, p := range append(r.Wrong, r.Missed...) {
				t.Logf("%+v", p)
			}
			if r.True != c.truth || r.Best.F1 < c.f1 || best.Recall < c.recall {
				t.Errorf("%d true pairs, want %d: F1 %.5f, want %g; recall %.5f at precision %g, want %g", r.True, c.truth, r.Best.F1, c.f1, best.Recall, c.at, c.recall)
			}
		})
	}
}
