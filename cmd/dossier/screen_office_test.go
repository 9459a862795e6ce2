package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dossier/tui/tuitest"
)

// What keeps the house, by keys alone: an incident is noted and closed; a system that came back from a backup is read, and what was
// erased in it is erased again; an entry of the log is proved, and the proof checked.
func TestHouseOnATerminal(t *testing.T) {
	o := &demoOffice{t: t, program: program(t), dir: t.TempDir()}
	o.run("Dana", "demo", "--dir", "demo", "--people", "20", "--no-screen")
	lms := filepath.Join(o.dir, "demo", "databases", "LMS.db")
	before, err := os.ReadFile(lms)
	if err != nil {
		t.Fatal(err)
	}
	o.write("subject", "membership_number = \"M106069\"\ngiven_name = \"Theresa\"\nfamily_name = \"Müller\"\nbirth_date = \"1945-11-26\"\n")
	year := time.Now().Format("2006")
	o.run("Dana", "request", "withdraw", "SAR-"+year+"-0001") // the demo's own
	o.run("Dana", "request", "new", "--kind", "erase", "--subject", "subject")
	o.run("Dana", "locate", "SAR-"+year+"-0002")
	o.run("Dana", "plan", "SAR-"+year+"-0002", "--ground", "17(1)(b)")
	o.run("Dana", "approve", "SAR-"+year+"-0002/P1", "--yes")
	if out, err := o.command("Dana", "apply", "SAR-"+year+"-0002/P1", "--yes").Output(); err != nil && !strings.Contains(string(out), "applied    LMS") {
		t.Fatalf("%v\n%s", err, out) // what people do waits
	}
	if err := os.WriteFile(lms, before, 0o600); err != nil {
		t.Fatal(err)
	}
	term := tuitest.Start(t, 120, 40, o.command("Dana"))
	term.Run(strings.ReplaceAll(`
		expect ━━ Requests
		press 8
		expect No incidents
		press n
		expect Aware since
		press tab
		type A letter went to the wrong address
		press tab tab
		type lms
		press tab tab tab tab
		type None likely: it was returned unopened
		press tab
		type The address was put right
		press ctrl+s
		expect next: tell the authority
		press a
		expect Or why not
		press tab tab tab
		type a risk is unlikely
		press ctrl+s
		expect ● not told: reasons
		press p
		expect Or why not
		press tab tab
		type no risk
		press ctrl+s
		expect next: close it (x)
		press x
		expect Type INC-{year}-0001
		type INC-{year}-0001
		press enter
		expect – closed
		press 3
		expect ━━ Systems
	`, "{year}", year))
	for line := range strings.Lines(string(o.run("Dana", "systems", "--json"))) {
		if strings.Contains(line, `"id":"lms"`) {
			break
		}
		term.Run("press down")
	}
	term.Run(strings.ReplaceAll(`
		press b
		expect ┏━ LMS came back from a backup
		type restored after a failed disk
		press ctrl+s
		expect next: open the plan
		press enter
		expect next: approve (a)
		press a
		expect There is no undo
		type BATCH-{year}-0001
		press enter
		expect next: carry out (x)
		press x
		expect There is no undo
		type BATCH-{year}-0001
		press enter
		expect next: verify (v)
		press v
		expect carried out and verified
		press 5
		expect ● as it was written
		press p
		expect Prove entry
		press enter
		expect ● Proved
		press esc
		gone ● Proved
		press 1
		expect ━━ Requests
		press q
		exit 0
	`, "{year}", year))
	if unknown := term.Screen().Unknown(); len(unknown) > 0 {
		t.Errorf("the terminal got codes that no screen should send: %q", unknown)
	}
	proofs, err := filepath.Glob(filepath.Join(o.dir, "entry-*.json"))
	if err != nil || len(proofs) != 1 {
		t.Fatalf("proofs %v, %v", proofs, err)
	}
	var log struct{ Key string }
	if err := json.Unmarshal(o.run("Dana", "log", "verify", "--json"), &log); err != nil {
		t.Fatal(err)
	}
	o.run("Dana", "log", "verify", "--proof", proofs[0], "--key", log.Key)
}
