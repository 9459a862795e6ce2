package journal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"dossier/connectors"
	"dossier/internal/rawtext"
)

// ErrNoTask says that no task has the id.
var ErrNoTask = errors.New("there is no such task")

// KindNotice is the kind of a task that is a notice to somebody who received the person's data.
const KindNotice = "notice"

// Task is what people do for a plan: work in a system that the program cannot change, or a notice to be sent.
type Task struct {
	ID      string // SAR-2026-0001/P1/T1, given by the journal
	Plan    string
	Kind    string // "": work, KindNotice
	System  string
	Steward string       // who is asked to do it; of a notice: whom it is sent to
	What    string       // what is to be done; of a notice: its text
	About   string       // of a notice: the action that it tells of
	Sent    time.Time    // of a notice: the day, midnight UTC; zero until it is
	Records []TaskRecord // to these; none where the system has to be looked through
	Due     string       // the day by which, 2006-01-02; "" where there is none
	Made    time.Time
	Done    time.Time // zero until it is
	Outcome string    // what came of it, in the words of who did it
	By      string    // who says that it is done
}

// TaskRecord is a record that people have to work on.
type TaskRecord struct {
	Record connectors.Ref
	At     string            // where a person finds it: "row 17"
	Write  connectors.Fields // what is to be written into it, where that is said
}

type sealedTask struct {
	Steward string             `json:"steward"`
	What    string             `json:"what"`
	Records []sealedTaskRecord `json:"records"`
	Outcome string             `json:"outcome,omitempty"`
}

type sealedTaskRecord struct {
	Record storedRef     `json:"record"`
	At     exact         `json:"at,omitempty"`
	Names  []exact       `json:"names,omitempty"`
	Values []storedValue `json:"values,omitempty"`
}

func (k requestKey) sealTask(task Task) ([]byte, error) {
	in := sealedTask{Steward: task.Steward, What: task.What, Outcome: task.Outcome}
	for _, r := range task.Records {
		kept := sealedTaskRecord{Record: storeRef(r.Record), At: exact(r.At), Names: rawtext.All[string, exact](r.Write.Names)}
		for _, v := range r.Write.Values {
			kept.Values = append(kept.Values, storeValue(v))
		}
		in.Records = append(in.Records, kept)
	}
	plain, err := json.Marshal(in)
	return k.sealRow("tasks", task.ID, plain), err
}

// NewTask keeps a task of a plan under the next number.
func (t *Tx) NewTask(task Task) (Task, error) {
	key, err := t.keyOf(ownerOf(task.Plan))
	if err != nil {
		return task, err
	}
	n := 0
	if err := t.row(`SELECT coalesce(max(n), 0) + 1 FROM tasks WHERE plan = ?`, task.Plan).Scan(&n); err != nil {
		return task, err
	}
	task.ID, task.Made = task.Plan+"/T"+strconv.Itoa(n), t.j.now().UTC()
	sealed, err := key.sealTask(task)
	if err != nil {
		return task, err
	}
	_, err = t.exec(`INSERT INTO tasks (id, plan, n, kind, about, system, due, made, done, done_by, sealed) VALUES (?,?,?,?,?,?,?,?,'','',?)`,
		task.ID, task.Plan, n, task.Kind, task.About, task.System, task.Due, written(task.Made), sealed)
	return task, err
}

// EndTask notes that a task is done, what came of it and who says so. A task that is done already is refused.
func (t *Tx) EndTask(id, outcome, by string) (Task, error) {
	task, err := t.j.task(t.ctx, t.asker, id)
	if err != nil {
		return task, err
	}
	if !task.Done.IsZero() {
		return task, fmt.Errorf("the task %s was done on %s by %s already", id, task.Done.Format(time.DateOnly), task.By)
	}
	key, err := t.keyOf(ownerOf(task.Plan))
	if err != nil {
		return task, err
	}
	task.Outcome, task.By, task.Done = outcome, by, t.j.now().UTC()
	sealed, err := key.sealTask(task)
	if err != nil {
		return task, err
	}
	_, err = t.exec(`UPDATE tasks SET done = ?, done_by = ?, sealed = ? WHERE id = ?`, written(task.Done), by, sealed, id)
	return task, err
}

// Tasks returns the work of a plan, or of every plan where it is empty: what is still to be done first, by the day it is due.
func (j *Journal) Tasks(ctx context.Context, plan string) ([]Task, error) {
	return j.tasksOfKind(ctx, plan, "")
}

func (j *Journal) tasksOfKind(ctx context.Context, plan, kind string) ([]Task, error) {
	where, args := "WHERE kind = ?", []any{kind}
	if plan != "" {
		where, args = where+" AND plan = ?", append(args, plan)
	}
	var all []Task
	err := j.view(ctx, func(a asker) (err error) {
		all, err = j.tasks(ctx, a, where+" ORDER BY done <> '', due = '', due, plan, n", args...)
		return err
	})
	return all, err
}

func (j *Journal) task(ctx context.Context, from asker, id string) (Task, error) {
	found, err := j.tasks(ctx, from, "WHERE id = ?", id)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("%s: %w", id, ErrNoTask)
	}
	if err != nil {
		return Task{}, err
	}
	return found[0], nil
}

func (j *Journal) tasks(ctx context.Context, from asker, which string, args ...any) ([]Task, error) {
	rows, err := from.query(ctx, `SELECT id, plan, kind, about, system, due, made, sent, done, done_by, sealed FROM tasks `+which, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Task
	var sealed [][]byte
	for rows.Next() {
		var task Task
		var made, sent, done string
		var in []byte
		if err := rows.Scan(&task.ID, &task.Plan, &task.Kind, &task.About, &task.System, &task.Due, &made, &sent, &done, &task.By, &in); err != nil {
			return nil, err
		}
		if sent != "" {
			if task.Sent, err = time.Parse(time.DateOnly, sent); err != nil {
				return nil, err
			}
		}
		if task.Made, err = time.Parse(timeForm, made); err != nil {
			return nil, err
		}
		if done != "" {
			if task.Done, err = time.Parse(timeForm, done); err != nil {
				return nil, err
			}
		}
		all, sealed = append(all, task), append(sealed, in)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for i := range all {
		if err := j.openTask(ctx, from, &all[i], sealed[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (j *Journal) openTask(ctx context.Context, from asker, task *Task, sealed []byte) error {
	key, err := j.keyOf(ctx, from, ownerOf(task.Plan))
	if err != nil {
		return err
	}
	plain, err := key.unsealRow("tasks", task.ID, sealed)
	if err != nil {
		return err
	}
	var in sealedTask
	if err := json.Unmarshal(plain, &in); err != nil {
		return err
	}
	task.Steward, task.What, task.Outcome = in.Steward, in.What, in.Outcome
	for _, kept := range in.Records {
		r := TaskRecord{Record: kept.Record.ref(), At: string(kept.At), Write: connectors.Fields{Names: rawtext.All[exact, string](kept.Names)}}
		for _, v := range kept.Values {
			r.Write.Values = append(r.Write.Values, v.value())
		}
		task.Records = append(task.Records, r)
	}
	return nil
}

// ownerOf returns the id of the request or batch that a plan belongs to, whose key seals what is kept of it.
func ownerOf(plan string) string {
	owner, _, _ := strings.Cut(plan, "/")
	return owner
}
