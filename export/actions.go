package export

import (
	"bufio"
	"context"
	"encoding/json"
	"time"
)

type actionJSON struct {
	Type    string    `json:"type"` // "action"
	Time    time.Time `json:"time"`
	System  named     `json:"system"`
	Place   string    `json:"place,omitempty"`
	Entity  *named    `json:"entity,omitempty"`
	What    What      `json:"what"`
	Result  Result    `json:"result"`
	Records int       `json:"records"`
}

// actions returns the log of the package, with what was withheld of each system at its end.
func (ed *edition) actions() []actionJSON {
	lines := []actionJSON{}
	for _, act := range ed.Actions {
		g := newGroup(ed.Register, act.System, act.Entity)
		line := actionJSON{
			Type: "action", Time: act.Time.UTC().Truncate(time.Second), System: named{act.System, g.systemTitle()},
			Place: placeName(ed.cut.hide(act.Place)), What: act.What, Result: act.Result, Records: act.Records,
		}
		if act.Entity != "" {
			line.Entity = &named{act.Entity, g.label()}
		}
		if act.What == DidSearch || act.What == DidCopy {
			line.Records = ed.left[spot{act.System, act.Place, act.Entity}]
		}
		if act.What != DidCopy || line.Records > 0 {
			lines = append(lines, line)
		}
	}
	for _, g := range ed.groups {
		if len(g.withheld) == 0 {
			continue
		}
		line := actionJSON{Type: "action", Time: ed.Made.UTC().Truncate(time.Second), System: named{g.systemID, g.systemTitle()},
			Entity: &named{g.name, g.label()}, What: Withheld, Result: Complete}
		for _, w := range g.withheld {
			line.Records = max(line.Records, w.Records)
		}
		lines = append(lines, line)
	}
	return lines
}

// spot is a system, or a place or an entity of one.
type spot struct{ system, place, entity string }

// writeActions writes the log of the package, one action a line.
func (ed *edition) writeActions(_ context.Context, a *archive) error {
	return a.put(actionsName, "the log: what was searched or done where and when, with what result", func(w *bufio.Writer) (int, error) {
		enc := json.NewEncoder(w)
		lines := ed.actions()
		for _, line := range lines {
			if err := enc.Encode(line); err != nil {
				return 0, err
			}
		}
		return len(lines), nil
	})
}
