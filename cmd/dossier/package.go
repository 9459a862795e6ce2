package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) packages() *cobra.Command {
	cmd := &cobra.Command{Use: "package", Short: "Work with packages"}
	cmd.AddCommand(&cobra.Command{
		Use:   "verify FILE",
		Short: "Check that a package is whole and as it was written",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.verify(cmd.Context(), args[0])
		},
	})
	return cmd
}

func (a *app) verify(ctx context.Context, file string) error {
	report, err := desk.VerifyPackage(ctx, file)
	if err != nil {
		return err
	}
	if a.json {
		if err := a.print(struct {
			Type     string   `json:"type"`
			Request  string   `json:"request"`
			Files    int      `json:"files"`
			Records  int      `json:"records"`
			Problems []string `json:"problems"`
		}{"verified", report.Manifest.Request.ID, report.Files, report.Records, append([]string{}, report.Problems...)}); err != nil {
			return err
		}
	} else {
		for _, p := range report.Problems {
			fmt.Fprintln(a.out, desk.Visible(p))
		}
		if len(report.Problems) == 0 {
			fmt.Fprintf(a.out, "verified %s: %d files and %d records are as they were written\n", file, report.Files, report.Records)
		}
	}
	if len(report.Problems) > 0 {
		return fmt.Errorf("%s is not as it was written: do not hand it over, write it again", file)
	}
	return nil
}
