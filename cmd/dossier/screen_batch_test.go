//go:build !race

package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"dossier/tui/tuitest"
)

// members writes a table of so many people of the demo, with a column that names nothing, and one person whom nobody knows.
func (o *demoOffice) members(name string, people int) {
	o.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(o.dir, "demo", "databases", "ProDrive.db"))
	if err != nil {
		o.t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT MembershipNo FROM Contacts WHERE MembershipNo <> 'M106069' ORDER BY ContactID LIMIT ?`, people) // hers is asked for
	if err != nil {
		o.t.Fatal(err)
	}
	defer rows.Close()
	lines := []string{"Membership number,Notes", "M9999999,nobody"}
	for rows.Next() {
		var number string
		if err := rows.Scan(&number); err != nil {
			o.t.Fatal(err)
		}
		lines = append(lines, number+",left")
	}
	if err := rows.Err(); err != nil || len(lines) != people+2 {
		o.t.Fatalf("%q, %v", lines, err)
	}
	o.write(name, strings.Join(lines, "\n")+"\n")
}

// A batch by keys alone: a table of people, of which a column is left out, the dry run, the canary approved, carried out and verified, then
// the others, and the result in a workbook.
func TestBatchOnATerminal(t *testing.T) {
	o := &demoOffice{t: t, program: program(t), dir: t.TempDir()}
	o.run("Dana", "demo", "--dir", "demo", "--people", "20", "--no-screen")
	o.write("demo/connectors.toml", "\n[batch]\ncanary = 1\nshare = 90\n")
	o.members("leavers.csv", 3)
	term := tuitest.Start(t, 120, 40, o.command("Dana"))
	term.Run(`
		expect SAR-
		press 7
		expect No batches yet
		press n
		expect Do what
		press enter
		expect Records in doubt
		type leavers.csv
		press tab tab
		type left more than six years ago
		press tab right ctrl+s
		expect names no identifier
		press x
		expect Not yet
		press esc
		gone Not yet
		press down space
		expect next: dry run (x)
		press x
		expect next: approve P1, the canary
		expect 4 people: 3 planned, 1 without records
		press down enter
		expect /P2  Erase, Article 17(1)(a)
		expect next: approve (a)
		press a
		expect There is no undo
		press enter
		gone There is no undo
		press a
		expect There is no undo
	`)
	batch := batchOnScreen(t, term)
	typed := "\nexpect There is no undo\ntype " + batch + "\npress enter\ngone There is no undo\n"
	term.Run(typed + `
		expect waits for ` + batch + `/P1, the canary
		press x
		expect Not now
		press esc
		gone Not now
		press esc
		expect approved, waits for P1
		press up enter
		expect /P1  Erase, Article 17(1)(a)
		expect next: approve (a)
		press a
		` + typed + `
		expect next: carry out (x)
		press x
		` + typed + `
		expect next: verify (v)
		press v
		expect carried out and verified
		press esc
		expect next: carry out P2, the others
		press down enter
		expect next: carry out (x)
		press x
		` + typed + `
		expect next: verify (v)
		press v
		expect carried out and verified
		press esc
		expect 2 plans,
		expect tasks for people
		press w
		expect Result of ` + batch + `
		press enter
		expect ● Written
		press enter
		gone ● Written
		press q
	`)
	if unknown := term.Screen().Unknown(); len(unknown) > 0 {
		t.Errorf("the terminal got codes that no screen should send: %q", unknown)
	}
	book, err := excelize.OpenFile(filepath.Join(o.dir, batch+".xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Result")
	if err != nil || len(rows) < 5 {
		t.Errorf("the result has %d lines: %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		if row[3] == "ProDrive" && row[4] != "done" {
			t.Errorf("%q", row)
		}
	}
	o.run("Dana", "log", "verify")
}

// batchOnScreen returns the id of the batch that the screen shows.
func batchOnScreen(t *testing.T, term *tuitest.Terminal) string {
	t.Helper()
	text := term.Screen().Text()
	at := strings.Index(text, "BATCH-")
	if at < 0 {
		t.Fatalf("no batch is on the screen:\n%s", text)
	}
	return text[at : at+len("BATCH-2026-0001")]
}
