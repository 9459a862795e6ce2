package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dossier/act"
	"dossier/connectors"
	"dossier/internal/journal"
)

// ThePerson is whom a notice is for that goes to the person of a request and to nobody else.
const ThePerson = "the person"

// DraftNotices drafts the notices that a plan calls for, each once, as tasks: to everybody who, as the register says, receives
// data of a system in which records were erased, corrected or restricted (Article 19). With lift it drafts those that tell of the
// end of a restriction, which the plan made: to the same, and to the person (Article 18(3)). It returns those that are new.
func (d *Desk) DraftNotices(ctx context.Context, plan string, lift bool) ([]Task, error) {
	if err := d.may(ctx, journal.RoleRun, journal.RoleDecide); err != nil {
		return nil, err
	}
	p, head, _, err := act.Read(ctx, d.journal, plan)
	switch {
	case err != nil:
		return nil, err
	case !p.State.Carried():
		return nil, fmt.Errorf("%w: %s was not carried out: recipients are told of what was done", ErrRefused, plan)
	case lift && head.Action != act.Restrict:
		return nil, fmt.Errorf("%w: %s is no plan that restricts: name the one whose restriction is to be lifted", ErrUsage, plan)
	}
	about := head.Action
	if lift {
		about = act.Lift
	}
	return d.draft(ctx, plan, about)
}

// noticesAfter drafts the notices of a plan that was carried out just now.
func (d *Desk) noticesAfter(ctx context.Context, plan string, emit func(Event) bool) error {
	p, head, _, err := act.Read(ctx, d.journal, plan)
	if err != nil || !p.State.Carried() || head.Action == act.Lift || head.Batch == "replay" { // they were told before
		return err
	}
	tasks, err := d.draft(ctx, plan, head.Action)
	for _, t := range tasks {
		if !emit(TaskMade{t}) {
			return errLeft
		}
	}
	return err
}

// draft keeps the notices of a plan that are not kept yet.
func (d *Desk) draft(ctx context.Context, plan string, about act.Action) ([]Task, error) {
	if !slices.Contains([]act.Action{act.Erase, act.Rectify, act.Restrict, act.Lift}, about) {
		return nil, nil
	}
	drafts, err := d.noticeTasks(ctx, plan, about)
	if err != nil {
		return nil, err
	}
	known, err := d.journal.NoticeTasks(ctx, plan)
	if err != nil {
		return nil, err
	}
	drafts = slices.DeleteFunc(drafts, func(n journal.Task) bool {
		return slices.ContainsFunc(known, func(k journal.Task) bool {
			return k.About == n.About && k.System == n.System && k.Steward == n.Steward
		})
	})
	if len(drafts) == 0 {
		return nil, nil
	}
	var made []Task
	owner, _, _ := strings.Cut(plan, "/")
	err = d.journal.Update(ctx, func(tx *journal.Tx) error {
		for _, n := range drafts {
			kept, err := tx.NewTask(n)
			if err != nil {
				return err
			}
			if err := d.log(tx, owner, n.System, "notice drafted", noticeEntry{kept.ID, n.About, n.Steward == ThePerson}); err != nil {
				return err
			}
			made = append(made, d.task(kept))
		}
		return nil
	})
	return made, err
}

// noticeEntry is what the log tells of a notice.
type noticeEntry struct {
	Task   string `json:"task"`
	About  string `json:"about"`
	Person bool   `json:"person,omitempty"` // it is for the person, and for no recipient
}

// SendNotice records the day on which a notice was sent. Once the person's is, their restriction can be lifted.
func (d *Desk) SendNotice(ctx context.Context, task string, day time.Time) (Task, error) {
	if err := d.may(ctx, journal.RoleRun, journal.RoleDecide); err != nil {
		return Task{}, err
	}
	if day.After(d.now().Add(14 * time.Hour)) { // somewhere the day has begun
		return Task{}, fmt.Errorf("%w: the notice is sent on a day that is yet to come: record it then", ErrUsage)
	}
	var sent journal.Task
	err := d.journal.Update(ctx, func(tx *journal.Tx) (err error) {
		if sent, err = tx.SendNotice(task, day); err != nil {
			return err
		}
		owner, _, _ := strings.Cut(sent.Plan, "/")
		person := sent.Steward == ThePerson
		if person {
			err = tx.AddNotice(owner, journal.Notice{About: NoticeLift, Sent: day, Operator: d.operator})
		}
		return errors.Join(err, d.log(tx, owner, sent.System, "notice sent", struct {
			noticeEntry
			Sent string `json:"sent"`
		}{noticeEntry{sent.ID, sent.About, person}, day.Format(time.DateOnly)}))
	})
	return d.task(sent), err
}

// Task returns one task.
func (d *Desk) Task(ctx context.Context, id string) (Task, error) {
	plan := id
	if i := strings.LastIndex(id, "/"); i > 0 {
		plan = id[:i]
	}
	tasks, err := d.Tasks(ctx, plan) // which asks for the role
	if err != nil {
		return Task{}, err
	}
	i := slices.IndexFunc(tasks, func(t Task) bool { return t.ID == id })
	if i < 0 {
		return Task{}, fmt.Errorf("%s: %w", id, journal.ErrNoTask)
	}
	return tasks[i], d.known(ctx)
}

// noticeTasks returns the notices that a plan calls for.
func (d *Desk) noticeTasks(ctx context.Context, plan string, about act.Action) ([]journal.Task, error) {
	p, head, lines, err := act.Read(ctx, d.journal, plan)
	if err != nil {
		return nil, err
	}
	bySystem := map[string]*told{}
	for l, err := range lines {
		if err != nil {
			return nil, err
		}
		s, ok := d.register.System(l.Record.System)
		if !ok || len(recipients(s)) == 0 || !l.Writes() && l.Does != act.Task {
			continue
		}
		if bySystem[s.ID] == nil {
			bySystem[s.ID] = &told{people: map[int]*toldPerson{}}
		}
		bySystem[s.ID].add(d.register, s, l)
	}
	var tasks []journal.Task
	base := d.letter(p.Request)
	for _, s := range d.register.Systems {
		of := bySystem[s.ID]
		if of == nil {
			continue
		}
		for _, to := range recipients(s) {
			text, err := of.text(base, s, to, about)
			if err != nil {
				return nil, err
			}
			tasks = append(tasks, journal.Task{Plan: plan, Kind: journal.KindNotice, About: string(about), System: s.ID, Steward: to, What: text})
		}
	}
	if about == act.Lift && head.Request != "" {
		text, err := base.write("lift person")
		if err != nil {
			return nil, err
		}
		tasks = append(tasks, journal.Task{Plan: plan, Kind: journal.KindNotice, About: string(about), Steward: ThePerson, What: text})
	}
	return tasks, nil
}

// recipients returns those who receive data of a system.
func recipients(s *connectors.System) []string {
	return slices.DeleteFunc(slices.Clone(s.Recipients), func(r string) bool {
		r = strings.ToLower(strings.TrimSpace(r))
		return r == "" || r == "none" || r == "nobody"
	})
}
