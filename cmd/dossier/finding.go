package main

import (
	"context"
	"errors"
	"fmt"

	"dossier/desk"
)

// showFinding prints what the last search of a request found: with --json every match, else how many there are, those that somebody
// has to decide about, and those that were decided.
func (a *app) showFinding(ctx context.Context, d *desk.Desk, id string) error {
	f, err := d.Finding(ctx, id)
	if errors.Is(err, desk.ErrNotSearched) {
		return nil
	}
	if err != nil {
		return err
	}
	if a.json {
		for _, m := range f.Matches {
			if err := a.print(m); err != nil {
				return err
			}
		}
		return nil
	}
	line := func(what, words string) { fmt.Fprintf(a.out, "  %-26s %s\n", what, words) }
	line("searched", f.Searched.Local().Format("2 January 2006 15:04"))
	included := 0
	for _, m := range f.Matches {
		if m.Included() {
			included++
		}
	}
	line("records", fmt.Sprintf("%d, %d of them taken as the person's", len(f.Matches), included))
	for _, m := range f.Matches {
		if m.Waits() {
			line("to decide", desk.Visible(m.Record.Ref.String()))
		}
	}
	decided, err := d.Decisions(ctx, id)
	if err != nil {
		return err
	}
	for _, k := range decided {
		words := desk.Visible(k.Record.String())
		if k.Note != "" {
			words += ": " + desk.Visible(k.Note)
		}
		line(k.Decision, words+" ("+desk.Visible(k.Operator)+")")
	}
	if _, err := fmt.Fprint(a.out, nextWords(id, f)); err != nil {
		return err
	}
	return nil
}
