//go:build !race

package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/xuri/excelize/v2"
)

// journeyWorld is one register with a system of each kind that is changed. All of them hold the same people and letters to them.
type journeyWorld struct {
	*crashWorld
	people    []member
	databases map[string]*sql.DB  // of the systems that are databases
	restores  map[string][]func() // what brings a system back to how it was made
}

// member is one of the people, of whom the Access database of the demo knows.
type member struct{ id, number, forename, surname string }

// ours are the systems of our own, and clients those that are held for a client who leaves.
var (
	ours    = []string{"mariadb", "postgres", "sqlite", "book", "text", "access"}
	clients = []string{"client-mariadb", "client-postgres", "client-book", "client-text"}
)

const journeyPeople = 40

// newJourneyWorld makes the systems and the register.
func newJourneyWorld(t *testing.T) *journeyWorld {
	w := &journeyWorld{crashWorld: &crashWorld{t: t, dir: t.TempDir()}, databases: map[string]*sql.DB{}, restores: map[string][]func(){}}
	accessToCrash(t, w.dir, 0)
	if err := os.Rename(w.file("target.accdb"), w.file("members.accdb")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(w.file("client"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(w.file("tables"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.write("connectors.toml", journeyHead+accessJourney)
	known := w.records("access", "people")
	names := map[string]int{}
	for _, r := range known {
		names[r["Forename"]+" "+r["Surname"]]++
	}
	for _, r := range known { // nobody has a namesake, so that nobody has to decide
		if len(w.people) < journeyPeople && names[r["Forename"]+" "+r["Surname"]] == 1 && r["MembershipNo"] != "" {
			w.people = append(w.people, member{r["MemberID"], r["MembershipNo"], r["Forename"], r["Surname"]})
		}
	}
	client := "role = \"processor\"\ncontroller = { name = \"Acme Ltd\" }\n"
	maria, postgres := server(t, "DOSSIER_TEST_MYSQL"), server(t, "DOSSIER_TEST_POSTGRES")
	w.write("connectors.toml", journeyHead+
		journeyRegister("mariadb", w.mariaDB("mariadb", maria), "mariadb", "")+
		journeyRegister("postgres", w.postgres("postgres", postgres), "postgres", "")+
		journeyRegister("sqlite", w.sqlite(), "sqlite", "")+
		journeyRegister("book", w.book(""), "book", "")+
		journeyRegister("text", w.text(""), "text", "")+accessJourney+
		journeyRegister("client-mariadb", w.mariaDB("client-mariadb", maria), "mariadb", client)+
		journeyRegister("client-postgres", w.postgres("client-postgres", postgres), "postgres", client)+
		journeyRegister("client-book", w.book("client/"), "book", client)+
		journeyRegister("client-text", w.text("client/"), "text", client))
	for id, path := range map[string]string{"book": "members.xlsx", "text": "people.csv", "letters": "letters.csv", "access": "members.accdb"} {
		b, err := os.ReadFile(w.file(path))
		if err != nil {
			t.Fatal(err)
		}
		if id == "letters" {
			id = "text"
		}
		w.restores[id] = append(w.restores[id], func() { w.write(path, string(b)) })
	}
	w.must("operator", "init")
	return w
}

// restore brings a system back from the backup that was made of it at first.
func (w *journeyWorld) restore(system string) {
	for _, restore := range w.restores[system] {
		restore()
	}
}

func (w *journeyWorld) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(w.file(name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// person is a row of people: the first half of them left long ago.
func (m member) row(i int) []string {
	left := "2024-05-06"
	if i < journeyPeople/2 {
		left = "2015-02-03"
	}
	return []string{m.id, m.forename, m.surname, m.number, "member", "came by recommendation", left}
}

var (
	peopleHeader  = []string{"id", "forename", "surname", "number", "status", "note", "left_on"}
	lettersHeader = []string{"id", "person", "text"}
)

func (w *journeyWorld) letters(i int) [][]string {
	m := w.people[i]
	return [][]string{{fmt.Sprint(2*i + 1), m.id, "Dear " + m.forename}, {fmt.Sprint(2*i + 2), m.id, "Dear member " + m.number}}
}

// fill makes the tables of a database. Where restricted records are moved away, nothing enforces that letters have a person.
func (w *journeyWorld) fill(id string, db *sql.DB, rules string) {
	w.t.Helper()
	w.databases[id] = db
	w.t.Cleanup(func() { db.Close() })
	belongs := " REFERENCES people (id)"
	if rules == "postgres" {
		belongs = ""
	}
	columns := "(id INT PRIMARY KEY, forename VARCHAR(60) NULL, surname VARCHAR(60) NULL, number VARCHAR(80) NULL, status VARCHAR(20) NOT NULL, note VARCHAR(400) NULL, left_on DATE NULL)"
	statements := []string{"CREATE TABLE people " + columns, "CREATE TABLE held " + columns,
		"CREATE TABLE letters (id INT PRIMARY KEY, person INT NOT NULL" + belongs + ", text VARCHAR(200) NOT NULL)"}
	if rules != "postgres" {
		statements = slices.Delete(statements, 1, 2)
	}
	insert := func(table string, rows ...[]string) {
		var tuples []string
		for _, row := range rows {
			tuples = append(tuples, "('"+strings.ReplaceAll(strings.ReplaceAll(strings.Join(row, "\x00"), "'", "''"), "\x00", "', '")+"')")
		}
		statements = append(statements, "INSERT INTO "+table+" VALUES "+strings.Join(tuples, ", "))
	}
	for i, m := range w.people {
		insert("people", m.row(i))
		insert("letters", w.letters(i)...)
	}
	if rules == "sqlite" {
		statements = append(statements, "CREATE TABLE claims (id INT PRIMARY KEY, person INT NOT NULL REFERENCES people (id), made DATE)")
		insert("claims", []string{"1", w.people[0].id, "2025-01-02"}, []string{"2", w.people[1].id, "2012-01-02"})
	}
	do := func(statements []string) {
		for _, s := range statements {
			if _, err := db.ExecContext(context.Background(), s); err != nil {
				w.t.Fatalf("%s: %v", s, err)
			}
		}
	}
	do(statements)
	filled := []string{"DELETE FROM letters"}
	for _, table := range slices.Backward([]string{"people", "held", "claims"}) {
		if tableRows(db, table) != nil {
			filled = append(filled, "DELETE FROM "+table)
		}
	}
	for _, s := range statements {
		if strings.HasPrefix(s, "INSERT") {
			filled = append(filled, s)
		}
	}
	w.restores[id] = append(w.restores[id], func() { do(filled) })
}

func (w *journeyWorld) database(id string, admin *sql.DB) string {
	return freshDatabase(w.t, admin, "journey_"+strings.ReplaceAll(id, "-", "_"))
}

func (w *journeyWorld) mariaDB(id string, u *url.URL) string {
	c := mysql.NewConfig()
	c.Net, c.Addr, c.User = "tcp", u.Host, u.User.Username()
	c.Passwd, _ = u.User.Password()
	admin, err := sql.Open("mysql", c.FormatDSN())
	if err != nil {
		w.t.Fatal(err)
	}
	c.DBName = w.database(id, admin)
	db, err := sql.Open("mysql", c.FormatDSN())
	if err != nil {
		w.t.Fatal(err)
	}
	w.fill(id, db, "mariadb")
	return w.onServer("mysql", u, c.DBName)
}

func (w *journeyWorld) postgres(id string, u *url.URL) string {
	admin, err := sql.Open("pgx", u.String())
	if err != nil {
		w.t.Fatal(err)
	}
	own := *u
	own.Path = "/" + w.database(id, admin)
	db, err := sql.Open("pgx", own.String())
	if err != nil {
		w.t.Fatal(err)
	}
	w.fill(id, db, "postgres")
	return w.onServer("postgres", u, strings.TrimPrefix(own.Path, "/"))
}

// onServer returns the keys of a database on a server. Its password stands in the environment.
func (w *journeyWorld) onServer(kind string, u *url.URL, database string) string {
	variable := "DOSSIER_JOURNEY_" + strings.ToUpper(kind)
	password, _ := u.User.Password()
	w.t.Setenv(variable, password)
	address := url.URL{Scheme: kind, User: url.User(u.User.Username()), Host: u.Host, Path: "/" + database}
	return fmt.Sprintf("kind = %q\naddress = %q\npassword = \"env:%s\"\ntls = { mode = \"off\" }\n", kind, address.String(), variable)
}

func (w *journeyWorld) sqlite() string {
	db, err := sql.Open("sqlite", w.file("members.db"))
	if err != nil {
		w.t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	w.fill("sqlite", db, "sqlite")
	return "kind = \"sqlite\"\nfiles = [\"members.db\"]\n"
}

func (w *journeyWorld) book(folder string) string {
	f := excelize.NewFile()
	sheet := func(name string, rows ...[]string) {
		if _, err := f.NewSheet(name); err != nil {
			w.t.Fatal(err)
		}
		for i, row := range rows {
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	people, letters := [][]string{peopleHeader}, [][]string{lettersHeader}
	for i, m := range w.people {
		people = append(people, m.row(i))
		letters = append(letters, w.letters(i)...)
	}
	sheet("people", people...)
	sheet("letters", letters...)
	sheet("held", peopleHeader)
	if err := f.DeleteSheet("Sheet1"); err != nil {
		w.t.Fatal(err)
	}
	if err := f.SaveAs(w.file(folder + "members.xlsx")); err != nil {
		w.t.Fatal(err)
	}
	return "kind = \"sheet\"\nfiles = [\"" + folder + "members.xlsx\"]\nwritable = true\n"
}

func (w *journeyWorld) text(folder string) string {
	people, letters := []string{strings.Join(peopleHeader, ",")}, []string{strings.Join(append(slices.Clone(lettersHeader), "number", "status"), ",")}
	for i, m := range w.people {
		people = append(people, strings.Join(m.row(i), ","))
		for _, l := range w.letters(i) {
			letters = append(letters, strings.Join(append(l, m.number, "sent"), ","))
		}
	}
	w.write(folder+"people.csv", strings.Join(people, "\r\n")+"\r\n")
	w.write(folder+"letters.csv", strings.Join(letters, "\r\n")+"\r\n")
	return "kind = \"sheet\"\nfiles = [\"" + folder + "*.csv\"]\nwritable = true\n"
}
