package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) systems() *cobra.Command {
	var ropa string
	cmd := &cobra.Command{
		Use:   "systems",
		Short: "List the systems of the register, or write the record of processing activities",
		Long: "Lists the systems. With --ropa it writes the record of processing activities (Article 30) from what the register says of each:\n" +
			"as Markdown to read and to print, with --ropa=csv as a table for a spreadsheet, with --json as JSON Lines. What Article 30\n" +
			"asks for and the register does not say is named.",
		Args: usage(cobra.NoArgs),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
			if ropa != "" {
				return a.ropa(ctx, d, ropa)
			}
			if a.json {
				for _, s := range d.Systems() {
					if err := a.print(struct {
						Type string `json:"type"`
						desk.SystemInfo
					}{"system", s}); err != nil {
						return err
					}
				}
				return nil
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "ID\tSYSTEM\tKIND\tOWNERS\tSTEWARD")
			for _, s := range d.Systems() {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", s.ID, s.Title, s.Kind, strings.Join(s.Owners, "; "), s.Steward)
			}
			return w.Flush()
		}),
	}
	cmd.Flags().StringVar(&ropa, "ropa", "", "write the record of processing activities: markdown, or csv")
	cmd.Flags().Lookup("ropa").NoOptDefVal = "markdown"
	return cmd
}

func (a *app) ropa(ctx context.Context, d *desk.Desk, form string) error {
	all, err := d.Processings(ctx)
	switch {
	case err != nil:
		return err
	case a.json:
		for _, p := range all {
			if err := a.print(p); err != nil {
				return err
			}
		}
		return nil
	case form == "csv":
		return a.ropaCSV(all)
	case form != "markdown":
		return fmt.Errorf("%w: --ropa writes markdown or csv, and JSON with --json", desk.ErrUsage)
	}
	o := d.Register().Organisation
	var b strings.Builder
	fmt.Fprintf(&b, "# Record of processing activities\n\n%s", markdown(o.Name))
	if o.Contact != "" {
		fmt.Fprintf(&b, ", %s", markdown(o.Contact))
	}
	if o.Officer != "" {
		fmt.Fprintf(&b, "; data protection officer: %s", markdown(o.Officer))
	}
	fmt.Fprintf(&b, ". %d activities, from the register of systems (Article 30).\n", len(all))
	for _, p := range all {
		fmt.Fprintf(&b, "\n## %s\n\n", markdown(p.System))
		for _, line := range ropaLines(p) {
			if line[1] != "" {
				fmt.Fprintf(&b, "- **%s**: %s\n", line[0], markdown(line[1]))
			}
		}
	}
	_, err = io.WriteString(a.out, b.String())
	return err
}

// ropaLines are the columns of the record, with their headings.
func ropaLines(p desk.Processing) [][2]string {
	join := func(list []string) string { return strings.Join(list, "; ") }
	return [][2]string{
		{"System", p.ID}, {"Our role", p.Role}, {"Controllers", join(p.Controllers)}, {"What it holds", p.Holds}, {"Purpose", p.Purpose}, {"Lawful basis", p.Basis},
		{"Categories of people", join(p.People)}, {"What is held of them", join(p.Records)}, {"Categories of data", join(p.Categories)}, {"Special categories", join(p.Special)},
		{"Recipients", join(p.Recipients)}, {"Transfers abroad", p.Transfers}, {"Kept for", p.Retention}, {"Source", p.Source},
		{"Automated decisions", p.Automated}, {"Backups", p.Backups}, {"Security", p.Security}, {"Owners", join(p.Owners)}, {"Steward", p.Steward},
		{"Entered by", join(p.Producers)}, {"The register does not say", join(p.Missing)},
	}
}

func (a *app) ropaCSV(all []desk.Processing) error {
	w := csv.NewWriter(a.out)
	for i, p := range all {
		heads, row := []string{"Title"}, []string{p.System}
		for _, line := range ropaLines(p) {
			heads, row = append(heads, line[0]), append(row, desk.Visible(line[1]))
		}
		if i == 0 {
			w.Write(heads)
		}
		w.Write(row)
	}
	w.Flush()
	return w.Error()
}

// markdown returns text as Markdown that shows it as it is.
func markdown(text string) string { return markdownMarks.Replace(desk.Visible(text)) }

var markdownMarks = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "<", `\<`, "[", `\[`, "#", `\#`, "|", `\|`)
