package act

import (
	"context"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"strings"
	"time"

	"dossier/connectors"
	"dossier/locate"
)

// records reads every record again that the plan was to change, and takes in what the plan leaves.
func (v *verification) records(ctx context.Context, lines iter.Seq2[Line, error]) error {
	renamed, aside := map[int]connectors.Ref{}, map[int]bool{}
	for r, err := range v.Journal.Receipts(ctx, v.id) {
		if err != nil {
			return err
		}
		renamed[r.Line] = r.Record
		aside[r.Line] = v.head.Batch != "" && r.Result == connectors.Drifted
		if r.Time.After(v.applied) {
			v.applied = r.Time
		}
	}
	bySystem := map[string][]Line{}
	for l, err := range lines {
		if err != nil {
			return err
		}
		v.lines[l.Record.ID()] = l
		v.remember(l)
		if l.Does == Keep {
			v.found(l.Record.System, Finding{Effect: Kept, Record: &l.Record, Why: keptBecause(l), Until: l.Until})
		}
		switch {
		case aside[l.N]:
			v.found(l.Record.System, Finding{Effect: Residual, Record: &l.Record, Despite: true, Why: "the person was set aside: a record of theirs changed behind the plan"})
		case l.Writes():
			bySystem[l.Record.System] = append(bySystem[l.Record.System], l)
		}
	}
	for _, s := range v.head.Stages {
		system, known := v.Register.System(s.System)
		if lines := bySystem[s.System]; known && len(lines) > 0 {
			if err := v.reread(ctx, system, lines, renamed); err != nil {
				return err
			}
		}
	}
	return nil
}

func keptBecause(l Line) string {
	if l.Basis == "" {
		return l.Why
	}
	return fmt.Sprintf("%s (%s)", l.Why, l.Basis)
}

// remember takes the identifiers that a record held before it was changed: the person is searched for by them again.
func (v *verification) remember(l Line) {
	system, ok := v.Register.System(l.Record.System)
	if !ok || !l.Writes() {
		return
	}
	e, ok := system.Entity(l.Record.Entity)
	if !ok {
		return
	}
	for _, f := range e.Fields {
		value := strings.TrimSpace(l.Change.Before.Get(f.Name).String())
		id := locate.Identifier{Kind: f.Is, Value: value}
		if f.Is != "" && value != "" && !slices.Contains(v.before[l.Person], id) {
			v.before[l.Person] = append(v.before[l.Person], id)
		}
	}
}

// reread compares the records of one system with what the plan was to make of them.
func (v *verification) reread(ctx context.Context, system *connectors.System, lines []Line, renamed map[int]connectors.Ref) error {
	away := func(err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		v.undone += len(lines)
		v.found(system.ID, Finding{Effect: Unreachable, Why: err.Error()})
		return nil
	}
	if system.Manual() {
		return nil
	}
	within, cancel := context.WithTimeout(ctx, system.Timeout.Duration)
	defer cancel()
	conn, err := system.Opens()(within)
	if err != nil {
		return away(err)
	}
	defer conn.Close()
	catalog, err := conn.Describe(within)
	if err != nil {
		return away(err)
	}
	for some := range slices.Chunk(lines, most) {
		now, err := lookUp(ctx, conn, catalog, some, renamed)
		if err != nil {
			return away(err)
		}
		for i, l := range some {
			v.judge(l, now[i])
		}
		if v.head.Action == Erase {
			var anonymous []connectors.Record
			for i, l := range some {
				if l.Does == Anonymise && now[i].state == isAfter {
					anonymous = append(anonymous, *now[i].record)
				}
			}
			for _, child := range system.Entities {
				if err := v.linked(ctx, conn, child, anonymous); err != nil {
					return away(err)
				}
			}
		}
	}
	v.history(system, catalog, lines)
	return forgetStale(ctx, v.Journal, system.ID, conn)
}

// judge takes in what became of one record.
func (v *verification) judge(l Line, now current) {
	ref := now.ref
	switch now.state {
	case isAfter:
		v.verdicts[l.Record.System].Changed++
		v.changed[l.Record.ID()], v.changed[ref.ID()] = true, true
		v.lines[ref.ID()] = l
	case isBefore:
		v.undone++
		v.found(l.Record.System, Finding{Effect: Residual, Record: &ref, Why: "it is as it was before: the change was not made"})
	default:
		v.undone++
		why := "it is not as the plan was to make it: somebody else has changed it"
		if now.record == nil {
			why = "it is gone, and was to be changed only"
		}
		v.found(l.Record.System, Finding{Effect: Residual, Record: &ref, Why: why})
	}
}

// history reports where older states of changed records stay: backups, and what the system keeps of its own.
func (v *verification) history(system *connectors.System, catalog connectors.Catalog, lines []Line) {
	if v.head.Action != Erase || v.verdicts[system.ID].Changed == 0 {
		return
	}
	last, _ := system.LastBackup(v.Now())
	switch until := gone(system.Backups, v.applied); {
	case system.Backups == "" && last.IsZero():
		v.found(system.ID, Finding{Effect: Recoverable, Where: "backups", Despite: true, Why: "the register does not say what backups there are: write backups = \"…\" for the system"})
	case until == "" || until >= v.Now().UTC().Format(time.DateOnly):
		v.found(system.ID, Finding{Effect: Recoverable, Where: "backups", Why: backupsOf(system, last, v.applied), Until: until})
	}
	var entities []string
	for _, l := range lines {
		if !slices.Contains(entities, l.Record.Entity) {
			entities = append(entities, l.Record.Entity)
		}
	}
	for _, e := range entities {
		shape, _ := catalog.Shape(e)
		for _, h := range shape.History {
			v.found(system.ID, Finding{Effect: Recoverable, Where: h.Table, Why: h.What})
		}
	}
}

// backupsOf says which backups hold what was erased.
func backupsOf(system *connectors.System, last, applied time.Time) string {
	text := system.Backups
	if text == "" {
		text = "there are backups, and the register does not say for how long"
	}
	switch {
	case last.IsZero():
		return text
	case last.After(applied):
		return text + "; the last, of " + last.UTC().Format(time.DateOnly) + ", was made since"
	}
	return text + "; the last, of " + last.UTC().Format(time.DateOnly) + ", holds it"
}

var period = regexp.MustCompile(`[0-9]+ (?:day|month|year)s?`)

// gone returns the day on which the longest period that a text about backups names has passed; "" where it names none.
func gone(text string, from time.Time) string {
	until := ""
	for _, p := range period.FindAllString(text, -1) {
		var length connectors.Period
		if length.UnmarshalText([]byte(p)) == nil {
			until = max(until, from.AddDate(length.Years, length.Months, length.Days).UTC().Format(time.DateOnly))
		}
	}
	return until
}
