package main

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"strings"

	"dossier/connectors"
	"dossier/desk"
	"dossier/locate"
)

// print writes one JSON line.
func (a *app) print(v any) error { return printTo(a.out, v) }

func printTo(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// tell prints the events of a use case as they come, and returns its error: data goes to standard output,
// progress to standard error.
func (a *app) tell(events iter.Seq2[desk.Event, error]) error {
	for e, err := range events {
		if err != nil {
			return err
		}
		if err := a.event(e); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) event(e desk.Event) error {
	switch e.(type) {
	case desk.Started, desk.Progress, desk.Begun, desk.Changing, desk.Retry, desk.Closed:
		return a.progress(e)
	}
	if a.json {
		return a.print(e)
	}
	_, err := io.WriteString(a.out, words(e))
	return err
}

// words returns an event as lines for a person; "" for one that is not worth a line.
func words(e desk.Event) string {
	switch e := e.(type) {
	case desk.Started:
		return fmt.Sprintf("searching %s\n", e.Title)
	case desk.Match:
		return matchWords(e)
	case desk.Coverage:
		return coverageWords(e.Coverage)
	case desk.Checked:
		return checkedWords(e)
	case desk.Tested:
		return strings.TrimRight(fmt.Sprintf("%-8s %s  %s", e.Result, e.Case, desk.Visible(e.Why)), " ") + "\n"
	case desk.Passed:
		if e.Tested == "" {
			return "the connector passed\n"
		}
		return fmt.Sprintf("the connector passed: changes are made once the register says, under [system.%s],\n  tested = %q\n", e.System, e.Tested)
	case desk.Written:
		return fmt.Sprintf("written %s: %d files, %d records, %d bytes%s%s\n", e.Path, e.Files, e.Records, e.Bytes, lockedAs(e), leftOut(e))
	case desk.Passphrase:
		return fmt.Sprintf("passphrase: %s\n  It is shown this once and kept nowhere. Tell it to the person in another way than the file goes.\n", e.Words)
	case desk.PlanLine:
		return lineWords(e)
	case desk.PlanProblem:
		return problemWords(e)
	case desk.PlanDifference:
		return differenceWords(e)
	case desk.Planned:
		return plannedWords(e)
	case desk.BatchPlanned:
		return batchWords(e)
	case desk.BatchRow:
		return batchRowWords(e)
	case desk.BatchSummary:
		return summaryWords(e)
	case desk.Done:
		return fmt.Sprintf("%d systems: %d records, %d to decide; %d not fully searched, %d worked by people; %.1f s\n",
			e.Systems, e.Records, e.Undecided, e.Partly, e.Manual, e.Seconds)
	}
	return actWords(e) + releaseWords(e)
}

func leftOut(e desk.Written) string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{e.Undecided, "undecided"}, {e.Rejected, "rejected"}, {e.Mentions, "that only mention the person"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "; left out: " + strings.Join(parts, ", ")
}

func matchWords(m desk.Match) string {
	var b strings.Builder
	state := "possible"
	if m.Certain {
		state = "certain"
	}
	if m.Decision != desk.Undecided {
		state = string(m.Decision)
	}
	fmt.Fprintf(&b, "%-8s %3.0f%%  %s\n", state, math.Floor(100*m.Score), desk.Visible(m.Record.Ref.String()))
	if m.Note != "" {
		fmt.Fprintf(&b, "               %s\n", desk.Visible(m.Note))
	}
	for _, ev := range m.Evidence {
		weight := ""
		if ev.Bits != 0 {
			weight = fmt.Sprintf("%+.1f", ev.Bits)
		}
		fmt.Fprintf(&b, "               %5s  %s\n", weight, desk.Visible(ev.Aloud))
	}
	for _, step := range m.Path {
		fmt.Fprintf(&b, "               found by the %s in %s\n", step.Identifier.Kind, desk.Visible(step.From.String()))
	}
	return b.String()
}

func coverageWords(c locate.Coverage) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-8s %s: %d records, %.1f s", c.State, c.Title, c.Records, c.Seconds)
	if len(c.Searched) > 0 {
		fmt.Fprintf(&b, ", by %s", strings.Join(c.Searched, ", "))
	}
	b.WriteByte('\n')
	if c.Task != "" {
		fmt.Fprintf(&b, "           %s\n", c.Task)
	}
	for _, g := range c.Gaps {
		fmt.Fprintf(&b, "           %s\n", gapWords(g))
	}
	return b.String()
}

func gapWords(g connectors.Gap) string { return desk.Visible(g.Error()) }

func checkedWords(c desk.Checked) string {
	var b strings.Builder
	state := "as the register says"
	if len(c.Findings) > 0 {
		state = fmt.Sprintf("%d to look at", len(c.Findings))
	}
	fmt.Fprintf(&b, "%s: %s, %.1f s\n", c.Title, state, c.Seconds)
	for _, f := range c.Findings {
		fmt.Fprintf(&b, "  %-8s", f.Severity)
		for _, part := range []string{f.Entity, f.Field} {
			if part != "" {
				b.WriteString(desk.Visible(part) + ": ")
			}
		}
		b.WriteString(desk.Visible(f.What) + "\n")
	}
	return b.String()
}
