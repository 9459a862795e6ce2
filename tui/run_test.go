package tui

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/charmbracelet/bubbles/key"
)

// TestRunEndsWithItsContext holds that nothing of the screen outlives it, whatever it was doing.
func TestRunEndsWithItsContext(t *testing.T) {
	f := sample(t)
	ctx, cancel := context.WithCancel(t.Context())
	in, keys := io.Pipe()
	defer keys.Close()
	ended := make(chan error)
	go func() {
		ended <- Run(ctx, f, Options{Request: "SAR-2026-0004", Input: in, Output: io.Discard, Environ: []string{}})
	}()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Run returned %v", err)
	}
}

// TestEveryKeyIsTold holds that each key of the map stands in a help or in a last line.
func TestEveryKeyIsTold(t *testing.T) {
	s := play(t, 120, 40, sample(t), Options{})
	openSearched(s)
	s.hold()
	u := s.m.app.ui
	w := s.m.app.work["SAR-2026-0003"]
	groups := slices.Concat(s.m.app.screens[0].commands(), newForm(u).commands(), w.commands(), []group{s.m.app.everywhere()})
	told := slices.Concat((&question{ui: u}).hints(), (&trouble{ui: u, again: readList}).hints(), newExporting(w).hints(), (&asking{ui: u}).hints(),
		(&exporting{work: w, result: &exportedMsg{}}).hints(), newPalette(s.m.app, nil).hints(), (&lock{ui: u, set: true}).hints(),
		(&list{ui: u, asking: true}).hints(), (&passage{ui: u}).hints(), []key.Binding{u.keyMap.others, u.keyMap.approve, u.keyMap.happened, u.keyMap.suggestion, u.keyMap.refuse, u.keyMap.reread})
	for _, g := range groups {
		for _, c := range g.commands {
			told = append(told, c.key)
		}
	}
	m := reflect.ValueOf(*u.keyMap)
	for i := range m.NumField() {
		name := m.Type().Field(i).Name
		if !slices.ContainsFunc(told, func(b key.Binding) bool {
			return reflect.DeepEqual(b.Help(), key.Help{Key: m.Field(i).FieldByName("help").FieldByName("Key").String(),
				Desc: m.Field(i).FieldByName("help").FieldByName("Desc").String()})
		}) {
			t.Errorf("the key %s is told nowhere", name)
		}
	}
}

func TestWhole(t *testing.T) {
	t.Setenv("HOME", "/home/dpo")
	t.Setenv("USERPROFILE", "/home/dpo")
	here, err := filepath.Abs("a.zip")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"a.zip": here, filepath.FromSlash("~/a.zip"): filepath.FromSlash("/home/dpo/a.zip"),
		filepath.FromSlash("/x/../a.zip"): filepath.FromSlash("/a.zip")} {
		if got, err := whole(path); err != nil || got != want {
			t.Errorf("whole(%q) = %q, %v, want %q", path, got, err, want)
		}
	}
}
