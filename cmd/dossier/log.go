package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) log() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "log [REQUEST]",
		Short: "Show what was done, verify that the log is whole, and prove an entry",
		Long: "Prints the log: who did what, when, in which system. It names records by references that tell nothing without the\n" +
			"journal's keys, and holds no values.",
		Args: usage(cobra.MaximumNArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			entries, err := d.Log(ctx, strings.Join(args, ""))
			if err != nil {
				return err
			}
			for _, e := range entries {
				if err := a.entry(e); err != nil {
					return err
				}
			}
			return nil
		}),
	}
	cmd.AddCommand(a.logVerify(), a.logProve())
	return cmd
}

func (a *app) logVerify() *cobra.Command {
	var checkpoint, proof, key string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that nothing in the log was changed, dropped, moved, put in or cut off",
		Long: "Compares every entry with the log's tree, and the tree with its signed checkpoints: the journal's, the copy beside\n" +
			"it (log.checkpoint in the state's folder), and with --checkpoint one that was kept elsewhere. Keep a copy of\n" +
			"log.checkpoint where nobody who works with the journal can write: only that tells a history that was written anew.\n" +
			"With --proof it checks what dossier log prove wrote, on any computer, with the log's key and nothing else.",
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			if proof != "" {
				return a.verifyProof(proof, key)
			}
			if key != "" {
				return fmt.Errorf("%w: --key goes with --proof; the journal knows the key of its log", desk.ErrUsage)
			}
			return a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
				report, err := d.VerifyLog(ctx, checkpoint)
				if err != nil && !errors.Is(err, desk.ErrTampered) {
					return err
				}
				return errors.Join(a.logReport(report), err)
			})(cmd, args)
		},
	}
	cmd.Flags().StringVar(&checkpoint, "checkpoint", "", "a file with an older checkpoint of this log")
	cmd.Flags().StringVar(&proof, "proof", "", "a file with a proof")
	cmd.Flags().StringVar(&key, "key", "", "with --proof: the log's key, as dossier log verify prints it")
	return cmd
}

func (a *app) logProve() *cobra.Command {
	return &cobra.Command{
		Use:   "prove ENTRY",
		Short: "Print one entry with the proof that it stands in the log, as JSON",
		Long: "Prints an entry, named by its number, with the hashes that lead from it to a signed checkpoint. Whoever has the log's\n" +
			"key checks it with dossier log verify --proof, without the journal.",
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			seq, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return fmt.Errorf("%w: %q is no number of an entry: dossier log prints them", desk.ErrUsage, args[0])
			}
			p, err := d.ProveEntry(ctx, seq)
			if err != nil {
				return err
			}
			return a.print(struct {
				Type string `json:"type"`
				desk.Proof
			}{"proof", p})
		}),
	}
}

func (a *app) verifyProof(file, key string) error {
	if key == "" {
		return fmt.Errorf("%w: name the log's key with --key: dossier log verify prints it, and it comes from whoever runs the log, not with the proof", desk.ErrUsage)
	}
	e, err := desk.VerifyProof(file, key)
	if err != nil {
		return err
	}
	if !a.json {
		fmt.Fprintln(a.out, "this entry stands in the log:")
	}
	return a.entry(e)
}

func (a *app) entry(e desk.Entry) error {
	if a.json {
		return a.print(struct {
			Type string `json:"type"`
			desk.Entry
		}{"entry", e})
	}
	line := fmt.Sprintf("%6d  %s  %s", e.Seq, e.Time.UTC().Format(time.DateTime), e.Operator)
	for _, part := range []string{e.Request, e.System, e.What, details(e.Details)} {
		if part != "" {
			line += "  " + part
		}
	}
	_, err := fmt.Fprintln(a.out, desk.Visible(line))
	return err
}

// details returns the details of an entry, "" for an empty object.
func details(d json.RawMessage) string {
	if string(d) == "{}" {
		return ""
	}
	return string(d)
}

func (a *app) logReport(r desk.LogReport) error {
	if a.json {
		return a.print(struct {
			Type string `json:"type"`
			desk.LogReport
		}{"log", r})
	}
	for _, p := range r.Problems {
		fmt.Fprintf(a.out, "%-10s  %s\n", p.Problem, desk.Visible(p.What))
	}
	if len(r.Problems) == 0 {
		fmt.Fprintf(a.out, "verified %d entries: none was changed, dropped, moved or put in, and the log was not cut off\n", r.Entries)
	}
	_, err := fmt.Fprintf(a.out, "hash  %s\nkey   %s\n", r.Root, r.Key)
	return err
}
