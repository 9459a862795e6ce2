package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// demoOffice is the demo estate, with the keys of who works on it.
type demoOffice struct {
	t       *testing.T
	program string
	dir     string
}

// write appends text to a file that only the user may read.
func (o *demoOffice) write(name, text string) {
	o.t.Helper()
	f, err := os.OpenFile(filepath.Join(o.dir, name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := f.WriteString(text); err != nil {
		o.t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		o.t.Fatal(err)
	}
}

// command is the program as an operator runs it.
func (o *demoOffice) command(operator string, args ...string) *exec.Cmd {
	cmd := exec.Command(o.program, args...)
	cmd.Dir = o.dir
	key := filepath.Join(o.dir, strings.ToLower(operator)+".key")
	if operator == "Dana" { // whose key the demo made
		key = filepath.Join(o.dir, "demo", "state", "operators", "Dana.key")
	}
	cmd.Env = append(os.Environ(), "DOSSIER_OPERATOR="+operator, "DOSSIER_OPERATOR_KEY=file:"+key)
	if args == nil || args[0] != "demo" {
		cmd.Env = append(cmd.Env, "DOSSIER_REGISTER=demo/connectors.toml", "DOSSIER_STATE=demo/state")
	}
	return cmd
}

func (o *demoOffice) run(operator string, args ...string) []byte {
	o.t.Helper()
	cmd := o.command(operator, args...)
	out, err := cmd.Output()
	if err != nil {
		o.t.Fatalf("%q: %v\n%s", args, err, out)
	}
	return out
}
