package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/desk"
)

// lineWords prints a line of a plan: the record, what is done with it and why, and the fields before and after.
func lineWords(l desk.PlanLine) string {
	var b strings.Builder
	name := l.Record.String()
	if l.Record.Entity == "" {
		name = l.SystemTitle
	}
	fmt.Fprintf(&b, "%-9s  %s", l.Does, desk.Visible(name))
	if l.At != "" {
		fmt.Fprintf(&b, " (%s)", desk.Visible(l.At))
	}
	b.WriteByte('\n')
	say := func(format string, args ...any) { fmt.Fprintf(&b, "           "+format+"\n", args...) }
	if why := reasonWords(l); why != "" {
		say("%s", desk.Visible(why))
	}
	if l.Todo != "" {
		by := l.Steward
		if l.Due != "" {
			by += ", by " + l.Due
		}
		say("%s: %s", desk.Visible(by), desk.Visible(l.Todo))
	}
	before := l.Before()
	for i, field := range l.Change.After.Names {
		if !before.Has(field) {
			say("%s: %s", desk.Visible(field), valueWords(l.Change.After.Values[i]))
			continue
		}
		say("%s: %s -> %s", desk.Visible(field), valueWords(before.Get(field)), valueWords(l.Change.After.Values[i]))
	}
	if len(l.Change.After.Names) == 0 {
		for i, field := range before.Names {
			say("%s: %s", desk.Visible(field), valueWords(before.Values[i]))
		}
	}
	for _, s := range l.Stays {
		say("%s stays: %s", desk.Visible(s.Field), desk.Visible(s.Why))
	}
	return b.String()
}

func reasonWords(l desk.PlanLine) string {
	why := l.Why
	if l.Basis != "" {
		why += " (" + string(l.Basis) + ")"
	}
	if l.Until != "" {
		why += ", until " + l.Until
	}
	return why
}

func valueWords(v connectors.Value) string {
	if v.IsNull() {
		return "NULL"
	}
	return `"` + desk.Visible(v.String()) + `"`
}

func problemWords(p desk.PlanProblem) string {
	records := ""
	if p.Records > 1 {
		records = fmt.Sprintf(" (%d records)", p.Records)
	}
	return "refused    " + desk.Visible(p.Problem.String()) + records + "\n"
}

func differenceWords(d desk.PlanDifference) string {
	indent := func(sign string, l *desk.PlanLine) string {
		if l == nil {
			return ""
		}
		var b strings.Builder
		for line := range strings.Lines(lineWords(*l)) {
			b.WriteString(sign + " " + line)
		}
		return b.String()
	}
	return indent("-", d.Before) + indent("+", d.After)
}

func plannedWords(p desk.Planned) string {
	var b strings.Builder
	for _, s := range p.Systems {
		var counts []string
		for _, does := range slices.Sorted(maps.Keys(s.Does)) {
			counts = append(counts, fmt.Sprintf("%d %s", s.Does[does], does))
		}
		if len(counts) == 0 {
			counts = []string{"nothing was found"}
		}
		fmt.Fprintf(&b, "%s: %s", s.Title, strings.Join(counts, ", "))
		if s.Last {
			b.WriteString("; changed last")
		}
		b.WriteByte('\n')
	}
	if p.Days != "" {
		b.WriteString(p.Days + "\n")
	}
	fmt.Fprintf(&b, "%s: %s, Article %s UK GDPR: %d lines, %d changes, digest %s\nNothing was written.\n", p.Plan, p.Action, p.Ground, p.Lines, p.Changes, p.Digest)
	return b.String()
}
