package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"dossier/desk"
	"dossier/request"
	"dossier/request/clock"
)

// requestSteps are the verbs that record what happened to a request.
func (a *app) requestSteps() []*cobra.Command {
	return []*cobra.Command{
		a.requestIdentity(), a.requestComplain(), a.requestNarrow(),
		a.step("fee REQUEST", "Record that a fee was asked for, or paid", request.FeeAsked, func(cmd *cobra.Command, s *request.Step) {
			cmd.Flags().StringVar(&s.Ground, "ground", "", "why one may be asked for: manifestly unfounded, or manifestly excessive")
			cmd.Flags().StringVar(&s.Note, "note", "", "the amount, and the reasons")
			cmd.Flags().BoolFunc("paid", "it was paid", func(string) error { s.What = request.FeePaid; return nil })
		}),
		a.step("clarify REQUEST", "Record that the person was asked what they mean; the clock of an access request stops", request.ClarificationAsked, note("question", "what was asked")),
		a.step("clarified REQUEST", "Record the answer; the clock goes on", request.Clarified, note("answer", "what the person answered")),
		a.step("extend REQUEST", "Record that the person was told of two further months, inside the first", request.Extended, note("why", "the reason: complexity, or the number of requests")),
		a.step("refuse REQUEST", "Record that the request is refused", request.Refused, func(cmd *cobra.Command, s *request.Step) {
			cmd.Flags().StringVar(&s.Ground, "ground", "", "manifestly unfounded, or manifestly excessive: there is no other")
			cmd.Flags().StringVar(&s.Note, "why", "", "the reasons that the person is told, with their remedies: the controller, the ICO, a court")
		}),
		a.step("withdraw REQUEST", "Record that the person takes the request back", request.Withdrawn, note("note", "in which words")),
		a.step("weigh REQUEST upheld|overridden", "Record how an objection was weighed", request.Weighed, note("why", "how it was weighed")),
		a.step("review REQUEST", "Record what a person's review of an automated decision came to", request.Reviewed, note("outcome", "what it came to")),
		a.step("disclose REQUEST", "Record what was disclosed to a third party", request.Disclosed, func(cmd *cobra.Command, s *request.Step) {
			cmd.Flags().StringVar(&s.To, "to", "", "to whom, and under what authority")
			cmd.Flags().StringVar(&s.Note, "what", "", "what was supplied")
		}),
		a.step("deliver REQUEST", "Record that the package was handed over", request.Delivered, func(cmd *cobra.Command, s *request.Step) {
			cmd.Flags().StringVar((*string)(&s.Way), "way", "", "post, e-mail, by hand, or portal")
			cmd.Flags().BoolVar(&s.Checked, "address-checked", false, "the address was checked before anything was sent")
			cmd.Flags().StringVar(&s.Channel, "password-by", "", "by which other way the password went, such as telephone")
			cmd.Flags().StringVar(&s.Note, "note", "", "anything else")
		}),
		a.step("complete REQUEST", "Record that everything asked for was done", request.Completed, func(cmd *cobra.Command, s *request.Step) {
			note("outcome", "what came of it")(cmd, s)
			cmd.Flags().BoolVar(&s.Nothing, "nothing-changed", false, "no record was changed, and the outcome says why")
		}),
	}
}

// note returns the flag of a step that has one text.
func note(flag, usage string) func(*cobra.Command, *request.Step) {
	return func(cmd *cobra.Command, s *request.Step) {
		cmd.Flags().StringVar(&s.Note, flag, "", usage+"; - reads it from standard input")
	}
}

// step makes a verb that records one thing that happened. A second argument of the verb is the step's ground.
func (a *app) step(use, short string, what request.What, flags func(*cobra.Command, *request.Step)) *cobra.Command {
	s := request.Step{What: what}
	var day string
	count := len(strings.Fields(use)) - 1
	cmd := &cobra.Command{Use: use, Short: short, Args: usage(cobra.ExactArgs(count)), RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
		if count == 2 {
			s.Ground = args[1]
		}
		return a.record(ctx, d, args[0], day, s)
	})}
	flags(cmd, &s)
	dayFlag(cmd, &day)
	return cmd
}

func dayFlag(cmd *cobra.Command, day *string) {
	cmd.Flags().StringVar(day, "day", "", "the day it happened, such as 2026-02-03 (default: today)")
}

// record keeps a step and prints how the request stands.
func (a *app) record(ctx context.Context, d *desk.Desk, id, day string, s request.Step) error {
	if day != "" {
		var err error
		if s.Day, err = clock.ParseDay(day); err != nil {
			return fmt.Errorf("%w: --day is no day: write it like 2026-02-03", desk.ErrUsage)
		}
	}
	if s.Note == "-" {
		text, err := io.ReadAll(io.LimitReader(a.in, 1<<20))
		if err != nil {
			return err
		}
		s.Note = string(text)
	}
	r, err := d.Record(ctx, id, s)
	if err != nil {
		return err
	}
	if err := a.showRequest(d, r); err != nil || s.What != request.Refused {
		return err
	}
	if a.json {
		return a.print(struct {
			Type    string `json:"type"`
			Request string `json:"request"`
			Text    string `json:"text"`
		}{"draft", id, d.Refusal(r)})
	}
	fmt.Fprintf(a.out, "\nTell the person, within one month of the request:\n\n%s", d.Refusal(r))
	return nil
}

func (a *app) requestIdentity() *cobra.Command {
	var asked, known, override, by, day string
	var seen []string
	var authority bool
	cmd := &cobra.Command{
		Use:   "identity REQUEST",
		Short: "Record how it was settled who asks, and by what authority",
		Long: "Records one of: what was asked for, what was seen and by whom, how the person is known to us, or why the request goes on while\n" +
			"identity is in doubt. Evidence is asked for only where there is reasonable doubt; copies are not kept. Kinds: " + strings.Join(request.Evidence, ", ") + ".",
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			s := request.Step{Details: request.Details{Note: asked + known + override, Evidence: seen, SeenBy: by}}
			given := 0
			for _, one := range []struct {
				is             bool
				what, whatElse request.What
			}{
				{asked != "", request.IdentityAsked, request.AuthorityAsked}, {len(seen) > 0, request.IdentitySeen, request.AuthoritySeen},
				{known != "", request.IdentityKnown, ""}, {override != "", request.IdentityOverridden, ""},
			} {
				if one.is {
					given++
					if s.What = one.what; authority {
						s.What = one.whatElse
					}
				}
			}
			if given != 1 || s.What == "" {
				return fmt.Errorf("%w: say one of --asked, --seen, --known and --override; --authority goes with the first two", desk.ErrUsage)
			}
			return a.record(ctx, d, args[0], day, s)
		}),
	}
	cmd.Flags().StringVar(&asked, "asked", "", "what was asked for, and why there is doubt")
	cmd.Flags().StringSliceVar(&seen, "seen", nil, "the kinds of evidence that were seen")
	cmd.Flags().StringVar(&by, "by", "", "who saw them")
	cmd.Flags().StringVar(&known, "known", "", "how the person is known to us")
	cmd.Flags().Lookup("known").NoOptDefVal = "known to us"
	cmd.Flags().StringVar(&override, "override", "", "why the request goes on although identity is in doubt")
	cmd.Flags().BoolVar(&authority, "authority", false, "it is about the authority of who asks on behalf of the person, or of a third party")
	dayFlag(cmd, &day)
	return cmd
}

func (a *app) requestComplain() *cobra.Command {
	var about, acknowledged, progress, answer, day string
	cmd := &cobra.Command{
		Use:   "complain REQUEST",
		Short: "Record a complaint about a request, its acknowledgement, how far it is, or its outcome",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			s := request.Step{What: request.Complained, Details: request.Details{Note: about + acknowledged + progress + answer}}
			given := 0
			for _, one := range []struct {
				text string
				what request.What
			}{
				{about, request.Complained}, {acknowledged, request.ComplaintAcknowledged}, {progress, request.ComplaintProgress}, {answer, request.ComplaintAnswered},
			} {
				if one.text != "" {
					s.What = one.what
					given++
				}
			}
			if given != 1 {
				return fmt.Errorf("%w: say one of --about, --acknowledged, --progress and --outcome", desk.ErrUsage)
			}
			return a.record(ctx, d, args[0], day, s)
		}),
	}
	cmd.Flags().StringVar(&about, "about", "", "what the complaint is about; it has to be acknowledged within 30 days")
	cmd.Flags().StringVar(&acknowledged, "acknowledged", "", "how it was acknowledged")
	cmd.Flags().StringVar(&progress, "progress", "", "what the person was told of the enquiry")
	cmd.Flags().StringVar(&answer, "outcome", "", "what the complaint came to, as the person was told")
	dayFlag(cmd, &day)
	return cmd
}
