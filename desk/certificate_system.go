package desk

import (
	"fmt"
	"slices"
	"strings"

	"dossier/act"
	"dossier/export"
)

// outcomes are the effects as a certificate tells them, each with its words.
var outcomes = map[act.Effect][2]string{
	act.Erased:        {"erased", "The data was erased."},
	act.Kept:          {"kept", "What may be erased was erased; the law requires the rest to be kept for a while."},
	act.Recoverable:   {"recoverable", "The data was erased from what is in use; copies remain in backups or history for a while."},
	act.Pseudonymised: {"pseudonymised", "What identifies the person was taken out, but records can still be linked to them."},
	act.Residual:      {"in part", "Not everything was erased yet."},
	act.Unreachable:   {"unreachable", "The system, or a part of it, could not be looked at."},
	act.NothingHeld:   {"nothing held", "Nothing was found that is certain to be the person's."},
}

// certified returns what a certificate says of a system. Reasons are told where they come from the register; those that the
// verification found may name people, and are told by their kind.
func (d *Desk) certified(v act.Verdict) export.Certified {
	c := export.NewCertified(v.System, v.Title)
	told := outcomes[v.Effect]
	c.Outcome, c.Summary = told[0], told[1]
	left := map[export.NotLooked]int{}
	var order []export.NotLooked
	for _, f := range v.Findings {
		switch f.Effect {
		case act.Kept:
			c.Kept = addKept(c.Kept, export.KeptByLaw{What: d.what(v.System, f), Records: 1, Why: f.Why, Until: f.Until})
		case act.Recoverable:
			c.Backups = with(c.Backups, backupOf(f))
		case act.Residual, act.Pseudonymised, act.Unreachable:
			l := export.NotLooked{What: d.what(v.System, f), Why: leftBecause(f)}
			if left[l]++; left[l] == 1 {
				order = append(order, l)
			}
		}
	}
	for _, l := range order {
		if n := left[l]; n > 1 {
			c.Left = append(c.Left, export.NotLooked{What: fmt.Sprintf("%s (%d times)", l.What, n), Why: l.Why})
		} else {
			c.Left = append(c.Left, l)
		}
	}
	return c
}

func addKept(list []export.KeptByLaw, k export.KeptByLaw) []export.KeptByLaw {
	i := slices.IndexFunc(list, func(o export.KeptByLaw) bool { return o.What == k.What && o.Why == k.Why && o.Until == k.Until })
	if i < 0 {
		return append(list, k)
	}
	list[i].Records += k.Records
	return list
}

// what names what a finding is about, by the register's label.
func (d *Desk) what(system string, f act.Finding) string {
	if s, ok := d.register.System(system); ok && f.Record != nil {
		if e, ok := s.Entity(f.Record.Entity); ok {
			return e.Label
		}
	}
	return "in the system"
}

func backupOf(f act.Finding) export.InBackup {
	switch {
	case f.Despite:
		return export.InBackup{What: "it is not recorded which backups there are"}
	case f.Where == "backups" || f.Where == "":
		return export.InBackup{What: f.Why, Until: f.Until}
	}
	return export.InBackup{What: f.Where + ": " + f.Why, Until: f.Until}
}

func leftBecause(f act.Finding) string {
	switch {
	case f.Effect == act.Pseudonymised:
		return "it can still be linked to the person"
	case f.Effect == act.Unreachable:
		return "it could not be looked at"
	case f.Record == nil && strings.Contains(f.Where, "/T"):
		return "somebody has yet to do it by hand"
	case f.Despite:
		return "nobody could tell for certain whether it is the person's, or a record had changed meanwhile"
	}
	return "it is still there"
}
