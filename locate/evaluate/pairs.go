package evaluate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"time"

	"dossier/connectors/compare"
	"dossier/locate/linkage"
)

// PairsOptions say how a table is measured.
type PairsOptions struct {
	Key       []byte // of the counts of terms; any
	Untrained bool   // measure the documented defaults
	Sample    int    // how many rows are compared with all others, spread evenly; all when 0
	Show      int    // how many wrong and how many missed pairs are told
	Progress  func(done, rows int)
}

// PairsReport is how well pairs of rows are told apart.
type PairsReport struct {
	Rows        int     `json:"rows"`
	Compared    int     `json:"compared"` // pairs
	True        int     `json:"true"`     // pairs of one person
	Best        Point   `json:"best"`     // of the highest F1
	Certain     Point   `json:"certain"`
	Possible    Point   `json:"possible"`
	Recalls     []Point `json:"recalls"` // the highest recall at precision 1, 0.9999, 0.999, 0.99
	Bands       []Band  `json:"bands"`
	Wrong       []Pair  `json:"wrong"`       // the likeliest pairs of two people
	Missed      []Pair  `json:"missed"`      // the unlikeliest pairs of one person
	Comparisons float64 `json:"comparisons"` // a second
}

// Pair is two rows and what their comparison told.
type Pair struct {
	Left  Place    `json:"left"`
	Right Place    `json:"right"`
	Bits  float64  `json:"bits"`
	Words []string `json:"words"` // the evidence; no values
}

// Place is where a row stands.
type Place struct {
	File int `json:"file"` // from 0
	Line int `json:"line"`
}

// Precisions are those that a report tells the highest recall for.
var Precisions = []float64{1, .9999, .999, .99}

// Table is labelled rows, and what makes them labelled.
type Table struct {
	mapping *Mapping
	rows    []Row
	labels  map[[2]string]bool // nil: rows say whose they are
	whole   bool               // pairs without a label are two people's
}

// NewTable reads the files of a table, and the file of labelled pairs where the mapping names one.
func NewTable(m *Mapping, files []io.Reader, pairs io.Reader) (*Table, error) {
	t := &Table{mapping: m}
	for i, f := range files {
		rows, err := m.ReadTable(f, i)
		if err != nil {
			return nil, err
		}
		t.rows = append(t.rows, rows...)
	}
	if len(t.rows) < 2 {
		return nil, errors.New("the table has fewer than two rows")
	}
	var err error
	if m.Pairs != nil {
		t.labels, t.whole, err = m.readPairs(pairs)
	}
	return t, err
}

// label tells whether two rows are one person's, and whether that is known and asked.
func (t *Table) label(a, b *Row) (same, asked bool) {
	if t.mapping.Across && a.File == b.File {
		return false, false
	}
	if t.labels == nil {
		return a.Person != "" && a.Person == b.Person, true
	}
	same, known := t.labels[pairOf(a.ID, b.ID)]
	return same, known || t.whole
}

// Model returns the model that the table is measured with: trained on its rows, without their labels.
func (t *Table) Model(o PairsOptions) *linkage.Model {
	options := linkage.Options{Identifiers: t.mapping.Identifiers(), Region: t.mapping.Region}
	m := linkage.New(options)
	if o.Untrained {
		return m
	}
	options.Training = m.Train(t.entries(m), o.Key)
	return linkage.New(options)
}

func (t *Table) entries(m *linkage.Model) []*linkage.Entry {
	reader := m.NewReader()
	entries := make([]*linkage.Entry, len(t.rows))
	for i := range t.rows {
		reader.Begin()
		for _, v := range t.rows[i].values {
			if f, ok := m.Field(v.identifier); ok {
				reader.Add(f, compare.Text, []byte(v.text))
			}
		}
		entries[i] = reader.Detach()
	}
	return entries
}

func (t *Table) subject(m *linkage.Model, row int) *linkage.Subject {
	s := m.NewSubject()
	for _, v := range t.rows[row].values {
		if f, ok := m.Field(v.identifier); ok {
			s.Add(f, v.text)
		}
	}
	return s
}

// compared is what one goroutine found.
type compared struct {
	curve         Curve
	pairs         int
	wrong, missed []indexed
}

type indexed struct {
	bits float64
	a, b int
}

// Measure compares every row with every other and tells how well they are told apart.
func (t *Table) Measure(ctx context.Context, o PairsOptions) (*PairsReport, error) {
	m := t.Model(o)
	entries := t.entries(m)
	var rows []int
	step := 1.0
	if o.Sample > 0 && o.Sample < len(t.rows) {
		step = float64(len(t.rows)) / float64(o.Sample)
	}
	for x := 0.0; int(x) < len(t.rows); x += step {
		rows = append(rows, int(x))
	}
	started := time.Now()
	var mu sync.Mutex
	var whole compared
	var all sync.WaitGroup
	next := make(chan int)
	done := 0
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			var mine compared
			for i := range next {
				t.row(m, entries, i, step == 1, &mine)
				mu.Lock()
				if done++; o.Progress != nil && done%100 == 0 {
					o.Progress(done, len(rows))
				}
				mu.Unlock()
			}
			mu.Lock()
			defer mu.Unlock()
			whole.curve.Join(&mine.curve)
			whole.pairs += mine.pairs
			whole.wrong = append(whole.wrong, mine.wrong...)
			whole.missed = append(whole.missed, mine.missed...)
		})
	}
	for _, i := range rows {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	all.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := &PairsReport{Rows: len(t.rows), Compared: whole.pairs, True: whole.curve.True(), Best: whole.curve.Best(), Certain: whole.curve.At(linkage.CertainBits),
		Possible: whole.curve.At(linkage.PossibleBits), Bands: whole.curve.Bands(), Wrong: []Pair{}, Missed: []Pair{}}
	if s := time.Since(started).Seconds(); s > 0 {
		r.Comparisons = float64(whole.pairs) / s
	}
	for _, p := range Precisions {
		r.Recalls = append(r.Recalls, whole.curve.Recall(p))
	}
	slices.SortFunc(whole.wrong, func(a, b indexed) int { return cmp.Compare(b.bits, a.bits) })
	slices.SortFunc(whole.missed, func(a, b indexed) int { return cmp.Compare(a.bits, b.bits) })
	for _, p := range whole.wrong[:min(o.Show, len(whole.wrong))] {
		r.Wrong = append(r.Wrong, t.explain(m, entries, p))
	}
	for _, p := range whole.missed[:min(o.Show, len(whole.missed))] {
		r.Missed = append(r.Missed, t.explain(m, entries, p))
	}
	return r, nil
}

// noted is how many pairs a goroutine keeps for showing.
const noted = 5000

// row compares one row with the others: those before it where each row has its turn, else all.
func (t *Table) row(m *linkage.Model, entries []*linkage.Entry, i int, each bool, found *compared) {
	s := t.subject(m, i)
	var c linkage.Comparison
	for j := range entries {
		if each && j >= i {
			return
		}
		same, asked := t.label(&t.rows[i], &t.rows[j])
		if i == j || !asked {
			continue
		}
		found.pairs++
		bits := m.Score(s, entries[j], &c)
		if same || bits > lowest {
			found.curve.Add(bits, same)
		}
		if !same && bits > 0 && len(found.wrong) < noted {
			found.wrong = append(found.wrong, indexed{bits, i, j})
		}
		if same && bits < linkage.CertainBits && len(found.missed) < noted {
			found.missed = append(found.missed, indexed{bits, i, j})
		}
	}
}

func (t *Table) explain(m *linkage.Model, entries []*linkage.Entry, p indexed) Pair {
	a, b := &t.rows[p.a], &t.rows[p.b]
	out := Pair{Left: Place{a.File, a.Line}, Right: Place{b.File, b.Line}}
	s := t.subject(m, p.a)
	var c linkage.Comparison
	out.Bits = m.ScoreWhole(s, entries[p.b], &c)
	for _, e := range m.Explain(s, &c) {
		out.Words = append(out.Words, fmt.Sprintf("%+.1f %s", e.Bits, e.Words))
	}
	return out
}
