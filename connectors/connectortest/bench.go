package connectortest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"dossier/connectors"
)

// bench is what one case works at: it seeds, opens connectors and closes what was left open.
type bench struct {
	Harness
	limits Limits
	open   []*session
	world  *world
}

// seed makes the system hold the dataset and expects it to be there.
func (b *bench) seed(ctx context.Context, data Dataset) error {
	if err := b.Seed(ctx, data); err != nil {
		return fmt.Errorf("seed (the harness, not the connector): %w", err)
	}
	b.world = newWorld(b.limits, data)
	return b.holds(ctx)
}

// connect opens a connector that close closes, unless the case did.
func (b *bench) connect(ctx context.Context, fault Fault) (*session, error) {
	c, err := b.Open(ctx, fault)
	if err != nil {
		return nil, fmt.Errorf("open: %w", b.discreet(err))
	}
	s := &session{c: c, b: b}
	b.open = append(b.open, s)
	return s, nil
}

// start seeds the dataset and opens a connector without a fault.
func (b *bench) start(ctx context.Context, data Dataset) (*session, error) {
	if err := b.seed(ctx, data); err != nil {
		return nil, err
	}
	return b.connect(ctx, NoFault)
}

func (b *bench) close() error {
	var errs []error
	for _, s := range b.open {
		errs = append(errs, s.close())
	}
	return errors.Join(errs...)
}

// holds compares what the system holds, by the back door, with what the case expects.
func (b *bench) holds(ctx context.Context) error {
	snapshot, err := b.Dump(ctx)
	if err != nil {
		return fmt.Errorf("dump (the harness, not the connector): %w", err)
	}
	return b.world.compare(snapshot)
}

// discreet returns err, or in its place the fact that it holds a secret or a value of a record.
func (b *bench) discreet(err error) error {
	if err == nil {
		return nil
	}
	if what := b.betrays(fmt.Sprintf("%v\n%+v\n%#v", err, err, err)); what != "" {
		return fmt.Errorf("an error holds %s, so it is not repeated here", what)
	}
	return err
}

// betrays says what the text of an error or outcome tells that it must not, "" where it is discreet.
func (b *bench) betrays(message string) string {
	for _, s := range b.limits.Secrets {
		if s != "" && strings.Contains(message, s) {
			return "a secret"
		}
	}
	for _, private := range []string{"Featherstonehaugh", "Cholmondeley"} {
		if strings.Contains(message, private) {
			return "the value of a record or of a search"
		}
	}
	return ""
}

// session is an open connector whose every answer is looked at.
type session struct {
	c    connectors.Connector
	b    *bench
	once sync.Once
}

// close closes the connector the first time that it is called.
func (s *session) close() error {
	var err error
	s.once.Do(func() { err = s.c.Close() })
	if err != nil {
		return fmt.Errorf("close: %w", s.b.discreet(err))
	}
	return nil
}

func (s *session) describe(ctx context.Context) (connectors.Catalog, error) {
	catalog, err := s.c.Describe(ctx)
	for _, gap := range catalog.Gaps {
		if what := s.b.betrays(gap.Error()); what != "" {
			return catalog, fmt.Errorf("a gap of Describe holds %s", what)
		}
	}
	return catalog, s.b.discreet(err)
}

// found is what one Find yielded.
type found struct {
	records []connectors.Record
	gaps    []connectors.Gap
	err     error // what ended it
}

// violation is an error of the suite's own about what a Find yielded, not one that the connector yielded.
type violation struct{ error }

func violated(format string, args ...any) error { return violation{fmt.Errorf(format, args...)} }

// find collects what the connector yields for the query. The error is a violation of the contract in
// what was yielded; what the connector itself reports is in found.
func (s *session) find(ctx context.Context, q connectors.Query) (found, error) {
	return s.findWhile(ctx, q, func(connectors.Record) bool { return true })
}

// findWhile is find, which stops once more returns false.
func (s *session) findWhile(ctx context.Context, q connectors.Query, more func(connectors.Record) bool) (f found, err error) {
	asked := fmt.Sprint(q)
	defer func() {
		if err == nil && fmt.Sprint(q) != asked {
			err = violated("Find changed the query, which others may be using")
		}
	}()
	for record, err := range s.c.Find(ctx, q) {
		if f.err != nil {
			return f, violated("Find yielded something after the error that ended it")
		}
		if err != nil {
			err = s.b.discreet(err)
			if gap, ok := errors.AsType[*connectors.Gap](err); ok {
				if gap.Why == "" {
					return f, violated("a gap does not say why")
				}
				f.gaps = append(f.gaps, *gap)
			} else {
				f.err = err
			}
			continue
		}
		if err := s.b.world.valid(record, q); err != nil {
			return f, err
		}
		f.records = append(f.records, record.Clone())
		if !more(record) {
			return f, nil
		}
	}
	for _, r := range f.records {
		if err := s.b.world.valid(r, q); err != nil {
			return f, violated("a record cloned while it was valid changed when later ones were yielded: %w", err)
		}
	}
	return f, nil
}

// all returns what Find yields, where it must be complete: no gap, no error, and after the caller's check
// just what a scan of everything by the definitions of package compare gives.
func (s *session) all(ctx context.Context, q connectors.Query) ([]connectors.Record, error) {
	f, err := s.find(ctx, q)
	switch {
	case err != nil:
	case f.err != nil:
		err = f.err
	case len(f.gaps) > 0:
		err = fmt.Errorf("a gap where all could be searched: %w", &f.gaps[0])
	default:
		err = s.b.world.same(f.records, q, nil)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", describe(q), err)
	}
	return f.records, nil
}

// one returns the record of that key in that place, with every field.
func (s *session) one(ctx context.Context, entity, place string, key ...string) (connectors.Record, error) {
	ref := connectors.Ref{System: s.b.limits.System, Place: place, Entity: entity, Key: key}
	records, err := s.all(ctx, connectors.Query{Entity: entity, Refs: []connectors.Ref{ref}})
	if err != nil {
		return connectors.Record{}, err
	}
	if len(records) != 1 {
		return connectors.Record{}, fmt.Errorf("%s was found %d times", ref, len(records))
	}
	return records[0], nil
}

// describe names a query in errors of the suite.
func describe(q connectors.Query) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Find in %s", q.Entity)
	if q.Places != nil {
		fmt.Fprintf(&b, " in %q", q.Places)
	}
	if q.Refs != nil {
		fmt.Fprintf(&b, " of %d refs", len(q.Refs))
	}
	for i, clause := range q.Any {
		if i > 0 {
			b.WriteString(" or")
		}
		for j, t := range clause {
			if j > 0 {
				b.WriteString(" and")
			}
			fmt.Fprintf(&b, " %q %s", t.Fields, t.How)
			if len(t.Values) == 1 {
				fmt.Fprintf(&b, " %s", shortened(t.Values[0]))
			} else {
				fmt.Fprintf(&b, " any of %d", len(t.Values))
			}
		}
	}
	return b.String()
}

func shortened(values []string) string {
	text := fmt.Sprintf("%q", values)
	if len(text) > 60 && utf8.ValidString(text[:60]) {
		text = text[:60] + "…"
	}
	return text
}
