//go:build !race

package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dossier/desk"
	"dossier/locate"
	"dossier/request"
)

// TestJourneysOnATerminal plays the journeys of testdata/journeys: the program as it is shipped, on a terminal, by keys alone. Each
// leaves a log that verifies.
func TestJourneysOnATerminal(t *testing.T) {
	journeys := map[string]func(t *testing.T) *screenOffice{
		"access": accessOnATerminal, "erase": eraseOnATerminal, "outage": outageOnATerminal, "crash": crashOnATerminal,
		"ten-thousand": tenThousandOnATerminal,
	}
	if *screens != "" {
		journeys["pictures"] = picturesOnATerminal
	}
	for name, journey := range journeys {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := journey(t)
			o.as("Dana", func(ctx context.Context, d *desk.Desk) error {
				_, err := d.VerifyLog(ctx, "")
				return err
			})
		})
	}
}

func accessOnATerminal(t *testing.T) *screenOffice {
	o := onDemo(t)
	o.admit("Dana")
	o.play("access", nil)
	o.has("SAR-*.zip")
	return o
}

func eraseOnATerminal(t *testing.T) *screenOffice {
	o := onDemo(t)
	o.admit("Dana", "Eve")
	o.records("Dana", request.Erase, demoPerson("membership_number", "given_name", "family_name", "birth_date")...)
	var free func()
	o.play("erase", map[string]func(){
		"the learning system is busy":       func() { free = o.lock("databases/LMS.db") },
		"the learning system is free again": func() { free() },
	})
	o.has("certificate-SAR-*-P1.pdf")
	o.has("certificate-SAR-*-P1.json")
	return o
}

// picturesOnATerminal is an office with requests of several kinds, a batch and an incident, to be drawn.
func picturesOnATerminal(t *testing.T) *screenOffice {
	o := onDemo(t)
	o.admit("Dana")
	person := func(given, family, number string) []locate.Identifier {
		return []locate.Identifier{{Kind: "given_name", Value: given}, {Kind: "family_name", Value: family}, {Kind: "membership_number", Value: number}}
	}
	now := o.clock
	for _, r := range []struct {
		days  int
		kind  request.Kind
		known []locate.Identifier
	}{
		{34, request.Access, person("Owen", "Price", "M100044")}, {29, request.Erase, person("Amara", "Okafor", "M100112")}, {25, request.Access, demoPerson()},
		{12, request.Portability, person("Zofia", "Żółć", "M100230")}, {6, request.Rectify, person("Callum", "Reid", "M100318")}, {2, request.Restrict, person("太郎", "山田", "M100401")},
	} {
		o.clock = now.AddDate(0, 0, -r.days)
		o.records("Dana", r.kind, r.known...)
	}
	o.clock = now
	o.write("leavers.csv", "membership_number\nM100044\nM100112\nM100230\n")
	o.play("pictures", nil)
	return o
}

// has fails unless there is one file of a pattern in the office's folder.
func (o *screenOffice) has(pattern string) {
	o.t.Helper()
	if found, err := filepath.Glob(filepath.Join(o.dir, pattern)); err != nil || len(found) != 1 {
		o.t.Errorf("%s: %v, %v", pattern, found, err)
	}
}

// smallOffice is an office with a register and a request of its second person, to erase.
func smallOffice(t *testing.T, dir, systems string) *screenOffice {
	o := &screenOffice{t: t, dir: dir, register: filepath.Join(dir, "connectors.toml")}
	o.write("connectors.toml", "version = 1\n[organisation]\nname = \"The Institute\"\nclock = \"eu\"\n"+systems)
	o.admit("Dana")
	return o
}

// called returns what the register says of a system of crashKinds under another id.
func called(id, register string) string {
	return strings.ReplaceAll("[system.target]\nowners = [\"Pat\"]\n"+register, "system.target", "system."+id)
}

func membershipNumber(person int) locate.Identifier {
	return locate.Identifier{Kind: "membership_number", Value: numberOf(person)}
}

func outageOnATerminal(t *testing.T) *screenOffice {
	g := newGate(t, server(t, "DOSSIER_TEST_MYSQL"))
	dir := t.TempDir()
	members, _ := sqliteToCrash(t, dir, 3)
	shop, env := shopBehind(t, g)
	o := smallOffice(t, dir, called("members", "title = \"Members\"\n"+members)+called("shop", "title = \"Shop\"\n"+shop))
	o.env = env
	o.records("Dana", request.Erase, membershipNumber(2))
	o.play("outage", map[string]func(){
		"the shop's server will go away when it is asked for letters":    func() { g.awayBefore("LETTERS") },
		"the shop's server will go away when something is to be deleted": func() { g.awayBefore("DELETE") },
		"the shop's server is back":                                      g.comeBack,
	})
	return o
}

// shopBehind makes a database on the server behind a gate, and returns its keys of the register.
func shopBehind(t *testing.T, g *gate) (register string, env []string) {
	t.Helper()
	_, name := mariaDBOf(t, "shop", 3)
	return onServer("mysql", g.address, name, "DOSSIER_SHOP")
}

func crashOnATerminal(t *testing.T) *screenOffice {
	dir := t.TempDir()
	archive, _ := sqliteToCrash(t, dir, 3)
	if err := os.Rename(filepath.Join(dir, "target.db"), filepath.Join(dir, "archive.db")); err != nil {
		t.Fatal(err)
	}
	members, _ := sqliteToCrash(t, dir, 3)
	o := smallOffice(t, dir, called("members", "title = \"Members\"\n"+members)+
		called("archive", "title = \"Archive\"\n"+strings.ReplaceAll(archive, "target.db", "archive.db")))
	o.records("Dana", request.Erase, membershipNumber(2))
	var free func()
	o.play("crash", map[string]func(){
		"the archive is busy":       func() { free = o.lock("archive.db") },
		"the archive is free again": func() { free() },
	})
	return o
}

// tenThousandOnATerminal is an office where a person has 9,940 visits under their number, and is written to in 60 mailings at an address
// that may be somebody else's too.
func tenThousandOnATerminal(t *testing.T) *screenOffice {
	dir := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(dir, "visits.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range []string{"CREATE TABLE visits (id INTEGER PRIMARY KEY, number TEXT NOT NULL, day TEXT NOT NULL, room TEXT NOT NULL)",
		"CREATE INDEX visits_number ON visits (number)",
		"INSERT INTO visits WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9940) SELECT i, 'MEM-00002', date('2000-01-01', i || ' days'), 'Room ' || i % 40 FROM n"} {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	o := smallOffice(t, dir, `
[system.visits]
title  = "Visits"
owners = ["Pat"]
kind   = "sqlite"
files  = ["visits.db"]
[system.visits.entity.visits]
key = ["id"]
[system.visits.entity.visits.fields]
number = { is = "membership_number" }
[system.mailings]
title  = "Mailings"
owners = ["Pat"]
kind   = "sheet"
files  = ["mailings.csv"]
[system.mailings.entity.mailings]
key = ["id"]
[system.mailings.entity.mailings.fields]
email = { is = "email" }
`)
	mailings := "id,email,subject\r\n"
	for i := range 60 {
		mailings += fmt.Sprintf("%d,person.two@example.org,Mailing %d\r\n", i+1, i+1)
	}
	o.write("mailings.csv", mailings)
	o.records("Dana", request.Access, membershipNumber(2), locate.Identifier{Kind: "email", Value: "person.two@example.org"})
	o.play("ten-thousand", nil)
	return o
}
