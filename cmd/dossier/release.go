package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) release() *cobra.Command {
	var scope, digest string
	var approve, yes bool
	cmd := &cobra.Command{
		Use:   "release REQUEST",
		Short: "Show exactly what leaves for a request, and approve it",
		Long: "Prints every record that leaves as it will be handed over, everything that is withheld and why, and other people's\n" +
			"names that would leave, by the place at which dossier redact takes them out. It writes nothing.\n" +
			"With --approve an operator with the role approve then approves exactly this; a package is written only while it is\n" +
			"what was approved. --digest approves what was shown before, without showing it again.",
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			id := args[0]
			if digest == "" {
				var err error
				if digest, err = shown(d.Release(ctx, id, desk.Scope(scope)), a.event); err != nil {
					return err
				}
			}
			if !approve {
				return nil
			}
			if err := a.confirm(id, yes); err != nil {
				return err
			}
			if err := d.ApproveRelease(ctx, id, digest); err != nil {
				return err
			}
			_, err := fmt.Fprintf(a.errs, "approved: write the package with dossier export %s\n", id)
			return err
		}),
	}
	cmd.Flags().BoolVar(&approve, "approve", false, "approve what is shown")
	cmd.Flags().StringVar(&digest, "digest", "", "the digest of what was shown before, instead of showing it")
	cmd.Flags().StringVar(&scope, "scope", "", "access or portability, where the request asks for both (default: what it asks for)")
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask for the request's id")
	return cmd
}

// shown hands what leaves to print and returns its digest.
func shown(events iter.Seq2[desk.Event, error], print func(desk.Event) error) (digest string, err error) {
	for e, err := range events {
		if err != nil {
			return "", err
		}
		if err := print(e); err != nil {
			return "", err
		}
		if total, ok := e.(desk.ReleaseTotal); ok {
			digest = total.Digest
		}
	}
	return digest, nil
}

// confirm has the request's id typed.
func (a *app) confirm(id string, yes bool) error {
	if yes {
		return nil
	}
	if !interactive(a.in) {
		return fmt.Errorf("%w: nobody is there to type %s: add --yes where that is meant", desk.ErrUsage, id)
	}
	fmt.Fprintf(a.errs, "Type %s to go on: ", id)
	line, err := bufio.NewReader(a.in).ReadString('\n')
	if err != nil && err != io.EOF {
		return err
	}
	if strings.TrimSpace(line) != id {
		return fmt.Errorf("%w: that is not %s; nothing was done", desk.ErrRefused, id)
	}
	return nil
}
