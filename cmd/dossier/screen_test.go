package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"dossier/tui/tuitest"
)

var screens = flag.String("screens", "", "draw the screens as SVG into this folder")

// draw draws the screen into the folder of -screens, where it is given.
func draw(t *testing.T, term *tuitest.Terminal, name string) {
	t.Helper()
	if *screens == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(*screens, name+".svg"), []byte(term.Screen().SVG("dossier")), 0o644); err != nil {
		t.Error(err)
	}
}

// The program itself on a terminal: the demo person is searched for, a match is read, and the package is written and
// verified, by keys alone.
func TestDemoOnATerminal(t *testing.T) {
	work := t.TempDir()
	cmd := exec.Command(program(t), "demo", "--dir", "demo", "--people", "50", "--operator", "Dana")
	cmd.Dir = work
	term := tuitest.Start(t, 120, 40, cmd)
	id := fmt.Sprintf("SAR-%d-0001", time.Now().Year())
	term.Run(`
		expect Not searched yet
		press s
		expect Search ended
		expect ● Legacy Membership Database
		expect □ Paper files
		press enter
		expect = membership number M106069 agrees
	`)
	draw(t, term, "request")
	term.Run(`
		press v
		expect ! not approved (a)
	`)
	draw(t, term, "release")
	term.Run(`
		press a
		expect Approve what leaves for ` + id + `
		type ` + id + `
		press enter
		expect ● approved by Dana
		press esc
		expect ━━ Matches
		press e
		expect records of
		press enter
		expect ● Verified
		press enter
		gone Verified
		press ctrl+k
		expect ┏━ Commands
	`)
	draw(t, term, "palette")
	term.Run(`
		press esc
		expect ━━ Matches
		press esc
		expect ━━ Requests
	`)
	draw(t, term, "list")
	term.Run(`
		press q
		exit 0
	`)
	if packages, err := filepath.Glob(filepath.Join(work, "SAR-*.zip")); err != nil || len(packages) != 1 {
		t.Errorf("packages %v, %v", packages, err)
	}
	if _, err := os.Stat(filepath.Join(work, "demo", "truth.jsonl")); err != nil {
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

// program builds the program as it is shipped.
func program(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "dossier")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Env = append(build.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}
