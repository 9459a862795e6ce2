package desk

import (
	"context"
	"fmt"
	"strings"

	"dossier/internal/journal"
)

// Tasks returns what people have to do for a plan, or for every plan where it is empty: work first and then notices, of each what is
// still to be done first, by the day it is due.
func (d *Desk) Tasks(ctx context.Context, plan string) ([]Task, error) {
	if err := d.may(ctx, journal.RoleRun); err != nil {
		return nil, err
	}
	kept, err := d.journal.Tasks(ctx, plan)
	if err != nil {
		return nil, err
	}
	notices, err := d.journal.NoticeTasks(ctx, plan)
	if err != nil {
		return nil, err
	}
	kept = append(kept, notices...)
	tasks := make([]Task, len(kept))
	for i, t := range kept {
		tasks[i] = d.task(t)
	}
	return tasks, nil
}

// EndTask records that a task is done, and what came of it.
func (d *Desk) EndTask(ctx context.Context, id, outcome string) (Task, error) {
	if outcome = strings.TrimSpace(outcome); outcome == "" {
		return Task{}, fmt.Errorf("%w: say what came of the task, such as --outcome \"shredded\"", ErrUsage)
	}
	if err := d.may(ctx, journal.RoleRun); err != nil {
		return Task{}, err
	}
	var done journal.Task
	err := d.journal.Update(ctx, func(tx *journal.Tx) (err error) {
		if done, err = tx.EndTask(id, outcome, d.operator); err != nil {
			return err
		}
		request, _, _ := strings.Cut(done.Plan, "/")
		return d.log(tx, request, done.System, "task done", struct {
			Task    string `json:"task"`
			Records int    `json:"records"`
		}{id, len(done.Records)})
	})
	return d.task(done), err
}
