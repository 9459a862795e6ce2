package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) locate() *cobra.Command {
	var file, reason string
	var flags []string
	cmd := &cobra.Command{
		Use:   "locate REQUEST | --subject FILE --reason WHY",
		Short: "Search every system for a person",
		Long: "Searches every system of the register for the person of a request, or for the identifiers of a file\n" +
			"(lines like email = \"jo@example.com\"; - for standard input) with a reason. Exit code 3: some system was not fully searched.",
		Args: usage(cobra.MaximumNArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			given := len(args)
			if file != "" {
				given++
			}
			if len(flags) > 0 {
				given++
			}
			if given != 1 {
				return fmt.Errorf("%w: name either a request or, with --subject, a file of identifiers", desk.ErrUsage)
			}
			if len(args) == 1 {
				return a.tell(d.Locate(ctx, args[0]))
			}
			s, err := demoSubject(d.Register().Demo, flags)
			if file != "" {
				s, err = a.readSubject(file)
			}
			if err != nil {
				return err
			}
			return a.tell(d.LocateSubject(ctx, s, reason))
		}),
	}
	cmd.Flags().StringVar(&file, "subject", "", "a file of identifiers, or - for standard input")
	cmd.Flags().StringVar(&reason, "reason", "", "why the person is searched for, with --subject; it is logged")
	cmd.Flags().StringArrayVar(&flags, "identifier", nil, "kind=value; on the demo estate only")
	return cmd
}
