package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"dossier/tui/tuitest"
)

// demoOffice is the demo estate with two operators, where two people approve an erasure, and a request to erase of the demo person.
type demoOffice struct {
	t       *testing.T
	program string
	dir     string
	request string // the one to erase
}

func newDemoOffice(t *testing.T) *demoOffice {
	o := &demoOffice{t: t, program: program(t), dir: t.TempDir()}
	o.run("Dana", "demo", "--dir", "demo", "--people", "20", "--no-screen")
	o.write("demo/connectors.toml", "\n[approvals]\nerase = 2\n")
	o.write("subject", "membership_number = \"M106069\"\ngiven_name = \"Theresa\"\nfamily_name = \"Müller\"\nbirth_date = \"1945-11-26\"\n")
	var eve struct{ Key string }
	if err := json.Unmarshal(o.run("Eve", "operator", "init", "--json"), &eve); err != nil {
		t.Fatal(err)
	}
	o.run("Dana", "operator", "add", "Eve", "--public", eve.Key, "--roles", "search,decide,approve")
	var made struct{ ID string }
	if err := json.Unmarshal(o.run("Dana", "request", "new", "--kind", "erase", "--subject", "subject", "--json"), &made); err != nil {
		t.Fatal(err)
	}
	o.request = made.ID
	o.run("Dana", "request", "withdraw", strings.TrimSuffix(made.ID, "2")+"1") // the demo's own
	return o
}

// said is a script for the terminal, with the id of the request.
func (o *demoOffice) said(script string) string {
	return strings.ReplaceAll(script, "REQUEST", o.request)
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

// sit opens the screen as an operator, on the plans of the erasure.
func (o *demoOffice) sit(operator string) (*tuitest.Terminal, *exec.Cmd) {
	cmd := o.command(operator)
	term := tuitest.Start(o.t, 120, 40, cmd)
	term.Run(`
		expect Request to erase data
		press enter
		expect ━━ Matches
	`)
	return term, cmd
}

// lock keeps a database of the demo to the test alone: whoever would change it waits.
func (o *demoOffice) lock(name string) (unlock func()) {
	o.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(o.dir, "demo", "databases", name))
	if err != nil {
		o.t.Fatal(err)
	}
	conn, err := db.Conn(context.Background())
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := conn.ExecContext(context.Background(), "BEGIN IMMEDIATE"); err != nil {
		o.t.Fatal(err)
	}
	return func() {
		if _, err := conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
			o.t.Error(err)
		}
		_ = conn.Close() // nothing was written
		if err := db.Close(); err != nil {
			o.t.Error(err)
		}
	}
}

// An erasure by keys alone: planned, approved by four eyes in two runs of the program, killed while a system does not answer, taken
// up by another run, paused, gone on with, verified, and certified.
func TestEraseOnATerminal(t *testing.T) {
	o := newDemoOffice(t)
	dana, running := o.sit("Dana")
	dana.Run(o.said(`
		expect Not searched yet
		press s
		expect Search ended
		press p
		expect No plan yet
		press n
		expect Ground, Article
		press right ctrl+s
		expect next: approve (a)
		press a
		expect There is no undo
		press enter
		expect next: approve (a)
		press a
		expect There is no undo
		type REQUEST
		press enter
		expect awaited: approval by Eve
	`))
	eve, _ := o.sit("Eve")
	eve.Run(o.said(`
		press p
		expect REQUEST/P1
		press enter
		expect 1 of 2 approvals, by Dana
		press a
		expect There is no undo
		type REQUEST
		press enter
		expect approved by Dana and Eve
	`))
	dana.Run(`
		expect next: carry out (x)
	`)
	unlock := o.lock("LMS.db")
	dana.Run(o.said(`
		press x
		expect There is no undo
		type REQUEST
		press enter
		expect 360 System: 5 changed
		expect ► LMS
		expect 0 of 2
	`))
	if err := running.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	dana.Wait()

	dana, _ = o.sit("Dana")
	dana.Run(o.said(`
		press p
		expect REQUEST/P1
		press enter
		expect begun:
		press x
		expect There is no undo
		type REQUEST
		press enter
		expect ► LMS
		press p
		expect next: go on (x)
	`))
	unlock()
	dana.Run(o.said(`
		press x
		expect next: verify (v)
		press v
		expect ERASED, 2 records
		expect carried out and verified
		press c
		expect Certificate of REQUEST/P1
		press enter
		expect ● Issued
		press enter
		gone ● Issued
		press t
		expect tasks to do
		press q
	`))
	if unknown := dana.Screen().Unknown(); len(unknown) > 0 {
		t.Errorf("the terminal got codes that no screen should send: %q", unknown)
	}
	for _, name := range []string{"pdf", "json"} {
		if _, err := os.Stat(filepath.Join(o.dir, "certificate-"+o.request+"-P1."+name)); err != nil {
			t.Error(err)
		}
	}
	o.run("Dana", "log", "verify")
}
