package main

import (
	"context"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) connector() *cobra.Command {
	cmd := &cobra.Command{Use: "connector", Short: "Work with connectors"}
	cmd.AddCommand(&cobra.Command{
		Use:   "test SYSTEM",
		Short: "Run the conformance suite on a scratch database",
		Long: "Runs the conformance suite of connectors on a system of the register. The suite creates, changes and deletes\n" +
			"tables: name a system whose databases are scratch databases that hold nothing else.",
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			return a.tell(d.TestConnector(ctx, args[0]))
		}),
	})
	return cmd
}
