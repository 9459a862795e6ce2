package desk

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"dossier/act"
	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/internal/journal"
	"dossier/locate"
)

// expired takes the records of one entity that the register lets be held no longer, and what belongs to them. Each is a person to the
// batch.
func (b *batching) expired(ctx context.Context) error {
	sys, e, err := b.ruled(b.new.Entity)
	if err != nil {
		return err
	}
	return b.take(ctx, &taking{batching: b, root: func(of *connectors.Entity, shape connectors.Shape, r connectors.Record) (taken, with bool) {
		expired := of == e && act.Expired(e.Retain, shape, r, b.rules.Today)
		return expired, expired
	}, reads: heldBy("")}, sys)
}

// heldBy chooses the places that are held for a controller, and by "" those of our own.
func heldBy(controller string) func(*connectors.System, string) bool {
	return func(sys *connectors.System, place string) bool { return sys.ControllerOf(place) == controller }
}

// ruled returns the entity that a rule of retention, SYSTEM.ENTITY, is about.
func (d *Desk) ruled(rule string) (*connectors.System, *connectors.Entity, error) {
	id, name, _ := strings.Cut(rule, ".")
	sys, ok := d.register.System(id)
	if !ok {
		return nil, nil, fmt.Errorf("%w: the register has no system %q: write SYSTEM.ENTITY", ErrUsage, id)
	}
	e, ok := sys.Entity(name)
	if !ok || e.Retain == nil {
		return nil, nil, fmt.Errorf("%w: the register says of no entity %q of %s how long it is held: write retain = { for = \"3 years\", from = \"…\" }", ErrUsage, name, sys.Title)
	}
	return sys, e, nil
}

// heldFor returns the systems with data that is held as processor for a controller.
func (d *Desk) heldFor(client string) ([]*connectors.System, error) {
	var systems []*connectors.System
	for _, sys := range d.register.Systems {
		if sys.Processor() && !sys.Manual() && (sys.Controller.Name == "" || sys.Controller.Name == client) {
			systems = append(systems, sys)
		}
	}
	if len(systems) == 0 {
		return nil, fmt.Errorf("%w: the register names no system with data that is held for %q", ErrUsage, client)
	}
	return systems, nil
}

// leaving takes every record that is held as processor for one controller.
func (b *batching) leaving(ctx context.Context) error {
	systems, err := b.heldFor(b.new.Client)
	if err != nil {
		return err
	}
	all := func(*connectors.Entity, connectors.Shape, connectors.Record) (taken, with bool) { return true, true }
	return b.take(ctx, &taking{batching: b, root: all, reads: heldBy(b.new.Client)}, systems...)
}

// take reads systems from end to end and takes what t chooses.
func (b *batching) take(ctx context.Context, t *taking, systems ...*connectors.System) error {
	for _, sys := range systems {
		if !b.emit(Started{System: sys.ID, Title: sys.Title, Time: b.now()}) {
			return errLeft
		}
		if err := t.system(ctx, sys); err != nil {
			return fmt.Errorf("%s: %w", sys.Title, err)
		}
		b.only = append(b.only, sys.ID)
	}
	b.claims = act.NewClaims(len(b.people))
	for _, c := range t.taken {
		b.claims.Add(c.person, locate.Match{Record: connectors.Record{Ref: c.ref}, Certain: true})
	}
	b.head.Searched, b.reach = b.now(), b.claims.Systems()
	return nil
}

// taking is a batch's reading of systems. Each record that root chooses is a person to the batch.
type taking struct {
	*batching
	root   func(*connectors.Entity, connectors.Shape, connectors.Record) (taken, with bool) // with what belongs to it
	reads  func(sys *connectors.System, place string) bool
	first  func(person int) bool // whether what belongs to a person's records is asked of root before it is taken with them; nil: it is not
	taken  []taken
	read   int64          // records of the system so far
	owners map[string]int // the person by child entity, place and the parent's values
}

// progressRecords is how many records are read before it is told how far it is.
const progressRecords = 1000

type taken struct {
	person int
	ref    connectors.Ref
}

func (t *taking) system(ctx context.Context, sys *connectors.System) error {
	conn, err := sys.Opens()(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() // it was only read
	catalog, err := conn.Describe(ctx)
	if err != nil {
		return err
	}
	t.owners, t.read = map[string]int{}, 0
	coverage := locate.Coverage{System: sys.ID, Title: sys.Title, State: locate.Searched, Gaps: slices.Clone(catalog.Gaps)}
	for _, e := range parentsFirst(sys.Entities) {
		shape, ok := catalog.Shape(e.Name)
		if !ok {
			coverage.Gaps = append(coverage.Gaps, connectors.Gap{Entity: e.Name, Why: "the system has no " + e.Table})
			continue
		}
		if err := t.entity(ctx, sys, conn, catalog, e, shape, &coverage); err != nil {
			return err
		}
	}
	if len(coverage.Gaps) > 0 {
		coverage.State = locate.Partly
	}
	t.finding.Coverage = append(t.finding.Coverage, coverage)
	if !t.emit(Coverage{coverage}) {
		return errLeft
	}
	return nil
}

func (t *taking) entity(ctx context.Context, sys *connectors.System, conn connectors.Connector, catalog connectors.Catalog, e *connectors.Entity, shape connectors.Shape, coverage *locate.Coverage) error {
	q := connectors.Query{Entity: e.Name, Places: []string{}}
	for _, place := range catalog.Places {
		if t.reads(sys, place) {
			q.Places = append(q.Places, place)
		}
	}
	for record, err := range conn.Find(ctx, q) {
		if gap := (*connectors.Gap)(nil); errors.As(err, &gap) {
			coverage.Gaps = append(coverage.Gaps, *gap)
			continue
		}
		if err != nil {
			return err
		}
		if t.read++; t.read%progressRecords == 0 && !t.emit(Progress{System: sys.ID, Entity: e.Name, Records: t.read}) {
			return errLeft
		}
		person, belongs := t.owners[t.ownerKey(e, record)]
		if e.Parent == nil || !belongs || t.first != nil && t.first(person) {
			taken, with := t.root(e, shape, record)
			if !taken && !belongs {
				continue
			}
			if taken {
				person, belongs = len(t.people), with
				told := act.Told(t.register, locate.Subject{}, []connectors.Record{record}, connectors.Strong)
				t.people = append(t.people, journal.BatchPerson{N: person + 1, At: e.Label + " " + strings.Join(record.Ref.Key, ", "), Identifiers: told.Identifiers})
			}
		}
		ref := record.Ref
		ref.Key = slices.Clone(ref.Key)
		t.taken = append(t.taken, taken{person, ref})
		coverage.Records++
		for _, child := range sys.Entities {
			if belongs && child.Parent != nil && child.Parent.Entity == e.Name {
				t.owners[ownerKey(child, record.Ref.Place, func(field string) connectors.Value { return record.Get(child.Parent.On[field]) })] = person
			}
		}
	}
	if !t.emit(Progress{System: sys.ID, Entity: e.Name, Records: t.read}) {
		return errLeft
	}
	return nil
}

// ownerKey names what a record belongs to.
func (t *taking) ownerKey(e *connectors.Entity, record connectors.Record) string {
	if e.Parent == nil {
		return ""
	}
	return ownerKey(e, record.Ref.Place, record.Get)
}

func ownerKey(child *connectors.Entity, place string, value func(field string) connectors.Value) string {
	key := child.Name + "\x00" + place
	for _, field := range slices.Sorted(maps.Keys(child.Parent.On)) {
		text := value(field).String()
		if n, ok := compare.Canonical(compare.Decimal, text); ok {
			text = n
		}
		key += "\x00" + compare.Fold(text)
	}
	return key
}

// parentsFirst returns entities so that each comes behind the one that it belongs to.
func parentsFirst(entities []*connectors.Entity) []*connectors.Entity {
	var list []*connectors.Entity
	seen := map[*connectors.Entity]bool{}
	var add func(e *connectors.Entity)
	add = func(e *connectors.Entity) {
		if seen[e] {
			return
		}
		seen[e] = true
		if e.Parent != nil {
			for _, p := range entities {
				if p.Name == e.Parent.Entity {
					add(p)
				}
			}
		}
		list = append(list, e)
	}
	for _, e := range entities {
		add(e)
	}
	return list
}
