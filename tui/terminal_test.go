package tui

import (
	"bytes"
	"os"
	"os/exec"
	"testing"

	"dossier/tui/tuitest"
)

// self returns the test's own program as another one; see TestMain.
func self(t testing.TB, as string, env ...string) *exec.Cmd {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path)
	cmd.Env = append([]string{"DOSSIER_TUI_TEST=" + as, "PATH=" + os.Getenv("PATH")}, env...)
	return cmd
}

// TestCommandsThatDrawNothingWriteNoCodes holds that bubbletea, which is linked into every command, asks
// the terminal nothing (see dossier/internal/background).
func TestCommandsThatDrawNothingWriteNoCodes(t *testing.T) {
	term := tuitest.Start(t, 80, 24, self(t, "version"))
	if code := term.Wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if got := term.Output(); !bytes.Equal(got, []byte("dossier 1.0\r\n")) {
		t.Errorf("the terminal got %q", got)
	}
}

// TestOnATerminal works a request from the list to the package on a real terminal.
func TestOnATerminal(t *testing.T) {
	for _, env := range [][]string{nil, {"NO_COLOR=1"}, {"COLORFGBG=0;15", "COLORTERM=truecolor"}} {
		term := tuitest.Start(t, 80, 24, self(t, "screen", env...))
		term.Run(`
			expect ► SAR-2026-0002
			press / 0 0 0 4
			expect ► SAR-2026-0004
			press enter
			expect enter open
			press enter
			expect Not searched yet
			press s
			expect Search ended: 8 matches, 2 systems not fully searched
			press tab
			expect ►● certain   99%  +3  Your registration 1017
			press enter
			expect = e-mail address jane@example.org = JANE@example.org
			press esc
			expect ━━ Matches
			press n i
			expect Included: Your registration in QLMS
			resize 200 50
			expect ── Systems · 8
			expect Janet
			resize 80 24
			gone ── Systems · 8
			expect ━━ Matches
			press e
			expect SAR-2026-0004.zip
			press enter
			expect ● Verified: 14 files
			press enter
			gone Verified
			press enter m
			expect ••••••
			press ?
			expect ┏━ Keys
			press esc
			gone ┏━ Keys
			press q
			exit 0
		`)
		if unknown := term.Screen().Unknown(); len(unknown) > 0 {
			t.Errorf("%v: the terminal got codes that no screen should send: %q", env, unknown)
		}
		if term.Screen().Alternate() {
			t.Errorf("%v: the terminal was not given back", env)
		}
		if len(env) > 0 && env[0] == "NO_COLOR=1" && bytes.Contains(term.Output(), []byte("\x1b[3")) {
			t.Error("colours were drawn although NO_COLOR is set")
		}
	}
}
