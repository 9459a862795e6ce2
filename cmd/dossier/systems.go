package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) systems() *cobra.Command {
	var ropa string
	cmd := &cobra.Command{
		Use:   "systems",
		Short: "List the systems of the register, or write the record of processing activities",
		Long: "Lists the systems. With --ropa it writes the record of processing activities (Article 30) from what the register says of each:\n" +
			"as Markdown to read and to print, with --ropa=csv as a table for a spreadsheet, with --json as JSON Lines. What Article 30\n" +
			"asks for and the register does not say is named.",
		Args: usage(cobra.NoArgs),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
			if ropa != "" {
				return a.ropa(ctx, d, ropa)
			}
			if a.json {
				for _, s := range d.Systems() {
					if err := a.print(struct {
						Type string `json:"type"`
						desk.SystemInfo
					}{"system", s}); err != nil {
						return err
					}
				}
				return nil
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "ID\tSYSTEM\tKIND\tOWNERS\tSTEWARD")
			for _, s := range d.Systems() {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", s.ID, s.Title, s.Kind, strings.Join(s.Owners, "; "), s.Steward)
			}
			return w.Flush()
		}),
	}
	cmd.Flags().StringVar(&ropa, "ropa", "", "write the record of processing activities: markdown, or csv")
	cmd.Flags().Lookup("ropa").NoOptDefVal = "markdown"
	return cmd
}

func (a *app) ropa(ctx context.Context, d *desk.Desk, form string) error {
	all, err := d.Processings(ctx)
	switch {
	case err != nil:
		return err
	case a.json:
		for _, p := range all {
			if err := a.print(p); err != nil {
				return err
			}
		}
		return nil
	case form == "csv":
		return desk.PrintProcessingsCSV(a.out, all)
	case form != "markdown":
		return fmt.Errorf("%w: --ropa writes markdown or csv, and JSON with --json", desk.ErrUsage)
	}
	return desk.PrintProcessings(a.out, d.Register().Organisation, all)
}
