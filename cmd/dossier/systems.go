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
	return &cobra.Command{
		Use:   "systems",
		Short: "List the systems of the register",
		Args:  usage(cobra.NoArgs),
		RunE: a.withDesk(func(_ context.Context, d *desk.Desk, _ []string) error {
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
}
