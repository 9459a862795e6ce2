package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) demo() *cobra.Command {
	var dir string
	var people int
	var seed uint64
	var noScreen bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "See the program at work on a fictional estate, with no server",
		Long: "Writes a fictional organisation's systems (databases, spreadsheets, mailing lists), their register and the truth about\n" +
			"whose every record is, records a request of one of its people, and opens the screen on it.\n" +
			"With --no-screen it goes the whole way by itself: searches, approves what leaves, writes the package and verifies it.",
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			ctx := cmd.Context()
			if dir == "" {
				if dir, err = os.MkdirTemp("", "dossier-demo-"); err != nil {
					return err
				}
				defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
			}
			fmt.Fprintf(a.errs, "making the demo estate in %s\n", dir)
			d, id, err := desk.OpenDemo(ctx, desk.Demo{Dir: dir, People: people, Seed: seed, Operator: findOperator(a.operator)})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, d.Close()) }()
			if noScreen {
				return a.journey(ctx, d, id, filepath.Join(dir, id+".zip"))
			}
			return a.screen(ctx, d, id)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "the folder to write into and keep (default: a temporary one, removed at the end)")
	cmd.Flags().IntVar(&people, "people", 2000, "how many people the estate has")
	cmd.Flags().Uint64Var(&seed, "seed", 1, "the same seed makes the same estate")
	a.plainFlag(cmd)
	cmd.Flags().BoolVar(&noScreen, "no-screen", false, "go the whole way without the screen and print it")
	return cmd
}

// journey answers the request from search to verified package.
func (a *app) journey(ctx context.Context, d *desk.Desk, id, file string) error {
	searched := a.tell(d.Locate(ctx, id))
	if searched != nil && !errors.Is(searched, desk.ErrPartly) {
		return searched
	}
	digest, err := shown(d.Release(ctx, id, ""), func(e desk.Event) error {
		if _, ok := e.(desk.ReleaseTotal); !ok {
			return nil // every value of the records: see dossier release
		}
		return a.event(e)
	})
	if err != nil {
		return err
	}
	if err := d.ApproveRelease(ctx, id, digest); err != nil {
		return err
	}
	if err := a.tell(d.Export(ctx, id, file)); err != nil {
		return err
	}
	if err := a.verify(ctx, file, ""); err != nil {
		return err
	}
	return searched
}
