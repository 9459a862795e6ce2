package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) redact() *cobra.Command {
	var field, at, passage, reason string
	var here, list bool
	var undo int
	cmd := &cobra.Command{
		Use:   "redact REQUEST [RECORD --field FIELD]",
		Short: "Take a field or a passage out of what leaves, or put it back",
		Long: "Takes a field of a record that was found, or a passage in it, out of what leaves. The same text is taken out of\n" +
			"everything else that leaves too, but with --only-here. The passage is named by its place, as dossier release prints it,\n" +
			"or read from standard input: never written as an argument, where the shell's history would keep it.\n" +
			"  dossier redact SAR-2026-0001 crm/main/notes/17 --field Text --at 20-34 --reason 'names somebody else'\n" +
			"  dossier redact SAR-2026-0001 crm/main/notes/17 --field Text --passage - --reason … < passage.txt\n" +
			"  dossier redact SAR-2026-0001 --list\n" +
			"  dossier redact SAR-2026-0001 --undo 3",
		Args: usage(cobra.RangeArgs(1, 2)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			if done, err := a.listOrUndo(ctx, d, args, list, undo); done {
				return err
			}
			n := desk.NewRedaction{Field: field, Here: here, Reason: reason}
			var err error
			switch {
			case len(args) < 2:
				return fmt.Errorf("%w: name the record as it was printed when it was found", desk.ErrUsage)
			case field == "":
				return fmt.Errorf("%w: name the field with --field", desk.ErrUsage)
			case at != "" && passage != "" || passage != "" && passage != "-":
				return fmt.Errorf("%w: name the passage by --at FROM-TO, or give it on standard input with --passage -", desk.ErrUsage)
			case at != "":
				if n.From, n.To, err = span(at); err != nil {
					return err
				}
			case passage == "-":
				b, err := io.ReadAll(io.LimitReader(a.in, 1<<20))
				if err != nil {
					return err
				}
				if n.Passage = strings.TrimRight(string(b), "\r\n"); n.Passage == "" {
					return fmt.Errorf("%w: there is no passage on standard input", desk.ErrUsage)
				}
			}
			m, err := a.recordNamed(ctx, d, args[0], args[1])
			if err != nil {
				return err
			}
			n.Record = m.Record.Ref
			w, err := d.Redact(ctx, args[0], n)
			if err != nil {
				return err
			}
			return a.withheld(w)
		}),
	}
	cmd.Flags().StringVar(&field, "field", "", "the field")
	cmd.Flags().StringVar(&at, "at", "", "the passage by its place in the value, FROM-TO in characters, as dossier release prints it (default: the whole field)")
	cmd.Flags().StringVar(&passage, "passage", "", "-: read the passage from standard input")
	cmd.Flags().BoolVar(&here, "only-here", false, "leave the same text where it stands elsewhere")
	cmd.Flags().StringVar(&reason, "reason", "", "why, as the person is told")
	cmd.Flags().BoolVar(&list, "list", false, "list what is withheld by people, and its numbers")
	cmd.Flags().IntVar(&undo, "undo", 0, "take the redaction of this number back")
	return cmd
}

// listOrUndo does what both verbs do beside making something, and reports whether it was that.
func (a *app) listOrUndo(ctx context.Context, d *desk.Desk, args []string, list bool, undo int) (bool, error) {
	switch {
	case undo != 0:
		if err := d.TakeBack(ctx, args[0], undo); err != nil {
			return true, err
		}
		_, err := fmt.Fprintf(a.errs, "number %d is taken back\n", undo)
		return true, err
	case list:
		all, err := d.Withholdings(ctx, args[0])
		for _, w := range all {
			if err := a.withheld(w); err != nil {
				return true, err
			}
		}
		return true, err
	}
	return false, nil
}

// recordNamed returns the match whose record is printed like that.
func (a *app) recordNamed(ctx context.Context, d *desk.Desk, id, record string) (desk.Match, error) {
	f, err := d.Finding(ctx, id)
	if err != nil {
		return desk.Match{}, err
	}
	m, err := named(f, record)
	if err != nil {
		return m, fmt.Errorf("%s: %w", id, err)
	}
	return m, nil
}

// span reads FROM-TO.
func span(at string) (from, to int, err error) {
	first, last, ok := strings.Cut(at, "-")
	if ok {
		if from, err = strconv.Atoi(first); err == nil {
			if to, err = strconv.Atoi(last); err == nil && from >= 0 && to > from {
				return from, to, nil
			}
		}
	}
	return 0, 0, fmt.Errorf("%w: write the place of the passage like 20-34, as dossier release prints it", desk.ErrUsage)
}

// withheld prints an exemption or a redaction.
func (a *app) withheld(w desk.Withholding) error {
	if a.json {
		return a.print(w)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%3d  %s of ", w.N, w.Kind)
	if w.Record != nil {
		b.WriteString(desk.Visible(w.Record.String()))
	} else {
		b.WriteString(strings.TrimSuffix(w.System+"/"+w.Entity, "/"))
	}
	if w.Field != "" {
		b.WriteString(", field " + desk.Visible(w.Field))
	}
	if len(w.Rights) > 0 {
		b.WriteString(", from " + strings.Join(w.Rights, ", "))
	}
	b.WriteString(": " + desk.Visible(w.Reason) + " (" + desk.Visible(w.Operator) + ")\n")
	switch {
	case !w.Undone.IsZero():
		fmt.Fprintf(&b, "     taken back by %s\n", desk.Visible(w.UndoneBy))
	case w.Everywhere:
		b.WriteString("     the same text is taken out of everything that leaves\n")
	case w.Why != "":
		b.WriteString("     only there: " + w.Why + "\n")
	}
	_, err := io.WriteString(a.out, b.String())
	return err
}
