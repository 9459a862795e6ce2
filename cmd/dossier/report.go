package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"dossier/desk"
	"dossier/request/clock"
)

func (a *app) report() *cobra.Command {
	var from, to string
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Figures for the board: requests, times, outcomes, incidents",
		Long: "Counts the requests that were received in a period, purged ones too: open and overdue, how many days they took (the median, and within how\n" +
			"many nine in ten ended), and what came of them, by kind and by month; complaints, incidents, tasks and holds beside. Numbers alone.",
		Args: usage(cobra.NoArgs),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
			first, err := optionalDay("--from", from)
			if err != nil {
				return err
			}
			last, err := optionalDay("--to", to)
			if err != nil {
				return err
			}
			f, err := d.Figures(ctx, first, last)
			if err != nil {
				return err
			}
			if a.json {
				return a.print(f)
			}
			return a.figures(f)
		}),
	}
	cmd.Flags().StringVar(&from, "from", "", "the first day of receipt, such as 2026-01-01")
	cmd.Flags().StringVar(&to, "to", "", "the last day of receipt")
	return cmd
}

// optionalDay reads a day, none where nothing is written.
func optionalDay(flag, text string) (clock.Day, error) {
	if text == "" {
		return 0, nil
	}
	day, err := clock.ParseDay(text)
	if err != nil {
		return 0, fmt.Errorf("%w: %s: %w", desk.ErrUsage, flag, err)
	}
	return day, nil
}

func (a *app) figures(f desk.Figures) error {
	period := "since the beginning"
	switch {
	case f.From != 0 && f.To != 0:
		period = fmt.Sprintf("received from %s to %s", f.From.Time().Format("2 January 2006"), f.To.Time().Format("2 January 2006"))
	case f.From != 0:
		period = "received since " + f.From.Time().Format("2 January 2006")
	case f.To != 0:
		period = "received until " + f.To.Time().Format("2 January 2006")
	}
	fmt.Fprintf(a.out, "Requests %s, as of %s\n\n", period, f.Made.Format("2 January 2006"))
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(cells ...any) {
		for _, c := range cells {
			fmt.Fprintf(w, "%v\t", c)
		}
		fmt.Fprintln(w)
	}
	row("", "received", "open", "overdue", "paused", "ended", "in time", "late", "median days", "90% within")
	for _, of := range slices.Concat(f.Kinds, f.Months, []desk.Figure{f.Total}) {
		row(of.Of, of.Received, of.Open, of.Overdue, of.Paused, of.Ended, of.InTime, of.Late, of.Median, of.P90)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	var outcomes []string
	for _, name := range slices.Sorted(maps.Keys(f.Total.Outcomes)) {
		outcomes = append(outcomes, fmt.Sprintf("%d %s", f.Total.Outcomes[name], name))
	}
	if outcomes == nil {
		outcomes = []string{"none yet"}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nOutcomes: %s\n", strings.Join(outcomes, ", "))
	fmt.Fprintf(&b, "Complaints: %d, of which %d are not answered\n", f.Complaint.Received, f.Complaint.Open)
	i := f.Incidents
	fmt.Fprintf(&b, "Incidents: %d, of which %d are open; %d told to the authority, %d of them late; %d overdue\n", i.Recorded, i.Open, i.Told, i.Late, i.Overdue)
	fmt.Fprintf(&b, "Now: %d tasks to do, %d of them overdue; %d notices to send, %d not acknowledged; %d holds\n",
		f.Tasks.Work, f.Tasks.Overdue, f.Tasks.Unsent, f.Tasks.Awaited, f.Holds)
	_, err := io.WriteString(a.out, b.String())
	return err
}
