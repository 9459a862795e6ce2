package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) requestClose() *cobra.Command {
	return &cobra.Command{
		Use:   "close REQUEST",
		Short: "End the work on a request",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			if err := d.CloseRequest(ctx, args[0]); err != nil {
				return err
			}
			return a.ended(ctx, d, args[0])
		}),
	}
}

func (a *app) requestPurge() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "purge REQUEST",
		Short: "Destroy what the journal holds of the person of a closed request",
		Long: "Destroys the request's key and everything that is sealed with it: identifiers, matches, decisions, plans, receipts.\n" +
			"Its id, its dates and the log stay, and the log still verifies. There is no way back. It is refused while the request is\n" +
			"open, records are restricted for it, its person is held, or a task or the outcome of a step is open.",
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			if !yes {
				if err := a.typed(args[0], "destroy what is kept of the person of "+args[0]); err != nil {
					return err
				}
			}
			if err := d.PurgeRequest(ctx, args[0]); err != nil {
				return err
			}
			return a.ended(ctx, d, args[0])
		}),
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return cmd
}

// ended prints how far a request is now.
func (a *app) ended(ctx context.Context, d *desk.Desk, id string) error {
	r, err := d.Request(ctx, id)
	if err != nil {
		return err
	}
	return a.showRequest(d, r)
}

// typed asks for the id of what is destroyed, and returns an error that wraps ErrRefused where something else is typed.
func (a *app) typed(id, what string) error {
	fmt.Fprintf(a.errs, "To %s, for good, type its id: ", what)
	line, err := bufio.NewReader(a.in).ReadString('\n')
	if err != nil && err != io.EOF {
		return err
	}
	if strings.TrimSpace(line) != id {
		return fmt.Errorf("%w: that is not %s: nothing was done; --yes does it without asking", desk.ErrRefused, id)
	}
	return nil
}
