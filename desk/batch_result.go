package desk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"slices"

	"github.com/xuri/excelize/v2"

	"dossier/act"
	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/locate"
)

// BatchRow says what became of one person in one system.
type BatchRow struct {
	N           int                 `json:"n"`  // the person's number in the batch
	At          string              `json:"at"` // where the table names them: "row 17"
	Identifiers []locate.Identifier `json:"identifiers"`
	System      string              `json:"system,omitempty"` // "": nothing was planned in any
	Title       string              `json:"title,omitempty"`
	State       string              `json:"state"` // "planned", "done", "in part", "not done", "lifted", "task", "kept", "set aside", "nothing"
	Planned     int                 `json:"planned"`
	Done        int                 `json:"done"`
	Kept        int                 `json:"kept"`
	Tasks       int                 `json:"tasks"` // records that people work
	Why         string              `json:"why,omitempty"`
}

// BatchSummary sums a batch up.
type BatchSummary struct {
	Batch    string                       `json:"batch"`
	Action   Action                       `json:"action"`
	Reason   string                       `json:"reason"`
	People   int                          `json:"people"`
	States   map[journal.PersonState]int  `json:"states"`
	Plans    map[string]journal.PlanState `json:"plans"`
	Results  map[string]map[string]int    `json:"results"` // by system: how many people are in which state
	Records  int                          `json:"records"` // that were planned to be changed
	Done     int                          `json:"done"`    // of them
	Workbook string                       `json:"workbook,omitempty"`
}

// Type returns "row".
func (BatchRow) Type() string { return "row" }

// Type returns "summary".
func (BatchSummary) Type() string { return "summary" }

// MarshalJSON writes the row with its type first.
func (r BatchRow) MarshalJSON() ([]byte, error) {
	type plain BatchRow
	r.Identifiers = filled(r.Identifiers)
	return typed(r.Type(), plain(r))
}

// MarshalJSON writes the summary with its type first.
func (s BatchSummary) MarshalJSON() ([]byte, error) {
	type plain BatchSummary
	return typed(s.Type(), plain(s))
}

// BatchResult tells what became of a batch: one BatchRow a person and system, by the table's order, then BatchSummary. With a path it
// writes the rows to a workbook there, that only its owner may read, and tells the summary alone. That it was looked at is logged.
func (d *Desk) BatchResult(ctx context.Context, id, path string) iter.Seq2[Event, error] {
	return tell(func(emit func(Event) bool) error {
		if err := d.may(ctx, seePeople...); err != nil {
			return err
		}
		b, err := d.journal.Batch(ctx, id)
		if err != nil {
			return err
		}
		if err := d.note(ctx, id, "", "batch result viewed", struct{}{}); err != nil {
			return err
		}
		sum := BatchSummary{Batch: id, Action: Action(b.Action), Reason: b.Reason, States: map[journal.PersonState]int{},
			Plans: map[string]journal.PlanState{}, Results: map[string]map[string]int{}, Workbook: path}
		parts, err := d.batchParts(ctx, id, &sum)
		if err != nil {
			return err
		}
		rows := d.batchRows(ctx, id, parts, &sum)
		if path != "" {
			if err := writeRows(path, rows); err != nil {
				return err
			}
			emit(sum)
			return nil
		}
		for row, err := range rows {
			if err != nil {
				return err
			}
			if !emit(row) {
				return errLeft
			}
		}
		emit(sum)
		return nil
	})
}

// batchPart counts what was planned and done for one person in one system.
type batchPart struct {
	person, stage              int // the position of the system in the register
	planned, done, kept, tasks int
	lifted                     bool // a restriction that has ended
	why                        string
}

// batchParts reads the plans of a batch and what the systems answered.
func (d *Desk) batchParts(ctx context.Context, id string, sum *BatchSummary) ([]batchPart, error) {
	plans, err := d.journal.Plans(ctx, id)
	if err != nil {
		return nil, err
	}
	at := map[[2]int]int{}
	var parts []batchPart
	for _, plan := range plans {
		sum.Plans[plan.ID] = plan.State
		answers := map[int]connectors.Result{}
		for r, err := range d.journal.Receipts(ctx, plan.ID) {
			if err != nil {
				return nil, err
			}
			answers[r.Line] = r.Result
		}
		_, head, lines, err := act.Read(ctx, d.journal, plan.ID)
		if err != nil {
			return nil, err
		}
		for l, err := range lines {
			if err != nil {
				return nil, err
			}
			if l.Person == 0 {
				continue
			}
			stage := slices.IndexFunc(d.register.Systems, func(s *connectors.System) bool { return s.ID == l.Record.System })
			i, known := at[[2]int{l.Person, stage}]
			if !known {
				i = len(parts)
				at[[2]int{l.Person, stage}], parts = i, append(parts, batchPart{person: l.Person, stage: stage})
			}
			p := &parts[i]
			switch {
			case head.Action == act.Lift:
				p.lifted = p.lifted || plan.State.Carried()
			case l.Writes():
				p.planned++
				switch answers[l.N] {
				case connectors.Done, connectors.Already:
					p.done++
				case connectors.Drifted:
					p.why = "records changed behind the plan: plan a batch of the person again"
				}
			case l.Does == act.Keep:
				p.kept++
			case l.Does == act.Task:
				p.tasks++
			}
		}
	}
	slices.SortFunc(parts, func(a, b batchPart) int {
		if a.person != b.person {
			return a.person - b.person
		}
		return a.stage - b.stage
	})
	return parts, nil
}

// batchRows yields the rows, and adds them up.
func (d *Desk) batchRows(ctx context.Context, id string, parts []batchPart, sum *BatchSummary) iter.Seq2[BatchRow, error] {
	return func(yield func(BatchRow, error) bool) {
		for p, err := range d.journal.BatchPeople(ctx, id) {
			if err != nil {
				yield(BatchRow{}, err)
				return
			}
			sum.People++
			sum.States[p.State]++
			row := BatchRow{N: p.N, At: p.At, Identifiers: p.Identifiers, State: string(p.State), Why: p.Why}
			own := 0
			for own < len(parts) && parts[own].person == p.N {
				own++
			}
			if own == 0 && !yield(row, nil) {
				return
			}
			for _, part := range parts[:own] {
				row := row
				row.System, row.Title = "?", "a system that the register does not name any more"
				if part.stage >= 0 {
					row.System, row.Title = d.register.Systems[part.stage].ID, d.register.Systems[part.stage].Title
				}
				row.Planned, row.Done, row.Kept, row.Tasks = part.planned, part.done, part.kept, part.tasks
				row.State = part.state()
				if part.why != "" {
					row.Why = part.why
				}
				sum.add(row)
				if !yield(row, nil) {
					return
				}
			}
			parts = parts[own:]
		}
	}
}

func (p batchPart) state() string {
	switch {
	case p.lifted:
		return "lifted"
	case p.why != "" && p.done == 0:
		return "not done"
	case p.done < p.planned && p.done > 0:
		return "in part"
	case p.done < p.planned:
		return "planned"
	case p.planned == 0 && p.tasks > 0:
		return "task"
	case p.planned == 0:
		return "kept"
	}
	return "done"
}

func (s *BatchSummary) add(r BatchRow) {
	if s.Results[r.System] == nil {
		s.Results[r.System] = map[string]int{}
	}
	s.Results[r.System][r.State]++
	s.Records += r.Planned
	s.Done += r.Done
}

// writeRows writes the rows to a new workbook.
func writeRows(path string, rows iter.Seq2[BatchRow, error]) (err error) {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s is there already: name another file: %w", path, fs.ErrExist)
	}
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	const sheet = "Result"
	if err := book.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	w, err := book.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	head := []any{"Person", "In the table", "Known by", "System", "State", "Records planned", "Done", "Kept", "For people", "Why"}
	if err := w.SetRow("A1", head); err != nil {
		return err
	}
	n := 1
	for r, err := range rows {
		if err != nil {
			return err
		}
		n++
		known := ""
		for i, id := range r.Identifiers {
			if i > 0 {
				known += "; "
			}
			known += id.Kind + " " + id.Value
		}
		if err := w.SetRow(fmt.Sprintf("A%d", n), []any{r.N, r.At, known, r.Title, r.State, r.Planned, r.Done, r.Kept, r.Tasks, r.Why}); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = book.WriteTo(f)
	return errors.Join(err, f.Sync(), f.Close())
}
