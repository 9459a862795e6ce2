package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) match() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "match",
		Short: "Measure how well records are told apart, and learn from the organisation's own",
		Args:  usage(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.matchTrain(), a.matchEval())
	return cmd
}

func (a *app) matchTrain() *cobra.Command {
	return &cobra.Command{
		Use:   "train",
		Short: "Learn from the systems how often records agree and how common names are",
		Long: "Reads every record of every system once and learns, without being told whose any record is, how often two records of one\n" +
			"person agree and two of strangers do, how many relatives and namesakes there are, and how common each name, postcode and\n" +
			"mailbox is: a Smith says less than a Featherstonehaugh. Searches use it from then on.\n\n" +
			"What is kept stands in the state folder: matching.json holds numbers, and of each name only a keyed digest with its count;\n" +
			"the key is matching.key. Without a training searches use documented estimates for British records. Train again when a system\n" +
			"joins, and once a year. Exit code 3: some system was not read; what the others taught is kept.",
		Args: usage(cobra.NoArgs),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
			t, err := d.TrainMatching(ctx)
			if err != nil && !errors.Is(err, desk.ErrPartly) {
				return err
			}
			if a.json {
				return errors.Join(a.print(struct {
					Type string `json:"type"`
					desk.Trained
				}{"trained", t}), err)
			}
			fmt.Fprintf(a.out, "learnt from %d records: one of %.0f is of any one person, %d names and other values are held by several\n", t.Records, t.People+1, t.Terms)
			return err
		}),
	}
}
