package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"dossier/desk"
	"dossier/request"
	"dossier/request/clock"
)

func (a *app) requestClock() *cobra.Command {
	return &cobra.Command{
		Use:   "clock REQUEST",
		Short: "Show how the days of a request are counted, step by step",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			r, err := d.Request(ctx, args[0])
			if err != nil {
				return err
			}
			answer, err := d.Clock(r)
			if err != nil {
				return err
			}
			if a.json {
				return a.print(struct {
					Type    string `json:"type"`
					Request string `json:"request"`
					clock.Answer
				}{"clock", r.ID, answer})
			}
			if r.Kind == request.DiscloseToOthers {
				fmt.Fprintf(a.out, "%s  the law sets no time for a third party's request\n", r.ID)
				return nil
			}
			fmt.Fprintf(a.out, "%s  %s, %s\n", r.ID, r.Kind.Title(), answer.State)
			for _, s := range answer.Steps {
				day := strings.Repeat(" ", len("2006-01-02"))
				if s.Day != 0 {
					day = s.Day.String()
				}
				fmt.Fprintf(a.out, "  %s  %s\n", day, s.Text)
			}
			if answer.Due != 0 {
				fmt.Fprintf(a.out, "  to be answered by %s; a notice of extension must arrive by %s\n", answer.Due.Long(), answer.NoticeBy.Long())
			}
			return nil
		}),
	}
}

func (a *app) requestDue() *cobra.Command {
	var within string
	cmd := &cobra.Command{
		Use:   "due",
		Short: "List what is owed soon, or was owed already",
		Long: "Lists answers, notices of extension and acknowledgements of complaints that are owed within so many days, the most urgent first.\n" +
			"Exit codes: 0 nothing is, 5 something is: for a job that runs every morning.",
		Args: usage(cobra.NoArgs),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
			days, err := strconv.Atoi(strings.TrimSuffix(within, "d"))
			if err != nil || days < 0 || days > 3660 {
				return fmt.Errorf("%w: write --within as days, such as 5d", desk.ErrUsage)
			}
			due, err := d.Due(ctx, days)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			if !a.json && len(due) > 0 {
				fmt.Fprintln(w, "REQUEST\tOWED\tBY\tDAYS LEFT")
			}
			for _, one := range due {
				if a.json {
					if err := a.print(struct {
						Type string `json:"type"`
						desk.Deadline
					}{"due", one}); err != nil {
						return err
					}
					continue
				}
				left := strconv.Itoa(one.Days)
				if one.Days < 0 {
					left = fmt.Sprintf("overdue by %d", -one.Days)
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", one.Request, one.What, one.Day, left)
			}
			if err := w.Flush(); err != nil || len(due) == 0 {
				return err
			}
			return fmt.Errorf("%w: %d things are owed within %d days", desk.ErrWaiting, len(due), days)
		}),
	}
	cmd.Flags().StringVar(&within, "within", "7d", "how many days ahead")
	return cmd
}
