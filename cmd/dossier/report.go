package main

import (
	"context"
	"fmt"

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
			return f.Print(a.out)
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
