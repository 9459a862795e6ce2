package act

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/connectortest"
	"dossier/connectors/connectortest/memory"
	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request"
)

var testTime = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

// estate is a few systems in memory with a register, a journal and a request.
type estate struct {
	t        *testing.T
	register *connectors.Register
	journal  *journal.Journal
	stores   map[string]*memory.Store
	wrap     map[string]func(connectors.Writer) connectors.Connector // what stands before a system
	away     map[string]bool                                         // systems that do not open
	request  request.Request
	now      time.Time
	waited   []time.Duration
	batch    string // what the plans are batches from; "": they are a request's
}

const register = `version = 1
[organisation]
name = "Test"
clock = "eu"
[system.paper]
kind = "manual"
owners = ["Pat"]
`

const memorySystem = `
kind = "memory"
owners = ["Pat"]
backups = "nightly, kept for 30 days"
[system.ID.entity.people]
key = ["id"]
erase = "anonymise"
[system.ID.entity.people.fields]
name = { is = "family_name" }
email = { is = "email" }
number = { is = "membership_number" }
[system.ID.entity.claims]
key = ["id"]
parent = { entity = "people", on = { person = "id" } }
[system.ID.entity.claims.fields]
text = { }
`

// newEstate makes the systems, each with the same people in two places and a claim of each.
func newEstate(t *testing.T, ids ...string) *estate {
	e := &estate{t: t, stores: map[string]*memory.Store{}, wrap: map[string]func(connectors.Writer) connectors.Connector{}, away: map[string]bool{}, now: testTime}
	text := register
	for _, id := range ids {
		e.stores[id] = memory.New(id, []string{"a", "b"}, people())
		text += "[system." + id + "]" + strings.ReplaceAll(memorySystem, "ID", id)
	}
	kind := connectors.Kind{Name: "memory", Title: "Memory", Setup: func(s *connectors.System) (connectors.Open, error) {
		return func(context.Context) (connectors.Connector, error) {
			if e.away[s.ID] {
				return nil, errors.New("no route to the server")
			}
			conn := e.stores[s.ID].Open(connectortest.NoFault)
			if wrap := e.wrap[s.ID]; wrap != nil {
				return wrap(conn), nil
			}
			return conn, nil
		}, nil
	}}
	var err error
	if e.register, err = connectors.Parse([]byte(text), []connectors.Kind{kind, {Name: "manual", Title: "Manual"}}); err != nil {
		t.Fatal(err)
	}
	if e.journal, err = journal.Open(t.Context(), journal.Config{Dir: filepath.Join(t.TempDir(), "state"), Now: func() time.Time { return e.now }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.journal.Close() })
	e.update(func(tx *journal.Tx) (err error) {
		e.request, err = tx.NewRequest(request.Request{Kind: request.Erase, Received: testTime, Operator: "Pat",
			Subject: locate.Subject{Identifiers: []locate.Identifier{{Kind: "email", Value: "jo@example.org"}}}})
		return err
	})
	return e
}

func people() connectortest.Dataset {
	text := func(values ...string) (cells []connectors.Value) {
		for _, v := range values {
			cells = append(cells, connectors.Text(v))
		}
		return cells
	}
	var d connectortest.Dataset
	persons := connectortest.Entity{Name: "people", Key: []string{"id"}, Fields: []connectortest.Field{{Name: "id", Type: compare.Integer, Required: true}, {Name: "name", Type: compare.Text}, {Name: "email", Type: compare.Text}, {Name: "number", Type: compare.Text}}}
	claims := connectortest.Entity{Name: "claims", Key: []string{"id"}, Fields: []connectortest.Field{{Name: "id", Type: compare.Integer, New: true}, {Name: "person", Type: compare.Integer}, {Name: "text", Type: compare.Text}},
		Parent: &connectortest.Parent{Entity: "people", On: map[string]string{"person": "id"}}}
	for _, place := range []string{"a", "b"} {
		for _, p := range [][]string{{"1", "Featherstone", "jo@example.org", "M1001"}, {"2", "Ashdown", "sam@example.org", "M1002"}} {
			persons.Rows = append(persons.Rows, connectortest.Row{Place: place, Cells: text(p...)})
			claims.Rows = append(claims.Rows, connectortest.Row{Place: place, Cells: text("1"+p[0], p[0], "claim of "+p[1])})
		}
	}
	d.Entities = []connectortest.Entity{persons, claims}
	return d
}

func (e *estate) update(change func(*journal.Tx) error) {
	e.t.Helper()
	if err := e.journal.Update(context.Background(), change); err != nil {
		e.t.Fatal(err)
	}
}

// record reads one record of a system.
func (e *estate) record(system, place, entity, key string) (connectors.Record, bool) {
	e.t.Helper()
	conn := e.stores[system].Open(connectortest.NoFault)
	defer conn.Close()
	ref := connectors.Ref{System: system, Place: place, Entity: entity, Key: []string{key}}
	for r, err := range conn.Find(context.Background(), connectors.Query{Entity: entity, Refs: []connectors.Ref{ref}}) {
		if err != nil {
			e.t.Fatal(err)
		}
		return r.Clone(), true
	}
	return connectors.Record{Ref: ref}, false
}

// erasing returns the lines that erase person 1 from a system: the claim is deleted, the person anonymised.
func (e *estate) erasing(system string) []Line {
	var lines []Line
	for _, place := range []string{"a", "b"} {
		claim, _ := e.record(system, place, "claims", "11")
		lines = append(lines, Line{Record: claim.Ref, Does: Delete, Change: connectors.Change{Op: connectors.Delete, Record: claim.Ref, Digest: claim.Digest(), Before: claim.Fields}})
		person, _ := e.record(system, place, "people", "1")
		lines = append(lines, Line{Record: person.Ref, Does: Anonymise, Change: connectors.Change{Op: connectors.Update, Record: person.Ref, Digest: person.Digest(), Before: person.Fields,
			After: fields("name", "", "email", "", "number", "")}})
	}
	return lines
}

// fields returns named values; NULL where they are empty.
func fields(pairs ...string) (f connectors.Fields) {
	for i := 0; i < len(pairs); i += 2 {
		v := connectors.Null
		if pairs[i+1] != "" {
			v = connectors.Text(pairs[i+1])
		}
		f.Names, f.Values = append(f.Names, pairs[i]), append(f.Values, v)
	}
	return f
}

// write changes a system behind the program's back.
func (e *estate) write(system string, c connectors.Change) {
	e.t.Helper()
	conn := e.stores[system].Open(connectortest.NoFault)
	defer conn.Close()
	if out, err := conn.Apply(context.Background(), []connectors.Change{c}); err != nil || out[0].Result != connectors.Done {
		e.t.Fatal(out, err)
	}
}

// seal keeps a plan and returns its id. The systems are changed in the order of the lines; those named last come behind the others.
func (e *estate) seal(action Action, lines []Line, last ...string) string {
	e.t.Helper()
	head := Head{Action: action, Fact: map[Action]string{Rectify: "family_name"}[action], Request: e.request.ID, Batch: e.batch, Searched: e.now, Register: e.register.Digest}
	seen := map[string]bool{}
	for _, l := range lines {
		if id := l.Record.System; !seen[id] {
			seen[id] = true
			head.Stages = append(head.Stages, Stage{System: id, Last: slices.Contains(last, id), Scope: connectors.PerPlace})
		}
	}
	raw, err := encodeHead(head)
	if err != nil {
		e.t.Fatal(err)
	}
	var plan journal.Plan
	e.update(func(tx *journal.Tx) (err error) {
		if plan, err = tx.NewPlan(e.request.ID, "Pat", raw); err != nil {
			return err
		}
		sum := newDigest(raw)
		var kept [][]byte
		for i, l := range lines {
			l.N = i + 1
			b, err := encodeLine(l)
			if err != nil {
				return err
			}
			sum.add(b)
			kept = append(kept, b)
		}
		if err := tx.AddLines(plan.ID, kept); err != nil {
			return err
		}
		plan.Digest = sum.String()
		return tx.SealPlan(plan.ID, plan.Digest)
	})
	e.approve(plan.ID, plan.Digest, "Ann")
	return plan.ID
}

// keyOf returns the private key of a person of the test.
func keyOf(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

func (e *estate) approve(plan, digest, operator string) {
	a := journal.Approval{Plan: plan, Digest: digest, Operator: operator, Time: e.now, Expires: e.register.Approvals.Expires(e.now)}
	a.Signature = sign(operator, a)
	e.update(func(tx *journal.Tx) error { return tx.Approve(a) })
}

// sign returns the signature of a person under an approval.
func sign(name string, a journal.Approval) []byte {
	return ed25519.Sign(keyOf(name), journal.ToSign(ApprovalPurpose, ApprovalMessage(a)))
}

func approvers(_ context.Context, name string) (journal.Operator, error) {
	if name == "Mallory" {
		return journal.Operator{}, errors.New("may not approve")
	}
	return journal.Operator{Name: name, Key: keyOf(name).Public().(ed25519.PublicKey)}, nil
}

func (e *estate) options() Options {
	return Options{Register: e.register, Journal: e.journal, Operator: "Rob", Holder: "test", Who: approvers,
		Refuse: func(context.Context) error { return nil }, Now: func() time.Time { return e.now },
		Wait: func(_ context.Context, d time.Duration) error {
			e.waited = append(e.waited, d)
			return nil
		},
		Jitter: func() float64 { return 1 }}
}

// apply applies a plan and returns its events.
func (e *estate) apply(plan string) ([]Event, error) {
	return all(Apply(e.t.Context(), plan, e.options()))
}

func all(seq iter.Seq2[Event, error]) (events []Event, err error) {
	for event, failed := range seq {
		if failed != nil {
			err = failed
			continue
		}
		events = append(events, event)
	}
	return events, err
}

// ended returns how each system ended.
func ended(events []Event) map[string]Ended {
	out := map[string]Ended{}
	for _, e := range events {
		if s, ok := e.(SystemApplied); ok {
			out[s.System] = s.Ended
		}
	}
	return out
}
