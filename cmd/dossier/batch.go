package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) batch() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "batch",
		Short: "Erase, restrict or rectify for thousands of people at once",
		Long: "A batch searches for everybody in a table at once and plans what becomes of their records, as dossier plan does for a request.\n" +
			"It makes two plans: the canary's, of the first ten people, and that of all others, which is applied only once the canary's was\n" +
			"applied and verified. Both are approved, applied and verified like any plan. Whoever needs a decision is set aside.",
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	for _, action := range []desk.Action{"erase", "restrict", "rectify"} {
		cmd.AddCommand(a.batchPlan(action))
	}
	cmd.AddCommand(a.batchList(), a.batchResult(), a.batchLift(), a.batchNotice(), a.batchPurge())
	return cmd
}

func (a *app) batchPlan(action desk.Action) *cobra.Command {
	n := desk.NewBatch{Action: action, Despite: map[string]string{}}
	var despite []string
	use, args := string(action)+" FILE", cobra.ExactArgs(1)
	if action == "erase" {
		use, args = "erase [FILE]", cobra.MaximumNArgs(1)
	}
	cmd := &cobra.Command{
		Use:   use,
		Short: fmt.Sprintf("Plan to %s for everybody in a table; nothing is written", action),
		Long: "Reads a table of people (.csv, .xlsx): a row a person, with columns named like the identifiers of the register, such as\n" +
			"membership_number, and plans. Nothing is written to any system.\n" +
			"Exit codes: 5 some people were set aside, 7 the batch is refused, with every reason.",
		Args: usage(args),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			if len(args) > 0 {
				n.File = args[0]
			}
			for _, text := range despite {
				system, why, ok := strings.Cut(text, "=")
				if !ok {
					return fmt.Errorf("%w: write --despite SYSTEM=WHY", desk.ErrUsage)
				}
				n.Despite[system] = why
			}
			return a.tell(d.PlanBatch(ctx, n))
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&n.Reason, "reason", "", "why, for the log: without personal data")
	flags.StringVar(&n.Ground, "ground", "", "the ground in the UK GDPR, such as 17(1)(a)")
	flags.StringSliceVar(&n.Ignore, "ignore", nil, "columns that are not looked at")
	flags.BoolVar(&n.Leave, "leave", false, "leave records that may be somebody's as they are, and plan what is certain; otherwise the person is set aside")
	flags.StringArrayVar(&despite, "despite", nil, "SYSTEM=WHY: plan although the system was not fully searched")
	if action == "erase" {
		flags.StringVar(&n.Entity, "retention", "", "SYSTEM.ENTITY: in place of a table, every record that the register's retain lets be held no longer")
		flags.StringVar(&n.Client, "controller", "", "in place of a table, every record that is held as processor for this controller")
	}
	if action == "rectify" {
		flags.StringVar(&n.Fact, "fact", "", "the identifier or category that is wrong; its right values stand in the column right, wrong ones in wrong")
	}
	return cmd
}

func (a *app) batchList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the batches",
		Args:  usage(cobra.NoArgs),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
			batches, err := d.Batches(ctx)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			if !a.json {
				fmt.Fprintln(w, "BATCH\tACTION\tMADE\tBY\tREASON")
			}
			for _, b := range batches {
				if a.json {
					if err := a.print(b); err != nil {
						return err
					}
					continue
				}
				reason := desk.Visible(b.Reason)
				if b.Purged {
					reason = "(purged)"
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", b.ID, b.Action, b.Created.Local().Format("2006-01-02 15:04"), desk.Visible(b.Operator), reason)
			}
			return w.Flush()
		}),
	}
}

func (a *app) batchResult() *cobra.Command {
	var workbook string
	cmd := &cobra.Command{
		Use:   "result BATCH",
		Short: "Tell what became of each person in each system",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			return a.tell(d.BatchResult(ctx, args[0], workbook))
		}),
	}
	cmd.Flags().StringVar(&workbook, "workbook", "", "write the rows to a new workbook (.xlsx) there")
	return cmd
}

func batchWords(e desk.BatchPlanned) string {
	var b strings.Builder
	for _, p := range e.Plans {
		b.WriteString(plannedWords(p))
	}
	words := "%s: %d people: %d planned, %d set aside, %d without records\n"
	if e.Action == "replay" {
		words = "%s: %d records answer to what was done before: %d planned with what belongs to them, %d set aside, %d as they were left\n"
	}
	fmt.Fprintf(&b, words, e.Batch, e.People, e.Planned, e.Aside, e.Nothing)
	return b.String()
}

func batchRowWords(r desk.BatchRow) string {
	where := ""
	if r.Title != "" {
		where = fmt.Sprintf("  %s: %d of %d changes, %d kept, %d for people", r.Title, r.Done, r.Planned, r.Kept, r.Tasks)
	}
	why := ""
	if r.Why != "" {
		why = "  " + desk.Visible(r.Why)
	}
	return fmt.Sprintf("%-9s  %s%s%s\n", r.State, desk.Visible(r.At), where, why)
}

func summaryWords(s desk.BatchSummary) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, %d people, %d of %d records changed\n", s.Batch, s.Action, s.People, s.Done, s.Records)
	for _, plan := range slices.Sorted(maps.Keys(s.Plans)) {
		fmt.Fprintf(&b, "  %s is %s\n", plan, s.Plans[plan])
	}
	for _, system := range slices.Sorted(maps.Keys(s.Results)) {
		var counts []string
		for _, state := range slices.Sorted(maps.Keys(s.Results[system])) {
			counts = append(counts, fmt.Sprintf("%d %s", s.Results[system][state], state))
		}
		fmt.Fprintf(&b, "  %s: %s\n", system, strings.Join(counts, ", "))
	}
	if s.Workbook != "" {
		fmt.Fprintf(&b, "written %s\n", s.Workbook)
	}
	return b.String()
}
