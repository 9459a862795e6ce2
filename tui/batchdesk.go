package tui

import (
	"context"
	"iter"

	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
)

// Batching is what the screens of batches need of the use cases.
type Batching interface {
	// BatchStatuses returns how far every batch is, the newest first.
	BatchStatuses(ctx context.Context) ([]desk.BatchStatus, error)
	// BatchStatus returns how far a batch is.
	BatchStatus(ctx context.Context, id string) (desk.BatchStatus, error)
	// Clients returns the controllers for whom data is held as processor, beside an error that tells which systems could not be asked.
	Clients(ctx context.Context) ([]string, error)
	// LookAtPeople reads the table of people of a batch, and searches for nobody.
	LookAtPeople(ctx context.Context, n desk.NewBatch) (desk.PeopleTable, error)
	// PlanBatch plans a batch. Its events are desk.Started, Progress and Coverage, then desk.BatchPlanned; or desk.PlanProblem, where its
	// last error wraps desk.ErrRefused.
	PlanBatch(ctx context.Context, n desk.NewBatch) iter.Seq2[desk.Event, error]
	// BatchResult tells what became of each person in each system, as desk.BatchRow, then desk.BatchSummary; with a path it writes the rows
	// to a workbook there.
	BatchResult(ctx context.Context, id, path string) iter.Seq2[desk.Event, error]
	// LiftBatch plans the end of the restriction that a batch has made, for everybody or the people of those numbers.
	LiftBatch(ctx context.Context, id string, people []int) iter.Seq2[desk.Event, error]
	// PurgeBatch destroys what is kept of the people of a batch.
	PurgeBatch(ctx context.Context, id string) error
}

// batchesMsg brings how far every batch is.
type batchesMsg struct {
	batches []desk.BatchStatus
	err     error
}

// batchMsg brings how far a batch is.
type batchMsg struct {
	status desk.BatchStatus
	err    error
}

// batchRowsMsg brings what became of each person in each system.
type batchRowsMsg struct {
	people *batchPeople
	err    error
}

func (o *office) batches(to receiver) tea.Cmd {
	return o.answer(to, func() tea.Msg {
		list, err := o.desk.BatchStatuses(o.long)
		return batchesMsg{list, err}
	})
}

func (o *office) batch(to receiver, id string) tea.Cmd {
	return o.answer(to, func() tea.Msg {
		s, err := o.desk.BatchStatus(o.long, id)
		return batchMsg{s, err}
	})
}

func (o *office) batchRows(to receiver, id string) tea.Cmd {
	return o.answer(to, func() tea.Msg {
		people := &batchPeople{}
		for e, err := range o.desk.BatchResult(o.long, id, "") {
			if err != nil {
				return batchRowsMsg{err: err}
			}
			switch e := e.(type) {
			case desk.BatchRow:
				people.add(e)
			case desk.BatchSummary:
				people.end(e)
			}
		}
		return batchRowsMsg{people: people}
	})
}
