package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) operatorPassphrase() *cobra.Command {
	return &cobra.Command{
		Use:   "passphrase",
		Short: "Set the passphrase that opens the screen when it has locked itself",
		Long: "Asks for the passphrase before, where there is one, and twice for the new one; standard input that is no terminal gives\n" +
			"them a line each. A salted hash of it (Argon2id) is kept in the state's folder. It keeps other eyes from a screen that was\n" +
			"left ([screen] lock says after how long): it is no key of the journal.",
		Args: usage(cobra.NoArgs),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
			set, err := d.HasPassphrase(ctx)
			if err != nil {
				return err
			}
			hidden := a.hidden()
			var before string
			if set {
				if before, err = hidden("The passphrase until now: "); err != nil {
					return err
				}
			}
			next, err := hidden("The new passphrase: ")
			if err != nil {
				return err
			}
			again, err := hidden("The new passphrase again: ")
			if err != nil {
				return err
			}
			if next != again {
				return fmt.Errorf("%w: the two are not the same: nothing was changed", desk.ErrUsage)
			}
			return d.SetPassphrase(ctx, before, next)
		}),
	}
}

// hidden returns a function that asks for something that is not shown while it is typed.
func (a *app) hidden() func(question string) (string, error) {
	lines := bufio.NewReader(a.in)
	return func(question string) (string, error) {
		fmt.Fprint(a.errs, question)
		if f, ok := a.in.(*os.File); ok && term.IsTerminal(f.Fd()) {
			b, err := term.ReadPassword(f.Fd())
			fmt.Fprintln(a.errs)
			return string(b), err
		}
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) && line != "" {
			err = nil
		}
		if err != nil {
			return "", fmt.Errorf("%w: standard input ended before the passphrase: %w", desk.ErrUsage, err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
}
