package connectortest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/connectortest"
	"dossier/connectors/connectortest/memory"
)

// brokenConnector is a mistake that a connector could make, and the case that must see it.
type brokenConnector struct {
	name    string
	fails   string
	breakIt wrap
	open    func(h memory.Harness, fault connectortest.Fault) (connectors.Connector, error)
}

var brokenConnectors = slices.Concat(brokenDescribe, brokenFind, brokenStreams, brokenFaults, brokenApply)

var brokenDescribe = []brokenConnector{
	{name: "takes decimals for floats", fails: "describe", breakIt: describes(func(s *connectors.Shape) {
		for i := range s.Fields {
			if s.Fields[i].Type == compare.Decimal {
				s.Fields[i].Type = compare.Float
			}
		}
	})},
	{name: "calls a repeated value unique", fails: "describe", breakIt: describes(func(s *connectors.Shape) {
		for i := range s.Fields {
			s.Fields[i].Unique = true
		}
	})},
	{name: "denies NULL", fails: "describe", breakIt: describes(func(s *connectors.Shape) {
		for i := range s.Fields {
			s.Fields[i].Nullable = false
		}
	})},
	{name: "forgets a field", fails: "describe", breakIt: describes(func(s *connectors.Shape) { s.Fields = s.Fields[1:] })},
	{name: "forgets the key", fails: "describe", breakIt: describes(func(s *connectors.Shape) { s.Key = nil })},
	{name: "forgets what it may do", fails: "describe", breakIt: describes(func(s *connectors.Shape) { s.Ops = nil })},
	{name: "searches what it says it cannot", fails: "describe what is accepted", breakIt: describes(func(s *connectors.Shape) {
		for i := range s.Fields {
			s.Fields[i].Search = []compare.How{compare.Equal}
		}
	})},
	{name: "has gaps for what it says it can", fails: "describe what is accepted",
		breakIt: finds(func(w connectors.Writer, ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool) {
			if len(q.Any) > 0 && q.Any[0][0].How == compare.Date {
				yield(connectors.Record{}, &connectors.Gap{Entity: q.Entity, Field: q.Any[0][0].Fields[0], Why: "dates cannot be searched"})
				return
			}
			w.Find(ctx, q)(yield)
		})},
}

var brokenFind = []brokenConnector{
	{name: "drops a row", fails: "find everything", breakIt: keeps(func(r *connectors.Record, _ connectors.Query) bool { return r.Ref.Key[0] != "30" })},
	{name: "yields a row twice", fails: "find everything",
		breakIt: finds(func(w connectors.Writer, ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool) {
			for r, err := range w.Find(ctx, q) {
				if !yield(r, err) || err == nil && r.Ref.Key[0] == "30" && !yield(r, err) {
					return
				}
			}
		})},
	{name: "trims what is stored", fails: "find everything", breakIt: changes(func(v string) string { return strings.TrimRight(v, " ") })},
	{name: "takes NULL for empty text", fails: "find everything", breakIt: keeps(func(r *connectors.Record, _ connectors.Query) bool {
		for i := range r.Values {
			r.Values[i] = connectors.Text(r.Values[i].String())
		}
		return true
	})},
	{name: "loses digits of decimals", fails: "find everything", breakIt: changes(func(v string) string {
		if f, err := strconv.ParseFloat(v, 64); err == nil && strings.HasSuffix(v, ".1234") {
			return strconv.FormatFloat(f, 'f', 4, 64)
		}
		return v
	})},
	{name: "composes decomposed letters", fails: "find everything", breakIt: changes(func(v string) string { return strings.ReplaceAll(v, "e\u0301", "é") })},
	{name: "leaves a field out", fails: "find everything", breakIt: keeps(func(r *connectors.Record, _ connectors.Query) bool {
		r.Names, r.Values = r.Names[1:], r.Values[1:]
		return true
	})},
	{name: "has fewer values than names", fails: "find everything", breakIt: keeps(func(r *connectors.Record, _ connectors.Query) bool {
		r.Values = r.Values[1:]
		return true
	})},
	{name: "does not name the place", fails: "find everything", breakIt: keeps(func(r *connectors.Record, _ connectors.Query) bool { r.Ref.Place = ""; return true })},
	{name: "reads on before a record was used", fails: "find everything",
		breakIt: finds(func(w connectors.Writer, ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool) {
			var last connectors.Record
			for r, err := range w.Find(ctx, q) {
				if err == nil && last.Names != nil && !yield(last, nil) {
					return
				}
				last = r
			}
		})},
	{name: "trims what is searched", fails: "find equal", breakIt: searches(strings.TrimSpace)},
	{name: "takes text for numbers", fails: "find equal", breakIt: compares(func(stored, searched string) bool {
		a, errA := strconv.ParseFloat(stored, 64)
		b, errB := strconv.ParseFloat(searched, 64)
		return errA == nil && errB == nil && a == b
	})},
	{name: "takes values for patterns", fails: "find equal", breakIt: compares(func(stored, searched string) bool {
		ok, err := path.Match(searched, stored)
		return ok && err == nil
	})},
	{name: "breaks at a quote", fails: "find equal", breakIt: searches(func(v string) string { return strings.ReplaceAll(v, "'", "''") })},
	{name: "ends values at NUL", fails: "find equal", breakIt: searches(func(v string) string { v, _, _ = strings.Cut(v, "\x00"); return v })},
	{name: "has a gap for a value that no field holds", fails: "find equal",
		breakIt: finds(func(w connectors.Writer, ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool) {
			if len(q.Any) == 1 && slices.ContainsFunc(q.Any[0][0].Values, func(v []string) bool { return strings.Contains(v[0], "\x00") }) {
				yield(connectors.Record{}, &connectors.Gap{Entity: q.Entity, Why: "the value cannot be searched"})
				return
			}
			w.Find(ctx, q)(yield)
		})},
	{name: "folds only what ASCII has", fails: "find folded", breakIt: compares(func(stored, searched string) bool {
		return strings.EqualFold(strings.TrimSpace(stored), strings.TrimSpace(searched))
	})},
	{name: "compares ids as they are written", fails: "find compact", breakIt: compares(strings.EqualFold)},
	{name: "minds case in prefixes", fails: "find prefix", breakIt: compares(strings.HasPrefix)},
	{name: "minds accents within texts", fails: "find contains", breakIt: compares(func(stored, searched string) bool {
		return strings.Contains(strings.ToLower(stored), strings.ToLower(searched))
	})},
	{name: "searches digits with what stands between them", fails: "find digits", breakIt: compares(strings.Contains)},
	{name: "reads dates in one form", fails: "find date", breakIt: compares(strings.HasPrefix)},
	{name: "ends at a value that is no number", fails: "find in typed fields",
		breakIt: finds(func(w connectors.Writer, ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool) {
			if len(q.Any) > 0 && q.Any[0][0].Fields[0] == "t_integer" {
				for _, v := range q.Any[0][0].Values {
					if _, err := strconv.Atoi(v[0]); err != nil {
						yield(connectors.Record{}, errors.New("invalid input syntax for type integer"))
						return
					}
				}
			}
			w.Find(ctx, q)(yield)
		})},
	{name: "searches the first thousand values", fails: "find ten thousand values", breakIt: asks(func(q connectors.Query) connectors.Query {
		if len(q.Any) == 1 && len(q.Any[0][0].Values) > 1000 {
			t := q.Any[0][0]
			t.Values = t.Values[:1000]
			q.Any = []connectors.Clause{{t}}
		}
		return q
	})},
	{name: "sorts the caller's values", fails: "find ten thousand values", breakIt: asks(func(q connectors.Query) connectors.Query {
		for _, c := range q.Any {
			slices.Reverse(c[0].Values)
		}
		return q
	})},
	{name: "compares tuples written one behind the other with a comma", fails: "find tuples", breakIt: scans(func(r *connectors.Record, q connectors.Query) bool {
		t := q.Any[0][0]
		var stored []string
		for _, f := range t.Fields {
			stored = append(stored, strings.TrimLeft(r.Get(f).String(), "0"))
		}
		return slices.ContainsFunc(t.Values, func(v []string) bool { return strings.Join(v, ",") == strings.Join(stored, ",") })
	})},
	{name: "asks for all clauses at once", fails: "find several clauses", breakIt: asks(func(q connectors.Query) connectors.Query {
		if len(q.Any) > 1 {
			q.Any = []connectors.Clause{slices.Concat(q.Any...)}
		}
		return q
	})},
	{name: "finds two thousand refs", fails: "find by refs", breakIt: asks(func(q connectors.Query) connectors.Query {
		q.Refs = q.Refs[max(0, len(q.Refs)-2000):]
		if len(q.Refs) == 0 {
			q.Refs = nil
		}
		return q
	})},
	{name: "joins places", fails: "find in some places", breakIt: asks(func(q connectors.Query) connectors.Query { q.Places = nil; return q })},
	{name: "finds a ref in the first place", fails: "find in some places", breakIt: asks(func(q connectors.Query) connectors.Query {
		q.Refs = slices.Clone(q.Refs)
		for i := range q.Refs {
			q.Refs[i].Place = "alpha"
		}
		return q
	})},
	{name: "yields every field", fails: "find some fields", breakIt: asks(func(q connectors.Query) connectors.Query { q.Fields = nil; return q })},
	{name: "is silent about an unknown field", fails: "find an unknown field", breakIt: fails(swallowGaps)},
	{name: "ends at an unknown field", fails: "find an unknown field", breakIt: fails(func(err error) error { return errors.New(err.Error()) })},
	{name: "is silent about an unknown entity", fails: "find an unknown entity", breakIt: fails(func(error) error { return nil })},
	{name: "knows the register only", fails: "find outside the register",
		breakIt: finds(func(w connectors.Writer, ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool) {
			if strings.HasSuffix(q.Entity, "unlisted") {
				yield(connectors.Record{}, errors.New("there is no such entity"))
				return
			}
			w.Find(ctx, q)(yield)
		})},
	{name: "names records by the fields asked for", fails: "find without a key", breakIt: keeps(func(r *connectors.Record, q connectors.Query) bool {
		if q.Fields != nil {
			r.Ref.Key[0] = connectors.RowDigest(r.Fields)
		}
		return true
	})},
	{name: "does not count equals", fails: "find without a key", breakIt: keeps(func(r *connectors.Record, _ connectors.Query) bool { r.Ref.Key[1] = "1"; return true })},
	{name: "writes on read", fails: "a read never writes",
		breakIt: finds(func(w connectors.Writer, ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool) {
			for r, err := range w.Find(ctx, q) {
				if err == nil && q.Fields == nil {
					r = r.Clone()
					_, _ = w.Apply(ctx, []connectors.Change{{Op: connectors.Update, Record: r.Ref, Digest: r.Digest(), Before: r.Fields, After: r.Fields}})
				}
				if !yield(r, err) {
					return
				}
			}
		})},
	{name: "yields the table for a value", fails: "an index is used", breakIt: asks(func(q connectors.Query) connectors.Query { q.Any = nil; return q })},
	{name: "yields the table for 0 in text", fails: "an index is used", breakIt: asks(func(q connectors.Query) connectors.Query {
		if len(q.Any) > 0 && q.Any[0][0].Values[0][0] == "0" {
			q.Any = nil
		}
		return q
	})},
	{name: "keeps what is left early", fails: "stop early", breakIt: slots(10, false)},
	{name: "serves one find at a time", fails: "several finds at once", breakIt: alone()},
	{name: "cannot search within a search", fails: "a find within a find", breakIt: slots(1, true)},
	{name: "goes on when closed", fails: "close during a find", breakIt: func(w connectors.Writer) connectors.Writer {
		return &broken{Writer: w, close: func() error { return nil }}
	}},
	{name: "ends in silence when closed", fails: "close during a find", breakIt: fails(func(err error) error {
		if strings.Contains(err.Error(), "closed") {
			return nil
		}
		return err
	})},
	{name: "begins though cancelled", fails: "cancel before a find", breakIt: uncancelled},
	{name: "ignores cancellation", fails: "cancel during a find", breakIt: uncancelled},
	{name: "ends in silence when cancelled", fails: "cancel during a find", breakIt: fails(func(err error) error {
		if errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	})},
	{name: "hides that it was cancelled", fails: "cancel during a find", breakIt: fails(func(error) error { return errors.New("bad connection") })},
	{name: "leaves a goroutine behind", fails: "goroutines end", breakIt: func(w connectors.Writer) connectors.Writer {
		go func() { <-forever }()
		return w
	}},
}

var forever = make(chan struct{})

func uncancelled(w connectors.Writer) connectors.Writer {
	return finds(func(w connectors.Writer, ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool) {
		w.Find(context.WithoutCancel(ctx), q)(yield)
	})(w)
}

func swallowGaps(err error) error {
	if isGap(err) {
		return nil
	}
	return err
}

// changes changes every stored text as it is read.
func changes(f func(string) string) wrap {
	return keeps(func(r *connectors.Record, _ connectors.Query) bool {
		for i, v := range r.Values {
			if v.IsText() {
				r.Values[i] = connectors.Text(f(v.String()))
			}
		}
		return true
	})
}

// searches changes every value that is searched.
func searches(f func(string) string) wrap {
	return asks(func(q connectors.Query) connectors.Query {
		var clauses []connectors.Clause
		for _, c := range q.Any {
			var clause connectors.Clause
			for _, t := range c {
				values := make([][]string, len(t.Values))
				for i, tuple := range t.Values {
					for _, v := range tuple {
						values[i] = append(values[i], f(v))
					}
				}
				t.Values = values
				clause = append(clause, t)
			}
			clauses = append(clauses, clause)
		}
		q.Any = clauses
		return q
	})
}

// slots allows n searches at a time; one that is left early gives its slot back only if released.
func slots(n int, released bool) wrap {
	free := make(chan struct{}, n)
	return finds(func(w connectors.Writer, ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool) {
		select {
		case free <- struct{}{}:
		default:
			yield(connectors.Record{}, errors.New("too many connections"))
			return
		}
		for r, err := range w.Find(ctx, q) {
			if !yield(r, err) {
				if released {
					<-free
				}
				return
			}
		}
		<-free
	})
}

// alone answers nothing while another search runs.
func alone() wrap {
	var running atomic.Int32
	return finds(func(w connectors.Writer, ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool) {
		defer running.Add(-1)
		if running.Add(1) == 1 {
			w.Find(ctx, q)(yield)
		}
	})
}

var brokenStreams = []brokenConnector{
	{name: "opens no contents", fails: "open contents", breakIt: func(w connectors.Writer) connectors.Writer { return struct{ connectors.Writer }{w} }},
	{name: "loses the end of contents", fails: "open contents", breakIt: func(w connectors.Writer) connectors.Writer { return cutter{w} }},
	{name: "yields contents by their length alone", fails: "open contents", breakIt: keeps(func(r *connectors.Record, _ connectors.Query) bool {
		for i, v := range r.Values {
			if v.IsStream() {
				r.Values[i] = connectors.Stream(v.Size(), [32]byte{})
			}
		}
		return true
	})},
	{name: "does not see that a content drifted", fails: "changes beside contents", breakIt: plans(func(w connectors.Writer, c *connectors.Change) {
		if c.Op == connectors.Update && current(w, c.Record).Get("content").Size() == c.Before.Get("content").Size() {
			ignoreDrift(w, c)
		}
	})},
}

// cutter opens all of a content but its last byte.
type cutter struct{ connectors.Writer }

func (c cutter) Open(ctx context.Context, ref connectors.Ref, field string) (io.ReadCloser, error) {
	r, err := c.Writer.(connectors.Opener).Open(ctx, ref, field)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r)
	return io.NopCloser(bytes.NewReader(b[:max(0, len(b)-1)])), err
}

var brokenFaults = []brokenConnector{
	{name: "waits for ever", fails: "a system that answers late", breakIt: uncancelled},
	{name: "swallows an error", fails: "a cut connection", breakIt: fails(func(err error) error {
		if isGap(err) {
			return err
		}
		return nil
	})},
	{name: "swallows a gap", fails: "a lost place", breakIt: fails(swallowGaps)},
	{name: "ends at a gap", fails: "a lost place", breakIt: fails(func(err error) error { return fmt.Errorf("%s", err) })},
	{name: "does not search beside a gap", fails: "a lost place",
		breakIt: finds(func(w connectors.Writer, ctx context.Context, q connectors.Query, yield func(connectors.Record, error) bool) {
			var gap error
			for _, err := range w.Find(ctx, q) {
				if err != nil {
					gap = err
				}
			}
			if gap != nil {
				yield(connectors.Record{}, gap)
				return
			}
			w.Find(ctx, q)(yield)
		})},
	{name: "leaks a secret", fails: "a wrong secret", open: func(h memory.Harness, fault connectortest.Fault) (connectors.Connector, error) {
		return nil, fmt.Errorf("dial: login failed for %s", "dossier:wrong horse@db")
	}},
	{name: "accepts any secret", fails: "a wrong secret", open: func(h memory.Harness, fault connectortest.Fault) (connectors.Connector, error) {
		return h.Open(context.Background(), connectortest.NoFault)
	}},
}
