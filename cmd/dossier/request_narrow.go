package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"dossier/desk"
	"dossier/request"
	"dossier/request/clock"
)

func (a *app) requestNarrow() *cobra.Command {
	var s request.Scope
	days := map[string]*clock.Day{"from": &s.From, "to": &s.To}
	cmd := &cobra.Command{
		Use:   "narrow REQUEST",
		Short: "Record what of the data is asked for: days, systems that are left out; without either: everything again",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			r, err := d.Narrow(ctx, args[0], s)
			if err != nil {
				return err
			}
			return a.showRequest(d, r)
		}),
	}
	for flag, day := range days {
		cmd.Flags().Func(flag, map[string]string{"from": "the first day that is asked for, such as 2026-02-03", "to": "the last one"}[flag], func(text string) (err error) {
			if *day, err = clock.ParseDay(text); err != nil {
				return errors.New("write the day like 2026-02-03")
			}
			return nil
		})
	}
	cmd.Flags().StringSliceVar(&s.Omit, "omit", nil, "systems that the next search leaves out")
	cmd.Flags().StringVar(&s.Reason, "why", "", "the reason, which the person is told")
	return cmd
}
