package main

import (
	"context"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) export() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "export REQUEST -o FILE",
		Short: "Write the package for the person",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			return a.tell(d.Export(ctx, args[0], file))
		}),
	}
	cmd.Flags().StringVarP(&file, "output", "o", "", "the file to write, such as package.zip; it must not exist yet")
	_ = cmd.MarkFlagRequired("output") // fails only for a flag that does not exist
	return cmd
}
