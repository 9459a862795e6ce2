package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) verifyPlan() *cobra.Command {
	return &cobra.Command{
		Use:   "verify PLAN",
		Short: "Look whether a plan took effect",
		Long: "Reads every record again that the plan was to change, searches for the person again in every system, and says of each what\n" +
			"it came to. Exit code 3: something is left, or could not be looked at.",
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			return a.tell(d.Verify(ctx, args[0]))
		}),
	}
}

func verdictWords(v desk.Verdict) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-13s %s", v.Effect, v.Title)
	if v.Changed > 0 {
		fmt.Fprintf(&b, ": %d records", v.Changed)
	}
	if v.Waits > 0 {
		fmt.Fprintf(&b, " (tasks to do there: %d, see dossier task list)", v.Waits)
	}
	b.WriteByte('\n')
	for _, f := range v.Findings {
		where := f.Where
		if f.Record != nil {
			where = f.Record.String()
		}
		effect := string(f.Effect)
		if f.Despite {
			effect = "note"
		}
		fmt.Fprintf(&b, "  %-13s %s", effect, desk.Visible(f.Why))
		if f.Until != "" {
			fmt.Fprintf(&b, ", until %s", f.Until)
		}
		if where != "" {
			fmt.Fprintf(&b, " (%s)", desk.Visible(where))
		}
		b.WriteByte('\n')
	}
	return b.String()
}
