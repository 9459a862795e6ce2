package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) incident() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "incident",
		Short: "Record personal-data incidents: facts, effects, remedy, the 72 hours",
		Long: "Keeps the record of personal-data incidents (Article 33(5)). What is known comes from a file of TOML that only you may read, or -\n" +
			"for standard input, since it may name people:\n\n" +
			"  aware = 2026-03-02T09:30:00Z          # when we became aware: the authority is told within 72 hours of it\n" +
			"  happened = \"in the night of 1 March\"\n" +
			"  facts = \"A laptop was stolen from a car.\"\n" +
			"  systems = [\"prodrive\"]\n" +
			"  people = 40                           # about\n" +
			"  records = 120                         # about\n" +
			"  data = \"members: names and addresses\"\n" +
			"  effects = \"Unlikely to be read: the disk is encrypted.\"\n" +
			"  remedy = \"Reported to the police; keys revoked.\"\n" +
			"  authority = { on = 2026-03-03T10:00:00Z, reference = \"IC-123\" }   # or { not = \"why not\" }; late = \"why so late\"\n" +
			"  concerned = { not = \"no high risk\" }                              # the people: or { on = … }",
	}
	cmd.AddCommand(a.incidentNew(), a.incidentList(), a.incidentShow(), a.incidentUpdate(), a.incidentClose(), a.incidentPurge())
	return cmd
}

func (a *app) incidentNew() *cobra.Command {
	return &cobra.Command{
		Use:   "new FILE",
		Short: "Record an incident",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			var f desk.IncidentFacts
			if err := a.readIncident(args[0], &f); err != nil {
				return err
			}
			i, err := d.NewIncident(ctx, f)
			if err != nil {
				return err
			}
			return a.showIncident(i)
		}),
	}
}

func (a *app) incidentUpdate() *cobra.Command {
	return &cobra.Command{
		Use:   "update INCIDENT FILE",
		Short: "Note what is known by now: what the file does not name stays",
		Args:  usage(cobra.ExactArgs(2)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			i, err := d.ChangeIncident(ctx, args[0], func(f *desk.IncidentFacts) error { return a.readIncident(args[1], f) })
			if err != nil {
				return err
			}
			return a.showIncident(i)
		}),
	}
}

func (a *app) incidentClose() *cobra.Command {
	return &cobra.Command{
		Use:   "close INCIDENT",
		Short: "End the work on an incident, once everything is documented",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			i, err := d.CloseIncident(ctx, args[0])
			if err != nil {
				return err
			}
			return a.showIncident(i)
		}),
	}
}

func (a *app) incidentList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the incidents and how long the authority may still be told of them",
		Args:  usage(cobra.NoArgs),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
			all, err := d.Incidents(ctx)
			if err != nil {
				return err
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			if !a.json {
				fmt.Fprintln(w, "INCIDENT\tAWARE\tSTATE\tAUTHORITY\tPEOPLE TOLD")
			}
			for _, i := range all {
				if a.json {
					if err := a.print(i); err != nil {
						return err
					}
					continue
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", i.ID, i.Aware.Format(time.DateTime), i.State, authorityWords(i), peopleWords(i))
			}
			return w.Flush()
		}),
	}
}

func (a *app) incidentShow() *cobra.Command {
	var history bool
	cmd := &cobra.Command{
		Use:   "show INCIDENT",
		Short: "Show an incident",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			versions, err := d.Incident(ctx, args[0])
			if err != nil {
				return err
			}
			if !history {
				versions = versions[len(versions)-1:]
			}
			for _, i := range versions {
				if err := a.showIncident(i); err != nil {
					return err
				}
			}
			return nil
		}),
	}
	cmd.Flags().BoolVar(&history, "history", false, "as it was known at every time, the earliest first")
	return cmd
}

func (a *app) readIncident(file string, into *desk.IncidentFacts) error {
	if file == "-" {
		return desk.ReadIncident(a.in, into)
	}
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("%w: what is known of the incident cannot be read: %w", desk.ErrUsage, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil {
		return err
	} else if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%w: others may read what is known of the incident: allow the file's owner alone (chmod 600) and try again", desk.ErrUsage)
	}
	return desk.ReadIncident(f, into)
}

func (a *app) showIncident(i desk.Incident) error {
	if a.json {
		return a.print(i)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s, version %d of %s by %s\n", i.ID, i.State, i.Version, i.Recorded.Format(time.DateTime), desk.Visible(i.Operator))
	for _, line := range []struct{ name, text string }{
		{"aware", i.Aware.UTC().Format(time.DateTime) + " UTC"},
		{"authority", authorityWords(i)},
		{"people", peopleWords(i)},
		{"happened", i.Happened},
		{"facts", i.Facts},
		{"systems", strings.Join(i.Systems, ", ")},
		{"concerned", concernedWords(i)},
		{"data", i.Data},
		{"effects", i.Effects},
		{"remedy", i.Remedy},
	} {
		if line.text != "" {
			fmt.Fprintf(&b, "  %-10s %s\n", line.name, desk.Visible(line.text))
		}
	}
	_, err := io.WriteString(a.out, b.String())
	return err
}

func authorityWords(i desk.Incident) string {
	switch {
	case i.State == "purged" && i.Authority.On.IsZero():
		return "not told"
	case i.Overdue:
		return "OVERDUE since " + i.Due.UTC().Format(time.DateTime) + " UTC"
	case i.Authority.On.IsZero() && i.Authority.Not == "":
		return "to be told by " + i.Due.UTC().Format(time.DateTime) + " UTC, or why not"
	}
	return toldWords(i.Authority)
}

func peopleWords(i desk.Incident) string {
	if i.State == "purged" {
		return "destroyed"
	}
	return toldWords(i.Concerned)
}

func concernedWords(i desk.Incident) string {
	if i.State == "purged" {
		return ""
	}
	return fmt.Sprintf("about %d people, %d records", i.People, i.Records)
}

func toldWords(t desk.Told) string {
	switch {
	case !t.On.IsZero() && t.Reference != "":
		return "told on " + t.On.UTC().Format(time.DateTime) + " UTC (" + desk.Visible(t.Reference) + ")"
	case !t.On.IsZero():
		return "told on " + t.On.UTC().Format(time.DateTime) + " UTC"
	case t.Not != "":
		return "not told: " + desk.Visible(t.Not)
	}
	return "to be decided"
}
