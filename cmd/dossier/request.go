package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"dossier/desk"
	"dossier/locate"
	"dossier/request"
	"dossier/request/clock"
)

func (a *app) request() *cobra.Command {
	cmd := &cobra.Command{Use: "request", Short: "Record and list requests"}
	cmd.AddCommand(a.requestNew(), a.requestList(), a.requestShow(), a.requestNotice(), a.requestClose(), a.requestPurge(), a.requestClock(), a.requestDue())
	cmd.AddCommand(a.requestSteps()...)
	return cmd
}

func (a *app) requestNew() *cobra.Command {
	var kind, received, subject, reason, from string
	var n desk.NewRequest
	var also, flags []string
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Record a request",
		Long: "Records a request. Identifiers come from --subject, a file of lines like email = \"jo@example.com\" that\n" +
			"only you may read (or - for standard input), or are asked for; never as flags, which others can read.\n\n" +
			"--from reads the organisation's form instead, one or many: TOML or JSON (- for standard input), or a table (.csv, .xlsx) with a\n" +
			"row a form. Its fields are the register's identifiers, by name or title, and: " + strings.Join(desk.FormFields(), ", ") + ".\n" +
			"Lists are written with semicolons.",
		Args: usage(cobra.NoArgs),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
			if from != "" {
				forms, err := d.Forms(ctx, from, a.in)
				if err != nil {
					return err
				}
				return a.newRequests(ctx, d, forms)
			}
			day, err := parseDay("--received", received)
			if err != nil {
				return err
			}
			var s locate.Subject
			if subject == "" {
				s, err = a.ask(d)
			} else {
				s, err = a.readSubject(subject)
			}
			if err != nil {
				return err
			}
			n.Kind, n.Received, n.Subject, n.Reason = request.Kind(kind), day, s, reason
			for _, k := range also {
				n.Also = append(n.Also, request.Kind(k))
			}
			for _, f := range flags {
				n.Flags = append(n.Flags, request.Flag(f))
			}
			return a.newRequests(ctx, d, []desk.NewRequest{n})
		}),
	}
	cmd.Flags().StringVar(&from, "from", "", "a file of filled-in forms, or - for standard input")
	cmd.Flags().StringSliceVar(&also, "also", nil, "what else the letter asks for")
	cmd.Flags().StringSliceVar(&flags, "flag", nil, "whom to take special care of: child, vulnerable")
	cmd.Flags().StringVar(&n.Ground, "ground", "", "erase: the paragraph of the UK GDPR that is relied on, such as 17(1)(b)")
	cmd.Flags().StringVar((*string)(&n.Delivery.Way), "delivery", "", "how the answer is wished for: post, e-mail, by hand, portal")
	cmd.Flags().BoolVar(&n.Delivery.LargePrint, "large-print", false, "the answer is wished for in large print")
	cmd.Flags().StringSliceVar(&n.Scope.Omit, "omit", nil, "systems that are not searched")
	cmd.Flags().StringVar(&n.Scope.Reason, "scope-reason", "", "why the search is narrowed")
	cmd.Flags().StringVar(&kind, "kind", string(request.Access), "what is asked for")
	cmd.Flags().StringVar(&received, "received", "", "the day it arrived, such as 2026-01-31 (default: today)")
	cmd.Flags().StringVar(&subject, "subject", "", "a file of identifiers, or - for standard input")
	cmd.Flags().StringVar(&reason, "reason", "", "why the search is made, where the request does not say it")
	return cmd
}

// newRequests records requests, prints each, and tells which others are taken to be of the same person.
func (a *app) newRequests(ctx context.Context, d *desk.Desk, all []desk.NewRequest) error {
	recorded, err := d.NewRequests(ctx, all)
	if err != nil {
		return err
	}
	for _, r := range recorded {
		if err := a.showRequest(d, r); err != nil {
			return err
		}
		others, err := d.Others(ctx, r.ID)
		if err != nil {
			return err
		}
		if len(others) > 0 {
			fmt.Fprintf(a.errs, "%s: the same person seems to have asked already: %s\n", r.ID, strings.Join(others, ", "))
		}
	}
	return nil
}

func parseDay(flag, text string) (time.Time, error) {
	if text == "" {
		now := time.Now()
		return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC), nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: %s is no day: write it like 2026-01-31", desk.ErrUsage, flag)
	}
	return day, nil
}

// ask asks for each identifier of the register; an empty answer leaves it out.
func (a *app) ask(d *desk.Desk) (locate.Subject, error) {
	var s locate.Subject
	lines := bufio.NewReader(a.in)
	fmt.Fprintln(a.errs, "What is known of the person? Leave out what is not known with Enter.")
	for _, id := range d.Register().Identifiers {
		fmt.Fprintf(a.errs, "%s: ", id.Title)
		line, err := lines.ReadString('\n')
		if value := strings.TrimSpace(line); value != "" {
			s.Identifiers = append(s.Identifiers, locate.Identifier{Kind: id.Name, Value: value})
		}
		if err == io.EOF {
			fmt.Fprintln(a.errs)
			break
		}
		if err != nil {
			return s, err
		}
	}
	return s, nil
}

func (a *app) requestList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the requests",
		Args:  usage(cobra.NoArgs),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
			list, err := d.Requests(ctx)
			if err != nil {
				return err
			}
			if a.json {
				for _, r := range list {
					if err := a.showRequest(d, r); err != nil {
						return err
					}
				}
				return nil
			}
			w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(w, "REQUEST\tKIND\tRECEIVED\tSTATE\tDUE\tNEXT")
			for _, r := range list {
				answer, err := d.Clock(r)
				if err != nil {
					return err
				}
				kinds := make([]string, 0, 1+len(r.Also))
				for _, k := range r.Asks() {
					kinds = append(kinds, string(k))
				}
				due, next := answer.Due.String(), r.Next()
				if r.Over() || due == "" {
					due = "-"
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s (%s)\n", r.ID, strings.Join(kinds, ", "), r.Received.Format(time.DateOnly), r.State, due, next.Do, next.Awaited)
			}
			return w.Flush()
		}),
	}
}

func (a *app) requestShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show REQUEST",
		Short: "Show a request, what was found, and what is decided about it",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			r, err := d.Request(ctx, args[0])
			if err != nil {
				return err
			}
			if err := a.showRequest(d, r); err != nil {
				return err
			}
			if r.State == request.Purged {
				return nil
			}
			return a.showFinding(ctx, d, r.ID)
		}),
	}
}

func (a *app) showRequest(d *desk.Desk, r request.Request) error {
	answer, err := d.Clock(r)
	if err != nil {
		return err
	}
	if a.json {
		return a.print(struct {
			Type string `json:"type"`
			request.Request
			Due  clock.Day    `json:"due,omitzero"`
			Next request.Next `json:"next"`
		}{"request", r, answer.Due, r.Next()})
	}
	fmt.Fprintf(a.out, "%s  %s, received %s, %s\n", r.ID, r.Kind.Title(), r.Received.Format(time.DateOnly), r.State)
	for _, k := range r.Also {
		fmt.Fprintf(a.out, "  %-26s %s\n", "and", k.Title())
	}
	fmt.Fprintf(a.out, "  %-26s %s (%s)\n", "next", r.Next().Do, r.Next().Awaited)
	if answer.Due != 0 {
		fmt.Fprintf(a.out, "  %-26s %s\n", "to be answered by", answer.Due.Long())
	}
	for _, id := range r.Subject.Identifiers {
		fmt.Fprintf(a.out, "  %-26s %s\n", id.Kind, desk.Visible(id.Value))
	}
	a.showLetter(r)
	return nil
}
