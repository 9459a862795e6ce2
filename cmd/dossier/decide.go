package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"dossier/desk"
)

// decisions are the words of the command line for what a person decides.
var decisions = map[string]desk.Decision{"accept": desk.Accepted, "reject": desk.Rejected, "someone-else": desk.SomeoneElse,
	"mentions": desk.Mentions, "undo": desk.Undecided}

func (a *app) decide() *cobra.Command {
	var note, who string
	var search bool
	cmd := &cobra.Command{
		Use:   "decide REQUEST RECORD accept|reject|someone-else|mentions|undo",
		Short: "Decide whose a record is that a search found",
		Long: "Keeps what you decide about a record that the last search of the request found, named as it was printed there:\n" +
			"  accept        it concerns the person: search again, and what it leads to is found too\n" +
			"  reject        it does not\n" +
			"  someone-else  it does not, and --who says whose it is, or which request is theirs\n" +
			"  mentions      it is about somebody else and only mentions the person\n" +
			"  undo          take the decision back\n" +
			"The decision covers what belongs to the record too. Records decided against never leave and lead nowhere.\n" +
			"A decision also holds for later searches of the request.",
		Args: usage(cobra.ExactArgs(3)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			decision, ok := decisions[args[2]]
			if !ok {
				return fmt.Errorf("%w: write accept, reject, someone-else, mentions or undo; see dossier decide --help", desk.ErrUsage)
			}
			if who != "" && (decision != desk.SomeoneElse || note != "") {
				return fmt.Errorf("%w: --who goes with someone-else, in the place of --note", desk.ErrUsage)
			}
			f, err := d.Finding(ctx, args[0])
			if err != nil {
				return err
			}
			m, err := named(f, args[1])
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			for _, ref := range f.Family(m.Record.Ref) {
				if err := d.Decide(ctx, args[0], ref, decision, note+who); err != nil {
					return err
				}
			}
			if search {
				return a.tell(d.Locate(ctx, args[0]))
			}
			if f, err = d.Finding(ctx, args[0]); err != nil {
				return err
			}
			return a.decided(args[0], f, args[1])
		}),
	}
	cmd.Flags().StringVar(&note, "note", "", "why")
	cmd.Flags().StringVar(&who, "who", "", "someone-else: whose record it is, or the id of their request")
	cmd.Flags().BoolVar(&search, "search", false, "search again at once, as dossier locate does")
	return cmd
}

// named returns the match whose record is printed like that.
func named(f desk.Finding, record string) (desk.Match, error) {
	var list []desk.Match
	for _, m := range f.Matches {
		if m.Record.Ref.String() == record || desk.Visible(m.Record.Ref.String()) == record {
			list = append(list, m)
		}
	}
	switch len(list) {
	case 1:
		return list[0], nil
	case 0:
		return desk.Match{}, desk.ErrNotFound
	}
	return desk.Match{}, fmt.Errorf("%w: %d records are printed like this: decide about them on the screen", desk.ErrUsage, len(list))
}

// decided prints a match as it stands, and what is to be done next.
func (a *app) decided(id string, f desk.Finding, record string) error {
	m, err := named(f, record)
	if err != nil {
		return err
	}
	if a.json {
		return a.print(m)
	}
	_, err = fmt.Fprint(a.out, matchWords(m), nextWords(id, f))
	return err
}

// nextWords tells what a request that was searched waits for.
func nextWords(id string, f desk.Finding) string {
	var b strings.Builder
	waiting, unfollowed := 0, 0
	for _, m := range f.Matches {
		if m.Waits() {
			waiting++
		}
		if m.Unfollowed {
			unfollowed++
		}
	}
	if waiting > 0 {
		fmt.Fprintf(&b, "still to decide: %d\n", waiting)
	}
	if unfollowed > 0 {
		fmt.Fprintf(&b, "search again, so that what was accepted is followed: dossier locate %s\n", id)
	}
	return b.String()
}
