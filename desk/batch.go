package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"

	"dossier/act"
	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request/clock"
)

// NewBatch says what is done, for whom.
type NewBatch struct {
	Action  Action            // erase, restrict or rectify
	Ground  string            // in the UK GDPR, for all of them
	Reason  string            // for the log: without personal data
	File    string            // a table of people (.csv, .xlsx …)
	Ignore  []string          // its columns that are not looked at
	Entity  string            // in place of a table, to erase: SYSTEM.ENTITY, every record that the register's retain lets be held no longer
	Client  string            // in place of a table, to erase: a controller whose data we hold as processor, every record of theirs
	Leave   bool              // records that may be somebody's and are not certain to be are left as they are, and the others planned all the same
	Fact    string            // Rectify: the identifier or category; the right values stand in the table
	Despite map[string]string // systems that could not be fully searched: why the batch is planned all the same
}

// PlanBatch searches for everybody in a table of people at once, and plans what becomes of their records. Nothing is written to any
// system. Whoever needs a decision is set aside. The first people make a plan of their own, the canary, which has to be applied and
// verified before the other plan can be. Its events are those of a search, without the matches, then BatchPlanned; where something
// speaks against the batch, one PlanProblem a reason, and an error that wraps ErrRefused.
func (d *Desk) PlanBatch(ctx context.Context, n NewBatch) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.may(ctx, journal.RoleDecide); err != nil {
			return err
		}
		b, err := d.newBatching(ctx, n, emit)
		if err != nil {
			return err
		}
		defer b.planning.close()
		return b.refused(ctx, b.make(ctx))
	})
}

// refused tells and logs why there is no plan, where that is what the error says.
func (b *batching) refused(ctx context.Context, err error) error {
	var refusal *act.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	if err := b.note(ctx, b.batch.ID, "", "plan refused", struct {
		Action   act.Action `json:"action"`
		Problems int        `json:"problems"`
	}{Action(b.batch.Action), len(refusal.Problems)}); err != nil {
		return err
	}
	for _, problem := range refusal.Problems {
		if !b.emit(PlanProblem{problem}) {
			return errLeft
		}
	}
	return fmt.Errorf("%w: %w", ErrRefused, refusal)
}

// batching is a batch while it is planned.
type batching struct {
	*planning
	new    NewBatch
	batch  journal.Batch
	people []journal.BatchPerson
	claims *act.Claims
	drafts []*draft
	counts counts
}

// draft is one of a batch's two plans while it is made.
type draft struct {
	*act.Draft
	head   act.Head
	people int
	sums   *totals
	back   []connectors.Ref // of a lift: records that are what they were already
}

func (d *Desk) newBatching(ctx context.Context, n NewBatch, emit func(Event) bool) (*batching, error) {
	switch n.Action {
	case act.Erase, act.Restrict, act.Rectify:
	default:
		return nil, fmt.Errorf("%w: a batch can erase, restrict or rectify", ErrUsage)
	}
	if strings.TrimSpace(n.Reason) == "" {
		return nil, fmt.Errorf("%w: say why: the reason stands in the log, and holds no personal data", ErrUsage)
	}
	ground, err := act.GroundOf(n.Action, n.Ground)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUsage, err)
	}
	p := &planning{Desk: d, NewPlan: NewPlan{Action: n.Action, Ground: ground, Despite: n.Despite}, emit: emit}
	p.Fact.Fact, p.Fact.Value = n.Fact, "of each person" // the values stand in the table
	if n.Fact == "" {
		p.Fact.Value = ""
	}
	if err := p.checkFact(); err != nil {
		return nil, err
	}
	b := &batching{planning: p, new: n}
	origin, from := "file", filepath.Base(n.File)
	switch given := (n.File != "") == (n.Entity == "" && n.Client == "") && (n.Entity == "" || n.Client == ""); {
	case !given || n.File == "" && n.Action != act.Erase:
		return nil, fmt.Errorf("%w: name a table of people, or, to erase, a rule of retention or a controller", ErrUsage)
	case n.File != "":
		if b.people, err = d.readPeople(ctx, n, checkColumns); err != nil {
			return nil, err
		}
		b.claims = act.NewClaims(len(b.people))
	case n.Entity != "":
		origin, from = "retention", n.Entity
		_, _, err = d.ruled(n.Entity)
	default:
		origin, from = "controller", n.Client
		_, err = d.heldFor(n.Client)
	}
	if err != nil {
		return nil, err
	}
	err = d.journal.Update(ctx, func(tx *journal.Tx) (err error) {
		b.batch, err = tx.NewBatch(journal.Batch{Action: string(n.Action), Origin: origin, From: from, Reason: n.Reason, Operator: d.operator})
		if err != nil {
			return err
		}
		return d.log(tx, b.batch.ID, "", "batch begun", struct {
			Action act.Action `json:"action"`
			Reason string     `json:"reason"`
			People int        `json:"people"`
		}{n.Action, n.Reason, len(b.people)})
	})
	if err != nil {
		return nil, err
	}
	p.rules = act.Rules{Action: n.Action, Request: b.batch.ID, Register: d.register, Today: clock.DayOf(d.now()), Fact: act.Correction{Fact: n.Fact}}
	p.head = act.Head{Action: n.Action, Batch: b.batch.Origin, Ground: ground, Fact: n.Fact, Register: d.register.Digest}
	return b, nil
}

func (b *batching) make(ctx context.Context) error {
	take := b.search
	switch b.batch.Origin {
	case "retention":
		take = b.expired
	case "controller":
		take = b.leaving
	}
	if err := take(ctx); err != nil {
		return err
	}
	problems := b.searched()
	held, err := b.held(ctx)
	if err != nil {
		return err
	}
	if problems = append(problems, held...); len(problems) > 0 {
		return &act.Refusal{Problems: problems}
	}
	b.claims.Settle(b.new.Leave)
	b.settle()
	if err := b.keepPeople(ctx); err != nil {
		return err
	}
	if err := b.open(ctx); err != nil {
		return err
	}
	planner := act.NewPlanner(b.rules, b.targets)
	b.head.Stages = planner.Stages()
	err = b.draft(ctx, planner)
	if err == nil {
		err = b.within()
	}
	if err == nil {
		return b.seal(ctx)
	}
	return b.drop(ctx, err)
}

// drop forgets the plans that were begun, and returns why.
func (b *batching) drop(ctx context.Context, why error) error {
	errs := []error{why}
	for _, d := range b.drafts {
		errs = append(errs, d.Drop(ctx))
	}
	return errors.Join(errs...)
}

// subjects returns whom the search is for. Who is there twice, or of whom nothing is told, is set aside and not searched for again.
func (b *batching) subjects() (list []locate.Subject, of []int) {
	first := map[string]string{}
	for i, p := range b.people {
		s := locate.Subject{Identifiers: p.Identifiers}
		keys := act.KeyedPersons(b.register, s, b.journal.Person)
		slices.Sort(keys)
		whole := strings.Join(keys, "\x00")
		switch at, twice := first[whole]; {
		case len(p.Identifiers) == 0:
			b.claims.Aside(i, "the row names nobody")
		case s.Check(b.register) != nil:
			b.claims.Aside(i, "an identifier of the row is empty or unknown")
		case b.Action == act.Rectify && strings.TrimSpace(p.Right) == "":
			b.claims.Aside(i, "the row has no right value")
		case len(keys) > 0 && twice:
			b.claims.Aside(i, "the same person stands in "+at)
		default:
			first[whole] = p.At
			list, of = append(list, s), append(of, i)
		}
	}
	return list, of
}

// search searches every system for all of them at once.
func (b *batching) search(ctx context.Context) error {
	if err := b.note(ctx, b.batch.ID, "", "search begun", struct {
		Reason string `json:"reason"`
		People int    `json:"people"`
	}{b.batch.Reason, len(b.people)}); err != nil {
		return err
	}
	model, err := b.model()
	if err != nil {
		return err
	}
	subjects, of := b.subjects()
	going := true
	for e := range locate.SearchMany(ctx, b.register, "", subjects, locate.Options{Model: model, Now: b.now}) {
		switch e := e.(type) {
		case locate.Started:
			going = b.emit(Started(e))
		case locate.Progress:
			going = b.emit(Progress(e))
		case locate.Claim:
			b.claims.Add(of[e.Person], e.Match)
			b.tell(of[e.Person], e.Match)
		case locate.Coverage:
			b.finding.Coverage = append(b.finding.Coverage, e)
			going = b.emit(Coverage{e})
		}
		if !going {
			break
		}
	}
	if !going || ctx.Err() != nil {
		if err := b.note(ctx, b.batch.ID, "", "search broken off", struct{}{}); err != nil {
			return err
		}
		return cmp.Or(ctx.Err(), errLeft)
	}
	b.head.Searched = b.now()
	b.reach = b.claims.Systems()
	return b.journal.Update(ctx, func(tx *journal.Tx) error {
		for _, c := range b.finding.Coverage {
			if err := b.log(tx, b.batch.ID, c.System, "system searched", struct {
				State    locate.State `json:"state"`
				Searched []string     `json:"searched"`
				Gaps     int          `json:"gaps"`
				Records  int          `json:"records"`
				Seconds  float64      `json:"seconds"`
			}{c.State, filled(c.Searched), len(c.Gaps), c.Records, c.Seconds}); err != nil {
				return err
			}
		}
		return nil
	})
}

// tell adds to what is known of a person the strong identifiers that a record of theirs holds: holds know people by them.
func (b *batching) tell(person int, m locate.Match) {
	if !m.Certain || m.Parent != nil {
		return
	}
	p := &b.people[person]
	p.Identifiers = act.Told(b.register, locate.Subject{Identifiers: p.Identifiers}, []connectors.Record{m.Record}, connectors.Strong).Identifiers
}

// settle says who is planned for, who is set aside, and why.
func (b *batching) settle() {
	for i := range b.people {
		b.people[i].State, b.people[i].Why = b.claims.State(i)
	}
}

// keepPeople keeps who is planned for, who is set aside, and why.
func (b *batching) keepPeople(ctx context.Context) error {
	for from := 0; from < len(b.people); from += 500 {
		some := b.people[from:min(from+500, len(b.people))]
		if err := b.journal.Update(ctx, func(tx *journal.Tx) error { return tx.AddBatchPeople(b.batch.ID, some) }); err != nil {
			return err
		}
	}
	return nil
}

// draft makes the plan of the canary, and the one of all others.
func (b *batching) draft(ctx context.Context, planner *act.Planner) error {
	var clear []int
	for i, p := range b.people {
		if p.State == journal.PersonClear {
			clear = append(clear, i)
		}
	}
	for _, group := range b.canaryAndOthers(clear) {
		taken := make(map[int]bool, len(group))
		for _, i := range group {
			taken[i] = true
		}
		d, err := b.begin(ctx, b.head, len(group))
		if err != nil {
			return err
		}
		list := b.claims.Of(planner, func(person int) bool { return taken[person] })
		var fact func(int) act.Correction
		if b.Action == act.Rectify {
			fact = func(person int) act.Correction {
				p := b.people[person-1]
				c := act.Correction{Fact: b.new.Fact, Value: p.Right}
				if p.Was != "" {
					c.Was = []string{p.Was}
				}
				return c
			}
		}
		for l, err := range planner.Lines(ctx, planner.Items(ctx, list, fact)) {
			if err != nil {
				return err
			}
			if err := d.Add(ctx, l); err != nil {
				return err
			}
			d.sums.add(l)
			b.counts.add(l)
		}
	}
	return nil
}

// canaryAndOthers divides people into those who go first and all others, leaving out empty groups.
func (b *batching) canaryAndOthers(people []int) [][]int {
	canary := min(b.register.Batches.Canary, len(people))
	return slices.DeleteFunc([][]int{people[:canary], people[canary:]}, func(group []int) bool { return len(group) == 0 })
}

// begin begins a plan for so many people, which waits for the canary's where there is one.
func (b *batching) begin(ctx context.Context, head act.Head, people int) (*draft, error) {
	if len(b.drafts) > 0 {
		head.Behind = b.drafts[0].Plan.ID
	}
	made, err := act.NewDraft(ctx, b.journal, b.batch.ID, b.operator, head, b.now())
	if err != nil {
		return nil, err
	}
	d := &draft{Draft: made, head: head, people: people, sums: b.newTotals(head)}
	b.drafts = append(b.drafts, d)
	return d, nil
}

// seal ends the plans, and tells what the batch came to.
func (b *batching) seal(ctx context.Context) error {
	out := BatchPlanned{Batch: b.batch.ID, Action: Action(b.batch.Action), Ground: b.Ground, People: len(b.people), Plans: []Planned{}}
	for _, p := range b.people {
		switch p.State {
		case journal.PersonClear:
			out.Planned++
		case journal.PersonAside:
			out.Aside++
		default:
			out.Nothing++
		}
	}
	for _, d := range b.drafts {
		if err := d.Seal(ctx, func(tx *journal.Tx) error {
			for _, ref := range d.back {
				if err := tx.DropOriginal(b.batch.ID, ref); err != nil {
					return err
				}
			}
			return b.log(tx, b.batch.ID, "", "plan made", struct {
				Plan    string           `json:"plan"`
				Action  act.Action       `json:"action"`
				Ground  string           `json:"ground"`
				Digest  string           `json:"digest"`
				People  int              `json:"people"`
				Does    map[act.Does]int `json:"does"`
				Despite []string         `json:"despite,omitempty"`
			}{d.Plan.ID, d.head.Action, d.head.Ground, d.Plan.Digest, d.people, d.sums.all(), despiteOf(d.head)})
		}); err != nil {
			return err
		}
		planned := d.sums.planned(d.head)
		planned.Plan, planned.State, planned.Digest = d.Plan.ID, string(d.Plan.State), d.Plan.Digest
		out.Plans = append(out.Plans, planned)
	}
	if !b.emit(out) {
		return errLeft
	}
	if out.Aside > 0 && out.Action == act.Lift {
		return fmt.Errorf("%w: %d of %d people were restricted again since, and are left", ErrWaiting, out.Aside, out.People)
	}
	if out.Aside > 0 {
		return fmt.Errorf("%w: %d of %d people were set aside: dossier batch result %s says why", ErrWaiting, out.Aside, out.People, b.batch.ID)
	}
	return nil
}
