package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) incidentPurge() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "purge INCIDENT",
		Short: "Destroy what is kept of a closed incident",
		Long: "Destroys the incident's key and everything that was known of it, in every version: its people cannot be told from the\n" +
			"journal any more. Its id, when the organisation became aware of it, when the authority was told, when it was closed\n" +
			"and the log stay, and the log still verifies. It asks for the incident's id, or for --yes.",
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			if err := a.confirm(args[0], yes); err != nil {
				return err
			}
			if err := d.PurgeIncident(ctx, args[0]); err != nil {
				return err
			}
			_, err := fmt.Fprintf(a.errs, "%s: what was known of it is destroyed\n", args[0])
			return err
		}),
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask for the incident's id")
	return cmd
}
