package export

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The commands that README.txt gives to people without the program find a package whole, and find out a change.
func TestCommandsOfTheReadme(t *testing.T) {
	names, files := unpack(t, pack(t, sample(t)))
	dir := t.TempDir()
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, files[name], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	readme := string(files[readmeName])
	if !strings.Contains(readme, "certutil -hashfile index.html SHA256") {
		t.Error("nothing for Windows")
	}
	for _, tool := range []string{"sha256sum", "shasum"} {
		line := regexp.MustCompile(`(?m)^ +(` + tool + ` .*)$`).FindStringSubmatch(readme)
		if line == nil {
			t.Errorf("README.txt names no command for %s", tool)
			continue
		}
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Errorf("%s is not installed, and in CI nothing is skipped", tool)
			}
			t.Logf("SKIPPED: %s is not installed", tool)
			continue
		}
		run := func() (string, error) {
			args := strings.Fields(line[1])
			cmd := exec.Command(args[0], args[1:]...)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			return string(out), err
		}
		if out, err := run(); err != nil || strings.Count(out, ": OK") != len(names)-2 {
			t.Errorf("%s: %v\n%s", tool, err, out)
		}
		path := filepath.Join(dir, "index.html")
		if err := os.WriteFile(path, append(bytes.Clone(files[reportName]), ' '), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := run(); err == nil || !strings.Contains(out, "index.html: FAILED") {
			t.Errorf("%s finds no change: %v\n%s", tool, err, out)
		}
		if err := os.WriteFile(path, files[reportName], 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
