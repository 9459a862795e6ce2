package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) taskShow() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "show TASK",
		Short: "Show a task whole: of a notice, its draft",
		Long:  "Shows a task whole. Of a notice it is the draft, which -o writes to a new file that only you may read, to be edited.",
		Args:  usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			t, err := d.Task(ctx, args[0])
			if err != nil {
				return err
			}
			if out != "" {
				return writeDraft(t, out)
			}
			if a.json || t.Kind != "notice" {
				return a.showTask(t)
			}
			for line := range strings.Lines(t.What) {
				if _, err := fmt.Fprintln(a.out, desk.Visible(strings.TrimSuffix(line, "\n"))); err != nil {
					return err
				}
			}
			return nil
		}),
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "of a notice: the file to write its draft to")
	return cmd
}

// writeDraft writes the draft of a notice to a file that is not there yet.
func writeDraft(t desk.Task, path string) error {
	if t.Kind != "notice" {
		return fmt.Errorf("%w: the task %s is work in a system and no notice", desk.ErrUsage, t.ID)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("the draft was not written: %w", err)
	}
	_, err = f.WriteString(t.What)
	return errors.Join(err, f.Close())
}

func (a *app) taskEdit() *cobra.Command {
	return &cobra.Command{
		Use:   "edit TASK FILE",
		Short: "Put a text in the place of a notice's draft",
		Long: "Reads the text of a notice from a file, or - for standard input, and keeps it in the place of the draft, before it is recorded\n" +
			"as sent: what is kept is what was sent. dossier task show -o writes the draft to a file.",
		Args: usage(cobra.ExactArgs(2)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			from := a.in
			if args[1] != "-" {
				f, err := os.Open(args[1])
				if err != nil {
					return fmt.Errorf("%w: the text of the notice cannot be read: %w", desk.ErrUsage, err)
				}
				defer f.Close()
				from = f
			}
			text, err := io.ReadAll(io.LimitReader(from, 1<<20))
			if err != nil {
				return err
			}
			t, err := d.EditNotice(ctx, args[0], string(text))
			if err != nil {
				return err
			}
			return a.showTask(t)
		}),
	}
}

func (a *app) taskNotices() *cobra.Command {
	var lift bool
	cmd := &cobra.Command{
		Use:   "notices PLAN",
		Short: "Draft the notices that a plan calls for",
		Long: "Drafts a notice to everybody who, as the register says, receives data of a system in which the plan erased, corrected or\n" +
			"restricted records (Article 19), each once. Applying a plan drafts them by itself; this does so again after the register has\n" +
			"changed. With --lift it drafts what is sent before a restriction is lifted, to them and to the person. Read the drafts\n" +
			"with dossier task show, send them, and record it with dossier task sent.",
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			tasks, err := d.DraftNotices(ctx, args[0], lift)
			if err != nil {
				return err
			}
			return a.showTasks(tasks)
		}),
	}
	cmd.Flags().BoolVar(&lift, "lift", false, "those that tell that the restriction, which the plan made, ends")
	return cmd
}

func (a *app) taskSent() *cobra.Command {
	var on string
	cmd := &cobra.Command{
		Use:   "sent TASK",
		Short: "Record that a notice was sent",
		Long: "Records the day on which a notice was sent. Once it is acknowledged, or nothing more is expected, dossier task done ends it.\n" +
			"The person's notice that a restriction ends is what dossier plan --action lift waits for.",
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			day, err := parseDay("--on", on)
			if err != nil {
				return err
			}
			t, err := d.SendNotice(ctx, args[0], day)
			if err != nil {
				return err
			}
			return a.showTask(t)
		}),
	}
	cmd.Flags().StringVar(&on, "on", "", "the day, such as 2026-01-31 (default: today)")
	return cmd
}

func noticeWords(t desk.Task) string {
	state := "to be sent"
	switch {
	case !t.Done.IsZero():
		state = "done"
	case !t.Sent.IsZero():
		state = "sent on " + t.Sent.Format(time.DateOnly) + ", not acknowledged yet"
	}
	system := ""
	if t.Title != "" {
		system = " (" + t.Title + ")"
	}
	words := fmt.Sprintf("%s  notice of %s to %s%s: %s\n", t.ID, t.About, desk.Visible(t.Steward), system, state)
	if t.Outcome != "" {
		words += fmt.Sprintf("  %s, says %s\n", desk.Visible(t.Outcome), t.By)
	}
	return words
}
