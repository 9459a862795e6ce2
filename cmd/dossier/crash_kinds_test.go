//go:build !race

package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/xuri/excelize/v2"
	_ "modernc.org/sqlite"
)

// crashKind makes a system of a kind that holds people, numbered from 1, and letters to each.
type crashKind struct {
	name                          string
	person, number, letter, owner string   // fields: a person's id and number, a letter's id and its person's
	blank                         []string // fields of a person that an erasure blanks

	// make makes the system. It returns its keys of the register, and what the environment has to hold.
	make func(t *testing.T, dir string, people int) (register string, env []string)
}

var crashKinds = []crashKind{
	plainKind("MariaDB", mariaDBToCrash), plainKind("PostgreSQL", postgresToCrash), plainKind("SQLite", sqliteToCrash),
	plainKind("xlsx", workbookToCrash), plainKind("csv", textToCrash),
	{"Access", "MemberID", "MembershipNo", "LetterID", "MemberID", []string{"Forename", "Surname", "Email", "Notes"}, accessToCrash},
}

func plainKind(name string, make func(*testing.T, string, int) (string, []string)) crashKind {
	return crashKind{name, "id", "number", "id", "person", []string{"name", "number"}, make}
}

// crashEntities says of the tables what becomes of their records.
const crashEntities = `
[system.target.entity.people]
PEOPLE
erase = "anonymise"
[system.target.entity.people.fields]
id     = { erase = "keep" }
name   = { is = "full_name" }
number = { is = "membership_number" }
[system.target.entity.letters]
LETTERS
erase  = "delete"
[system.target.entity.letters.fields]
id     = { label = "Number" }
person = { label = "Person" }
text   = { label = "Text" }
`

const lettersOfPeople = `parent = { entity = "people", on = { person = "id" } }`

// entitiesWith returns the tables with more keys of the register.
func entitiesWith(people, letters string) string {
	return strings.NewReplacer("PEOPLE", people, "LETTERS", letters).Replace(crashEntities)
}

// keyed are the tables of a database.
var keyed = entitiesWith(`key = ["id"]`, "key = [\"id\"]\n"+lettersOfPeople)

func numberOf(person int) string { return fmt.Sprintf("MEM-%05d", person) }

func person(i int) []string { return []string{fmt.Sprint(i), fmt.Sprintf("Person %d", i), numberOf(i)} }

func letter(i int) []string {
	return []string{fmt.Sprint(i), fmt.Sprint((i + 1) / 2), "letter to " + numberOf((i+1)/2)}
}

// fillToCrash makes the tables and fills them.
func fillToCrash(t *testing.T, db *sql.DB, people int) {
	t.Helper()
	defer db.Close()
	statements := []string{"CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(40) NULL, number VARCHAR(80) NULL)",
		"CREATE TABLE letters (id INT PRIMARY KEY, person INT NOT NULL REFERENCES people (id), text VARCHAR(200) NOT NULL)"}
	for i := 1; i <= people; i++ {
		statements = append(statements, "INSERT INTO people VALUES ('"+strings.Join(person(i), "', '")+"')")
	}
	for i := 1; i <= 2*people; i++ {
		statements = append(statements, "INSERT INTO letters VALUES ('"+strings.Join(letter(i), "', '")+"')")
	}
	for _, s := range statements {
		if _, err := db.ExecContext(context.Background(), s); err != nil {
			t.Fatal(err)
		}
	}
}

func sqliteToCrash(t *testing.T, dir string, people int) (string, []string) {
	db, err := sql.Open("sqlite", filepath.Join(dir, "target.db"))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	fillToCrash(t, db, people)
	return "kind = \"sqlite\"\nfiles = [\"target.db\"]\n" + keyed, nil
}

// freshDatabase makes an empty database on a server, which goes with the test.
func freshDatabase(t *testing.T, db *sql.DB, what string) string {
	name := fmt.Sprintf("dossier_%s_%d", what, os.Getpid())
	for _, s := range []string{"DROP DATABASE IF EXISTS " + name, "CREATE DATABASE " + name} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if _, err := db.Exec("DROP DATABASE " + name); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	return name
}

func mariaDBToCrash(t *testing.T, _ string, people int) (string, []string) {
	u, name := mariaDBOf(t, "crash", people)
	return onServer("mysql", u, name, "DOSSIER_CRASH_MYSQL")
}

// mariaDBOf makes a database of people on the server, and returns its name.
func mariaDBOf(t *testing.T, called string, people int) (*url.URL, string) {
	t.Helper()
	u := server(t, "DOSSIER_TEST_MYSQL")
	c := mysql.NewConfig()
	c.Net, c.Addr, c.User = "tcp", u.Host, u.User.Username()
	c.Passwd, _ = u.User.Password()
	admin, err := sql.Open("mysql", c.FormatDSN())
	if err != nil {
		t.Fatal(err)
	}
	c.DBName = freshDatabase(t, admin, called)
	db, err := sql.Open("mysql", c.FormatDSN())
	if err != nil {
		t.Fatal(err)
	}
	fillToCrash(t, db, people)
	return u, c.DBName
}

func postgresToCrash(t *testing.T, _ string, people int) (string, []string) {
	u := server(t, "DOSSIER_TEST_POSTGRES")
	admin, err := sql.Open("pgx", u.String())
	if err != nil {
		t.Fatal(err)
	}
	own := *u
	own.Path = "/" + freshDatabase(t, admin, "crash")
	db, err := sql.Open("pgx", own.String())
	if err != nil {
		t.Fatal(err)
	}
	fillToCrash(t, db, people)
	return onServer("postgres", u, strings.TrimPrefix(own.Path, "/"), "DOSSIER_CRASH_POSTGRES")
}

func onServer(kind string, u *url.URL, database, variable string) (string, []string) {
	password, _ := u.User.Password()
	address := url.URL{Scheme: kind, User: url.User(u.User.Username()), Host: u.Host, Path: "/" + database}
	return fmt.Sprintf("kind = %q\naddress = %q\npassword = \"env:%s\"\ntls = { mode = \"off\" }\n", kind, address.String(), variable) + keyed,
		[]string{variable + "=" + password}
}

// workbookToCrash makes a workbook whose rows have no key.
func workbookToCrash(t *testing.T, dir string, people int) (string, []string) {
	f := excelize.NewFile()
	sheet := func(name string, header []string, rows int, row func(int) []string) {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i := 0; i <= rows; i++ {
			values := header
			if i > 0 {
				values = row(i)
			}
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &values); err != nil {
				t.Fatal(err)
			}
		}
	}
	sheet("people", []string{"id", "name", "number"}, people, person)
	sheet("letters", []string{"id", "person", "text"}, 2*people, letter)
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	if err := f.SaveAs(filepath.Join(dir, "target.xlsx")); err != nil {
		t.Fatal(err)
	}
	return "kind = \"sheet\"\nfiles = [\"target.xlsx\"]\nwritable = true\n" + entitiesWith("", lettersOfPeople), nil
}

// textToCrash makes two files of text with a key. Files know nothing of each other: letters have a number of their own.
func textToCrash(t *testing.T, dir string, people int) (string, []string) {
	write := func(name string, header []string, rows int, row func(int) []string) {
		lines := []string{strings.Join(header, ",")}
		for i := 1; i <= rows; i++ {
			lines = append(lines, strings.Join(row(i), ","))
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Join(lines, "\r\n")+"\r\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("people.csv", []string{"id", "name", "number"}, people, person)
	write("letters.csv", []string{"id", "person", "number", "text"}, 2*people, func(i int) []string {
		return []string{fmt.Sprint(i), fmt.Sprint((i + 1) / 2), numberOf((i + 1) / 2), fmt.Sprintf("letter %d", i)}
	})
	entities := entitiesWith("key = [\"id\"]\nfiles = [\"people.csv\"]", "key = [\"id\"]\nfiles = [\"letters.csv\"]")
	return "kind = \"sheet\"\nfiles = [\"*.csv\"]\nwritable = true\n" + entities + "number = { is = \"membership_number\" }\n", nil
}

// accessToCrash copies the demo's database.
func accessToCrash(t *testing.T, dir string, _ int) (string, []string) {
	b, err := os.ReadFile(filepath.Join("..", "..", "internal", "estate", "data", "legacy-membership.accdb"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "target.accdb"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	register := "kind = \"access\"\nfiles = [\"target.accdb\"]\nwritable = true\nignore = { \"*\" = \"not of this test\" }\n" +
		"[system.target.entity.people]\ntable = \"Members\"\nkey = [\"MemberID\"]\nerase = \"anonymise\"\n[system.target.entity.people.fields]\n" +
		"MembershipNo = { is = \"membership_number\", erase = \"keep\" }\n"
	for _, name := range []string{"Forename", "Surname", "Email", "Notes"} {
		register += name + " = { label = \"" + name + "\" }\n"
	}
	for _, name := range []string{"MemberID", "Title", "DateOfBirth", "Address1", "Town", "Postcode", "Phone", "Grade", "Joined", "Lapsed", "AnnualFee", "CPDHours", "RowGUID"} {
		register += name + " = { erase = \"keep\" }\n"
	}
	return register + "[system.target.entity.letters]\ntable = \"Correspondence\"\nkey = [\"LetterID\"]\nerase = \"delete\"\n" +
		"parent = { entity = \"people\", on = { MemberID = \"MemberID\" } }\n", nil
}
