package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) hold() *cobra.Command {
	cmd := &cobra.Command{Use: "hold", Short: "Keep a person's or a system's records from being erased or corrected"}
	cmd.AddCommand(a.holdAdd(), a.holdList(), a.holdLift())
	return cmd
}

func (a *app) holdAdd() *cobra.Command {
	var n desk.NewHold
	var subject string
	cmd := &cobra.Command{
		Use:   "add",
		Short: "Hold a person or a system",
		Long: "Holds a person, named by a request or by a file of identifiers that only you may read (- for standard input), or a system: until\n" +
			"the hold is lifted, nothing that erases or corrects their records is planned, approved or applied. Identifiers are kept\n" +
			"keyed; the reason is kept for good, so write it without personal data.",
		Args: usage(cobra.NoArgs),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) (err error) {
			if subject != "" {
				if n.Subject, err = a.readSubject(subject); err != nil {
					return err
				}
			}
			h, err := d.AddHold(ctx, n)
			if err != nil {
				return err
			}
			if a.json {
				return a.print(holdJSON(h))
			}
			_, err = fmt.Fprintf(a.out, "%s holds %s\n", h.ID, heldWords(h))
			return err
		}),
	}
	cmd.Flags().StringVar(&n.Request, "request", "", "hold the person of this request")
	cmd.Flags().StringVar(&subject, "subject", "", "hold the person of these identifiers: a file, or - for standard input")
	cmd.Flags().StringVar(&n.System, "system", "", "hold this system")
	cmd.Flags().StringVar(&n.Reason, "reason", "", "why, such as a claim")
	return cmd
}

func (a *app) holdList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the holds, lifted ones too",
		Args:  usage(cobra.NoArgs),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
			holds, err := d.Holds(ctx)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			if !a.json {
				fmt.Fprintln(w, "HOLD\tON\tSINCE\tBY\tLIFTED\tREASON")
			}
			for _, h := range holds {
				if a.json {
					if err := a.print(holdJSON(h)); err != nil {
						return err
					}
					continue
				}
				lifted := "no"
				if !h.Lifted.IsZero() {
					lifted = h.Lifted.Format(time.DateOnly) + " by " + h.LiftedBy + ": " + h.LiftedWhy
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", h.ID, heldWords(h), h.Added.Format(time.DateOnly), desk.Visible(h.Operator), desk.Visible(lifted), desk.Visible(h.Reason))
			}
			return w.Flush()
		}),
	}
}

func (a *app) holdLift() *cobra.Command {
	var why string
	cmd := &cobra.Command{
		Use:   "lift HOLD",
		Short: "End a hold",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			return d.LiftHold(ctx, args[0], why)
		}),
	}
	cmd.Flags().StringVar(&why, "reason", "", "why it is lifted")
	return cmd
}

func heldWords(h desk.Hold) string {
	switch {
	case h.System != "":
		return "the system " + h.System
	case h.Request != "":
		return "the person of " + h.Request
	}
	return "a person"
}

func holdJSON(h desk.Hold) any {
	return struct {
		Type      string    `json:"type"`
		Hold      string    `json:"hold"`
		System    string    `json:"system,omitempty"`
		Request   string    `json:"request,omitempty"`
		Reason    string    `json:"reason"`
		Operator  string    `json:"operator"`
		Added     time.Time `json:"added"`
		Lifted    time.Time `json:"lifted,omitzero"`
		LiftedBy  string    `json:"lifted_by,omitempty"`
		LiftedWhy string    `json:"lifted_why,omitempty"`
	}{"hold", h.ID, h.System, h.Request, h.Reason, h.Operator, h.Added, h.Lifted, h.LiftedBy, h.LiftedWhy}
}
