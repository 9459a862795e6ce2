package evaluate

import (
	"context"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"dossier/connectors"
	"dossier/locate"
)

// Found is what a search says of one record.
type Found struct {
	Ref     connectors.Ref
	Certain bool
	Child   bool    // it belongs to a record that is the person's
	Score   float64 // 0 to 1
	Words   string  // the evidence; no values
}

// Searching begins the search for a person.
type Searching func(p Person) Search

// Search searches for one person whose matches somebody decides about, and tells what it found and what it could not search. It is called
// again once more is decided.
type Search func(ctx context.Context, decided func(connectors.Ref) locate.Decision) (found []Found, gaps []string, err error)

// Through returns a search of all systems of a register, as a request makes it.
func Through(register *connectors.Register, options locate.Options) Searching {
	search := func(ctx context.Context, p Person, decided func(connectors.Ref) locate.Decision) ([]Found, []string, error) {
		options := options
		options.Decided = decided
		last := map[string]Found{}
		var gaps []string
		for e := range locate.Search(ctx, register, p.subject(register), options) {
			switch e := e.(type) {
			case locate.Match:
				f := Found{Ref: e.Record.Ref, Certain: e.Certain, Child: e.Parent != nil, Score: e.Score}
				var words []string
				for _, ev := range e.Evidence {
					words = append(words, fmt.Sprintf("%s (%+.1f)", ev.Words, ev.Bits))
				}
				f.Words = strings.Join(words, ", ")
				last[e.Record.Ref.ID()] = f
			case locate.Coverage:
				for _, g := range e.Gaps {
					gaps = append(gaps, e.Title+": "+g.Error())
				}
			}
		}
		return slices.Collect(maps.Values(last)), gaps, ctx.Err()
	}
	return func(p Person) Search {
		return func(ctx context.Context, decided func(connectors.Ref) locate.Decision) ([]Found, []string, error) {
			return search(ctx, p, decided)
		}
	}
}

// sittings is how often somebody decides and searches again before they give up.
const sittings = 12

// outcome is what came of the search for one person.
type outcome struct {
	person    *Person
	found     map[string]Found // as it was last told
	first     map[string]Found // as it was first told
	decisions int              // how many records a data protection officer had to look at
	searches  int
	gaps      []string
}

// work searches for a person as a data protection officer who never errs does: they accept what is the person's of the possible
// matches, reject what is not, and search again until nothing new appears.
func work(ctx context.Context, p *Person, begin Searching) (outcome, error) {
	search := begin(*p)
	own := map[string]bool{}
	for i := range p.Records {
		own[p.Records[i].ID()] = true
	}
	o := outcome{person: p, found: map[string]Found{}, first: map[string]Found{}}
	decided := map[string]locate.Decision{}
	for range sittings {
		o.searches++
		found, gaps, err := search(ctx, func(ref connectors.Ref) locate.Decision { return decided[ref.ID()] })
		if err != nil {
			return o, err
		}
		o.gaps = append(o.gaps, gaps...)
		fresh := 0
		for _, f := range found {
			id := f.Ref.ID()
			if known, ok := o.found[id]; !ok || !known.Certain {
				o.found[id] = f
			}
			if _, ok := o.first[id]; !ok {
				o.first[id] = f
			}
			if f.Certain || decided[id] != locate.Undecided {
				continue
			}
			decided[id] = locate.Rejected
			if own[id] {
				decided[id] = locate.Accepted
				fresh++
			}
			o.decisions++
		}
		if fresh == 0 {
			break
		}
	}
	return o, nil
}

// Measure measures a search for each of the people. The truth names everybody, so that it is known whose a wrong record is.
func Measure(ctx context.Context, truth, people []Person, search Searching, progress func(done int)) (*Report, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := newReport(truth)
	var mu sync.Mutex
	var failed error
	var all sync.WaitGroup
	next := make(chan *Person)
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for p := range next {
				o, err := work(ctx, p, search)
				mu.Lock()
				if err != nil && failed == nil {
					failed = err
					cancel()
				} else if err == nil {
					r.add(o)
					if progress != nil {
						progress(r.People)
					}
				}
				mu.Unlock()
			}
		})
	}
	for i := range people {
		select {
		case next <- &people[i]:
		case <-ctx.Done():
		}
	}
	close(next)
	all.Wait()
	if failed != nil {
		return nil, failed
	}
	r.finish()
	return r, nil
}
