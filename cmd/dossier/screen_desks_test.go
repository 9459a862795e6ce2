package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dossier/desk"
	"dossier/locate"
	"dossier/request"
	"dossier/tui"
	"dossier/tui/tuitest"
)

var screens = flag.String("screens", "", "draw the screens as SVG into this folder, with a clock that stands still")

// screenOffice is an office whose people work at the screen: systems, their register and a journal.
type screenOffice struct {
	t        *testing.T
	dir      string
	register string
	env      []string  // for the program
	clock    time.Time // when it stands still
}

// now is the time of the office.
func (o *screenOffice) now() time.Time {
	if *screens != "" {
		return o.clock
	}
	return time.Now()
}

// config is how a person opens the desk. The private keys lie in the office's folder.
func (o *screenOffice) config(person string) desk.Config {
	return desk.Config{Register: o.register, State: filepath.Join(o.dir, "state"), Operator: person, Key: "file:" + filepath.Join(o.dir, strings.ToLower(person)+".key"), Now: o.now}
}

// as does something at the desk as a person.
func (o *screenOffice) as(person string, do func(ctx context.Context, d *desk.Desk) error) {
	o.t.Helper()
	d, err := desk.Open(o.t.Context(), o.config(person))
	if err != nil {
		o.t.Fatal(err)
	}
	if err := errors.Join(do(o.t.Context(), d), d.Close()); err != nil {
		o.t.Fatal(err)
	}
}

// admit makes the keys of people. The first has every role, the others search, decide and approve.
func (o *screenOffice) admit(first string, others ...string) {
	o.t.Helper()
	o.as(first, func(ctx context.Context, d *desk.Desk) error {
		_, err := d.InitOperator(ctx, nil)
		return err
	})
	for _, person := range others {
		var public string
		o.as(person, func(ctx context.Context, d *desk.Desk) error {
			made, err := d.InitOperator(ctx, nil)
			public = made.Key
			return err
		})
		o.as(first, func(ctx context.Context, d *desk.Desk) error {
			return d.AddOperator(ctx, person, public, []string{"search", "decide", "approve"})
		})
	}
}

// records records a request that arrived today, from a person known to the office by identifiers.
func (o *screenOffice) records(person string, kind request.Kind, known ...locate.Identifier) {
	o.t.Helper()
	o.as(person, func(ctx context.Context, d *desk.Desk) error {
		r, err := d.NewRequest(ctx, desk.NewRequest{Kind: kind, Received: o.now().UTC().Truncate(24 * time.Hour), Subject: locate.Subject{Identifiers: known}, Reason: "a letter"})
		if err == nil {
			_, err = d.Record(ctx, r.ID, request.Step{What: request.IdentityKnown, Details: request.Details{Note: "a member for years"}})
		}
		return err
	})
}

// open starts the program at a terminal for a person.
func (o *screenOffice) open(person string) *tuitest.Terminal {
	o.t.Helper()
	c := o.config(person)
	cmd := exec.Command(program(o.t))
	if *screens != "" {
		self, err := os.Executable()
		if err != nil {
			o.t.Fatal(err)
		}
		cmd.Path, cmd.Args = self, []string{stillName}
	}
	cmd.Dir = o.dir
	cmd.Env = append(append(os.Environ(), "DOSSIER_REGISTER="+c.Register, "DOSSIER_STATE="+c.State, "DOSSIER_OPERATOR="+c.Operator, "DOSSIER_OPERATOR_KEY="+c.Key), o.env...)
	return tuitest.Start(o.t, 120, 40, cmd)
}

// play plays a journey of testdata/journeys.
func (o *screenOffice) play(name string, world map[string]func()) {
	o.t.Helper()
	name += ".txt"
	script, err := os.ReadFile(filepath.Join("testdata", "journeys", name))
	if err != nil {
		o.t.Fatal(err)
	}
	j := tuitest.Journey{Open: o.open, World: world, Words: strings.NewReplacer("{year}", fmt.Sprint(o.now().Year()))}
	if *screens != "" {
		j.Picture = func(screen *tuitest.Screen, picture string) {
			if err := os.WriteFile(filepath.Join(*screens, picture+".svg"), []byte(screen.SVG("dossier")), 0o644); err != nil {
				o.t.Error(err)
			}
		}
	}
	j.Play(o.t, name, string(script))
}

// write writes a file into the office's folder that only the user may read.
func (o *screenOffice) write(name, text string) {
	o.t.Helper()
	if err := os.WriteFile(filepath.Join(o.dir, name), []byte(text), 0o600); err != nil {
		o.t.Fatal(err)
	}
}

// pictured is when the pictures are drawn.
var pictured = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

// stillName is the program whose clock stands still, so that the same screens give the same pictures.
const stillName = "dossier-still"

// still is the program without a verb, at the time of the pictures.
func still() {
	time.Local = time.UTC
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	now := func() time.Time { return pictured }
	d, err := desk.Open(ctx, desk.Config{Register: os.Getenv("DOSSIER_REGISTER"), State: os.Getenv("DOSSIER_STATE"), Operator: os.Getenv("DOSSIER_OPERATOR"), Key: os.Getenv("DOSSIER_OPERATOR_KEY"), Now: now})
	if err == nil {
		err = errors.Join(tui.Run(ctx, d, tui.Options{Now: now}), d.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
