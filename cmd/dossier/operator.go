package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) operators() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "operator",
		Short: "Make your key, and admit those who work with the journal",
		Long: "While a journal has no operators, whoever may open it may do everything but what needs a signature. Once somebody has\n" +
			"begun with dossier operator init, only operators work with it, each in their roles, and show who they are with their key:\n" +
			"  search   record requests, search for people and look at what is found\n" +
			"  decide   decide whose records are, hand packages over, plan, hold\n" +
			"  approve  approve plans\n" +
			"  run      carry plans out, finish tasks, destroy the keys of closed requests\n" +
			"  audit    read the whole log, admit and remove operators (but give themselves nothing)",
	}
	cmd.AddCommand(a.operatorInit(), a.operatorList(), a.operatorAdd(), a.operatorRemove(), a.operatorPassphrase())
	return cmd
}

func (a *app) operatorInit() *cobra.Command {
	var roles []string
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Make your key; the first to do so is admitted",
		Long: "Makes an Ed25519 key for you (--operator) and keeps it in the keyring, or where there is none in a file of the state's\n" +
			"folder, or where --operator-key says. The first operator of a journal is admitted by that, in every role or in --roles.\n" +
			"Anybody else sends the public key that is printed to an operator with the role audit.",
		Args: usage(cobra.NoArgs),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
			made, err := d.InitOperator(ctx, roles)
			if err != nil {
				return err
			}
			if a.json {
				return a.print(struct {
					Type string `json:"type"`
					desk.Initialised
				}{"initialised", made})
			}
			if made.Kept != "" {
				fmt.Fprintf(a.out, "the key of %s was made and is kept at %s\n", made.Name, made.Kept)
			}
			if made.Admitted {
				_, err = fmt.Fprintf(a.out, "%s is an operator: %s\n%s\n", made.Name, roleWords(made.Roles), made.Key)
			} else {
				_, err = fmt.Fprintf(a.out, "not admitted yet: an operator with the role audit runs\n  dossier operator add %q --public %s --roles …\n", made.Name, made.Key)
			}
			return err
		}),
	}
	cmd.Flags().StringSliceVar(&roles, "roles", nil, "the roles of the first operator (default: all)")
	return cmd
}

func (a *app) operatorList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the operators, those too who were removed",
		Args:  usage(cobra.NoArgs),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
			all, err := d.Operators(ctx)
			if err != nil {
				return err
			}
			if a.json {
				for _, o := range all {
					if err := a.print(struct {
						Type string `json:"type"`
						desk.OperatorInfo
					}{"operator", desk.About(o, all)}); err != nil {
						return err
					}
				}
				return nil
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "OPERATOR\tROLES\tADMITTED\tBY\tENDED\tPUBLIC KEY")
			for _, o := range all {
				info := desk.About(o, all)
				ended := ""
				if !info.Ended.IsZero() {
					ended = info.Ended.Format(time.DateOnly)
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", desk.Visible(info.Name), roleWords(info.Roles), info.Added.Format(time.DateOnly), desk.Visible(info.By), ended, info.Key)
			}
			return w.Flush()
		}),
	}
}

func (a *app) operatorAdd() *cobra.Command {
	var public string
	var roles []string
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Admit an operator, or give one other roles",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			return d.AddOperator(ctx, args[0], public, roles)
		}),
	}
	cmd.Flags().StringVar(&public, "public", "", "their public key, as dossier operator init printed it for them")
	cmd.Flags().StringSliceVar(&roles, "roles", nil, "search, decide, approve, run, audit: these and no others")
	return cmd
}

func (a *app) operatorRemove() *cobra.Command {
	return &cobra.Command{
		Use:   "remove NAME",
		Short: "End what an operator may do",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			return d.RemoveOperator(ctx, args[0])
		}),
	}
}

func roleWords(roles []desk.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return strings.Join(names, ",")
}
