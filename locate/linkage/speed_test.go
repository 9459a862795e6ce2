package linkage

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// crowd makes records of people of few names and places, so that many are somewhat alike.
func crowd(n int) []map[string]string {
	dice := rand.New(rand.NewPCG(1, 2))
	pick := func(words string) string {
		list := strings.Fields(words)
		return list[dice.IntN(len(list))]
	}
	people := make([]map[string]string, n)
	for i := range people {
		given := pick("Catherine Kathy Caroline Thomas Tom Theresa Tess Robert Bob Mohammed Zoë Siân Ian Alexandra Sandra Priya Wei J")
		family := pick("King Kings Thompson Thomson Tompson Müller Mueller Smith Smythe-Jones Jones O'Brien Featherstonehaugh Patel Roberts Robertson Harris Harrison Walker")
		p := map[string]string{
			"membership_number": fmt.Sprintf("M%06d", 100000+dice.IntN(50000)), "given_name": given, "family_name": family,
			"birth_date": fmt.Sprintf("%d-%02d-%02d", 1930+dice.IntN(75), 1+dice.IntN(12), 1+dice.IntN(28)),
			"email":      strings.ToLower(given+"."+family) + fmt.Sprint(dice.IntN(100)) + "@example." + pick("com org net"),
			"phone":      fmt.Sprintf("07700 900%03d", dice.IntN(1000)),
			"postcode":   fmt.Sprintf("%s%d %d%c%c", pick("LS YO CF BS SG"), 1+dice.IntN(20), dice.IntN(10), 'A'+dice.IntN(20), 'A'+dice.IntN(20)),
			"address":    fmt.Sprintf("%d %s %s", 1+dice.IntN(150), pick("Station High Orchard Church Victoria Mill Park"), pick("Road Street Lane Rd St Close")),
			"town":       pick("Leeds York Cardiff Bristol Stevenage"),
		}
		for kind := range p {
			if kind != "family_name" && dice.IntN(5) == 0 {
				delete(p, kind)
			}
		}
		people[i] = p
	}
	return people
}

func modelOfCrowd(tb testing.TB) *Model {
	tb.Helper()
	r, err := connectors.Parse([]byte("version = 1\n[organisation]\nname = \"o\"\ncontact = \"c\"\nclock = \"england-and-wales\"\n"), nil)
	if err != nil {
		tb.Fatal(err)
	}
	return New(Options{Identifiers: append(r.Identifiers, connectors.Identifier{Name: "town", Title: "town", Strength: connectors.Weak, How: compare.Folded})})
}

func readOne(m *Model, r *Reader, person map[string]string) *Entry {
	r.Begin()
	for kind, text := range person {
		f, _ := m.Field(kind)
		r.Add(f, compare.Text, []byte(text))
	}
	return r.Entry()
}

// A score that is told is that of every kind compared and added up, whatever was left out on the way.
func TestScoreLeavesNothingOutThatMatters(t *testing.T) {
	m := modelOfCrowd(t)
	people := crowd(600)
	reader := m.NewReader()
	var entries []*Entry
	for _, p := range people {
		readOne(m, reader, p)
		entries = append(entries, reader.Detach())
	}
	told := 0
	for i := range 100 {
		s := m.NewSubject()
		for kind, text := range people[i] {
			f, _ := m.Field(kind)
			s.Add(f, text)
		}
		for j, e := range entries {
			var fast, plain Comparison
			m.Score(s, e, &fast)
			want := m.ScoreWhole(s, e, &plain)
			if want > hopeless != (fast.Bits > hopeless) || want > hopeless && (fast.Bits != want || fast.levels != plain.levels) {
				t.Fatalf("%v and %v: %.3f bits, want %.3f", people[i], people[j], fast.Bits, want)
			}
			if want > hopeless {
				told++
			}
		}
	}
	if told < 50 {
		t.Errorf("only %d pairs were looked at closely", told)
	}
}

// BenchmarkComparisons compares one subject with a table of ten thousand records on one core: read before, read from their text each
// time, and field by field as a first program would do it.
func BenchmarkComparisons(b *testing.B) {
	m := modelOfCrowd(b)
	people := crowd(10_001)
	subject, people := people[0], people[1:]
	s := m.NewSubject()
	type field struct {
		f    Field
		text []byte
	}
	for kind, text := range subject {
		f, _ := m.Field(kind)
		s.Add(f, text)
	}
	reader := m.NewReader()
	var entries []*Entry
	var texts [][]field
	for _, p := range people {
		readOne(m, reader, p)
		entries = append(entries, reader.Detach())
		var fields []field
		for kind, text := range p {
			f, _ := m.Field(kind)
			fields = append(fields, field{f, []byte(text)})
		}
		texts = append(texts, fields)
	}
	var c Comparison
	each := func(name string, compare func(i int)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				compare(n % len(people))
				n++
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "comparisons/s")
		})
	}
	each("read before", func(i int) { m.Score(s, entries[i], &c) })
	each("read each time", func(i int) {
		reader.Begin()
		for _, f := range texts[i] {
			reader.Add(f.f, compare.Text, f.text)
		}
		m.Score(s, reader.Entry(), &c)
	})
	each("plain", func(i int) {
		likenesses := 0.0
		for kind, text := range people[i] {
			x, y := []byte(strings.ToLower(text)), []byte(strings.ToLower(subject[kind]))
			likenesses += plainJaroWinkler(x, y) - float64(editsOfBytes(x, y))
		}
		plainSum += likenesses
	})
}

var plainSum float64 // keeps the plain comparisons from being left out
