package main

import (
	"context"
	"fmt"

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
			if file == "" {
				return fmt.Errorf("%w: name the file to write with -o, such as -o package.zip", desk.ErrUsage)
			}
			return a.tell(d.Export(ctx, args[0], file))
		}),
	}
	cmd.Flags().StringVarP(&file, "output", "o", "", "the file to write, such as package.zip; it must not exist yet")
	return cmd
}
