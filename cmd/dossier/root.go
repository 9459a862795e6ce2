package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"

	"github.com/spf13/cobra"

	"dossier/desk"
)

// app is what every verb works with.
type app struct {
	in        io.Reader
	out, errs io.Writer
	register  string
	state     string
	operator  string
	key       string
	json      bool
	plain     bool
	pace      pace
}

func newRoot(in io.Reader, out, errs io.Writer) *cobra.Command {
	a := &app{in: in, out: out, errs: errs}
	root := &cobra.Command{
		Use:   "dossier",
		Short: "Find everything an organisation holds about one person, and hand it over",
		Long: "dossier searches every system of the register for a person, lets an operator decide what is theirs,\n" +
			"and writes a package with the data, what was searched, and the log of what was done.\n" +
			"Without a verb it opens the screen.",
		Args:          usage(cobra.NoArgs),
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, _ []string) error {
			return a.screen(ctx, d, "")
		}),
	}
	a.plainFlag(root)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	flags := root.PersistentFlags()
	flags.StringVar(&a.register, "register", "", "the register of systems (default: $DOSSIER_REGISTER, ./connectors.toml, then the configuration folder)")
	flags.StringVar(&a.state, "state", "", "the folder of the journal (default: $DOSSIER_STATE, then the user's state folder)")
	flags.StringVar(&a.operator, "operator", "", "who works, for the log (default: $DOSSIER_OPERATOR, then the user's name)")
	flags.StringVar(&a.key, "operator-key", "", "where your private key is, such as keyring:SERVICE/USER or file:PATH (default: $DOSSIER_OPERATOR_KEY, then where operator init put it)")
	flags.BoolVar(&a.json, "json", false, "print JSON Lines, each object with a type: data to standard output, progress to standard error")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return fmt.Errorf("%w: %w", desk.ErrUsage, err) })
	root.AddCommand(a.demo(), a.systems(), a.check(), a.request(), a.locate(), a.decide(), a.plan(), a.hold(), a.approve(), a.apply(), a.verifyPlan(), a.task(), a.batch(), a.replay(), a.export(), a.packages(), a.connector(), a.match(), a.log(), a.operators(), a.incident(), a.certificate(), a.report(), a.version())
	root.AddCommand(a.release(), a.redact(), a.exempt())
	root.CompletionOptions.HiddenDefaultCmd = false
	return root
}

// usage makes a mistake in the arguments a usage error.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return fmt.Errorf("%w: %w; see %s --help", desk.ErrUsage, err, cmd.CommandPath())
		}
		return nil
	}
}

// withDesk opens the desk for a verb and closes it behind.
func (a *app) withDesk(do func(ctx context.Context, d *desk.Desk, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) (err error) {
		config, err := a.config()
		if err != nil {
			return err
		}
		d, err := desk.Open(cmd.Context(), config)
		if err != nil {
			return err
		}
		defer func() {
			if w := d.Warning(context.WithoutCancel(cmd.Context())); w != "" {
				fmt.Fprintln(a.errs, "dossier: warning:", w)
			}
			err = errors.Join(err, d.Close())
		}()
		return do(cmd.Context(), d, args)
	}
}

func (a *app) config() (desk.Config, error) {
	register, err := findRegister(a.register)
	if err != nil {
		return desk.Config{}, err
	}
	state, err := findState(a.state)
	if err != nil {
		return desk.Config{}, err
	}
	return desk.Config{Register: register, State: state, Operator: findOperator(a.operator), Key: cmp.Or(a.key, os.Getenv("DOSSIER_OPERATOR_KEY"))}, nil
}

// findRegister returns the path of the register: the flag, the environment, this folder, the configuration folder.
func findRegister(flag string) (string, error) {
	if path := cmp.Or(flag, os.Getenv("DOSSIER_REGISTER")); path != "" {
		return path, nil
	}
	places := []string{"connectors.toml"}
	if config, err := os.UserConfigDir(); err == nil {
		places = append(places, filepath.Join(config, "dossier", "connectors.toml"))
	}
	for _, path := range places {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w: there is no register of systems at %v: name one with --register, or see the program at work with dossier demo",
		desk.ErrUsage, places)
}

// findState returns the folder of the journal: the flag, the environment, or the user's state folder.
func findState(flag string) (string, error) {
	if path := cmp.Or(flag, os.Getenv("DOSSIER_STATE")); path != "" {
		return path, nil
	}
	if state := os.Getenv("XDG_STATE_HOME"); state != "" {
		return filepath.Join(state, "dossier"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("%w: no home folder is known: name the folder of the journal with --state", desk.ErrUsage)
	}
	return filepath.Join(home, ".local", "state", "dossier"), nil
}

func findOperator(flag string) string {
	if name := cmp.Or(flag, os.Getenv("DOSSIER_OPERATOR")); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil {
		return cmp.Or(u.Name, u.Username)
	}
	return "unknown"
}
