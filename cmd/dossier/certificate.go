package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) certificate() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "certificate REQUEST -o FILE",
		Short: "Write a certificate of what an erasure came to",
		Long: "Writes what became of the data, system by system: erased, kept by law and until when, left and why, how long in backups, and how and when\n" +
			"that was verified. FILE.json carries the entry of the log that it was issued by, and what proves it; FILE.pdf says the same to\n" +
			"people. The person is named by the request alone. REQUEST may be a batch, or a plan. It is refused until dossier verify\n" +
			"has looked at the plan after the last work on it.",
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			if out == "" {
				return fmt.Errorf("%w: name the file with -o", desk.ErrUsage)
			}
			i, err := d.Certificate(ctx, args[0], out)
			if err != nil {
				return err
			}
			if a.json {
				return a.print(i)
			}
			_, err = fmt.Fprintf(a.out, "issued %s and %s: the erasure by %s is %s\n", i.JSON, i.PDF, i.Plan, i.Outcome)
			return err
		}),
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "where to write it: FILE.json and FILE.pdf")
	cmd.AddCommand(a.certificateVerify(), a.certificateSchema())
	return cmd
}

func (a *app) certificateVerify() *cobra.Command {
	var key string
	cmd := &cobra.Command{
		Use:   "verify FILE",
		Short: "Check, on any computer, that a certificate was issued and is as it was",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			c, note, err := desk.VerifyCertificate(args[0], key)
			if err != nil {
				return err
			}
			if note != "" {
				fmt.Fprintln(a.errs, note)
			}
			if a.json {
				return a.print(c)
			}
			_, err = fmt.Fprintf(a.out, "verified: the certificate of %s, erasure %s, issued on %s\n", desk.Visible(c.Plan), c.Outcome, c.Issued.Format("2 January 2006"))
			return err
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "the log's key, as dossier log verify prints it, from whoever keeps the log")
	return cmd
}

func (a *app) certificateSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of a certificate",
		Args:  usage(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			_, err := a.out.Write(desk.CertificateSchema())
			return err
		},
	}
}
