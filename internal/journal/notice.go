package journal

import (
	"context"
	"fmt"
	"time"
)

// NoticeTasks returns the notices of a plan to those who received the person's data, or those of every plan where it is empty:
// what is still to be done first.
func (j *Journal) NoticeTasks(ctx context.Context, plan string) ([]Task, error) {
	return j.tasksOfKind(ctx, plan, KindNotice)
}

// SendNotice notes the day on which a notice was sent. One that was sent already, or is none, is refused.
func (t *Tx) SendNotice(id string, day time.Time) (Task, error) {
	task, err := t.j.task(t.ctx, t.asker, id)
	switch {
	case err != nil:
		return task, err
	case task.Kind != KindNotice:
		return task, fmt.Errorf("the task %s is work in a system and no notice: record it with dossier task done", id)
	case !task.Sent.IsZero():
		return task, fmt.Errorf("the notice %s was sent on %s already", id, task.Sent.Format(time.DateOnly))
	case !task.Done.IsZero():
		return task, fmt.Errorf("the notice %s is done with since %s", id, task.Done.Format(time.DateOnly))
	}
	task.Sent = day
	_, err = t.exec(`UPDATE tasks SET sent = ? WHERE id = ?`, day.Format(time.DateOnly), id)
	return task, err
}
