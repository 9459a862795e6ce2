package main

import (
	"context"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) check() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Compare the register with what every system really holds",
		Args:  usage(cobra.NoArgs),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
			return a.tell(d.Check(ctx))
		}),
	}
}
