package sqldb

import (
	"context"
	"slices"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// TestPostgresLowerMissesNothing searches in databases whose own lower() folds nothing but ASCII, or nothing
// but Turkish.
func TestPostgresLowerMissesNothing(t *testing.T) {
	names := []string{"Łódź", "lodz", "LODZ", "Straße", "STRASSE", "strasse", "Ærø", "aero", "ıris", "IRIS", "İris", "iris", "José", "Jose\u0301", "jose", "Ｓmith", "smith ", " Smith",
		"a\tb", "A  B", "a b", "O’Neill", "O`Neill", "o'neill", "100%", "a_c", "abc", `back\slash`, ""}
	for _, column := range []string{"text", `text COLLATE "C"`, "varchar(60)", "citextlike", `text COLLATE "insensitive"`} {
		t.Run(column, func(t *testing.T) {
			s := openTables(t, "postgres", peopleRegister,
				"CREATE COLLATION insensitive (provider = icu, locale = 'und-u-ks-level1', deterministic = false)", "CREATE DOMAIN citextlike AS text CHECK (length(value) < 100)",
				"CREATE TABLE people (id serial PRIMARY KEY, name "+column+")", "CREATE INDEX ON people (name)",
				"INSERT INTO people (name) VALUES ('"+strings.Join(quotesDoubled(names), "'),('")+"')")
			bruteForce(t, s, "name", names)
		})
	}
}

func TestPostgresOtherEncodingsHideNothing(t *testing.T) {
	names := []string{"Smith", "Øre", "ore", "straße", "STRASSE", "José", "jose", ""}
	s := openTablesIn(t, ownName("latin1"), "postgres", peopleRegister, "CREATE TABLE people (id serial PRIMARY KEY, name varchar(60))",
		"INSERT INTO people (name) VALUES ('"+strings.Join(names, "'),('")+"')")
	bruteForce(t, s, "name", names)
	for _, how := range []compare.How{compare.Equal, compare.Folded} {
		if got := records(t, s, ask("people", "name", how, "Łódź", "😀", "Smith")); len(got) == 0 {
			t.Errorf("%s: a text that the encoding lacks hides others beside it", how)
		}
	}
}

func quotesDoubled(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.ReplaceAll(n, "'", "''")
	}
	return out
}

func TestPostgresTypes(t *testing.T) {
	s := openTables(t, "postgres", peopleRegister, "CREATE TYPE mood AS ENUM ('happy', 'sad')", "CREATE DOMAIN code AS varchar(5)", `CREATE TYPE "Odd Type" AS ENUM ('x')`,
		`CREATE TABLE people (id int PRIMARY KEY, fixed char(10), code code, small int2, oid oid, price numeric, sum money, ratio real, wide float8, flag bool,
			day date, clock time(6), zoned timetz, at timestamp, stamp timestamptz, guid uuid, raw bytea, doc jsonb, mood mood, odd "Odd Type", span interval, address inet,
			tags text[], numbers int[], moods mood[], grid int[][], long varchar(4), born date, worth numeric)`,
		`INSERT INTO people VALUES (1, 'ab', 'abc', -5, 4000000000, -12345678901234567890.01234567890, 1234.5, 0.1, 1e300, true, 'infinity', '12:34:56.120', '12:34:56+01',
			'2001-02-03 04:05:06.120', '2001-02-03 04:05:06.12+01', '00112233-4455-6677-8899-AABBCCDDEEFF', '\x0a0b', '{"a": 1}', 'sad', 'x', '1 day 02:00:00', '10.0.0.1',
			'{a,"b c","q\"uo,te",NULL,"NULL",""}', '{1,2}', '{sad}', '{{1,2},{3,4}}', 'abcd', '0044-03-15 BC', 'NaN')`, "INSERT INTO people (id) VALUES (2)")
	all := records(t, s, connectors.Query{Entity: "people"})
	want := map[string]connectors.Value{"fixed": connectors.Text("ab"), "code": connectors.Text("abc"), "small": connectors.Text("-5"), "oid": connectors.Text("4000000000"),
		"price": connectors.Text("-12345678901234567890.01234567890"), "sum": connectors.Text("1234.50"), "ratio": connectors.Text("0.1"),
		"wide": connectors.Text("1" + strings.Repeat("0", 300)), "flag": connectors.Text("true"), "day": connectors.Text("infinity"), "clock": connectors.Text("12:34:56.12"),
		"zoned": connectors.Text("12:34:56+01"), "at": connectors.Text("2001-02-03T04:05:06.12"), "stamp": connectors.Text("2001-02-03T03:05:06.12Z"),
		"guid": connectors.Text("00112233-4455-6677-8899-aabbccddeeff"), "raw": connectors.Text("0x0a0b"), "doc": connectors.Text(`{"a": 1}`), "mood": connectors.Text("sad"),
		"odd": connectors.Text("x"), "span": connectors.Text("1 day 02:00:00"), "address": connectors.Text("10.0.0.1"), "tags": connectors.List("a", "b c", `q"uo,te`, "NULL", "NULL", ""),
		"numbers": connectors.List("1", "2"), "moods": connectors.List("sad"), "grid": connectors.List("1", "2", "3", "4"), "long": connectors.Text("abcd"),
		"born": connectors.Text("0044-03-15 BC"), "worth": connectors.Text("NaN")}
	for name, v := range want {
		if got := all[0].Get(name); !got.Equal(v) {
			t.Errorf("%s is %s and not %s", name, got, v)
		}
		if !all[1].Get(name).IsNull() {
			t.Errorf("%s of the empty record is %s", name, all[1].Get(name))
		}
	}
	for name, v := range map[string]string{"fixed": "ab", "code": "abc", "small": "-5", "oid": "4000000000", "price": "-12345678901234567890.0123456789", "sum": "1234.5", "ratio": "0.1",
		"flag": "true", "clock": "12:34:56.12", "at": "2001-02-03T04:05:06.12", "stamp": "2001-02-03T04:05:06.12+01:00", "guid": "{00112233-4455-6677-8899-aabbccddeeff}",
		"raw": "0x0A0B", "doc": `{"a": 1}`, "mood": "sad", "odd": "x", "address": "10.0.0.1", "tags": "b c", "numbers": "2", "moods": "sad", "grid": "3"} {
		if got := records(t, s, equal("people", name, v)); len(got) != 1 {
			t.Errorf("%s = %s finds %d records", name, v, len(got))
		}
	}
	for name, v := range map[string]string{"mood": "angry", "small": "70000", "price": "abc", "guid": "no", "oid": "-1", "tags": "B C", "fixed": "a\x00b"} {
		if got := records(t, s, equal("people", name, v)); len(got) != 0 {
			t.Errorf("%s = %q finds %d records", name, v, len(got))
		}
	}
	if got := records(t, s, ask("people", "tags", compare.Folded, "B C")); len(got) != 1 {
		t.Errorf("a list searched by folded finds %d records", len(got))
	}
	back := connectors.Fields{Names: []string{"day", "born", "worth", "tags", "mood", "code", "numbers"}, Values: []connectors.Value{want["day"], want["born"], want["worth"],
		connectors.List("a", "b c", `q"uo,te`, `back\slash`), want["mood"], want["code"], want["numbers"]}}
	outcomes, err := s.Apply(t.Context(), []connectors.Change{{Op: connectors.Update, Record: all[1].Ref, Digest: all[1].Digest(), Before: all[1].Fields, After: back}})
	if err != nil || outcomes[0].Result != connectors.Done {
		t.Errorf("values cannot be written back: %v, %v", outcomes, err)
	}
	second := records(t, s, connectors.Query{Entity: "people", Refs: []connectors.Ref{all[1].Ref}})[0]
	cut := connectors.Change{Op: connectors.Update, Record: all[1].Ref, Digest: second.Digest(), Before: second.Fields, After: text("long", "abcd    ")}
	if outcomes, err := s.Apply(t.Context(), []connectors.Change{cut}); err != nil || outcomes[0].Result != connectors.Denied {
		t.Errorf("spaces that the server cuts in silence: %v, %v", outcomes, err)
	}
}

func TestPostgresCancelStopsTheQueryOnTheServer(t *testing.T) {
	s := openTables(t, "postgres", "[system.test.entity.slow]\nkey = [\"id\"]\n", "CREATE TABLE people (id int)", "INSERT INTO people VALUES (1), (2), (3)",
		"CREATE VIEW slow AS SELECT id, pg_sleep(100)::text AS s FROM people")
	cancelStops(t, s, "SELECT count(*)::int FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = '"+ownName("own")+"'")
}

func TestPostgresSessionsThatReadCannotWrite(t *testing.T) {
	s := openTables(t, "postgres", peopleRegister, "CREATE TABLE people (id int PRIMARY KEY)")
	readerCannotWrite(t, s, "INSERT INTO people VALUES (9)")
}

// TestPostgresHiddenRowsAndFieldsAreNoSilence reads with an account that a policy shows some rows only, and
// some fields only.
func TestPostgresHiddenRowsAndFieldsAreNoSilence(t *testing.T) {
	role := ownName("reader")
	s := openTables(t, "postgres", "[system.test.entity.people]\nkey = [\"id\"]\n[system.test.entity.secrets]\nkey = [\"id\"]\n",
		"CREATE TABLE people (id int PRIMARY KEY, name text)", "INSERT INTO people VALUES (1, 'Ann'), (2, 'Bob')",
		"ALTER TABLE people ENABLE ROW LEVEL SECURITY", "CREATE POLICY limited ON people USING (id = 1)",
		"CREATE TABLE secrets (id int PRIMARY KEY, name text, hidden text)", "INSERT INTO secrets VALUES (1, 'Ann', 'x')",
		"DROP ROLE IF EXISTS "+role, "CREATE ROLE "+role+" LOGIN PASSWORD 'Passw0rd!'", "GRANT SELECT ON people TO "+role,
		"GRANT SELECT (id, name) ON secrets TO "+role)
	owner, err := s.d.connect(t.Context(), s.places[0], true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = owner.exec(context.Background(), "DROP OWNED BY "+role)
		_, _ = owner.exec(context.Background(), "DROP ROLE "+role)
		owner.close()
	})
	t.Setenv("DOSSIER_TEST_READER", "Passw0rd!")
	lines := "address = \"postgres://" + role + "@" + s.to.hostPort("5432") + "/" + ownName("own") + "\"\npassword = \"env:DOSSIER_TEST_READER\"\n"
	r := openSystem(t, "postgres", t.TempDir(), lines+"[system.test.entity.people]\nkey = [\"id\"]\n[system.test.entity.secrets]\nkey = [\"id\"]\n")
	found := 0
	var failed error
	for _, err := range r.Find(t.Context(), connectors.Query{Entity: "people"}) {
		if err != nil {
			failed = err
			continue
		}
		found++
	}
	if failed == nil || !strings.Contains(failed.Error(), "row-level security") {
		t.Errorf("a policy hides rows: %d records and %v", found, failed)
	}
	var gaps []string
	for _, err := range r.Find(t.Context(), connectors.Query{Entity: "secrets"}) {
		if err != nil {
			gaps = append(gaps, err.Error())
		}
	}
	if len(gaps) != 1 || !strings.Contains(gaps[0], "secrets / hidden") {
		t.Errorf("a field that cannot be read: %q", gaps)
	}
	catalog, err := r.Describe(t.Context())
	if err != nil || len(catalog.Gaps) != 1 || catalog.Gaps[0].Field != "hidden" {
		t.Errorf("Describe: %v, %v", catalog.Gaps, err)
	}
	if shape, _ := catalog.Shape("people"); len(shape.Ops) != 0 {
		t.Errorf("an account that may only read may %v", shape.Ops)
	}
}

func FuzzParseArray(f *testing.F) {
	for _, seed := range []string{"{}", "{a,b}", `{"a b","c\"d",NULL}`, "{{1,2},{3,4}}", "[2:3]={a,b}", "{", "{a", `{"a`, "{a}}", `{"a"b}`, "{,}", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		items, err := parseArray([]byte(text))
		if err != nil {
			return
		}
		back, err := parseArray([]byte(postgres{}.bindList(items).(string)))
		if err != nil || !slices.Equal(back, items) {
			t.Errorf("%q is %q, and written back %q, %v", text, items, back, err)
		}
	})
}
