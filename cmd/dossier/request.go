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
	cmd.AddCommand(a.requestNew(), a.requestList(), a.requestShow(), a.requestNotice(), a.requestClose(), a.requestPurge())
	return cmd
}

func (a *app) requestNew() *cobra.Command {
	var kind, received, subject, reason string
	cmd := &cobra.Command{
		Use:   "new",
		Short: "Record a request",
		Long: "Records a request. Identifiers come from --subject, a file of lines like email = \"jo@example.com\" that\n" +
			"only you may read (or - for standard input), or are asked for; never as flags, which others can read.",
		Args: usage(cobra.NoArgs),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
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
			r, err := d.NewRequest(ctx, desk.NewRequest{Kind: request.Kind(kind), Received: day, Subject: s, Reason: reason})
			if err != nil {
				return err
			}
			return a.showRequest(d, r)
		}),
	}
	cmd.Flags().StringVar(&kind, "kind", string(request.Access), "what is asked for")
	cmd.Flags().StringVar(&received, "received", "", "the day it arrived, such as 2026-01-31 (default: today)")
	cmd.Flags().StringVar(&subject, "subject", "", "a file of identifiers, or - for standard input")
	cmd.Flags().StringVar(&reason, "reason", "", "why the search is made, where the request does not say it")
	return cmd
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
			fmt.Fprintln(w, "REQUEST\tKIND\tRECEIVED\tSTATE")
			for _, r := range list {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.ID, r.Kind, r.Received.Format(time.DateOnly), r.State)
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
			Due clock.Day `json:"due,omitzero"`
		}{"request", r, answer.Due})
	}
	fmt.Fprintf(a.out, "%s  %s, received %s, %s\n", r.ID, r.Kind.Title(), r.Received.Format(time.DateOnly), r.State)
	if answer.Due != 0 {
		fmt.Fprintf(a.out, "  %-26s %s\n", "to be answered by", answer.Due.Long())
	}
	for _, id := range r.Subject.Identifiers {
		fmt.Fprintf(a.out, "  %-26s %s\n", id.Kind, desk.Visible(id.Value))
	}
	return nil
}
