// Package tui is the screen on which a request is worked: the systems and how far they are, the matches and how
// certain they are, one record with its evidence, and what was done.
//
// Every screen is a model of its own, made of panes with plain methods. Update never waits: what takes time is a command of
// the office, and its answer a message. Everything that is drawn goes through a pen, which lets nothing pass that could
// steer the terminal.
package tui

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"

	"dossier/internal/background"
)

// Options are how the screen starts. The zero value is the terminal of the process.
type Options struct {
	Request string           // the id of the request to open; "": the list
	Input   io.Reader        // nil: the terminal
	Output  io.Writer        // nil: os.Stdout
	Environ []string         // NO_COLOR, TERM, COLORTERM, COLORFGBG; nil: os.Environ
	Now     func() time.Time // nil: time.Now

	locked bool // the operator has set a passphrase: it is asked for first
}

// Run shows the screen until the user leaves it or ctx ends. Decisions made on it are recorded when it returns.
func Run(ctx context.Context, d Desk, opts Options) error {
	opts = opts.filled()
	var err error
	if opts.locked, err = d.HasPassphrase(ctx); err != nil {
		return err
	}
	o := newOffice(ctx, d)
	defer o.close()
	terminal := []tea.ProgramOption{tea.WithContext(ctx), tea.WithAltScreen(), tea.WithOutput(opts.Output)}
	if opts.Input != nil {
		terminal = append(terminal, tea.WithInput(opts.Input))
	}
	if d.Register().Screen.Mouse {
		terminal = append(terminal, tea.WithMouseCellMotion())
	}
	o.out = opts.Output
	_, err = tea.NewProgram(newApp(o, opts), terminal...).Run()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, tea.ErrInterrupted):
		return context.Canceled
	}
	return err
}

func (o Options) filled() Options {
	if o.Output == nil {
		o.Output = os.Stdout
	}
	if o.Environ == nil {
		o.Environ = os.Environ()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

func (o Options) dark() bool { return background.Dark(o.Environ) }

// profile returns how many colours the screen may use: none where NO_COLOR says so or nothing shows them.
func (o Options) profile() termenv.Profile {
	return termenv.NewOutput(o.Output, termenv.WithEnvironment(environ(o.Environ))).EnvColorProfile()
}

// environ is an environment in the form of os.Environ.
type environ []string

func (e environ) Environ() []string { return e }

func (e environ) Getenv(name string) string {
	for _, entry := range slices.Backward(e) {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}
