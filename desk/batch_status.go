package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"dossier/connectors"
	"dossier/internal/journal"
)

// What a batch does for a person.
const (
	PersonPlanned = journal.PersonClear  // what is theirs is certain, and planned
	PersonAside   = journal.PersonAside  // somebody has to decide first
	PersonAbsent  = journal.PersonAbsent // nothing of theirs was found
)

// BatchStatus says how far a batch is, without its people.
type BatchStatus struct {
	BatchInfo
	People map[journal.PersonState]int // none: no plan was made
	Plans  []PlanStatus                // the oldest first, the canary's before the one that waits for it
	Tasks  int                         // that people have still to do: work and notices
	Due    string                      // the day by which the first of them is due; "": none is set
	Told   time.Time                   // the last day on which everybody was told that the restriction will be lifted; zero: they were not
}

// BatchStatuses returns how far every batch is, the newest first.
func (d *Desk) BatchStatuses(ctx context.Context) ([]BatchStatus, error) {
	if err := d.known(ctx); err != nil {
		return nil, err
	}
	all, err := d.journal.Batches(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]BatchStatus, len(all))
	for i, b := range all {
		if list[i], err = d.batchStatus(ctx, b); err != nil {
			return nil, fmt.Errorf("%s: %w", b.ID, err)
		}
	}
	return list, nil
}

// BatchStatus returns how far a batch is.
func (d *Desk) BatchStatus(ctx context.Context, id string) (BatchStatus, error) {
	if err := d.known(ctx); err != nil {
		return BatchStatus{}, err
	}
	b, err := d.journal.Batch(ctx, id)
	if err != nil {
		return BatchStatus{}, err
	}
	return d.batchStatus(ctx, b)
}

func (d *Desk) batchStatus(ctx context.Context, b journal.Batch) (BatchStatus, error) {
	s := BatchStatus{BatchInfo: BatchInfo{b}}
	if b.Purged {
		return s, nil
	}
	var err error
	if s.People, err = d.journal.CountBatchPeople(ctx, b.ID); err != nil {
		return s, err
	}
	plans, err := d.journal.Plans(ctx, b.ID)
	if err != nil {
		return s, err
	}
	for _, p := range plans {
		status, err := d.PlanStatus(ctx, p.ID)
		if err != nil {
			return s, err
		}
		s.Plans = append(s.Plans, status)
		tasks, err := d.journal.Tasks(ctx, p.ID)
		if err != nil {
			return s, err
		}
		notices, err := d.journal.NoticeTasks(ctx, p.ID)
		if err != nil {
			return s, err
		}
		for _, t := range append(tasks, notices...) {
			if !t.Done.IsZero() {
				continue
			}
			s.Tasks++
			if t.Due != "" && (s.Due == "" || t.Due < s.Due) {
				s.Due = t.Due
			}
		}
	}
	notices, err := d.journal.Notices(ctx, b.ID)
	for _, n := range notices {
		if n.About == NoticeLift {
			s.Told = n.Sent
		}
	}
	return s, err
}

// Clients returns the controllers for whom data is held as processor: those that the register names, and, where each has a database of
// their own, those of the databases that are there. The error tells which systems could not be asked; the others' are returned beside it.
func (d *Desk) Clients(ctx context.Context) ([]string, error) {
	if err := d.known(ctx); err != nil {
		return nil, err
	}
	var names []string
	var errs []error
	for _, sys := range d.register.Systems {
		places := []string{""}
		switch {
		case !sys.Processor() || sys.Manual():
			continue
		case sys.Controller == nil || sys.Controller.Name == "":
			catalog, err := describe(ctx, sys)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", sys.Title, err))
			}
			places = catalog.Places
		}
		for _, place := range places {
			if name := sys.ControllerOf(place); name != "" && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names, errors.Join(errs...)
}

// describe asks a system what it holds.
func describe(ctx context.Context, sys *connectors.System) (connectors.Catalog, error) {
	ctx, cancel := context.WithTimeout(ctx, sys.Timeout.Duration)
	defer cancel()
	conn, err := sys.Opens()(ctx)
	if err != nil {
		return connectors.Catalog{}, err
	}
	defer conn.Close() // it was only read
	return conn.Describe(ctx)
}
