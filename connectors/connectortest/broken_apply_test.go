package connectortest_test

import (
	"context"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/connectors/connectortest"
	"dossier/connectors/connectortest/memory"
)

var brokenApply = []brokenConnector{
	{name: "writes the record of that key in another place too", fails: "update",
		breakIt: applies(func(w connectors.Writer, ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
			outcomes, err := w.Apply(ctx, changes)
			for _, c := range changes {
				c.Record.Place = "gamma"
				now := current(w, c.Record)
				c.Digest, c.Before = now.Digest(), now.Fields
				_, _ = w.Apply(ctx, []connectors.Change{c})
			}
			return outcomes, err
		})},
	{name: "writes nothing and calls it done", fails: "update",
		breakIt: applies(func(w connectors.Writer, ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
			var outcomes []connectors.Outcome
			for _, c := range changes {
				outcomes = append(outcomes, connectors.Outcome{Result: connectors.Done, Record: c.Record})
			}
			return outcomes, nil
		})},
	{name: "is no writer", fails: "update", open: func(h memory.Harness, fault connectortest.Fault) (connectors.Connector, error) {
		c, err := h.Open(context.Background(), fault)
		return struct{ connectors.Connector }{c}, err
	}},
	{name: "trims what it writes", fails: "update to hostile values", breakIt: plans(func(_ connectors.Writer, c *connectors.Change) {
		c.After = c.After.Clone()
		for i, v := range c.After.Values {
			if v.IsText() {
				c.After.Values[i] = connectors.Text(strings.TrimRight(v.String(), " "))
			}
		}
	})},
	{name: "writes empty text for NULL", fails: "update to hostile values", breakIt: plans(func(_ connectors.Writer, c *connectors.Change) {
		c.After = c.After.Clone()
		for i, v := range c.After.Values {
			c.After.Values[i] = connectors.Text(v.String())
		}
	})},
	{name: "cuts seconds in two", fails: "update typed fields", breakIt: plans(func(_ connectors.Writer, c *connectors.Change) {
		c.After = c.After.Clone()
		for i, v := range c.After.Values {
			if s, ok := strings.CutSuffix(v.String(), ".123"); ok {
				c.After.Values[i] = connectors.Text(s)
			}
		}
	})},
	{name: "answers with the old key", fails: "update the key", breakIt: answers(func(c connectors.Change, o *connectors.Outcome) { o.Record = c.Record })},
	{name: "fills what an insert leaves empty", fails: "insert", breakIt: plans(func(_ connectors.Writer, c *connectors.Change) {
		if !c.After.Has("given") {
			c.After = connectors.Fields{Names: append(slices.Clone(c.After.Names), "given"), Values: append(slices.Clone(c.After.Values), connectors.Text(""))}
		}
	})},
	{name: "does not tell the new key", fails: "insert with a new key", breakIt: answers(func(c connectors.Change, o *connectors.Outcome) { o.Record = c.Record })},
	{name: "deletes its neighbour too", fails: "delete",
		breakIt: applies(func(w connectors.Writer, ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
			next := false
			for r := range w.Find(ctx, connectors.Query{Entity: changes[0].Record.Entity}) {
				if next {
					r = r.Clone()
					_, _ = w.Apply(ctx, []connectors.Change{{Op: connectors.Delete, Record: r.Ref, Digest: r.Digest()}})
					break
				}
				next = r.Ref.ID() == changes[0].Record.ID()
			}
			return w.Apply(ctx, changes)
		})},
	{name: "makes a hundred changes", fails: "many changes at once",
		breakIt: applies(func(w connectors.Writer, ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
			return w.Apply(ctx, changes[:min(100, len(changes))])
		})},
	{name: "cuts what does not fit", fails: "a value that does not fit", breakIt: plans(func(_ connectors.Writer, c *connectors.Change) {
		c.After = c.After.Clone()
		for i, v := range c.After.Values {
			c.After.Values[i] = connectors.Text(v.String()[:min(80, len(v.String()))])
		}
	})},
	{name: "tells the value that does not fit", fails: "a value that does not fit", breakIt: answers(func(c connectors.Change, o *connectors.Outcome) {
		o.Why += ": " + c.After.Get("given").String()
	})},
	{name: "is done for everyone", fails: "the same change at once", breakIt: answers(func(_ connectors.Change, o *connectors.Outcome) {
		if o.Result == connectors.Drifted {
			*o = connectors.Outcome{Result: connectors.Done, Record: o.Record}
		}
	})},
	{name: "is done twice", fails: "harmless twice", breakIt: answers(func(_ connectors.Change, o *connectors.Outcome) {
		if o.Result == connectors.Already {
			o.Result = connectors.Done
		}
	})},
	{name: "inserts a second time", fails: "harmless twice", breakIt: plans(func(w connectors.Writer, c *connectors.Change) {
		if c.Op == connectors.Insert && current(w, c.Record).Names != nil {
			c.Record.Key, c.After = []string{"900009"}, with(c.After, "id", "900009")
		}
	})},
	{name: "ignores drift", fails: "drift refused", breakIt: plans(ignoreDrift)},
	{name: "does not see a change of case", fails: "drift refused", breakIt: plans(func(w connectors.Writer, c *connectors.Change) {
		now := current(w, c.Record)
		for i, v := range now.Values {
			if !strings.EqualFold(v.String(), c.Before.Values[i].String()) {
				return
			}
		}
		ignoreDrift(w, c)
	})},
	{name: "brings back a record that is gone", fails: "a record that is gone", breakIt: plans(func(w connectors.Writer, c *connectors.Change) {
		if c.Op == connectors.Update && current(w, c.Record).Names == nil {
			c.Op, c.After = connectors.Insert, c.Before
		}
	})},
	{name: "overwrites what has the key", fails: "insert under a taken key", breakIt: plans(func(w connectors.Writer, c *connectors.Change) {
		if c.Op == connectors.Insert {
			c.Op = connectors.Update
			ignoreDrift(w, c)
		}
	})},
	{name: "tells the value that is taken", fails: "insert under a taken key", breakIt: answers(func(c connectors.Change, o *connectors.Outcome) {
		o.Why += ": " + strings.Join(c.Record.Key, ",")
	})},
	{name: "leaves unknown fields out", fails: "what is not there", breakIt: plans(func(_ connectors.Writer, c *connectors.Change) {
		if i := slices.Index(c.After.Names, "no such field"); i >= 0 {
			c.After = connectors.Fields{Names: slices.Delete(slices.Clone(c.After.Names), i, i+1), Values: slices.Delete(slices.Clone(c.After.Values), i, i+1)}
		}
	})},
	{name: "half-applies", fails: "all or nothing",
		breakIt: applies(func(w connectors.Writer, ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
			var outcomes []connectors.Outcome
			for _, c := range changes {
				o, err := w.Apply(ctx, []connectors.Change{c})
				if err != nil {
					return outcomes, err
				}
				outcomes = append(outcomes, o...)
			}
			return outcomes, nil
		})},
	{name: "says that it half-applied", fails: "all or nothing", breakIt: answers(func(c connectors.Change, o *connectors.Outcome) {
		if o.Result == connectors.RolledBack {
			*o = connectors.Outcome{Result: connectors.Done, Record: c.Record}
		}
	})},
	{name: "writes what it says was denied", fails: "denied writes", open: func(h memory.Harness, fault connectortest.Fault) (connectors.Connector, error) {
		c, err := h.Open(context.Background(), connectortest.NoFault)
		if err != nil {
			return nil, err
		}
		return answers(func(_ connectors.Change, o *connectors.Outcome) {
			o.Result, o.Why = connectors.Denied, "not allowed"
		})(c.(connectors.Writer)), nil
	}},
	{name: "does not say why it was denied", fails: "denied writes", breakIt: answers(func(_ connectors.Change, o *connectors.Outcome) { o.Why = "" })},
	{name: "takes children along", fails: "deletes that take others along",
		breakIt: applies(func(w connectors.Writer, ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
			more := slices.Clone(changes)
			for r := range w.Find(ctx, connectors.Query{Entity: "dossiertest_children"}) {
				if r = r.Clone(); r.Ref.Place == changes[0].Record.Place {
					more = append(more, connectors.Change{Op: connectors.Delete, Record: r.Ref, Digest: r.Digest()})
				}
			}
			outcomes, err := w.Apply(ctx, more)
			return outcomes[:len(changes)], err
		})},
	{name: "takes a lost answer for a failure", fails: "a lost reply", breakIt: answers(func(_ connectors.Change, o *connectors.Outcome) {
		if o.Result == connectors.Unknown {
			o.Result = connectors.RolledBack
		}
	})},
	{name: "writes though cancelled", fails: "cancel before a change",
		breakIt: applies(func(w connectors.Writer, ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
			return w.Apply(context.WithoutCancel(ctx), changes)
		})},
}

// current returns the record as it is, the zero one where it is gone.
func current(w connectors.Writer, ref connectors.Ref) connectors.Record {
	for r, err := range w.Find(context.Background(), connectors.Query{Entity: ref.Entity, Refs: []connectors.Ref{ref}}) {
		if err == nil {
			return r.Clone()
		}
	}
	return connectors.Record{}
}

func ignoreDrift(w connectors.Writer, c *connectors.Change) {
	now := current(w, c.Record)
	c.Digest, c.Before = now.Digest(), now.Fields
}

func with(f connectors.Fields, name, value string) connectors.Fields {
	f = f.Clone()
	f.Values[slices.Index(f.Names, name)] = connectors.Text(value)
	return f
}
