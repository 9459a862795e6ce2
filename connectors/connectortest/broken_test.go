package connectortest_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"dossier/connectors"
	"dossier/connectors/connectortest"
	"dossier/connectors/connectortest/memory"
)

// harness gives connectors of the memory system that are broken in one way.
type harness struct {
	memory.Harness
	breakIt func(connectors.Writer) connectors.Writer
	open    func(h memory.Harness, fault connectortest.Fault) (connectors.Connector, error)
}

func (h harness) Open(ctx context.Context, fault connectortest.Fault) (connectors.Connector, error) {
	if h.open != nil {
		return h.open(h.Harness, fault)
	}
	c, err := h.Harness.Open(ctx, fault)
	if err != nil {
		return nil, err
	}
	return h.breakIt(c.(connectors.Writer)), nil
}

// broken is a connector that does otherwise what a func is given for.
type broken struct {
	connectors.Writer
	describe func(connectors.Catalog) connectors.Catalog
	find     func(ctx context.Context, q connectors.Query) iter.Seq2[connectors.Record, error]
	apply    func(ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error)
	close    func() error
}

func (b *broken) Describe(ctx context.Context) (connectors.Catalog, error) {
	catalog, err := b.Writer.Describe(ctx)
	if b.describe != nil {
		catalog = b.describe(catalog)
	}
	return catalog, err
}

func (b *broken) Find(ctx context.Context, q connectors.Query) iter.Seq2[connectors.Record, error] {
	if b.find != nil {
		return b.find(ctx, q)
	}
	return b.Writer.Find(ctx, q)
}

func (b *broken) Apply(ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
	if b.apply != nil {
		return b.apply(ctx, changes)
	}
	return b.Writer.Apply(ctx, changes)
}

func (b *broken) Close() error {
	if b.close != nil {
		return b.close()
	}
	return b.Writer.Close()
}

// Ways to break a connector.

type wrap = func(connectors.Writer) connectors.Writer

// finds replaces what Find does.
func finds(f func(w connectors.Writer, ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool)) wrap {
	return func(w connectors.Writer) connectors.Writer {
		return &broken{Writer: w, find: func(ctx context.Context, q connectors.Query) iter.Seq2[connectors.Record, error] {
			return func(yield func(connectors.Record, error) bool) { f(w, ctx, q, yield) }
		}}
	}
}

// asks changes the query.
func asks(f func(q connectors.Query) connectors.Query) wrap {
	return finds(func(w connectors.Writer, ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool) {
		w.Find(ctx, f(q))(yield)
	})
}

// keeps yields only the records that keep accepts, each as it leaves it.
func keeps(keep func(r *connectors.Record, q connectors.Query) bool) wrap {
	return finds(func(w connectors.Writer, ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool) {
		for r, err := range w.Find(ctx, q) {
			if err == nil {
				r = r.Clone()
				if !keep(&r, q) {
					continue
				}
			}
			if !yield(r, err) {
				return
			}
		}
	})
}

// scans yields, of every record, those that keep accepts: a connector with its own idea of comparing.
func scans(keep func(r *connectors.Record, q connectors.Query) bool) wrap {
	return finds(func(w connectors.Writer, ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool) {
		everything := q
		everything.Any = nil
		for r, err := range w.Find(ctx, everything) {
			if err == nil {
				r = r.Clone()
				if !keep(&r, q) {
					continue
				}
			}
			if !yield(r, err) {
				return
			}
		}
	})
}

// compares scans by a comparison of the first field and value of the query's only term; what is asked
// otherwise is answered as it should be.
func compares(match func(stored, searched string) bool) wrap {
	return func(w connectors.Writer) connectors.Writer {
		wrong := scans(func(r *connectors.Record, q connectors.Query) bool {
			t := q.Any[0][0]
			return slices.ContainsFunc(t.Values, func(v []string) bool { return match(r.Get(t.Fields[0]).String(), v[0]) })
		})(w)
		return &broken{Writer: w, find: func(ctx context.Context, q connectors.Query) iter.Seq2[connectors.Record, error] {
			if len(q.Any) == 1 {
				return wrong.Find(ctx, q)
			}
			return w.Find(ctx, q)
		}}
	}
}

// fails changes the errors and gaps; nil swallows one.
func fails(f func(error) error) wrap {
	return finds(func(w connectors.Writer, ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool) {
		for r, err := range w.Find(ctx, q) {
			if err != nil {
				if err = f(err); err == nil {
					continue
				}
			}
			if !yield(r, err) {
				return
			}
		}
	})
}

// applies replaces what Apply does.
func applies(f func(w connectors.Writer, ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error)) wrap {
	return func(w connectors.Writer) connectors.Writer {
		return &broken{Writer: w, apply: func(ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
			return f(w, ctx, changes)
		}}
	}
}

// plans changes each change before it is made.
func plans(f func(w connectors.Writer, c *connectors.Change)) wrap {
	return applies(func(w connectors.Writer, ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
		changes = slices.Clone(changes)
		for i := range changes {
			f(w, &changes[i])
		}
		return w.Apply(ctx, changes)
	})
}

// answers changes each outcome.
func answers(f func(c connectors.Change, o *connectors.Outcome)) wrap {
	return applies(func(w connectors.Writer, ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
		outcomes, err := w.Apply(ctx, changes)
		for i := range outcomes {
			f(changes[i], &outcomes[i])
		}
		return outcomes, err
	})
}

// describes changes the shapes.
func describes(f func(s *connectors.Shape)) wrap {
	return func(w connectors.Writer) connectors.Writer {
		return &broken{Writer: w, describe: func(c connectors.Catalog) connectors.Catalog {
			for i := range c.Shapes {
				f(&c.Shapes[i])
			}
			return c
		}}
	}
}

func isGap(err error) bool {
	_, ok := errors.AsType[*connectors.Gap](err)
	return ok
}

// TestBroken shows that the suite sees through every connector of the list, in the case that is named.
func TestBroken(t *testing.T) {
	t.Cleanup(connectortest.Hurry())
	cases := map[string]connectortest.Case{}
	for _, c := range connectortest.Cases() {
		cases[c.Name] = c
	}
	for _, bad := range brokenConnectors {
		t.Run(bad.name, func(t *testing.T) {
			c, ok := cases[bad.fails]
			if !ok {
				t.Fatalf("there is no case %q", bad.fails)
			}
			err := c.Run(t.Context(), harness{memory.NewHarness(), bad.breakIt, bad.open})
			if err == nil {
				t.Fatalf("case %q passed it", bad.fails)
			}
			if errors.Is(err, connectortest.ErrSkip) {
				t.Fatal(err)
			}
			t.Log(err)
		})
	}
}

// TestEveryCaseCanFail shows that no case of the suite is for show.
func TestEveryCaseCanFail(t *testing.T) {
	for _, c := range connectortest.Cases() {
		if !slices.ContainsFunc(brokenConnectors, func(b brokenConnector) bool { return b.fails == c.Name }) {
			t.Errorf("no broken connector is known that fails %q", c.Name)
		}
	}
}
