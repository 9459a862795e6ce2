package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) packages() *cobra.Command {
	cmd := &cobra.Command{Use: "package", Short: "Work with packages"}
	var key string
	verify := &cobra.Command{
		Use:   "verify FILE",
		Short: "Check that a package is whole and as it was written",
		Long: "Checks a package on any computer, without the register and the journal: every file against the manifest, every JSON document\n" +
			"against the schema, every byte around the files, and in the controller's edition every entry of the action log against the\n" +
			"signed checkpoint. A package that a passphrase locks (age, ZIP, HTML, PDF) is checked as it is: the passphrase is asked for, and\n" +
			"nothing of the package is written to the disk. With --key the signature is the one of the log whose key dossier log verify prints.",
		Args: usage(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.verify(cmd.Context(), args[0], key)
		},
	}
	verify.Flags().StringVar(&key, "key", "", "the log's key, as dossier log verify prints it, from whoever keeps the log")
	cmd.AddCommand(verify)
	return cmd
}

func (a *app) verify(ctx context.Context, file, key string) error {
	report, err := desk.VerifyPackage(ctx, file, key, func() (string, error) { return a.hidden()("The package's passphrase: ") })
	if err != nil {
		return err
	}
	if a.json {
		if err := a.print(struct {
			Type     string   `json:"type"`
			Request  string   `json:"request"`
			Files    int      `json:"files"`
			Records  int      `json:"records"`
			Entries  int      `json:"entries"`
			Problems []string `json:"problems"`
			Notes    []string `json:"notes"`
		}{"verified", report.Manifest.Request.ID, report.Files, report.Records, report.Entries, append([]string{}, report.Problems...), append([]string{}, report.Notes...)}); err != nil {
			return err
		}
	} else {
		for _, p := range report.Problems {
			fmt.Fprintln(a.out, desk.Visible(p))
		}
		for _, n := range report.Notes {
			fmt.Fprintln(a.errs, desk.Visible(n))
		}
		if len(report.Problems) == 0 {
			fmt.Fprintf(a.out, "verified %s: %d files and %d records are as they were written\n", file, report.Files, report.Records)
			if report.Entries > 0 {
				fmt.Fprintf(a.out, "%d entries of the action log stand in the log that was signed\n", report.Entries)
			}
		}
	}
	if len(report.Problems) > 0 {
		return fmt.Errorf("%s is not as it was written: do not hand it over, write it again", file)
	}
	return nil
}
