package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) apply() *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "apply PLAN",
		Short: "Carry out an approved plan",
		Long: "Carries out an approved plan, or what an earlier run has left of it: stopped at any instant, it goes on where it was.\n" +
			"Exit codes: 3 some system was not changed, 4 the plan is stale, 5 a person is awaited, 6 an outcome is unknown.",
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			if err := a.confirmPlan(ctx, d, args[0], yes); err != nil {
				return err
			}
			return a.tell(d.Apply(ctx, args[0]))
		}),
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask for the request's id")
	return cmd
}

func changingWords(e desk.Changing) string {
	words := fmt.Sprintf("%s: %d of %d changes", e.System, e.Made, e.Changes)
	if e.Rate > 0 {
		words += fmt.Sprintf(", %.0f a second", e.Rate)
	}
	if e.Seconds >= 1 {
		words += fmt.Sprintf(", %.0f s left", e.Seconds)
	}
	return words + "\n"
}

func systemWords(e desk.SystemApplied) string {
	words := fmt.Sprintf("%-10s %s: %d of %d changes, %.1f s", e.Ended, e.Title, e.Made, e.Changes, e.Seconds)
	if e.Why != "" {
		words += "\n           " + desk.Visible(e.Why)
	}
	return words + "\n"
}

func appliedWords(e desk.Applied) string {
	words := fmt.Sprintf("%s: %d of %d systems changed as planned, %d of %d changes", e.Plan, e.Whole, e.Systems, e.Made, e.Changes)
	if e.Tasks > 0 {
		words += fmt.Sprintf("; %d tasks wait: dossier task list", e.Tasks)
	}
	return words + "\n"
}

func taskWords(t desk.Task) string {
	if t.Kind == "notice" {
		return noticeWords(t)
	}
	var b strings.Builder
	state := "to do"
	switch {
	case !t.Done.IsZero():
		state = "done"
	case t.Due != "":
		state = "to do by " + t.Due
	}
	fmt.Fprintf(&b, "%s  %s, %s: %s\n  %s\n", t.ID, t.Title, desk.Visible(t.Steward), state, desk.Visible(t.What))
	for _, r := range t.Records {
		fmt.Fprintf(&b, "    %s", desk.Visible(r.Ref.String()))
		if r.At != "" {
			fmt.Fprintf(&b, " (%s)", desk.Visible(r.At))
		}
		b.WriteByte('\n')
		for i, name := range r.Write.Names {
			fmt.Fprintf(&b, "      %s: write %q\n", desk.Visible(name), desk.Visible(r.Write.Values[i].String()))
		}
	}
	if t.Outcome != "" {
		fmt.Fprintf(&b, "  %s, says %s\n", desk.Visible(t.Outcome), t.By)
	}
	return b.String()
}
