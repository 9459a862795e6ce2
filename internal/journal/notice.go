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
	task, err := t.unsent(id)
	if err != nil {
		return task, err
	}
	task.Sent = day
	_, err = t.exec(`UPDATE tasks SET sent = ? WHERE id = ?`, day.Format(time.DateOnly), id)
	return task, err
}

// EditNotice puts another text in the place of a notice's. One that was sent already, or is none, is refused.
func (t *Tx) EditNotice(id, text string) (Task, error) {
	task, err := t.unsent(id)
	if err != nil {
		return task, err
	}
	key, err := t.keyOf(ownerOf(task.Plan))
	if err != nil {
		return task, err
	}
	task.What = text
	sealed, err := key.sealTask(task)
	if err != nil {
		return task, err
	}
	_, err = t.exec(`UPDATE tasks SET sealed = ? WHERE id = ?`, sealed, id)
	return task, err
}

// unsent returns a notice that was not sent yet.
func (t *Tx) unsent(id string) (Task, error) {
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
	return task, nil
}
