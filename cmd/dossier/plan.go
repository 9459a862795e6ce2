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

func (a *app) plan() *cobra.Command {
	var action, ground, fact, value string
	var despite []string
	cmd := &cobra.Command{
		Use:   "plan REQUEST",
		Short: "Plan what becomes of every record that a search found, and show it; nothing is written",
		Long: "Plans what becomes of every record that the last search of the request found, by the rules of the register, and prints it\n" +
			"record by record, with what is not touched and why. Nothing is written to any system: a plan is approved before it is applied.\n" +
			"Values are printed; mind who looks on. To rectify, the file of --value holds lines like wrong = \"Zoe\" and right = \"Zoë\",\n" +
			"and only you may read it (- for standard input). Exit code 7: refused, with every reason; 4: search again.",
		Example: "  dossier plan SAR-2026-0001 --ground '17(1)(b)'\n" +
			"  dossier plan SAR-2026-0002 --fact given_name --value -",
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			n := desk.NewPlan{Action: desk.Action(action), Ground: ground, Despite: map[string]string{}}
			for _, text := range despite {
				system, why, ok := strings.Cut(text, "=")
				if !ok {
					return fmt.Errorf("%w: write --despite SYSTEM=WHY", desk.ErrUsage)
				}
				n.Despite[system] = why
			}
			n.Fact.Fact = fact
			if value != "" {
				if err := a.readCorrection(value, &n.Fact); err != nil {
					return err
				}
			}
			return a.tell(d.Plan(ctx, args[0], n))
		}),
	}
	cmd.Flags().StringVar(&action, "action", "", "erase, restrict, lift, rectify or object (default: what the request asks for)")
	cmd.Flags().StringVar(&ground, "ground", "", "the ground in the UK GDPR, such as 17(1)(b)")
	cmd.Flags().StringVar(&fact, "fact", "", "rectify: the identifier or category that is wrong, such as given_name")
	cmd.Flags().StringVar(&value, "value", "", "rectify: a file with the right value and what is wrong, or - for standard input")
	cmd.Flags().StringArrayVar(&despite, "despite", nil, "SYSTEM=WHY: plan although the system was not fully searched")
	cmd.AddCommand(a.planShow(), a.planList(), a.planDiff())
	return cmd
}

// readCorrection reads what is right and what is wrong of a fact.
func (a *app) readCorrection(file string, c *desk.Correction) error {
	s, err := a.readSubject(file)
	if err != nil {
		return err
	}
	for _, line := range s.Identifiers {
		switch {
		case line.Kind == "right" && c.Value == "":
			c.Value = line.Value
		case line.Kind == "wrong":
			c.Was = append(c.Was, line.Value)
		default:
			return fmt.Errorf("%w: the file of --value has one line right = \"…\", and lines wrong = \"…\"", desk.ErrUsage)
		}
	}
	return nil
}

func (a *app) planShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show PLAN",
		Short: "Show a plan as it was made",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			return a.tell(d.ShowPlan(ctx, args[0]))
		}),
	}
}

func (a *app) planDiff() *cobra.Command {
	return &cobra.Command{
		Use:   "diff PLAN PLAN",
		Short: "Show with which records two plans do not do the same",
		Args:  usage(cobra.ExactArgs(2)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			return a.tell(d.DiffPlans(ctx, args[0], args[1]))
		}),
	}
}

func (a *app) planList() *cobra.Command {
	return &cobra.Command{
		Use:   "list REQUEST",
		Short: "List the plans of a request",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			plans, err := d.Plans(ctx, args[0])
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			if !a.json {
				fmt.Fprintln(w, "PLAN\tACTION\tGROUND\tSTATE\tMADE\tBY\tLINES")
			}
			for _, p := range plans {
				if a.json {
					if err := a.print(planJSON(p)); err != nil {
						return err
					}
					continue
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\n", p.ID, p.Action, p.Ground, p.State, p.Made.Local().Format("2006-01-02 15:04"), desk.Visible(p.Operator), p.Lines)
			}
			return w.Flush()
		}),
	}
}

func planJSON(p desk.PlanInfo) any {
	return struct {
		Type     string      `json:"type"`
		Plan     string      `json:"plan"`
		Request  string      `json:"request"`
		Action   desk.Action `json:"action"`
		Ground   string      `json:"ground"`
		State    string      `json:"state"`
		Made     time.Time   `json:"made"`
		Operator string      `json:"operator"`
		Digest   string      `json:"digest"`
		Lines    int         `json:"lines"`
	}{"plan", p.ID, p.Request, p.Action, p.Ground, string(p.State), p.Made, p.Operator, p.Digest, p.Lines}
}

func (a *app) requestNotice() *cobra.Command {
	var about, sent string
	cmd := &cobra.Command{
		Use:   "notice REQUEST",
		Short: "Record that the person was told something",
		Long:  "Records that the person of a request was told something: that a restriction will be lifted, which comes before it is.",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			day, err := parseDay("--sent", sent)
			if err != nil {
				return err
			}
			return d.Noticed(ctx, args[0], about, day)
		}),
	}
	cmd.Flags().StringVar(&about, "about", desk.NoticeLift, "what they were told: lift")
	cmd.Flags().StringVar(&sent, "sent", "", "the day it was sent, such as 2026-01-31 (default: today)")
	return cmd
}
