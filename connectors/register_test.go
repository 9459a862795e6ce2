package connectors

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"dossier/connectors/compare"
	"dossier/internal/secret"
)

// testKinds are a kind with keys of its own, one whose entities lack keys, and one that people work.
var testKinds = []Kind{
	{Name: "sql", Title: "A database", Setup: func(sys *System) (Open, error) {
		var own struct {
			Address   string     `toml:"address"`
			Password  secret.Ref `toml:"password"`
			Databases []string   `toml:"databases"`
			Write     struct {
				User     string     `toml:"user"`
				Password secret.Ref `toml:"password"`
			} `toml:"write"`
		}
		errs := []error{sys.Decode(&own)}
		for _, e := range sys.Entities {
			var keys struct {
				Where string `toml:"where"`
			}
			errs = append(errs, e.Decode(&keys))
		}
		if own.Address == "" {
			errs = append(errs, sys.Problem("address", "is missing: write where the server is"))
		}
		return func(context.Context) (Connector, error) { return nil, nil }, errors.Join(errs...)
	}},
	{Name: "sheet", Title: "Spreadsheets", Keyless: true, Setup: func(sys *System) (Open, error) {
		var own struct {
			Files []string `toml:"files"`
		}
		return func(context.Context) (Connector, error) { return nil, nil }, sys.Decode(&own)
	}},
	{Name: "manual", Title: "Worked by people"},
}

const (
	head   = "version = 1\n[organisation]\nname = \"An institute\"\nclock = \"eu\"\n"
	system = head + "[system.qlms]\nkind = \"sql\"\naddress = \"db\"\nowners = [\"Membership\"]\n"
	entity = system + "[system.qlms.entity.candidates]\nkey = [\"ID\"]\n"
)

// TestMistakes shows that each mistake is told by its system and key, with what to write instead.
var manyIdentifiers = func() string {
	text := ""
	for i := range maxIdentifiers + 1 {
		text += fmt.Sprintf("[identifier.number%d]\nstrength = \"strong\"\n", i)
	}
	return text
}()

func TestMistakes(t *testing.T) {
	const field = entity + "[system.qlms.entity.candidates.fields]\n"
	cases := []struct {
		name string
		text string
		want []string // each an error: `system "…", key "…": …`, by a part of it
	}{
		{"no version", strings.TrimPrefix(system, "version = 1\n"), []string{`key "version": write version = 1`}},
		{"a later version", strings.Replace(system, "version = 1", "version = 2", 1), []string{`key "version": write version = 1`}},
		{"version as text", strings.Replace(system, "version = 1", `version = "1"`, 1), []string{`key "version": is text: write a whole number`, `key "version": write version = 1`}},
		{"no organisation", "version = 1\n", []string{`key "organisation.name": is missing`, `key "organisation.clock": write whose rules`}},
		{"a holiday that is no day", strings.Replace(system, `"eu"`, "\"eu\"\nholidays = [\"Christmas\"]", 1), []string{`key "organisation.holidays": write each day like 2026-12-25`}},
		{"a clock of no country", strings.Replace(system, `"eu"`, `"utopia"`, 1), []string{`key "organisation.clock": write whose rules count the days: one of [england-and-wales scotland northern-ireland eu]`}},
		{"unknown key of the register", "sytem = 1\n" + system, []string{`key "sytem": is not a key of this table; did you mean "system"?`}},
		{"unknown key of the organisation", strings.Replace(system, "name =", "nam =", 1), []string{`key "organisation.nam": is not a key of this table; did you mean "name"?`, `key "organisation.name": is missing`}},
		{"unknown key of a system", system + "stewart = \"IT\"\n", []string{`system "qlms", key "stewart": is not a key of this table; did you mean "steward"?`}},
		{"unknown key of the kind", system + "adress = \"x\"\n", []string{`system "qlms", key "adress": is not a key of this table; did you mean "address"?`}},
		{"unknown key of an inner table", system + "write = { pasword = \"env:X\" }\n", []string{`system "qlms", key "write.pasword": is not a key of this table; did you mean "password"?`}},
		{"unknown key without a neighbour", system + "zzzzzzzz = 1\n", []string{`system "qlms", key "zzzzzzzz": is not a key of this table; it knows address, automated`}},
		{"unknown key of an entity", entity + "wher = \"x\"\n", []string{`system "qlms", key "entity.candidates.wher": is not a key of this table; did you mean "where"?`}},
		{"unknown key of a field", field + "Email = { iss = \"email\" }\n", []string{`system "qlms", key "entity.candidates.fields.Email.iss": is not a key of this table; did you mean "is"?`}},
		{"a key that only another kind knows", head + "[system.paper]\nkind = \"manual\"\nowners = [\"x\"]\naddress = \"y\"\n", []string{`system "paper", key "address": is not a key of this table`}},
		{"text for a list", system + "producers = \"centres\"\n", []string{`system "qlms", key "producers": is text: write a list`}},
		{"a number in a list", system + "producers = [1]\n", []string{`system "qlms", key "producers[0]": is a whole number: write text in quotes`}},
		{"a number for text", system + "steward = 3\n", []string{`system "qlms", key "steward": is a whole number: write text in quotes`}},
		{"text for a number", system + "parallel = \"4\"\n", []string{`system "qlms", key "parallel": is text: write a whole number`}},
		{"text for true", field + "Email = { provided = \"yes\" }\n", []string{`system "qlms", key "entity.candidates.fields.Email.provided": is text: write true or false`}},
		{"a date for text", system + "retention = 2020-01-01\n", []string{`system "qlms", key "retention": is a date or time: write text`}},
		{"text for a table", entity + "parent = \"centres\"\n", []string{`system "qlms", key "entity.candidates.parent": is text: write a table in braces`}},
		{"text for a field", field + "Email = \"email\"\n", []string{`system "qlms", key "entity.candidates.fields.Email": is text: write a table in braces`}},
		{"text for fields", entity + "fields = \"email\"\n", []string{`system "qlms", key "entity.candidates.fields": is text: write a table`}},
		{"text for an entity", system + "entity = { candidates = \"x\" }\n", []string{`system "qlms", key "entity.candidates": is text: write a table [system.qlms.entity.candidates]`}},
		{"text for entities", system + "entity = \"x\"\n", []string{`system "qlms", key "entity": is text: write tables like [system.qlms.entity.NAME]`}},
		{"text for a system", head + "[system]\nqlms = \"x\"\n", []string{`key "system.qlms": is text: write a table`}},
		{"a list of systems", head + "[[system.qlms]]\nkind = \"sql\"\n", []string{`key "system.qlms": is a list: write a table`}},
		{"no kind", head + "[system.qlms]\nowners = [\"x\"]\n", []string{`system "qlms", key "kind": names no kind of connector: write one of sql, sheet, manual`}},
		{"unknown kind", strings.Replace(system, `"sql"`, `"oracle"`, 1), []string{`system "qlms", key "kind": names no kind of connector: write one of sql, sheet, manual`}},
		{"no owners", strings.Replace(system, "owners", "producers", 1), []string{`system "qlms", key "owners": is missing: write who answers for the data`}},
		{"empty owners", strings.Replace(system, `["Membership"]`, `[""]`, 1), []string{`system "qlms", key "owners": is missing`}},
		{"an id that names no file", strings.ReplaceAll(system, "system.qlms", `system."Q/LMS"`), []string{`system "Q/LMS": its id may have small letters`}},
		{"an entity that names no file", system + "[system.qlms.entity.Candidates]\nkey = [\"ID\"]\n", []string{`system "qlms", key "entity.Candidates": its name may have small letters`}},
		{"an entity without a key", system + "[system.qlms.entity.candidates]\n", []string{`system "qlms", key "entity.candidates.key": is missing: name the fields`}},
		{"an empty field in the key", system + "[system.qlms.entity.candidates]\nkey = [\"\"]\n", []string{`system "qlms", key "entity.candidates.key": names an empty field`}},
		{"a system written twice", system + "[system.lms]\nkind = \"sql\"\n[system.qlms]\nkind = \"sql\"\n", []string{`system "qlms": line 11 writes this table or key a second time`}},
		{"a key written twice", system + "owners = [\"x\"]\n", []string{`system "qlms", key "owners": line 9 writes this table or key a second time`}},
		{"a field written twice", field + "A = { label = \"x\" }\nA = { label = \"y\" }\n", []string{`system "qlms", key "entity.candidates.fields.A.label": line 13 writes`}},
		{"a quote forgotten", system + "password = \"env:X\n", []string{`system "qlms", key "password": line 9, at or after this key, is not TOML`}},
		{"quotes forgotten", system + "password = hunter2\n", []string{`system "qlms", key "password": line 9, at or after this key, is not TOML`}},
		{"a bracket forgotten", "[system.qlms\n", []string{"line 2 is not TOML"}},
		{"a secret itself", system + "password = \"hunter2\"\n", []string{`system "qlms", key "password": must be a reference to a secret (env:NAME, file:PATH, keyring:SERVICE/USER or credential:NAME), not the secret itself; change the secret too`}},
		{"a secret itself within", system + "write = { user = \"w\", password = \"hunter2:x\" }\n", []string{`system "qlms", key "write.password": must be a reference to a secret`}},
		{"a reference to nothing", system + "password = \"env:\"\n", []string{`system "qlms", key "password": the reference names nothing`}},
		{"a keyring without a user", system + "password = \"keyring:x\"\n", []string{`system "qlms", key "password": a keyring reference is written keyring:SERVICE/USER`}},
		{"a basis that is none", system + "basis = \"habit\"\n", []string{`system "qlms", key "basis": is no lawful basis: write one of ["consent" "contract"`}},
		{"a time that is none", system + "timeout = \"soon\"\n", []string{`system "qlms", key "timeout": is no length of time: write it like "90s"`}},
		{"a time below zero", system + "timeout = \"-5s\"\n", []string{`system "qlms", key "timeout": is no length of time`}},
		{"fewer than no places", system + "parallel = -1\n", []string{`system "qlms", key "parallel": write a whole number above zero`}},
		{"a backup that is told in two ways", system + "last_backup = { files = \"*.bak\", on = \"2026-01-02\" }\n", []string{`system "qlms", key "last_backup": write { files =`}},
		{"a backup of no day", system + "last_backup = { on = \"yesterday\" }\n", []string{`system "qlms", key "last_backup.on": is no day`}},
		{"a backup of no pattern", system + "last_backup = { files = \"[\" }\n", []string{`system "qlms", key "last_backup.files": is no pattern`}},
		{"a role that is none", system + "role = \"owner\"\n", []string{`system "qlms", key "role": write "controller" or "processor"`}},
		{"a processor of nobody", system + "role = \"processor\"\n", []string{`system "qlms", key "controller": goes with role = "processor"`}},
		{"a client without the role", system + "controller = { name = \"A client\" }\n", []string{`system "qlms", key "controller": goes with role = "processor"`}},
		{"a client named twice", system + "role = \"processor\"\ncontroller = { name = \"A client\", database = \"client_*\" }\n", []string{`system "qlms", key "controller": goes with`}},
		{"ignored without a reason", system + "ignore = { \"log_*\" = \"\" }\n", []string{`system "qlms", key "ignore.log_*": write a table's name`}},
		{"a pattern that is none", system + "ignore = { \"log_[\" = \"logs\" }\n", []string{`system "qlms", key "ignore.log_[": write a table's name`}},
		{"an erasure that is none", entity + "erase = \"burn\"\n", []string{`system "qlms", key "entity.candidates.erase": write one of ["delete" "anonymise" "keep"]`}},
		{"kept without a reason", entity + "erase = \"keep\"\n", []string{`system "qlms", key "entity.candidates.keep": is missing`}},
		{"kept for no period", entity + "erase = \"keep\"\nkeep = { reason = \"law\", basis = \"legal obligation\", for = \"six years\" }\n", []string{`system "qlms", key "entity.candidates.keep.for": is no period: write it like "6 years"`}},
		{"a rectification that is none", entity + "rectify = \"maybe\"\n", []string{`system "qlms", key "entity.candidates.rectify": write one of ["update" "append" "as issued"]`}},
		{"a restriction that does nothing", entity + "restrict = {}\n", []string{`system "qlms", key "entity.candidates.restrict": write { set`}},
		{"moved to where nothing is", entity + "restrict = { move = \"cellar\" }\n", []string{`system "qlms", key "entity.candidates.restrict.move": names no other entity of this system`}},
		{"a mark that no field holds", entity + "restrict = { set = { Restricted = [1] } }\n", []string{`system "qlms", key "entity.candidates.restrict.set.Restricted": is a list: write text in quotes, a number`}},
		{"a suppression that does nothing", entity + "suppress = {}\n", []string{`system "qlms", key "entity.candidates.suppress": write { set`}},
		{"a dispute that does nothing", entity + "dispute = {}\n", []string{`system "qlms", key "entity.candidates.dispute": write { set`}},
		{"an end of keeping that is none", entity + "keep = { reason = \"law\", basis = \"legal obligation\", then = \"keep\" }\n", []string{`system "qlms", key "entity.candidates.keep.then": write one of ["delete" "anonymise"]`}},
		{"last that is no truth", system + "last = \"yes\"\n", []string{`system "qlms", key "last": is text: write true or false`}},
		{"blanked and kept", field + "Script = { erase = \"keep\", blank = \"\" }\n", []string{`system "qlms", key "entity.candidates.fields.Script.blank": is written when`}},
		{"blanked by a table", field + "Script = { blank = { a = 1 } }\n", []string{`system "qlms", key "entity.candidates.fields.Script.blank": is a table: write text`}},
		{"an exemption from no right", entity + "exempt = { from = [\"paying\"], reason = \"x\" }\n", []string{`system "qlms", key "entity.candidates.exempt.from[0]": write one of ["access"`}},
		{"an exemption without a reason", field + "Script = { exempt = { from = [\"access\"] } }\n", []string{`system "qlms", key "entity.candidates.fields.Script.exempt": write { from`}},
		{"a field erased in a way that is none", field + "Script = { erase = \"delete\" }\n", []string{`system "qlms", key "entity.candidates.fields.Script.erase": write one of ["anonymise" "keep"]`}},
		{"a field that holds no identifier", field + "Mail = { is = \"e-mail\" }\n", []string{`system "qlms", key "entity.candidates.fields.Mail.is": names no identifier: write one of membership_number`}},
		{"a parent that is not there", entity + "parent = { entity = \"centres\", on = { CentreID = \"ID\" } }\n", []string{`system "qlms", key "entity.candidates.parent.entity": names no entity of this system`}},
		{"a parent without a name", entity + "parent = { on = { A = \"B\" } }\n", []string{`system "qlms", key "entity.candidates.parent": write { entity`}},
		{"a parent without fields", entity + "parent = { entity = \"candidates\" }\n", []string{`system "qlms", key "entity.candidates.parent": write { entity`, `makes the entity its own ancestor`}},
		{"its own parent", entity + "parent = { entity = \"candidates\", on = { A = \"B\" } }\n", []string{`system "qlms", key "entity.candidates.parent": makes the entity its own ancestor`}},
		{"an identifier of no strength", head + "[identifier.pin]\n", []string{`key "identifier.pin.strength": write "strong"`}},
		{"an identifier of no comparison", head + "[identifier.pin]\nstrength = \"strong\"\ncompare = \"guess\"\n", []string{`key "identifier.pin.compare": is no comparison: write one of [equal folded`}},
		{"too many identifiers", head + manyIdentifiers, []string{`key "identifier": adds 33 identifiers`}},
		{"an identifier that is built in", head + "[identifier.email]\nstrength = \"strong\"\n", []string{`key "identifier.email": is built in`}},
		{"a store that is none", head + "[store]\nurl = \"mysql://dossier@db01/dossier\"\n", []string{`key "store.url": write it like "postgres://`}},
		{"a store without a user", head + "[store]\nurl = \"postgres://db01/dossier\"\n", []string{`key "store.url": write it like "postgres://`}},
		{"a store with a password inside", head + "[store]\nurl = \"postgres://dossier:hunter2@db01/dossier\"\n", []string{`key "store.url": holds a password`}},
		{"a store with a password as an option", head + "[store]\nurl = \"postgres://dossier@db01/dossier?password=hunter2\"\n", []string{`key "store.url": holds a password`}},
		{"a store with an option that is none", head + "[store]\nurl = \"postgres://dossier@db01/dossier?synchronous_commit=off\"\n", []string{`key "store.url": has the option synchronous_commit`}},
		{"a store's password itself", head + "[store]\nurl = \"postgres://dossier@db01/dossier\"\npassword = \"hunter2\"\n", []string{`key "store.password": must be a reference to a secret`}},
		{"a password of no store", head + "[store]\npassword = \"env:X\"\n", []string{`key "store.password": goes with store.url`}},
		{"an unknown key of the store", head + "[store]\nurll = \"x\"\n", []string{`key "store.urll": is not a key of this table; did you mean "url"?`}},
		{"two mistakes at once", strings.Replace(system, "owners", "owner", 1) + "basis = \"habit\"\n",
			[]string{`key "owners": is missing`, `key "owner": is not a key of this table; did you mean "owners"?`, `key "basis": is no lawful basis`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse([]byte(c.text), testKinds)
			problems := problemsOf(err)
			if len(problems) != len(c.want) {
				t.Fatalf("%d problems and not %d:\n%v", len(problems), len(c.want), err)
			}
			for _, want := range c.want {
				if !slices.ContainsFunc(problems, func(p *Problem) bool { return strings.Contains(p.Error(), want) }) {
					t.Errorf("no problem says\n\t%s\nin\n%v", want, err)
				}
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the secret is told:\n%v", err)
			}
		})
	}
}

// problemsOf returns the problems that an error joins. Anything else in it is an error of the test.
func problemsOf(err error) []*Problem {
	switch e := err.(type) {
	case nil:
		return nil
	case *Problem:
		return []*Problem{e}
	case interface{ Unwrap() []error }:
		var all []*Problem
		for _, inner := range e.Unwrap() {
			all = append(all, problemsOf(inner)...)
		}
		return all
	}
	panic(fmt.Sprintf("an error that is no problem: %v", err))
}

func TestParse(t *testing.T) {
	r, err := Parse([]byte(entity+`
label    = "Your registration"
table    = "dbo.Candidates"
erase    = "keep"
keep     = { reason = "certification records", basis = "legal obligation", for = "6 years", from = "ClaimDate" }
restrict = { set = { Restricted = true } }
[system.qlms.entity.candidates.fields]
Zip   = { is = "postcode" }
Email = { is = "email", provided = true, label = "E-mail" }
Pin   = { is = "pin", codes = { 1 = "one" } }
[system.qlms.entity.claims]
key    = ["ClaimID"]
parent = { entity = "candidates", on = { CandidateID = "ID" } }
[system.paper]
title    = "Paper files"
kind     = "manual"
owners   = ["Everyone"]
ignore   = { "Tmp*" = "nothing personal" }
timeout  = "90s"
role     = "processor"
controller = { database = "client_*" }
[identifier.pin]
title    = "PIN"
strength = "shareable"
compare  = "digits"
`), testKinds)
	if err != nil {
		t.Fatal(err)
	}
	qlms, ok := r.System("qlms")
	if !ok || qlms.Manual() || qlms.Title != "qlms" || qlms.Timeout.Minutes() != 2 || qlms.Parallel != 4 || qlms.Processor() || qlms.ControllerOf("x") != "" {
		t.Errorf("qlms: %+v", qlms)
	}
	candidates, _ := qlms.Entity("candidates")
	if got := names(candidates.Fields); !slices.Equal(got, []string{"Zip", "Email", "Pin"}) {
		t.Errorf("the fields are not in the order of the file: %q", got)
	}
	if candidates.LabelOf("Email") != "E-mail" || candidates.LabelOf("Pin") != "Pin" || candidates.LabelOf("Other") != "Other" {
		t.Error("labels")
	}
	if diff := cmp.Diff(&Keep{Reason: "certification records", Basis: "legal obligation", For: Period{Years: 6}, From: "ClaimDate"}, candidates.Keep); diff != "" {
		t.Error(diff)
	}
	if len(r.Digest) != 64 {
		t.Errorf("the digest is %q", r.Digest)
	}
	if claims, ok := qlms.Entity("claims"); !ok || claims.Table != "claims" || claims.Label != "claims" || claims.Parent.Entity != "candidates" {
		t.Errorf("claims: %+v", claims)
	}
	paper, _ := r.System("paper")
	if !paper.Manual() || paper.Opens() != nil || paper.ControllerOf("client_a") != "client_a" || paper.Timeout.Seconds() != 90 {
		t.Errorf("paper: %+v", paper)
	}
	if paper.Ignored("tmpold") != "nothing personal" || paper.Ignored("atmp") != "" {
		t.Error("ignored")
	}
	if pin, ok := r.Identifier("pin"); !ok || pin != (Identifier{"pin", "PIN", Shareable, compare.Digits}) {
		t.Errorf("pin: %+v", pin)
	}
	if r.Organisation.Region != "GB" {
		t.Errorf("region %q", r.Organisation.Region)
	}
}

func names(fields []*Field) []string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Name
	}
	return out
}

func TestPeriod(t *testing.T) {
	for text, want := range map[string]string{"1 year": "1 year", "6 years": "6 years", "18 months": "18 months", "1 day": "1 day",
		"0 days": "", "-1 days": "", "6": "", "years": "", "6  years": "", "6 weeks": "", "6 years old": "", "": ""} {
		var p Period
		err := p.UnmarshalText([]byte(text))
		if (err == nil) != (want != "") || err == nil && p.String() != want {
			t.Errorf("%q: %v, %v", text, p, err)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "connectors.toml")
	if _, err := Load(path, testKinds); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Errorf("a register that is not there: %v", err)
	}
	if err := os.WriteFile(path, []byte(system), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Load(path, testKinds)
	if err != nil {
		t.Fatal(err)
	}
	if r.Dir != dir || r.Systems[0].Dir != dir {
		t.Errorf("relative paths start at %q and not at %q", r.Systems[0].Dir, dir)
	}
	if err := os.WriteFile(path, []byte(system+"x = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path, testKinds); err == nil || !strings.HasPrefix(err.Error(), path+": ") {
		t.Errorf("the error does not name the file: %v", err)
	}
}

// TestNoValueIsTold plants a marker as every value of a register, of a type that fits or does not, and
// breaks the text here and there: no error holds the marker.
func TestNoValueIsTold(t *testing.T) {
	example, err := os.ReadFile("testdata/every_key.toml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Parse(example, testKinds); err != nil {
		t.Fatal(err)
	}
	values := map[string]any{}
	if _, err := toml.Decode(string(example), &values); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		const marker = "hunter2marker"
		forms := []any{marker, "env" + marker, marker + ":x", "file:" + marker, []any{marker}, []any{[]any{marker}}, map[string]any{"password": marker}, "keyring:" + marker, "\x1b" + marker, marker + "\n"}
		planted := plant(t, values, forms)
		var b strings.Builder
		if err := toml.NewEncoder(&b).Encode(planted); err != nil {
			t.Skip(err)
		}
		text := b.String()
		if rapid.Bool().Draw(t, "broken") {
			at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
			text = text[:at] + rapid.SampledFrom([]string{"", "\"", "\n", "=", "]", "#", "'", "\"\"\"", "\x00"}).Draw(t, "break") + text[at+1:]
		}
		_, err := Parse([]byte(text), testKinds)
		if err != nil && strings.Contains(err.Error(), marker) && !strings.Contains(err.Error(), strings.TrimSpace(keyOf(text, marker))) {
			t.Fatalf("a value is told:\n%v\nin\n%s", err, text)
		}
	})
}

// keyOf returns the marker where a break of the text has made a key of it, and else what no error holds.
func keyOf(text, marker string) string {
	for line := range strings.Lines(text) {
		key, _, found := strings.Cut(line, "=")
		if found && strings.Contains(key, marker) {
			return marker
		}
	}
	return "\x00"
}

// plant returns a copy of the table with some of its values replaced.
func plant(t *rapid.T, table map[string]any, forms []any) map[string]any {
	out := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		inner, isTable := table[key].(map[string]any)
		switch n := rapid.IntRange(0, 9).Draw(t, key); {
		case isTable && n > 0:
			out[key] = plant(t, inner, forms)
		case n < 5:
			out[key] = rapid.SampledFrom(forms).Draw(t, key)
		default:
			out[key] = table[key]
		}
	}
	return out
}

func FuzzParse(f *testing.F) {
	example, err := os.ReadFile("testdata/every_key.toml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(example)
	for _, text := range []string{"", head, system, entity, "\xff", "[", "a.b.c = 1", "[[system]]", "[system.a]\n[system.a]", "version = 1e9", "identifier = 3"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := Parse(text, testKinds)
		if (r == nil) == (err == nil) {
			t.Fatal("neither a register nor an error, or both")
		}
		for _, p := range problemsOf(err) {
			if p.Why == "" {
				t.Fatalf("a problem without a reason at %q", p.Key)
			}
		}
	})
}
