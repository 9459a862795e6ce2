package sqldb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/internal/failpoint"
)

// Apply implements connectors.Writer: the changes of a place are one transaction. Every record is locked
// and its digest compared before anything is written, and what was written is read back before it is
// committed, so that nothing is cut, rounded or converted in silence.
//
// Where a place was in another's way (deadlock, lock timeout, a connection that was lost before the commit),
// every outcome of it is RolledBack and none says Drifted or Denied: the same call can be made again.
func (s *system) Apply(ctx context.Context, changes []connectors.Change) ([]connectors.Outcome, error) {
	outcomes := make([]connectors.Outcome, len(changes))
	byPlace := map[string][]int{}
	var names []string
	for i, c := range changes {
		outcomes[i].Record = c.Record
		if byPlace[c.Record.Place] == nil {
			names = append(names, c.Record.Place)
		}
		byPlace[c.Record.Place] = append(byPlace[c.Record.Place], i)
	}
	ctx, cancel := s.while(ctx)
	defer cancel()
	for _, name := range names {
		t := &transaction{place: s.place(name), changes: changes, outcomes: outcomes, own: byPlace[name], steps: make([]step, len(changes))}
		if t.place == nil {
			t.deny("the system has no such place")
			continue
		}
		if err := t.run(ctx); err != nil {
			err = s.explain(err)
			if len(names) == 1 {
				return nil, err
			}
			t.all(connectors.RolledBack, err.Error())
		}
	}
	return outcomes, nil
}

// transaction makes the changes of one place.
type transaction struct {
	place    *place
	changes  []connectors.Change
	outcomes []connectors.Outcome
	own      []int // the changes of this place, by position
	steps    []step
	session  *session
}

// step is a change with what is known of it.
type step struct {
	entity  *entity
	after   []field // Update, Insert: what is written
	current []connectors.Value
}

// field is a value to be written to a column.
type field struct {
	c     *column
	value connectors.Value
	bound any
}

// decided reports whether a change has an outcome that is not Done.
func (t *transaction) decided(i int) bool { return t.outcomes[i].Result != 0 }

func (t *transaction) decide(i int, r connectors.Result, why string) {
	t.outcomes[i].Result, t.outcomes[i].Why = r, why
}

// all gives every change of the place that is not refused itself the outcome.
func (t *transaction) all(r connectors.Result, why string) {
	for _, i := range t.own {
		if done := t.outcomes[i].Result; done == 0 || done == connectors.Done {
			t.decide(i, r, why)
			if r != connectors.Done {
				t.outcomes[i].Record = t.changes[i].Record
			}
		}
	}
}

// deny refuses every change of the place.
func (t *transaction) deny(why string) {
	for _, i := range t.own {
		t.decide(i, connectors.Denied, why)
	}
}

// refused reports whether any change of the place cannot be made.
func (t *transaction) refused() bool {
	return slices.ContainsFunc(t.own, func(i int) bool {
		r := t.outcomes[i].Result
		return r == connectors.Drifted || r == connectors.Denied
	})
}

const undone = "another change of the same place could not be made"

// run makes the changes. An error means that none was made.
func (t *transaction) run(ctx context.Context) error {
	if why := t.place.sys.readOnly; why != "" {
		t.deny(why)
		return nil
	}
	if err := t.check(ctx); err != nil || t.refused() {
		return err
	}
	s, err := t.place.take(ctx, true)
	if err != nil {
		return err
	}
	t.session = s
	d := t.place.sys.d
	if _, err := s.exec(ctx, d.begin()); err != nil {
		s.abandon()
		return t.failed(err)
	}
	for _, wave := range t.waves() {
		if err = t.make(ctx, wave); err != nil || t.refused() {
			break
		}
	}
	cleaned := ""
	if err == nil && !t.refused() {
		cleaned, err = t.clean(ctx)
	}
	if err == nil && ctx.Err() == nil && !t.refused() {
		return t.commit(ctx, cleaned)
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer cancel()
	if _, e := s.exec(ending, "ROLLBACK"); e != nil || ctx.Err() != nil {
		s.abandon()
	} else {
		t.place.put(s)
	}
	if t.refused() {
		t.all(connectors.RolledBack, undone)
		return nil
	}
	if ctx.Err() != nil {
		t.all(connectors.RolledBack, "it was cancelled: nothing was written")
		return nil
	}
	return t.failed(err)
}

// failed turns an error of a statement that no change is to blame for into outcomes.
func (t *transaction) failed(err error) error {
	v := t.place.sys.d.judge(err)
	if v.server && !v.transient {
		t.all(connectors.Denied, v.String())
	} else {
		t.all(connectors.RolledBack, v.String())
	}
	return nil
}

// commitTime is how long the answer to a commit is waited for, whether or not the caller has given up by then.
const commitTime = 30 * time.Second

// commit ends the transaction. Only an answer of the server counts: without it nobody knows. remains says what is left of the
// earlier states of the records, "" for nothing.
func (t *transaction) commit(ctx context.Context, remains string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTime)
	defer cancel()
	failpoint.Here("before commit")
	_, err := t.session.exec(ctx, "COMMIT")
	failpoint.Here("after commit")
	if err == nil {
		if c, ok := t.place.sys.d.(cleaner); ok && remains == "" {
			remains = c.settled(ctx, t.session)
		}
		t.place.put(t.session)
		t.all(connectors.Done, remains)
		t.name()
		return nil
	}
	t.session.close()
	v := t.place.sys.d.judge(err)
	if v.server {
		t.all(connectors.RolledBack, v.String())
	} else {
		t.all(connectors.Unknown, "the answer to the commit was lost: "+v.String())
	}
	return nil
}

// name gives the outcomes the keys that records have after the changes.
func (t *transaction) name() {
	for _, i := range t.own {
		if o := &t.outcomes[i]; o.Result == connectors.Done && t.changes[i].Op == connectors.Update {
			o.Record.Key = t.keyAfter(i)
		}
	}
}

// check refuses what cannot be made whatever the records hold.
func (t *transaction) check(ctx context.Context) error {
	for _, i := range t.own {
		c := &t.changes[i]
		e, err := t.place.entity(ctx, c.Record.Entity)
		var gap *connectors.Gap
		switch {
		case errors.As(err, &gap):
			t.decide(i, connectors.Denied, gap.Why)
			continue
		case err != nil:
			return err
		}
		t.steps[i].entity = e
		if why := t.unfit(i, e, c); why != "" {
			t.decide(i, connectors.Denied, why)
		}
	}
	if t.refused() {
		t.all(connectors.RolledBack, undone)
	}
	return nil
}

// unfit says why a change cannot be made, "" where nothing speaks against it.
func (t *transaction) unfit(i int, e *entity, c *connectors.Change) string {
	switch {
	case c.Op != connectors.Update && c.Op != connectors.Insert && c.Op != connectors.Delete:
		return fmt.Sprintf("a database cannot %s records", c.Op)
	case e.key == nil:
		return "records of this table have no key: name one in the register"
	case len(c.Record.Key) != len(e.key) && (c.Op != connectors.Insert || len(c.Record.Key) != 0):
		return fmt.Sprintf("the record is named by %d values, the key has %d", len(c.Record.Key), len(e.key))
	case len(e.table.hidden) > 0:
		return "the account may not read every field, so that nobody can tell whether the record is what the plan saw"
	}
	for _, trigger := range e.table.trigger {
		if slices.Contains(trigger.On, c.Op) && !slices.Contains(e.accepted, trigger.Name) {
			return fmt.Sprintf("the trigger %s runs on every %s and may change records that are not planned: "+
				"read it, and name it in triggers = [%q] of the entity if it does not", trigger.Name, c.Op, trigger.Name)
		}
	}
	after := c.After
	if c.Op == connectors.Insert {
		after = withKey(e, c)
	}
	for n, name := range after.Names {
		column := e.column(name)
		if column == nil {
			return "there is no field " + name
		}
		bound, why := t.bind(column, after.Values[n])
		if why != "" {
			return "the field " + name + " " + why
		}
		t.steps[i].after = append(t.steps[i].after, field{column, after.Values[n], bound})
	}
	if c.Op == connectors.Update && len(after.Names) == 0 {
		return "the update names no field"
	}
	return ""
}

// withKey returns the fields of an insert with the key that its record names.
func withKey(e *entity, c *connectors.Change) connectors.Fields {
	after := c.After
	for i, k := range e.key {
		if i < len(c.Record.Key) && !after.Has(k.name) {
			after.Names = append(slices.Clip(after.Names), k.name)
			after.Values = append(slices.Clip(after.Values), connectors.Text(c.Record.Key[i]))
		}
	}
	return after
}

// bind returns a value as it is written, or why the column cannot hold it.
func (t *transaction) bind(c *column, v connectors.Value) (any, string) {
	d := t.place.sys.d
	switch {
	case v.IsNull() && !c.nullable:
		return nil, "cannot be empty"
	case v.IsNull():
		return nil, ""
	case v.IsStream():
		return nil, "holds a stream, which cannot be written"
	case v.Items() != nil || c.list:
		if !c.list {
			return nil, "holds no lists"
		}
		return d.bindList(v.Items()), ""
	}
	text := string(v.Bytes())
	canonical, ok := compare.Canonical(c.typ, text)
	if !ok {
		if !d.special(c, text) {
			return nil, fmt.Sprintf("holds only values of the type %s", c.typ)
		}
		canonical = text
	}
	if c.base == "datetimeoffset" { // keeps the offset that it was given
		canonical = text
	}
	if c.typ == compare.Text && c.length > 0 && d.enforces() && len([]rune(text)) > c.length {
		return nil, fmt.Sprintf("holds only %d characters", c.length)
	}
	bound, ok := d.bind(c, canonical)
	if !ok {
		return nil, "cannot hold the value: it is out of range or has characters that the database refuses"
	}
	return bound, ""
}

// keyAfter returns the key that a record has after an update.
func (t *transaction) keyAfter(i int) []string {
	key := slices.Clone(t.changes[i].Record.Key)
	for n, k := range t.steps[i].entity.key {
		for _, f := range t.steps[i].after {
			if f.c == k {
				key[n] = f.value.String()
			}
		}
	}
	return key
}
