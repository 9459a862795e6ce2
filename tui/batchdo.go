package tui

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"dossier/desk"
	"dossier/request"
)

// askResult asks for a file's name, and has the result written into a workbook there.
func (b *batchPage) askResult() tea.Cmd {
	var sum desk.BatchSummary
	return b.ui.put(&asking{name: "Result of " + b.id, text: "One row a person and system: what was planned, what was done, what people do, what is kept, and why somebody is set aside. It holds personal data: only you can read it. It takes the place of no other file.",
		fields: []*field{textField("File", "", "Its name ends in .xlsx").needed().on(b.id + ".xlsx")},
		do: func(ctx context.Context, answers []string) error {
			path, err := whole(answers[0])
			if err != nil {
				return err
			}
			for e, err := range b.ui.office.desk.BatchResult(ctx, b.id, path) {
				if err != nil {
					return err
				}
				sum, _ = e.(desk.BatchSummary)
			}
			return nil
		}, after: func(a *app) tea.Cmd {
			a.show(&summed{b.ui, sum})
			return nil
		}})
}

// summed tells where the result of a batch was written, and sums it up.
type summed struct {
	ui  *ui
	sum desk.BatchSummary
}

func (d *summed) title() string { return "Result of " + d.sum.Batch }

func (d *summed) update(msg tea.Msg) tea.Cmd {
	if k, ok := msg.(tea.KeyMsg); ok && key.Matches(k, d.ui.keyMap.shut) {
		d.ui.then(closeDialog)
	}
	return nil
}

func (d *summed) lines(width int) []line {
	s := d.ui.styles
	lines := []line{{{s.good, "● Written"}}}
	lines = append(lines, paragraph(s.plain, d.sum.Workbook, width)...)
	lines = append(lines, nil, line{{s.strong, count(d.sum.Done) + " of " + plural(d.sum.Records, "record") + " done"}})
	for _, sys := range d.ui.office.desk.Register().Systems {
		var parts []string
		for _, r := range rowStates {
			if n := d.sum.Results[sys.ID][r.state]; n > 0 {
				_, name, _ := d.ui.rowState(r.state)
				parts = append(parts, count(n)+" "+name)
			}
		}
		if parts != nil {
			lines = append(lines, line{{s.plain, "  " + fit(sys.Title, 26)}, {s.dim, strings.Join(parts, ", ")}})
		}
	}
	return lines
}

func (d *summed) hints() []key.Binding { return []key.Binding{d.ui.keyMap.shut} }

var (
	errNoLift  = errors.New("only of a batch whose restriction was carried out is there something to lift")
	errLifting = errors.New("the lift is being planned: wait for its end, or stop it (esc)")
)

// askTold asks for the day on which everybody was told that the restriction will be lifted.
func (b *batchPage) askTold() tea.Cmd {
	if !b.restricts() {
		b.ui.fail("Not now", errNoLift, nil)
		return nil
	}
	return b.ui.put(&asking{name: "Everybody was told", text: "Before a restriction is lifted everybody is told of it (Article 18(3)); a plan's page drafts the notices (w). Write the day the last of them was sent.",
		fields: []*field{dateField("Sent on", "", "Such as 31/01/2026; today at the latest").needed().on(b.ui.now().Format("02/01/2006"))},
		do: func(ctx context.Context, answers []string) error {
			sent, err := time.Parse(time.DateOnly, answers[0])
			if err != nil {
				return err
			}
			return b.ui.office.desk.Noticed(ctx, b.id, desk.NoticeLift, sent)
		}, after: func(*app) tea.Cmd { return b.enter() }})
}

// askLift asks whose restriction ends, and has that planned.
func (b *batchPage) askLift() tea.Cmd {
	switch {
	case b.making != nil:
		b.ui.fail("Not now", errLifting, nil)
		return nil
	case !b.restricts():
		b.ui.fail("Not now", errNoLift, nil)
		return nil
	}
	return b.ui.put(&asking{name: "Lift the restriction of " + b.id, text: "What was there before comes back, by a plan that is approved and carried out like any other. Nothing is written yet.",
		fields: []*field{textField("Of whom", "", "Their numbers in the batch, such as 1; 2 (a person's page tells it); empty: everybody")},
		take: func(answers []string) tea.Cmd {
			people, err := numbersOf(answers[0])
			if err != nil {
				b.ui.fail("No lift was planned", err, func(*app) tea.Cmd { return b.askLift() })
				return nil
			}
			b.problems, b.planned = nil, nil
			var cmd tea.Cmd
			b.making, cmd = b.ui.office.start(b, func(ctx context.Context) iter.Seq2[desk.Event, error] {
				return b.ui.office.desk.LiftBatch(ctx, b.id, people)
			})
			return cmd
		}})
}

// numbersOf reads numbers with ; or , between them.
func numbersOf(text string) ([]int, error) {
	var numbers []int
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == ',' || r == ' ' }) {
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is no number of a person: write such as 1; 2", part)
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}

// streamed takes in what planning the lift told.
func (b *batchPage) streamed(msg streamMsg) tea.Cmd {
	for _, e := range msg.events {
		switch e := e.(type) {
		case desk.PlanProblem:
			b.problems = append(b.problems, e)
		case desk.BatchPlanned:
			b.planned = &e
		}
	}
	if !msg.ended {
		return b.ui.office.next(msg.of)
	}
	b.making = nil
	b.ui.then(func(a *app) tea.Cmd {
		if a.top() != screen(b) || a.dialog != nil {
			return nil
		}
		switch {
		case b.planned == nil && len(b.problems) > 0:
			b.ui.visit(newRefusal(b.ui, request.Request{ID: b.id}, b.problems))
		case msg.of.halted.Load():
		case b.planned == nil && msg.of.err != nil:
			b.ui.fail("No lift was planned", msg.of.err, nil)
		case len(b.problems) > 0: // some were restricted again since
			b.ui.fail("Not everybody's restriction is lifted", errors.New(reasons(b.problems)), nil)
		}
		return nil
	})
	return b.enter()
}

// reasons writes reasons one after the other.
func reasons(problems []desk.PlanProblem) string {
	list := make([]string, len(problems))
	for i, p := range problems {
		list[i] = p.Why
	}
	return strings.Join(list, "\n")
}

// askPurge has the id typed, and destroys what is kept of the people.
func (b *batchPage) askPurge() tea.Cmd {
	return b.ui.askPurge(b.id, func(*app) tea.Cmd {
		b.people = nil
		return b.enter()
	})
}
