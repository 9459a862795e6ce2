package act

import (
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
)

func TestRestrict(t *testing.T) {
	marked := shaped("people", col("id", compare.Integer, 0, "!"), col("name", compare.Text, 40, ""), col("locked", compare.Boolean, 0, "!"))
	number := shaped("people", col("id", compare.Integer, 0, "!"), col("name", compare.Text, 40, ""), col("locked", compare.Integer, 0, "!"))
	readOnly := marked
	readOnly.Ops = nil
	const mark = `restrict = { set = { locked = true } }`
	const parent = "\nparent = { entity = \"homes\", on = { name = \"id\" } }\n[system.s.entity.homes]\nkey = [\"id\"]\n"
	cases := []struct {
		name, entity string
		shape        connectors.Shape
		locked       string
		want         string
		against      string
	}{
		{name: "a mark", entity: mark, shape: marked, locked: "false", want: "mark update; locked=true"},
		{name: "truth as a number", entity: mark, shape: number, locked: "0", want: "mark update; locked=1"},
		{name: "a number as truth", entity: strings.Replace(mark, "true", "1", 1), shape: marked, locked: "false", want: "mark update; locked=true"},
		{name: "marked already", entity: mark, shape: marked, locked: "true", want: "leave"},
		{name: "read-only", entity: mark, shape: readOnly, locked: "false", want: "task; locked=true"},
		{name: "no rule", shape: marked, locked: "false", want: "task"},
		{name: "with the record it belongs to", entity: parent + mark, shape: marked, locked: "false", want: "leave"},
		{name: "no such field", entity: strings.Replace(mark, "locked", "shut", 1), shape: marked, locked: "false", want: "leave", against: "restrict.set names a field that T_people lacks"},
		{name: "no such value", entity: strings.Replace(mark, "true", `"yes"`, 1), shape: marked, locked: "false", want: "leave", against: "no value of the type boolean"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := parsed(t, peopleText+c.entity)
			does, against := told(testRules(r, Restrict), caseOf(t, r, c.shape, recorded(c.shape, "7", "Zoe", c.locked)))
			if does != c.want || (c.against == "") != (len(against) == 0) || c.against != "" && !holdsPart(against, c.against) {
				t.Errorf("%s, %q", does, against)
			}
		})
	}
}

const moving = peopleText + `
restrict = { move = "vault", set = { locked = true } }
suppress = { set = { mailing = false } }
[system.s.entity.vault]
key = ["id"]
`

func TestRestrictByMoving(t *testing.T) {
	r := parsed(t, moving)
	s := shaped("people", col("id", compare.Integer, 0, "!#"), col("name", compare.Text, 40, ""), col("remark", compare.Text, 0, ""))
	vault := shaped("vault", col("id", compare.Integer, 0, "!"), col("name", compare.Text, 40, ""), col("locked", compare.Boolean, 0, ""))
	move := func(s, vault connectors.Shape, values ...string) (string, []string) {
		c := caseOf(t, r, s, recorded(s, values...))
		c.to = vault
		return told(testRules(r, Restrict), c)
	}
	if does, against := move(s, vault, "7", "Zoe", "NULL"); does != "move insert; id=7; name=Zoe; locked=true | move delete" || len(against) > 0 {
		t.Errorf("%s, %q", does, against)
	}
	if _, against := move(s, vault, "7", "Zoe", "likes tea"); !holdsPart(against, "people / remark: T_vault lacks this field") {
		t.Errorf("a value would be lost: %q", against)
	}
	numbered := vault
	numbered.Fields = append([]connectors.Column{col("id", compare.Integer, 0, "!#")}, vault.Fields[1:]...)
	c := caseOf(t, r, s, recorded(s, "7", "Zoe", "NULL"))
	c.to = numbered
	lines, _ := testRules(r, Restrict).Lines(c)
	if l := lines[0]; l.Record.Key != nil || l.Record.Entity != "vault" || l.Change.After.Has("id") {
		t.Errorf("the system chooses the key: %+v", l)
	}
	if l := lines[1]; l.Record.Entity != "people" || l.Change.Op != connectors.Delete || len(l.Change.Before.Names) != 3 {
		t.Errorf("%+v", l)
	}
	elsewhere := vault
	elsewhere.Places = []string{"other"}
	if _, against := move(s, elsewhere, "7", "Zoe", "NULL"); !holdsPart(against, "restrict.move names vault, which is not there") {
		t.Errorf("%q", against)
	}
	closed := vault
	closed.Ops = []connectors.Op{connectors.Update}
	if does, against := move(s, closed, "7", "Zoe", "NULL"); does != "task; id=7; name=Zoe; locked=true" || len(against) > 0 {
		t.Errorf("by hand: %s, %q", does, against)
	}
	closed = s
	closed.Ops = nil
	if does, _ := move(closed, vault, "7", "Zoe", "NULL"); does != "task" {
		t.Errorf("by hand: %s", does)
	}
	c = caseOf(t, r, s, recorded(s, "7", "Zoe", "NULL"))
	c.Record.Values[1] = connectors.Stream(10, [32]byte{})
	c.to = vault
	if does, _ := told(testRules(r, Restrict), c); does != "task" {
		t.Errorf("content that cannot be copied: %s", does)
	}
}

// What a restriction did, lifting brings back; what was changed since is not overwritten.
func TestLift(t *testing.T) {
	r := parsed(t, moving)
	s := shaped("people", col("id", compare.Integer, 0, "!"), col("name", compare.Text, 40, ""), col("locked", compare.Boolean, 0, ""), col("version", compare.Integer, 0, "#"), col("mailing", compare.Boolean, 0, ""))
	was := recorded(s, "7", "Zoe", "NULL", "3", "true")
	marked := recorded(s, "7", "Zoe", "true", "4", "true")
	update := Line{Record: was.Ref, Does: Mark, Change: connectors.Change{Op: connectors.Update, Record: was.Ref, Before: was.Fields,
		After: connectors.Fields{Names: []string{"locked"}, Values: []connectors.Value{connectors.Text("true")}}}}
	moved := Line{Record: was.Ref, Does: Move, Change: connectors.Change{Op: connectors.Delete, Record: was.Ref, Before: was.Fields}}
	copied := Line{Record: was.Ref, Does: Move, Change: connectors.Change{Op: connectors.Insert, Record: was.Ref, After: marked.Fields}}
	gone := connectors.Record{Ref: was.Ref}
	readOnly := s
	readOnly.Ops = nil
	cases := []struct {
		name    string
		by      Line
		now     connectors.Record
		shape   connectors.Shape
		want    string
		against string
	}{
		{name: "a mark", by: update, now: marked, want: "restore update; locked=NULL"},
		{name: "a mark, and the system counts changes", by: update, now: recorded(s, "7", "Zoe", "true", "9", "true"), want: "restore update; locked=NULL"},
		{name: "it is as it was", by: update, now: was, want: "leave"},
		{name: "changed since", by: update, now: recorded(s, "7", "Zoé", "true", "4", "true"), want: "leave", against: "was changed since it was restricted"},
		{name: "marketing was stopped since", by: update, now: recorded(s, "7", "Zoe", "true", "4", "false"), want: "restore update; locked=NULL"},
		{name: "gone", by: update, now: gone, want: "leave", against: "was changed since it was restricted"},
		{name: "moved away", by: moved, now: gone, want: "restore insert; id=7; name=Zoe; locked=NULL; mailing=true"},
		{name: "back already", by: moved, now: was, want: "leave"},
		{name: "another in its place", by: moved, now: recorded(s, "7", "Ann", "NULL", "1", "true"), want: "leave", against: "another record has the name"},
		{name: "the copy", by: copied, now: marked, want: "restore delete"},
		{name: "the copy was changed", by: copied, now: was, want: "leave", against: "was changed since it was restricted"},
		{name: "the copy is gone", by: copied, now: gone, want: "leave"},
		{name: "by hand", by: update, now: marked, shape: readOnly, want: "task; locked=NULL"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.shape.Entity == "" {
				c.shape = s
			}
			l, problems := testRules(r, Lift).lift(caseOf(t, r, c.shape, c.now), c.by)
			var against []string
			for _, p := range problems {
				against = append(against, p.String())
			}
			if lineText(l) != c.want || (c.against == "") != (len(against) == 0) || c.against != "" && !holdsPart(against, c.against) {
				t.Errorf("%s, %q", lineText(l), against)
			}
		})
	}
}

func TestObject(t *testing.T) {
	s := shaped("people", col("id", compare.Integer, 0, "!"), col("mailing", compare.Boolean, 0, "!"))
	for _, c := range []struct{ name, entity, mailing, want string }{
		{"stopped", `suppress = { set = { mailing = false } }`, "true", "suppress update; mailing=false"},
		{"stopped already", `suppress = { set = { mailing = false } }`, "false", "leave"},
		{"nothing is sent by it", "", "true", "leave"},
		{"the list itself", `suppress = { add = {} }`, "true", "leave"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := parsed(t, peopleText+c.entity)
			if does, against := told(testRules(r, Object), caseOf(t, r, s, recorded(s, "7", c.mailing))); does != c.want || len(against) > 0 {
				t.Errorf("%s, %q", does, against)
			}
		})
	}
}

// What rests on a consent that was withdrawn stops, also where no rule says how.
func TestWithdrawnConsent(t *testing.T) {
	s := shaped("people", col("id", compare.Integer, 0, "!"), col("mailing", compare.Boolean, 0, "!"))
	r := parsed(t, "basis = \"consent\"\n"+peopleText)
	for ground, want := range map[string]string{"7(3)": "task", "21(2)": "leave"} {
		rules := testRules(r, Object)
		rules.Ground = ground
		if does, against := told(rules, caseOf(t, r, s, recorded(s, "7", "true"))); does != want || len(against) > 0 {
			t.Errorf("%s: %s, %q", ground, does, against)
		}
	}
}

func TestEnterInList(t *testing.T) {
	const list = peopleText + `
suppress = { add = { why = "objected", since = "{today}" } }
[system.s.entity.people.fields]
mail = { is = "email" }
`
	r := parsed(t, list)
	s := shaped("people", col("id", compare.Integer, 0, "!#"), col("mail", compare.Text, 0, ""), col("why", compare.Text, 0, ""), col("since", compare.Day, 0, ""))
	rules := testRules(r, Object)
	rules.Persons = map[string][]string{"email": {"zoe@example.org", "z.king@example.com"}, "phone": {"01632 960000"}}
	c := caseOf(t, r, s, connectors.Record{})
	lines, problems := rules.enter(c, func(kind, value string) bool { return kind == "email" && value == "zoe@example.org" })
	if len(problems) > 0 || len(lines) != 1 || lineText(lines[0]) != "suppress insert; mail=z.king@example.com; since=2026-03-02; why=objected" || lines[0].Record.Place != "main" || lines[0].Record.Key != nil {
		t.Errorf("%v, %v", lines, problems)
	}
	s.Fields[1].Name = "e_mail"
	c.Shape = s
	if _, problems := rules.enter(c, func(string, string) bool { return false }); len(problems) != 1 || !strings.Contains(problems[0].Why, "no field of the list") {
		t.Errorf("%v", problems)
	}
}
