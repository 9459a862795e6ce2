package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) exempt() *cobra.Command {
	var record, field, reason string
	var rights []string
	var list bool
	var undo int
	cmd := &cobra.Command{
		Use:   "exempt REQUEST [SYSTEM[/ENTITY]] --from RIGHT --reason REASON",
		Short: "Withhold records, or a field of them, from some rights",
		Long: "Withholds what the law exempts beside what the register does: every record of a system or of one of its entities, or\n" +
			"one record with --record; with --field only that field. An exemption covers the rights that it names, and no other: what is\n" +
			"exempt from access leaves by portability still.\n" +
			"  dossier exempt SAR-2026-0001 qlms/references --from access --reason 'given in confidence'\n" +
			"  dossier exempt SAR-2026-0001 --record crm/main/notes/17 --from access,portability --reason 'legal advice'\n" +
			"  dossier exempt SAR-2026-0001 --undo 3",
		Args: usage(cobra.RangeArgs(1, 2)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			if done, err := a.listOrUndo(ctx, d, args, list, undo); done {
				return err
			}
			n := desk.NewExemption{Field: field, Rights: rights, Reason: reason}
			switch {
			case (len(args) == 2) == (record != ""):
				return fmt.Errorf("%w: name what is exempt: a system, SYSTEM/ENTITY, or one record with --record", desk.ErrUsage)
			case record != "":
				m, err := a.recordNamed(ctx, d, args[0], record)
				if err != nil {
					return err
				}
				n.Record = &m.Record.Ref
			default:
				n.System, n.Entity, _ = strings.Cut(args[1], "/")
			}
			w, err := d.Exempt(ctx, args[0], n)
			if err != nil {
				return err
			}
			return a.withheld(w)
		}),
	}
	cmd.Flags().StringVar(&record, "record", "", "one record, as it was printed when it was found")
	cmd.Flags().StringVar(&field, "field", "", "only this field")
	cmd.Flags().StringSliceVar(&rights, "from", nil, "the rights that it is exempt from: access, portability, rectify, erase, restrict, object")
	cmd.Flags().StringVar(&reason, "reason", "", "why, as the person is told")
	cmd.Flags().BoolVar(&list, "list", false, "list what is withheld by people, and its numbers")
	cmd.Flags().IntVar(&undo, "undo", 0, "take the exemption of this number back")
	return cmd
}
