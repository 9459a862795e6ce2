package connectortest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// patience is how long the suite waits for something that must come at once: a second by the contract,
// and a minute for machines that have other things to do.
var patience = time.Minute

func readCases() []Case {
	return []Case{
		{Name: "a read never writes", What: "after every kind of query the system holds what it held, to the byte",
			run: runReadOnly},
		{Name: "an index is used", What: "Equal on a field that Describe calls indexed does not yield the whole table", Needs: []Ability{Indexes},
			run: runIndexed},
		{Name: "stop early", What: "a Find that is left after its first record holds nothing up",
			run: func(ctx context.Context, b *bench) error {
				s, many, err := b.many(ctx)
				if err != nil {
					return err
				}
				for range 50 {
					if f, err := s.findWhile(ctx, connectors.Query{Entity: many}, never); err != nil || f.err != nil {
						return errors.Join(err, f.err)
					}
				}
				_, err = s.all(ctx, connectors.Query{Entity: many})
				return err
			}},
		{Name: "several finds at once", What: "one connector serves several searches at the same time",
			run: func(ctx context.Context, b *bench) error {
				s, people, err := b.people(ctx)
				if err != nil {
					return err
				}
				ctx, cancel := context.WithTimeout(ctx, patience)
				defer cancel()
				g, ctx := errgroup.WithContext(ctx)
				meet := make(chan struct{})
				for range 2 {
					g.Go(func() error {
						first := true
						f, err := s.findWhile(ctx, connectors.Query{Entity: people.Name}, func(connectors.Record) bool {
							if first {
								first = false
								select { // each goes on once the other runs too
								case meet <- struct{}{}:
								case <-meet:
								case <-ctx.Done():
								}
							}
							return true
						})
						if err == nil && f.err == nil {
							err = b.world.same(f.records, connectors.Query{Entity: people.Name}, nil)
						}
						return errors.Join(err, f.err)
					})
				}
				for _, text := range []string{"Smith", "O'Brien", "abc", "%", "Jose", "0"} {
					g.Go(func() error {
						_, err := s.all(ctx, query(people.Name, term(people.Fields[atFamily].Name, compare.Equal, text)))
						return err
					})
				}
				return g.Wait()
			}},
		{Name: "a find within a find", What: "a search can be made while the records of another are being looked at",
			run: func(ctx context.Context, b *bench) error {
				s, people, err := b.people(ctx)
				if err != nil {
					return err
				}
				ctx, cancel := context.WithTimeout(ctx, patience)
				defer cancel()
				n := 0
				var inner error
				f, err := s.findWhile(ctx, connectors.Query{Entity: people.Name}, func(r connectors.Record) bool {
					n++
					_, inner = s.one(ctx, people.Name, r.Ref.Place, r.Ref.Key...)
					return inner == nil && n < 20
				})
				return errors.Join(err, f.err, inner)
			}},
		{Name: "close during a find", What: "Close ends a Find that runs, with an error; a closed connector searches nothing",
			run: runClose},
		{Name: "cancel before a find", What: "a cancelled context yields no record and its own error",
			run: func(ctx context.Context, b *bench) error {
				s, many, err := b.many(ctx)
				if err != nil {
					return err
				}
				cancelled, cancel := context.WithCancel(ctx)
				cancel()
				f, err := s.find(cancelled, connectors.Query{Entity: many})
				if err == nil && len(f.records) > 0 {
					err = violated("%d records after the search was cancelled", len(f.records))
				}
				return errors.Join(err, wasCancelled(f.err, context.Canceled))
			}},
		{Name: "cancel during a find", What: "a Find whose context is cancelled ends with the context's error, and the connector goes on working",
			run: func(ctx context.Context, b *bench) error {
				s, many, err := b.many(ctx)
				if err != nil {
					return err
				}
				cancellable, cancel := context.WithCancel(ctx)
				defer cancel()
				f, err := s.findWhile(cancellable, connectors.Query{Entity: many}, func(connectors.Record) bool { cancel(); return true })
				if err := errors.Join(err, wasCancelled(f.err, context.Canceled)); err != nil {
					return fmt.Errorf("after %d records: %w", len(f.records), err)
				}
				_, err = s.all(ctx, query(many, term("number", compare.Equal, "M-100007")))
				return err
			}},
		{Name: "goroutines end", What: "a closed connector leaves no goroutine behind, after complete, early left and cancelled searches",
			run: runGoroutines},
	}
}

func never(connectors.Record) bool { return false }

// many starts on Many and returns its entity.
func (b *bench) many(ctx context.Context) (*session, string, error) {
	data := Many(b.limits)
	s, err := b.start(ctx, data)
	return s, data.Entities[0].Name, err
}

// wasCancelled returns an error unless err is the context's.
func wasCancelled(err, want error) error {
	switch {
	case err == nil:
		return violated("the search was cancelled and ended in silence")
	case !errors.Is(err, want):
		return violated("the search was cancelled and ended with an error that is not the context's: %w", err)
	}
	return nil
}

func runReadOnly(ctx context.Context, b *bench) error {
	for _, data := range []Dataset{People(b.limits), Typed(b.limits)} {
		if err := b.seed(ctx, data); err != nil {
			return err
		}
		before, err := b.Dump(ctx)
		if err != nil {
			return err
		}
		s, err := b.connect(ctx, NoFault)
		if err != nil {
			return err
		}
		if _, err := s.describe(ctx); err != nil {
			return err
		}
		for _, e := range data.Entities {
			for _, f := range e.Fields {
				for _, how := range compare.Hows {
					if _, err := s.find(ctx, query(e.Name, term(f.Name, how, "Smith", "7700", "1961-04-03", "' OR 1=1"))); err != nil {
						return err
					}
				}
			}
			var refs []connectors.Ref
			for _, r := range b.world.records(e.Name) {
				refs = append(refs, r.Ref)
			}
			keys := make([]string, 5000)
			for i := range keys {
				keys[i] = fmt.Sprint(i)
			}
			for _, q := range []connectors.Query{{Entity: e.Name}, {Entity: e.Name, Refs: refs}, query(e.Name, term(e.Fields[0].Name, compare.Equal, keys...))} {
				if f, err := s.find(ctx, q); err != nil || f.err != nil {
					return errors.Join(err, f.err)
				}
			}
		}
		if err := s.close(); err != nil {
			return err
		}
		if err := b.holds(ctx); err != nil {
			return fmt.Errorf("after reading: %w", err)
		}
		after, err := b.Dump(ctx)
		if err != nil {
			return err
		}
		if before.Rest != after.Rest {
			return fmt.Errorf("after reading, the system is not what it was:\n%s\nand was\n%s", after.Rest, before.Rest)
		}
	}
	return nil
}

func runIndexed(ctx context.Context, b *bench) error {
	s, many, err := b.many(ctx)
	if err != nil {
		return err
	}
	catalog, err := s.describe(ctx)
	if err != nil {
		return err
	}
	shape, _ := catalog.Shape(many)
	for _, field := range []string{"id", "number"} {
		if column, _ := shape.Column(field); !column.Indexed {
			return fmt.Errorf("the catalog does not call the field %q indexed", field)
		}
		value := b.world.records(many)[4321].Get(field).String()
		for _, v := range []string{value, "0", "abc"} {
			records, err := s.all(ctx, query(many, term(field, compare.Equal, v)))
			if err != nil {
				return err
			}
			if len(records) > manyRows/50 {
				return violated("one value in the indexed field %q yields %d records", field, len(records))
			}
		}
	}
	return nil
}

func runClose(ctx context.Context, b *bench) error {
	s, many, err := b.many(ctx)
	if err != nil {
		return err
	}
	closed := make(chan error, 1)
	started := false
	done := make(chan error, 1)
	go func() {
		f, err := s.findWhile(ctx, connectors.Query{Entity: many}, func(connectors.Record) bool {
			if !started {
				started = true
				go func() { closed <- s.close() }()
			}
			return true
		})
		if err == nil && f.err == nil && len(f.gaps) == 0 {
			err = b.world.same(f.records, connectors.Query{Entity: many}, nil)
		}
		done <- err
	}()
	if err := within(ctx, "Find goes on after Close", done); err != nil {
		return err
	}
	if err := within(ctx, "Close waits", closed); err != nil {
		return err
	}
	f, err := s.find(ctx, connectors.Query{Entity: many})
	if err == nil && f.err == nil && len(f.gaps) == 0 {
		err = violated("a closed connector searches in silence")
	}
	return err
}

// within waits for a result for as long as patience.
func within(ctx context.Context, what string, result <-chan error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return fmt.Errorf("%s for more than %s", what, patience)
	}
}

func runGoroutines(ctx context.Context, b *bench) error {
	data := Many(b.limits)
	if err := b.seed(ctx, data); err != nil {
		return err
	}
	before := goleak.IgnoreCurrent()
	s, err := b.connect(ctx, NoFault)
	if err != nil {
		return err
	}
	all := connectors.Query{Entity: data.Entities[0].Name}
	cancellable, cancel := context.WithCancel(ctx)
	defer cancel()
	_, errAll := s.find(ctx, all)
	_, errEarly := s.findWhile(ctx, all, never)
	_, errCancelled := s.findWhile(cancellable, all, func(connectors.Record) bool { cancel(); return true })
	if err := errors.Join(errAll, errEarly, errCancelled, s.close()); err != nil {
		return err
	}
	began := time.Now()
	for { // a driver may still be closing the connection of the cancelled search
		if err := goleak.Find(before); err == nil || time.Since(began) > patience {
			return err
		}
	}
}
