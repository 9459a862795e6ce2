package tui

import (
	"strconv"
	"strings"

	"dossier/desk"
)

// batchDoes says what a batch does.
func batchDoes(b desk.BatchStatus) string {
	if b.Action == "replay" {
		return "do again"
	}
	return actionWords(desk.Action(b.Action))
}

// batchOf says whom a batch is about.
func batchOf(b desk.BatchStatus) string {
	switch {
	case b.Purged:
		return "purged"
	case b.Origin == "retention":
		return "rule " + b.From
	case b.Origin == "controller":
		return "client " + b.From
	case b.Origin == "replay":
		return "restored " + b.From
	case b.From == "":
		return "a table of people"
	}
	return b.From
}

// batchPeopleCount is how many people a batch has.
func batchPeopleCount(b desk.BatchStatus) int {
	n := 0
	for _, of := range b.People {
		n += of
	}
	return n
}

// tallyOfBatch says how many people a batch has, and what is done for how many.
func tallyOfBatch(b desk.BatchStatus) string {
	n := batchPeopleCount(b)
	if n == 0 {
		return ""
	}
	words := "people"
	if n == 1 {
		words = "person"
	}
	parts := []string{count(n) + " " + words + ": " + count(b.People[desk.PersonPlanned]) + " planned"}
	if aside := b.People[desk.PersonAside]; aside > 0 {
		parts = append(parts, "! "+count(aside)+" set aside")
	}
	if absent := b.People[desk.PersonAbsent]; absent > 0 {
		parts = append(parts, count(absent)+" without records")
	}
	return strings.Join(parts, ", ")
}

// planShort is the number of a plan within its batch: P1.
func planShort(id string) string {
	_, short, _ := strings.Cut(id, "/")
	return short
}

// planRole says what a plan of a batch is: the canary, the others, or a lift.
func planRole(b desk.BatchStatus, i int) string {
	p := b.Plans[i]
	role := ""
	switch {
	case p.Behind != "":
		role = "the others"
	case i+1 < len(b.Plans) && b.Plans[i+1].Behind == p.ID:
		role = "the canary"
	default:
		role = "all of it"
	}
	switch {
	case p.Action == desk.Lift:
		return "lift, " + role
	case b.Action == "replay":
		return actionWords(p.Action)
	}
	return role
}

// batchPlanState says how far a plan of a batch is.
func (u *ui) batchPlanState(p desk.PlanStatus) (sign, words string, k ink) {
	s := u.styles
	made, changes := 0, 0
	for id, n := range p.Changes {
		made, changes = made+p.Changed[id], changes+n
	}
	running, open := u.acting[p.ID]
	switch {
	case open && running.running():
		return "►", "running", s.accent
	case p.State == "verified" && somethingLeft(p):
		return "▲", "verified: something is left", s.warn
	case p.State == "verified":
		return "●", "verified", s.good
	case p.State == "applied":
		return "●", "carried out, not verified", s.warn
	case p.Digest == "":
		return "×", "not finished", s.bad
	case p.Begun:
		return "▲", "begun: " + count(made) + " of " + count(changes), s.warn
	case p.Enough() && p.Waits:
		return "○", "approved, waits for " + planShort(p.Behind), s.plain
	case p.Enough():
		return "●", "approved", s.good
	case len(p.By) > 0:
		return "○", count(len(p.By)) + " of " + count(p.Needed) + " approvals", s.warn
	}
	return "○", "not approved", s.plain
}

func somethingLeft(p desk.PlanStatus) bool {
	for _, v := range p.Verdicts {
		if left(&v) {
			return true
		}
	}
	return false
}

// batchState says in a word how far a batch is.
func (u *ui) batchState(b desk.BatchStatus) (sign, words string, k ink) {
	s := u.styles
	if b.Purged {
		return "–", "purged", s.dim
	}
	if len(b.Plans) == 0 {
		return "×", "no plan", s.bad
	}
	carried, verified, begun, running := 0, 0, false, false
	for _, p := range b.Plans {
		if p.State.Carried() {
			carried++
		}
		if p.State == "verified" {
			verified++
		}
		begun = begun || p.Begun
		open, is := u.acting[p.ID]
		running = running || is && open.running()
	}
	lift := b.Plans[len(b.Plans)-1].Action == desk.Lift
	switch {
	case running:
		return "►", "running", s.accent
	case verified == len(b.Plans) && lift:
		return "←", "lifted", s.good
	case verified == len(b.Plans):
		return "●", "verified", s.good
	case carried == len(b.Plans):
		return "●", "carried out", s.warn
	case carried > 0:
		return "▲", count(carried) + " of " + count(len(b.Plans)) + " done", s.warn
	case begun:
		return "▲", "begun", s.warn
	}
	return "○", "planned", s.plain
}

// batchNext says what a batch waits for, and returns the plan that it is about, -1 where it is about none.
func (u *ui) batchNext(b desk.BatchStatus) (words string, plan int) {
	for i, p := range b.Plans {
		name := planShort(p.ID) + ", " + planRole(b, i)
		switch {
		case p.State == "verified":
			continue
		case p.State == "applied":
			return "verify " + name, i
		case p.Digest == "":
			return planShort(p.ID) + " was not finished: make the batch again", -1
		case p.Begun:
			return "go on with " + name, i
		case p.Enough():
			return "carry out " + name, i
		case len(p.By) > 0 && len(p.Others) == 0:
			return "nobody else may approve: have an operator admitted", i
		case len(p.By) > 0:
			return "approval of " + planShort(p.ID) + " by " + strings.Join(p.Others, " or "), i
		}
		return "approve " + name, i
	}
	switch aside := b.People[desk.PersonAside]; {
	case b.Purged:
		return "", -1
	case len(b.Plans) == 0:
		return "nobody was planned for: make the batch again", -1
	case b.Tasks > 0:
		return plural(b.Tasks, "task") + " for people" + dueWords(b.Due), -1
	case aside > 0:
		return "decide about the " + strconv.Itoa(aside) + " set aside, by requests", -1
	}
	return "", -1
}

func dueWords(due string) string {
	if due == "" {
		return ""
	}
	return ", the first by " + due
}

// limitsOfBatches says how far a batch may go.
func (u *ui) limitsOfBatches() string {
	l := u.office.desk.Register().Batches
	return "The first " + count(l.Canary) + " people go ahead as the canary. A batch may change " + count(l.Rows) + " records, and " + count(l.Share) +
		" % of a table; it stops once " + count(l.Drifted) + " records in a system are not any more what was planned. The register says so under [batch]."
}
