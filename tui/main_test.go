package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"dossier/desk"
	"dossier/internal/leak"
)

// TestMain runs the tests, or, started by one of them on a pseudo-terminal, is a small program of its own.
func TestMain(m *testing.M) {
	time.Local = time.UTC
	switch os.Getenv("DOSSIER_TUI_TEST") {
	case "version": // a command that draws nothing, linked with the screen
		fmt.Println("dossier 1.0")
		os.Exit(0)
	case "screen", "searching":
		if err := runSample(os.Getenv("DOSSIER_TUI_TEST") == "screen"); err != nil && !errors.Is(err, context.Canceled) {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	leak.Main(m,
		goleak.IgnoreAnyFunction("github.com/charmbracelet/x/exp/teatest.NewTestModel.func2"), // it waits for an interrupt
		goleak.IgnoreTopFunction("os/signal.loop"),
		goleak.IgnoreTopFunction("os/signal.signal_recv"))
}

// runSample shows the screen on the terminal with the sample's requests; a search tells its events one by one, and may never end.
func runSample(ends bool) error {
	f := newFakeDesk(&testing.T{})
	f.requests = sampleRequests()
	f.findings["SAR-2026-0003"] = sampleFinding()
	f.told = make(chan any, 64)
	for _, c := range sampleCoverage() {
		f.told <- desk.Started{System: c.System, Title: c.Title}
	}
	for _, m := range sampleMatches() {
		f.told <- m
	}
	for _, c := range sampleCoverage() {
		f.told <- c
	}
	if ends {
		f.told <- desk.ErrPartly
		close(f.told)
	}
	return Run(context.Background(), f, Options{Now: func() time.Time { return today }})
}
