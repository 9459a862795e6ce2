package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) approve() *cobra.Command {
	var ticket string
	var yes bool
	cmd := &cobra.Command{
		Use:   "approve PLAN",
		Short: "Approve a plan with your key",
		Long: "Signs a plan, exactly as it is, with the key of the operator. An approval ends after the days that the register says\n" +
			"(7 where it says none). Exit code 5: the register asks for somebody else's approval too.",
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			if err := a.confirmPlan(ctx, d, args[0], yes); err != nil {
				return err
			}
			return a.tell(d.Approve(ctx, args[0], ticket))
		}),
	}
	cmd.Flags().StringVar(&ticket, "ticket", "", "the ticket of another system that keeps track of the approval")
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask for the request's id")
	return cmd
}

// confirmPlan says what a plan is about to do, and has the request's id typed before it is approved or carried out.
func (a *app) confirmPlan(ctx context.Context, d *desk.Desk, plan string, yes bool) error {
	intent, err := d.Intent(ctx, plan)
	if err != nil {
		return err
	}
	if a.json {
		err = a.print(intent)
	} else {
		_, err = io.WriteString(a.errs, intentWords(intent))
	}
	if err != nil || yes {
		return err
	}
	if !interactive(a.in) {
		return fmt.Errorf("%w: nobody is there to type %s: add --yes where that is meant", desk.ErrUsage, intent.Request)
	}
	fmt.Fprintf(a.errs, "Type %s to go on: ", intent.Request)
	line, err := bufio.NewReader(a.in).ReadString('\n')
	if err != nil && err != io.EOF {
		return err
	}
	if strings.TrimSpace(line) != intent.Request {
		return fmt.Errorf("%w: that is not %s; nothing was done", desk.ErrRefused, intent.Request)
	}
	return nil
}

// interactive reports whether somebody can type.
func interactive(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func intentWords(i desk.Intent) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s, %d changes, %s\n", i.Plan, i.Action, i.Changes, i.Approvals)
	for _, s := range i.Systems {
		backup := s.Backup
		if backup == "" {
			backup = "the register does not say"
		}
		last := "not known"
		if !s.LastBackup.IsZero() {
			last = s.LastBackup.Local().Format("2 January 2006 15:04")
		}
		fmt.Fprintf(&b, "  %s: %d changes; backups: %s; the last: %s (%s)\n", s.Title, s.Changes, backup, last, s.BackupHow)
	}
	if i.NoUndo {
		b.WriteString("There is no undo: what is erased cannot be brought back by this program.\n")
	}
	return b.String()
}
