package act

import (
	"context"
	"encoding/json"
	"slices"

	"golang.org/x/sync/errgroup"

	"dossier/internal/journal"
)

// most is how many changes one call makes in a system that is not changed file by file: a transaction that holds its locks for
// a moment, and that another attempt repeats at little cost.
const most = 500

// open opens the systems of the plan, all at once. One that does not open is away; the others are changed.
func (r *run) open(ctx context.Context) error {
	var group errgroup.Group
	for _, stage := range r.head.Stages {
		system, ok := r.Register.System(stage.System)
		if !ok || system.Manual() {
			continue
		}
		w := &work{run: r, stage: stage, system: system}
		r.works = append(r.works, w)
		group.Go(func() error {
			w.open(ctx)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if ctx.Err() != nil {
		for _, w := range r.works {
			w.close()
		}
	}
	return context.Cause(ctx)
}

// prepare reads the plan once: it must be what was sealed. What has not been divided into steps yet is, and lines that people
// work become tasks.
func (r *run) prepare(ctx context.Context) error {
	steps, err := r.Journal.Steps(ctx, r.id)
	if err != nil {
		return err
	}
	tasks, err := r.Journal.Tasks(ctx, r.id)
	if err != nil {
		return err
	}
	for _, s := range steps {
		if w := r.work(s.System); w != nil {
			w.steps = append(w.steps, s)
		}
	}
	d := &divider{run: r, divided: map[string]bool{}}
	for _, w := range r.works {
		d.divided[w.system.ID] = len(w.steps) > 0
	}
	drifted, err := r.drifted(ctx)
	if err != nil {
		return err
	}
	for l, err := range r.lines {
		if err != nil {
			return err
		}
		if w := r.work(l.Record.System); w != nil && drifted[l.N] {
			w.leaveOut(l.Person)
		}
		d.add(l)
	}
	if err := r.keep(ctx, func(tx *journal.Tx) error {
		if err := tx.NewSteps(r.id, d.steps); err != nil {
			return err
		}
		if len(tasks) > 0 {
			return nil
		}
		for i := range d.tasks {
			if d.tasks[i], err = tx.NewTask(d.tasks[i]); err != nil {
				return err
			}
			if err := r.entry(tx, d.tasks[i].System, "task made", struct {
				Task    string `json:"task"`
				Records int    `json:"records"`
				Due     string `json:"due,omitempty"`
			}{d.tasks[i].ID, len(d.tasks[i].Records), d.tasks[i].Due}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if len(tasks) == 0 {
		for _, t := range d.tasks {
			r.emit(TaskMade{t})
		}
	}
	for _, s := range d.steps {
		w := r.work(s.System)
		w.steps = append(w.steps, s)
	}
	for _, w := range r.works {
		w.count()
	}
	r.works = slices.DeleteFunc(r.works, func(w *work) bool {
		idle := w.changes == 0
		if idle {
			w.close()
		}
		return idle
	})
	return nil
}

// work returns the work on a system, nil where it cannot be changed by the program.
func (r *run) work(system string) *work {
	i := slices.IndexFunc(r.works, func(w *work) bool { return w.system.ID == system })
	if i < 0 {
		return nil
	}
	return r.works[i]
}

// entry logs a part of the application. The details are numbers and keyed references.
func (r *run) entry(tx *journal.Tx, system, what string, details any) error {
	b, err := json.Marshal(details)
	if err != nil {
		return err
	}
	e := journal.Entry{Operator: r.Operator, Request: r.plan.Request, System: system, What: what, Details: b}
	return tx.Log(e)
}

// divider divides the lines of a plan into steps and tasks as they come.
type divider struct {
	*run
	divided map[string]bool // systems that an earlier run has divided
	steps   []journal.Step
	tasks   []journal.Task
}

func (d *divider) add(l Line) {
	system := l.Record.System
	switch {
	case l.Does == Task:
		d.task(l)
	case !l.Writes() || d.divided[system]:
	default:
		w := d.work(system)
		if w == nil || w.conn == nil {
			if w != nil {
				w.changes++
			}
			return
		}
		if n := len(d.steps) - 1; n >= 0 && d.steps[n].System == system && d.steps[n].Place == l.Record.Place && (w.whole() || d.steps[n].Changes < most) {
			d.steps[n].Last = l.N
			d.steps[n].Changes++
			return
		}
		d.steps = append(d.steps, journal.Step{Plan: d.id, System: system, Place: l.Record.Place, First: l.N, Last: l.N, Changes: 1, State: journal.StepPlanned})
	}
}

// task adds a line to the task of its system.
func (d *divider) task(l Line) {
	t := journal.Task{Plan: d.id, System: l.Record.System, What: l.Todo, Steward: l.Steward, Due: l.Due}
	i := slices.IndexFunc(d.tasks, func(o journal.Task) bool {
		return o.System == t.System && o.What == t.What && o.Steward == t.Steward && o.Due == t.Due
	})
	if i < 0 {
		i, d.tasks = len(d.tasks), append(d.tasks, t)
	}
	if l.Record.Entity != "" {
		d.tasks[i].Records = append(d.tasks[i].Records, journal.TaskRecord{Record: l.Record, At: l.At, Write: l.Change.After})
	}
}
