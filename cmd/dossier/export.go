package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) export() *cobra.Command {
	var h desk.Handover
	var edition string
	cmd := &cobra.Command{
		Use:   "export REQUEST -o FILE",
		Short: "Write the package for the person, encrypted where you say how",
		Long: `Writes what dossier release shows, once it was approved: data.json with every record, a table (.csv) a kind of record, a report for a web browser, and,
unless --formats says otherwise, a workbook (xlsx), the report as a PDF (pdf) and a covering letter (letter).

It leaves encrypted with --lock:
  zip   a ZIP with a password, which 7-Zip and its like open
  html  one file that decrypts itself in any web browser, without a network (up to 50 MB)
  pdf   a PDF with a password: the report, with every other file attached (up to 50 MB)
  age   for those who use age; or for a person's key with --to, without a passphrase

The passphrase is made up, and shown once when the file is written. Tell it to the person in another way than the file goes: on the telephone, say.`,
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			if h.Path == "" {
				return fmt.Errorf("%w: name the file to write with -o, such as -o package.zip", desk.ErrUsage)
			}
			if edition != "subject" && edition != "controller" {
				return fmt.Errorf("%w: --edition is subject or controller", desk.ErrUsage)
			}
			h.Controller = edition == "controller"
			return a.tell(d.HandOver(ctx, args[0], h))
		}),
	}
	f := cmd.Flags()
	f.StringVarP(&h.Path, "output", "o", "", "the file to write, such as package.zip; it must not exist yet")
	f.StringVar((*string)(&h.Scope), "scope", "", "access or portability, where the request asks for both (default: what it asks for)")
	f.StringVar(&edition, "edition", "subject", "subject: for the person; controller: your own file, with scores, decisions, operators and the log, never handed over")
	f.StringVar(&h.Lock, "lock", "", "encrypt it: zip, html, pdf or age")
	f.StringArrayVar(&h.To, "to", nil, "encrypt it for a person's public key (age1…) instead of a passphrase; again for each further one")
	f.StringSliceVar(&h.Formats, "formats", nil, "what is made for reading beside the report: xlsx, pdf, letter, or none (default all)")
	f.BoolVar(&h.Large, "large-print", false, "large print, whether or not the request wishes for it")
	f.StringVar(&h.Letters, "letters", "", "the folder with your own templates of the letter: access.txt.tmpl, portability.txt.tmpl (default: letters of [organisation] in the register)")
	return cmd
}

// lockedAs says how a package is encrypted.
func lockedAs(e desk.Written) string {
	if e.Lock == "" {
		return ", not encrypted"
	}
	return ", encrypted (" + e.Lock + ")"
}
