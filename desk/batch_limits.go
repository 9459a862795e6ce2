package desk

import (
	"context"
	"fmt"

	"dossier/act"
)

// within refuses a batch that goes further than the register lets it.
func (b *batching) within() error {
	limits := b.register.Batches
	var problems []act.Problem
	if b.counts.rows > limits.Rows {
		problems = append(problems, act.Problem{Records: b.counts.rows,
			Why: fmt.Sprintf("the batch would change %d records, and may change %d: divide it, or raise rows under [batch] in the register", b.counts.rows, limits.Rows)})
	}
	for _, t := range b.targets {
		for _, shape := range t.Catalog.Shapes {
			n := b.counts.entities[t.System.ID+"\x00"+shape.Entity]
			if shape.Rows > 0 && int64(n)*100 > shape.Rows*int64(limits.Share) && n > b.register.Batches.Canary {
				problems = append(problems, act.Problem{System: t.System.ID, Entity: shape.Entity, Records: n,
					Why: fmt.Sprintf("the batch would change %d of its %d records, and may change %d %%: look whether the table of people is right, or raise share under [batch] in the register", n, shape.Rows, limits.Share)})
			}
		}
	}
	if len(problems) > 0 {
		return &act.Refusal{Problems: problems}
	}
	return nil
}

// withinTraced refuses a replay that changes far more records than plans have ever changed in the system: then what traces know as one
// person's stands for many there. A share of the table is no limit to it, for whatever was done is done again, nor is there a canary: the same
// was approved, and carried out, and what came back must not wait.
func (r *replaying) withinTraced(ctx context.Context, despite string) error {
	made, n := r.traces.Made(), 0
	for _, d := range r.drafts {
		n += d.sums.changes
	}
	if n <= 2*made+r.register.Batches.Canary { // what was moved is written twice
		return nil
	}
	if despite != "" {
		return r.note(ctx, r.batch.ID, r.system.ID, "replay goes further", struct {
			Why     string `json:"why"`
			Records int    `json:"records"`
			Made    int    `json:"made"`
		}{despite, n, made})
	}
	return &act.Refusal{Problems: []act.Problem{{System: r.system.ID, Records: n,
		Why: fmt.Sprintf("the replay would change %d records, and plans have changed only %d in this system: an identifier of somebody who was erased may stand for many there; look at its lines, and say by --despite why it is right", n, made)}}}
}

// counts are how many records a batch changes.
type counts struct {
	rows     int
	entities map[string]int // by system and entity
}

func (c *counts) add(l act.Line) {
	if !l.Writes() {
		return
	}
	c.rows++
	if c.entities == nil {
		c.entities = map[string]int{}
	}
	c.entities[l.Record.System+"\x00"+l.Record.Entity]++
}
