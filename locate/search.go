package locate

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"dossier/connectors"
	"dossier/locate/linkage"
)

// Options are what a search is told beside whom to look for.
type Options struct {
	// Model weighs the evidence; the one without training when nil. See NewModel.
	Model *linkage.Model
	// Decided tells what a person decided about a record, in an earlier search too.
	Decided func(connectors.Ref) Decision
	// Omit names systems that are not searched, by their ids, and why.
	Omit map[string]string
	// Now tells the time; time.Now when nil.
	Now func() time.Time
}

// NewModel returns the model by which records are compared with subjects, for the identifiers of a register. The
// training may be nil.
func NewModel(register *connectors.Register, training *linkage.Training) *linkage.Model {
	return linkage.New(linkage.Options{Identifiers: register.Identifiers, Region: register.Organisation.Region, Training: training})
}

// Search asks every system of the register for the subject, all at once, and yields what happens as it
// happens; last a Coverage for every system, in the register's order. Whatever fails is part of a Coverage. Only
// matches that are certain or accepted are followed: the ids, e-mail addresses, phone numbers and
// surnames that they tell are searched everywhere, and their children are fetched, until nothing new
// appears. Ending the loop early, or ctx, ends the search.
//
// A search stays with one controller's data: the places of Subject.Controller.
func Search(ctx context.Context, register *connectors.Register, subject Subject, options Options) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		newSearch(register, subject.Controller, []Subject{subject}, options, yield).search(ctx)
	}
}

func newSearch(register *connectors.Register, controller string, subjects []Subject, options Options, yield func(Event) bool) *search {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Model == nil {
		options.Model = NewModel(register, nil)
	}
	if options.Decided == nil {
		options.Decided = func(connectors.Ref) Decision { return Undecided }
	}
	s := &search{register: register, controller: controller, options: options, crowd: newCrowd(register, options.Model, subjects),
		judge: newJudge(register, options.Model), answers: make(chan answer, 64), found: map[claim]*found{}, yield: yield}
	s.of = make([][]*found, len(subjects))
	return s
}

// search runs the search to its end.
func (s *search) search(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	s.ctx = ctx
	s.run()
	cancel()
	s.close()
}

// search is the state of one search. Only the goroutine that runs the caller's loop touches it; everything
// else reaches it as answers.
type search struct {
	ctx        context.Context
	register   *connectors.Register
	controller string
	options    Options
	crowd      *crowd
	judge      *judge
	systems    []*system
	answers    chan answer
	pending    int // goroutines whose last answer has not come yet
	found      map[claim]*found
	of         [][]*found // by person, as they were found
	claims     bool       // what is found is told with its person
	yield      func(Event) bool
	stopped    bool // the caller has ended the loop

	work  sync.WaitGroup // the goroutines that open and ask
	mu    sync.Mutex     // guards the two below
	conns []connectors.Connector
	ended bool // a system that opens now is closed at once
}

// answer is what a goroutine of the search reports; it is applied by the goroutine of the loop.
type answer func()

func (s *search) run() {
	for _, sys := range s.register.Systems {
		s.start(sys)
	}
	for !s.stopped && (s.pending > 0 || s.missed()) {
		select {
		case apply := <-s.answers:
			apply()
		case <-s.ctx.Done():
			s.interrupt()
			return
		}
	}
	s.settle()
	for _, sys := range s.systems {
		s.emit(sys.coverage(s.crowd.refused()))
	}
}

// interrupt ends a search whose context was cancelled: what had not answered yet is a gap.
func (s *search) interrupt() {
	for _, sys := range s.systems {
		if sys.busy() {
			sys.gap(connectors.Gap{Why: "the search was stopped before the system had answered"})
		}
		s.emit(sys.coverage(s.crowd.refused()))
	}
}

func (s *search) emit(e Event) {
	if !s.stopped {
		s.stopped = !s.yield(e)
	}
}

// report hands an answer to the loop, or drops it when the loop has ended.
func (s *search) report(a answer) {
	select {
	case s.answers <- a:
	case <-s.ctx.Done():
	}
}

// start begins with one system.
func (s *search) start(sys *connectors.System) {
	run := &system{System: sys, started: s.options.Now(), places: map[string]*place{}, slots: make(chan struct{}, sys.Parallel), kinds: map[string]bool{}}
	s.systems = append(s.systems, run)
	if why, omitted := s.options.Omit[sys.ID]; omitted {
		run.state = LeftOut
		run.gap(connectors.Gap{Why: "it was left out of the search: " + why})
		return
	}
	if sys.Manual() {
		run.state = ByHand
		return
	}
	if s.controller == "" && sys.Processor() || s.controller != "" && !sys.Processor() {
		run.state = Excluded
		run.gap(connectors.Gap{Why: "it holds the data of another controller, which this search must not touch"})
		return
	}
	s.emit(Started{System: sys.ID, Title: sys.Title, Time: run.started})
	s.pending++
	run.working++
	s.work.Go(func() {
		conn, catalog, err := s.open(sys)
		s.report(func() {
			s.pending--
			run.working--
			s.opened(run, conn, catalog, err)
		})
	})
}

// opened takes a system into the search.
func (s *search) opened(sys *system, conn connectors.Connector, catalog connectors.Catalog, err error) {
	sys.conn = conn
	if err != nil {
		sys.state = Failed
		sys.gap(connectors.Gap{Why: plain(err)})
		sys.finish(s.options.Now())
	} else {
		sys.take(catalog, s.controller)
	}
	s.schedule()
}

// schedule gives every place that is not busy what it has not been asked for yet.
//
// For many people it waits until everything asked so far is answered, and then asks at once for all that became known of them.
func (s *search) schedule() {
	if s.crowd.many() && s.pending > 0 {
		return
	}
	for _, sys := range s.systems {
		for _, p := range sys.order {
			if p.busy || p.failed || p.asked == len(s.crowd.values) && len(p.parents) == 0 {
				continue
			}
			r := &round{place: p, judge: newJudge(s.register, s.options.Model), who: s.crowd.now(), all: slices.Clip(s.crowd.values),
				fresh: s.crowd.values[p.asked:], parents: p.parents}
			p.asked, p.parents, p.busy = len(s.crowd.values), nil, true
			s.pending++
			sys.working++
			s.work.Go(func() { s.play(r) })
		}
	}
}

// play runs one round and reports its end, even of one that does not answer to its cancellation: a read from a
// dead network share can hang for minutes.
func (s *search) play(r *round) {
	sys := r.place.system
	select {
	case sys.slots <- struct{}{}:
		defer func() { <-sys.slots }()
	case <-s.ctx.Done():
		return
	}
	err := within(s.ctx, sys.Timeout.Duration, func(ctx context.Context) error { return r.run(ctx, s) })
	answered := err == nil && r.spoke
	s.report(func() {
		s.pending--
		sys.working--
		r.ended = true
		r.place.busy = false
		r.place.answered = r.place.answered || answered
		if err != nil {
			r.place.failed = true
			sys.gap(connectors.Gap{Place: r.place.name, Why: plain(err)})
		}
		sys.finish(s.options.Now())
		s.schedule()
		s.emit(Progress{System: sys.ID, Place: r.place.name, Records: sys.looked, Idle: sys.working == 0})
	})
}

// errSlow is the cause of a time-out.
var errSlow = errors.New("it did not answer in the time that the register allows")

// grace is how long something that was cancelled may take to end before it is left behind.
const grace = 2 * time.Second

// within runs do for no longer than the time and the grace, whether or not it heeds its context, and turns
// a panic into an error.
func within(ctx context.Context, limit time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errSlow)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- defect(p)
			}
		}()
		done <- do(ctx)
	}()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		late := time.NewTimer(grace)
		defer late.Stop()
		select {
		case err = <-done:
		case <-late.C:
			err = context.Cause(ctx)
		}
	}
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// defect is the error for a connector that panicked. The panic's text could hold a value, so only its
// type is told.
func defect(p any) error {
	return fmt.Errorf("the connector failed unexpectedly (%T), which is a defect of the program", p)
}

// close waits for what is at work and ends every connector, each no longer than the grace.
func (s *search) close() {
	s.work.Wait()
	s.mu.Lock()
	s.ended = true
	conns := s.conns
	s.mu.Unlock()
	var closing sync.WaitGroup
	for _, conn := range conns {
		closing.Go(func() {
			_ = within(context.Background(), grace, func(context.Context) error {
				return conn.Close() // everything was read: a failure to close loses nothing
			})
		})
	}
	closing.Wait()
}
