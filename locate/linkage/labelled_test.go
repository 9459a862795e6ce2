//go:build !race

// Twelve million comparisons take too long under the race detector; the plain run makes them.

package linkage_test

import (
	"cmp"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/locate/linkage"
)

// labelled opens a file of labelled people. In CI it must be there.
func labelled(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open("../../../shared/match/" + name)
	if os.IsNotExist(err) && os.Getenv("CI") == "" {
		t.Skipf("SKIPPED, quality is not measured: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.TrimLeadingSpace = true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestFEBRL3 compares all 12.5 million pairs of FEBRL's third file without its social-security number, trained without labels.
func TestFEBRL3(t *testing.T) {
	rows := labelled(t, "dataset3.csv")[1:]
	ids := identifiers(t)
	for _, name := range []string{"region", "locality"} {
		ids = append(ids, connectors.Identifier{Name: name, Title: name, Strength: connectors.Weak, How: compare.Folded})
	}
	var people []string
	read := func(m *linkage.Model) []*linkage.Subject {
		var records []*linkage.Subject
		people = people[:0]
		for _, r := range rows {
			s := m.NewSubject()
			for kind, text := range map[string]string{"given_name": r[1], "family_name": r[2], "address": strings.Join(r[3:6], ", "), "locality": r[5], "town": r[6],
				"postcode": r[7], "region": r[8], "birth_date": r[9]} {
				s.Add(field(t, m, kind), text)
			}
			records = append(records, s)
			people = append(people, strings.Split(r[0], "-")[1])
		}
		return records
	}
	start := linkage.New(linkage.Options{Identifiers: ids})
	m := linkage.New(linkage.Options{Identifiers: ids, Training: start.Train(read(start), []byte("a key for the test"))})
	records := read(m)

	type pair struct {
		bits float64
		same bool
	}
	var pairs []pair
	truth := 0
	var mu sync.Mutex
	var work sync.WaitGroup
	for w := range 2 {
		work.Go(func() {
			var mine []pair
			same := 0
			var c linkage.Comparison
			for i := w; i < len(records); i += 2 {
				for j := range i {
					p := pair{m.Score(records[i], &records[j].Entry, &c), people[i] == people[j]}
					if p.same {
						same++
					}
					if p.bits > -14 {
						mine = append(mine, p)
					}
				}
			}
			mu.Lock()
			defer mu.Unlock()
			pairs = append(pairs, mine...)
			truth += same
		})
	}
	work.Wait()
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(b.bits, a.bits) })
	right, wrong := 0, 0
	best, clean := 0.0, 0.0
	for _, p := range pairs {
		if p.same {
			right++
		} else {
			wrong++
		}
		if wrong == 0 {
			clean = float64(right) / float64(truth)
		}
		best = max(best, 2*float64(right)/float64(right+wrong+truth))
	}
	t.Logf("%d true pairs: F1 %.5f, recall at precision 1 %.5f", truth, best, clean)
	if truth != 6538 || best < .9995 || clean < .998 {
		t.Errorf("%d true pairs: F1 %.5f, want 0.9995; recall at precision 1 %.5f, want 0.998", truth, best, clean)
	}
}
