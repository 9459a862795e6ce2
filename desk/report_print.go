package desk

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// Print writes the figures as text, to be read and printed.
func (f Figures) Print(out io.Writer) error {
	period := "since the beginning"
	switch {
	case f.From != 0 && f.To != 0:
		period = fmt.Sprintf("received from %s to %s", f.From.Time().Format("2 January 2006"), f.To.Time().Format("2 January 2006"))
	case f.From != 0:
		period = "received since " + f.From.Time().Format("2 January 2006")
	case f.To != 0:
		period = "received until " + f.To.Time().Format("2 January 2006")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Requests %s, as of %s\n\n", period, f.Made.Format("2 January 2006"))
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(cells ...any) {
		for _, c := range cells {
			fmt.Fprintf(w, "%v\t", c)
		}
		fmt.Fprintln(w)
	}
	row("", "received", "open", "overdue", "paused", "ended", "in time", "late", "median days", "90% within")
	for _, of := range slices.Concat(f.Kinds, f.Months, []Figure{f.Total}) {
		row(of.Of, of.Received, of.Open, of.Overdue, of.Paused, of.Ended, of.InTime, of.Late, of.Median, of.P90)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	var outcomes []string
	for _, name := range slices.Sorted(maps.Keys(f.Total.Outcomes)) {
		outcomes = append(outcomes, fmt.Sprintf("%d %s", f.Total.Outcomes[name], name))
	}
	if outcomes == nil {
		outcomes = []string{"none yet"}
	}
	fmt.Fprintf(&b, "\nOutcomes: %s\n", strings.Join(outcomes, ", "))
	fmt.Fprintf(&b, "Complaints: %d, of which %d are not answered\n", f.Complaint.Received, f.Complaint.Open)
	i := f.Incidents
	fmt.Fprintf(&b, "Incidents: %d, of which %d are open; %d told to the authority, %d of them late; %d overdue\n", i.Recorded, i.Open, i.Told, i.Late, i.Overdue)
	fmt.Fprintf(&b, "Now: %d tasks to do, %d of them overdue; %d notices to send, %d not acknowledged; %d holds\n",
		f.Tasks.Work, f.Tasks.Overdue, f.Tasks.Unsent, f.Tasks.Awaited, f.Holds)
	_, err := io.WriteString(out, b.String())
	return err
}
