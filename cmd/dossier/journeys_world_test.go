//go:build !race

package main

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/xuri/excelize/v2"

	"dossier/connectors"
	"dossier/connectors/kinds"
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

// journeyHead says of the whole how far a batch may go.
const journeyHead = `version = 1
[organisation]
name  = "The Institute"
clock = "eu"
[batch]
canary = 3
share  = 100
`

// journeyFields are what people hold, in every kind but Access.
const journeyFields = `
[system.ID.entity.people.fields]
id       = { erase = "keep" }
forename = { is = "given_name" }
surname  = { is = "family_name" }
number   = { is = "membership_number" }
status   = { erase = "keep" }
note     = { label = "Note" }
left_on  = { label = "Left on" }
`

// journeyRules say of a system how its people are restricted and corrected: each kind in another way.
var journeyRules = map[string]string{
	"mariadb": `restrict = { set = { status = "restricted" } }`,
	"postgres": `restrict = { set = { status = "restricted" }, move = "held" }
rectify = "append"
statement = "note"`,
	"sqlite": `restrict = { set = { status = "restricted" } }
rectify = "as issued"
dispute = { set = { status = "disputed" } }`,
	"book": `restrict = { set = { status = "restricted" }, move = "held" }`,
	"text": `restrict = { set = { status = "restricted" } }
rectify = "append"
statement = "note"`,
}

// journeyEntities are the tables of a system. A workbook's rows have no key; a letter in a text file says by a number whose it is, since
// files know nothing of each other.
func journeyEntities(rules string) string {
	key, parent, letters := `key = ["id"]`, lettersOfPeople, ""
	files := func(string) string { return "" }
	switch rules {
	case "book":
		key = ""
	case "text":
		parent, letters = `restrict = { set = { status = "restricted" } }`, "number = { is = \"membership_number\" }\n"
		files = func(table string) string { return "files = [\"FOLDER" + table + ".csv\"]\n" }
	}
	text := "[system.ID.entity.people]\n" + files("people") + key + "\nerase = \"anonymise\"\nretain = { for = \"6 years\", from = \"left_on\" }\n" +
		journeyRules[rules] + journeyFields +
		"[system.ID.entity.letters]\n" + files("letters") + key + "\n" + parent + "\nerase = \"delete\"\n" +
		"[system.ID.entity.letters.fields]\nperson = { label = \"Person\" }\n" + letters
	if strings.Contains(journeyRules[rules], "move") {
		text += strings.Replace("[system.ID.entity.people]\n"+key+"\nerase = \"delete\""+journeyFields, "entity.people", "entity.held", 2)
	}
	if rules == "sqlite" {
		text += "[system.ID.entity.claims]\nkey = [\"id\"]\nparent = { entity = \"people\", on = { person = \"id\" } }\nerase = \"keep\"\n" +
			"keep = { reason = \"a register of claims\", basis = \"legal obligation\", for = \"6 years\", from = \"made\" }\n"
	}
	return text
}

// journeyRegister returns what the register says of a system.
func journeyRegister(id, kind, rules, more string) string {
	folder, _, of := strings.Cut(id, "-")
	if folder += "/"; !of {
		folder = ""
	}
	return strings.NewReplacer("ID", id, "FOLDER", folder).Replace("[system.ID]\nowners = [\"Pat\"]\nbackups = \"nightly, kept for 35 days\"\nlast_backup = { files = \"connectors.toml\" }\n" + kind + more + journeyEntities(rules))
}

const accessJourney = `[system.access]
owners = ["Pat"]
kind = "access"
files = ["members.accdb"]
writable = true
ignore = { "Payments" = "not of this test" }
[system.access.entity.people]
table = "Members"
key = ["MemberID"]
erase = "anonymise"
retain = { for = "60 years", from = "Joined" }
restrict = { set = { Grade = "restricted" } }
[system.access.entity.people.fields]
MembershipNo = { is = "membership_number", blank = "" }
Forename = { is = "given_name" }
Surname = { is = "family_name" }
Email = { label = "E-mail" }
Notes = { label = "Notes" }
Title = { erase = "keep" }
DateOfBirth = { erase = "keep" }
Address1 = { erase = "keep" }
Town = { erase = "keep" }
Postcode = { erase = "keep" }
Phone = { erase = "keep" }
Grade = { erase = "keep" }
Joined = { erase = "keep" }
Lapsed = { erase = "keep" }
AnnualFee = { erase = "keep" }
CPDHours = { erase = "keep" }
RowGUID = { erase = "keep" }
[system.access.entity.letters]
table = "Correspondence"
key = ["LetterID"]
erase = "delete"
parent = { entity = "people", on = { MemberID = "MemberID" } }
`

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

// records reads an entity of a system through its connector, as text; nothing is "".
func (w *journeyWorld) records(system, entity string) []map[string]string {
	w.t.Helper()
	register, err := connectors.Load(w.file("connectors.toml"), kinds.All())
	if err != nil {
		w.t.Fatal(err)
	}
	s, _ := register.System(system)
	conn, err := s.Opens()(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	defer conn.Close()
	var rows []map[string]string
	for r, err := range conn.Find(context.Background(), connectors.Query{Entity: entity}) {
		if err != nil {
			w.t.Fatalf("%s.%s: %v", system, entity, err)
		}
		row := map[string]string{}
		for i, name := range r.Names {
			row[name] = r.Values[i].String()
		}
		rows = append(rows, row)
	}
	return rows
}

// contents is everything that the systems hold, past the program: files byte for byte, workbooks and tables row for row.
func (w *journeyWorld) contents(systems ...string) map[string]string {
	w.t.Helper()
	held := map[string]string{}
	for _, id := range systems {
		if db := w.databases[id]; db != nil {
			for _, table := range []string{"people", "letters", "held", "claims"} {
				if rows := tableRows(db, table); rows != nil {
					held[id+" "+table] = strings.Join(rows, "\n")
				}
			}
			continue
		}
		folder := ""
		if strings.HasPrefix(id, "client") {
			folder = "client/"
		}
		patterns := map[string]string{"book": "*.xlsx", "text": "*.csv", "access": "*.accdb"}
		paths, err := filepath.Glob(w.file(folder + patterns[strings.TrimPrefix(id, "client-")]))
		if err != nil || len(paths) == 0 {
			w.t.Fatal(id, paths, err)
		}
		for _, path := range paths {
			b, err := os.ReadFile(path)
			if err != nil {
				w.t.Fatal(err)
			}
			if filepath.Ext(path) != ".xlsx" {
				held[id+" "+filepath.Base(path)] = string(b)
				continue
			}
			maps.Copy(held, sheetRows(w.t, id+" ", path))
		}
	}
	return held
}

// sheetRows returns the rows of a workbook's sheets, with the format of each cell, in the order of their ids: a row that was moved away
// comes back below the others.
func sheetRows(t *testing.T, prefix, path string) map[string]string {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	held := map[string]string{}
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range rows {
			for c := range row {
				cell, _ := excelize.CoordinatesToCellName(c+1, r+1)
				kind, _ := f.GetCellType(sheet, cell)
				style, _ := f.GetCellStyle(sheet, cell)
				text := kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString
				row[c] = fmt.Sprint(row[c], " ", text, " ", style)
			}
		}
		slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
		held[prefix+sheet] = fmt.Sprintf("%q", rows)
	}
	return held
}

// tableRows returns the rows of a table in the order of their ids, nil where there is no such table.
func tableRows(db *sql.DB, table string) []string {
	rows, err := db.Query("SELECT * FROM " + table + " ORDER BY id")
	if err != nil {
		return nil
	}
	defer rows.Close()
	names, _ := rows.Columns()
	all := []string{}
	for rows.Next() {
		values, to := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			return []string{err.Error()}
		}
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				values[i] = string(b)
			}
		}
		all = append(all, fmt.Sprintf("%q", fmt.Sprint(values...)))
	}
	return all
}
