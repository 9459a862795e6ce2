package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) batchLift() *cobra.Command {
	var people []int
	cmd := &cobra.Command{
		Use:   "lift BATCH",
		Short: "Plan the end of the restriction that a batch has made; nothing is written",
		Long: "Plans that what a batch has restricted comes back as it was, for everybody, or for the people of --person. They have to be\n" +
			"told before: see dossier batch notice. Exit codes: 5 who was restricted again since is left, 7 refused, with every reason.",
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			return a.tell(d.LiftBatch(ctx, args[0], people))
		}),
	}
	cmd.Flags().IntSliceVar(&people, "person", nil, "the number of one of the people, as dossier batch result tells it (default: everybody)")
	return cmd
}

func (a *app) batchNotice() *cobra.Command {
	var about, sent string
	cmd := &cobra.Command{
		Use:   "notice BATCH",
		Short: "Record that everybody of a batch was told something, such as that the restriction will be lifted",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			day, err := parseDay("--sent", sent)
			if err != nil {
				return err
			}
			if err := d.Noticed(ctx, args[0], about, day); err != nil {
				return err
			}
			if a.json {
				return a.print(struct {
					Type  string `json:"type"`
					Batch string `json:"batch"`
					About string `json:"about"`
					Sent  string `json:"sent"`
				}{"notice", args[0], about, day.Format(time.DateOnly)})
			}
			_, err = fmt.Fprintf(a.out, "%s: recorded that everybody was told on %s\n", args[0], day.Format(time.DateOnly))
			return err
		}),
	}
	cmd.Flags().StringVar(&about, "about", desk.NoticeLift, "what they were told")
	cmd.Flags().StringVar(&sent, "sent", "", "the day on which the notices were sent, such as 2026-01-31 (default: today)")
	return cmd
}

func (a *app) batchPurge() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "purge BATCH",
		Short: "Destroy what the journal holds of the people of a batch",
		Long: "Destroys the batch's key and everything that is sealed with it: the table of people, plans, receipts. Its id, its date and the log\n" +
			"stay, and the log still verifies. What of it was not applied cannot be any more. There is no way back. It is refused while records\n" +
			"are restricted for it, or a task or the outcome of a step is open.",
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			if !yes {
				if err := a.typed(args[0], "destroy what is kept of the people of "+args[0]); err != nil {
					return err
				}
			}
			if err := d.PurgeBatch(ctx, args[0]); err != nil {
				return err
			}
			if a.json {
				return a.print(struct {
					Type   string `json:"type"`
					Batch  string `json:"batch"`
					Purged bool   `json:"purged"`
				}{"batch", args[0], true})
			}
			_, err := fmt.Fprintf(a.out, "%s is purged\n", args[0])
			return err
		}),
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}
