package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"dossier/tui/tuitest"
)

// The demonstration opens the screen on its request, and ends with it.
func TestDemoOnATerminal(t *testing.T) {
	cmd := exec.Command(program(t), "demo", "--dir", "demo", "--people", "20", "--operator", "Dana")
	cmd.Dir = t.TempDir()
	term := tuitest.Start(t, 80, 24, cmd)
	term.Run(`
		expect Theresa Müller
		expect Not searched yet
		press q
		exit 0
	`)
	if _, err := os.Stat(filepath.Join(cmd.Dir, "demo", "truth.jsonl")); err != nil {
		t.Error(err)
	}
}

// Commands that draw nothing send a terminal nothing but their output: the libraries of the screen ask it nothing.
func TestVersionOnATerminal(t *testing.T) {
	term := tuitest.Start(t, 80, 24, exec.Command(program(t), "version"))
	if code := term.Wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if out := term.Output(); !bytes.HasPrefix(out, []byte("dossier ")) || bytes.IndexByte(out, 0x1b) >= 0 {
		t.Errorf("the terminal got %q", out)
	}
}

// program builds the program as it is shipped, once for all tests.
func program(t testing.TB) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var (
	builtFolder string // removed by TestMain
	built       = sync.OnceValues(func() (path string, err error) {
		if builtFolder, err = os.MkdirTemp("", "dossier-built-"); err != nil {
			return "", err
		}
		path = filepath.Join(builtFolder, "dossier")
		build := exec.Command("go", "build", "-o", path, ".")
		build.Env = append(build.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%w\n%s", err, out)
		}
		return path, nil
	})
)
