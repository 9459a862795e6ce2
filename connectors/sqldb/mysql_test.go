package sqldb

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// openTables opens a system on a database or file of its own, made by the statements.
func openTables(t testing.TB, kind, register string, statements ...string) *system {
	t.Helper()
	return openTablesIn(t, ownName("own"), kind, register, statements...)
}

func openTablesIn(t testing.TB, name, kind, register string, statements ...string) *system {
	t.Helper()
	lines, dir := scratch(t, kind, name)
	door := openSystem(t, kind, dir, lines)
	l, err := door.d.connect(t.Context(), door.places[0], true)
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	for _, text := range statements {
		if _, err := l.exec(t.Context(), text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	return openSystem(t, kind, dir, lines+"\n"+register)
}

const peopleRegister = "[system.test.entity.people]\nkey = [\"id\"]\n"

func TestMySQLTextIsNeverComparedWithNumbers(t *testing.T) {
	s := openTables(t, "mysql", peopleRegister, "CREATE TABLE people (id INT PRIMARY KEY, code VARCHAR(20), n INT, KEY (code))",
		"INSERT INTO people VALUES (1, 'abc', 0), (2, '0', 1), (3, '1abc', 2), (4, '', 3), (5, NULL, NULL)")
	if got := records(t, s, equal("people", "code", "0")); len(got) != 1 || got[0].Ref.Key[0] != "2" {
		t.Errorf("WHERE code = 0 as text finds %d records", len(got))
	}
	if got := records(t, s, equal("people", "n", "abc")); len(got) != 0 {
		t.Errorf("a number column searched for text finds %d records", len(got))
	}
}

func TestMySQLCollationsHideNothing(t *testing.T) {
	for _, collation := range []string{"utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_bin", "utf8mb4_turkish_ci", "utf8mb4_unicode_520_ci", "utf8mb3_general_ci", "latin1_swedish_ci", "latin1_german1_ci", "latin1_bin", "ucs2_general_ci"} {
		t.Run(collation, func(t *testing.T) {
			charset, _, _ := strings.Cut(collation, "_")
			names := []string{"Smith", "smith", "SMITH ", " smith", "Smíth", "IRIS", "iris", "straße", "STRASSE", "Øre", "ore", "a\tb", "a b", "A  B", "o`neill", "O'Neill"}
			if charset == "utf8mb4" {
				names = append(names, "Łódź", "lodz", "ıris", "ſmith", "Ｓmith")
			}
			s := openTables(t, "mysql", peopleRegister, "CREATE TABLE people (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(60) CHARACTER SET "+charset+" COLLATE "+collation+", KEY (name))",
				"INSERT INTO people (name) VALUES ('"+strings.Join(escaped(names), "'),('")+"')")
			bruteForce(t, s, "name", names)
			if got := records(t, s, ask("people", "name", compare.Equal, "Łódź of another charset", "Smith", "😀")); len(got) == 0 {
				t.Error("a text that the column's charset lacks hides others beside it")
			}
		})
	}
}

func escaped(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.ReplaceAll(strings.ReplaceAll(n, `\`, `\\`), "'", "''")
	}
	return out
}

// bruteForce searches the field for each of the values by every comparison, and compares what is found with
// what a scan of the values finds.
func bruteForce(t *testing.T, s *system, field string, values []string) {
	t.Helper()
	catalog, err := s.Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	shape, _ := catalog.Shape("people")
	column, _ := shape.Column(field)
	for _, how := range column.Search {
		for _, searched := range values {
			var want []string
			for _, v := range values {
				if compare.Compile(how, column.Type, []string{searched}).Match([]byte(v)) {
					want = append(want, v)
				}
			}
			slices.Sort(want)
			if got := answers(t, s, shape, ask("people", field, how, searched), field); !slices.Equal(got, want) {
				t.Errorf("%s %q finds %q and not %q", how, searched, got, want)
			}
		}
	}
}

func TestMySQLTypes(t *testing.T) {
	s := openTables(t, "mysql", peopleRegister, `CREATE TABLE people (id INT PRIMARY KEY AUTO_INCREMENT, small TINYINT(1), big BIGINT UNSIGNED, bits BIT(12), flag BIT(1),
			price DECIMAL(30,10), ratio FLOAT, wide DOUBLE, day DATE, at DATETIME, precise DATETIME(6), stamp TIMESTAMP NULL, clock TIME, vintage YEAR,
			fixed CHAR(10), pad BINARY(4), raw VARBINARY(64), photo BLOB, mood ENUM('happy','sad'), tags SET('a','b'), doc JSON, note TEXT)`,
		"SET SESSION sql_mode = '', time_zone = '+00:00'",
		`INSERT INTO people VALUES (1, 5, 18446744073709551615, b'100000000001', b'1', -12345678901234567890.0123456789, 0.1, 1e300, '0000-00-00', '2001-02-03 04:05:06',
			'2001-02-03 04:05:06.120000', '2001-02-03 04:05:06', '-12:34:56', 1961, 'ab', x'0a0b', x'ff', x'0102', 'sad', 'a,b', '{"a": 1}', ''),
			(2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2001-00-00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`)
	all := records(t, s, connectors.Query{Entity: "people"})
	want := map[string]string{"small": "5", "big": "18446744073709551615", "bits": "2049", "flag": "true", "price": "-12345678901234567890.0123456789", "ratio": "0.1",
		"wide": "1" + strings.Repeat("0", 300), "day": "0000-00-00", "at": "2001-02-03T04:05:06", "precise": "2001-02-03T04:05:06.12", "stamp": "2001-02-03T04:05:06Z",
		"clock": "-12:34:56", "vintage": "1961", "fixed": "ab", "pad": "0x0a0b0000", "raw": "0xff", "mood": "sad", "tags": "a,b", "doc": `{"a": 1}`, "note": ""}
	for name, v := range want {
		if got := all[0].Get(name); !got.Equal(connectors.Text(v)) {
			t.Errorf("%s is %s and not %s", name, got, v)
		}
		if all[1].Get(name).IsNull() == (name == "day") {
			t.Errorf("%s of the empty record is %s", name, all[1].Get(name))
		}
	}
	if photo := all[0].Get("photo"); !photo.IsStream() || photo.Size() != 2 {
		t.Errorf("photo is %s", photo)
	}
	for name, v := range map[string]string{"big": "18446744073709551615", "price": "-12345678901234567890.0123456789", "ratio": "0.1", "bits": "2049", "flag": "true",
		"precise": "2001-02-03T04:05:06.12", "clock": "", "vintage": "1961", "raw": "0xff", "mood": "sad", "fixed": "ab"} {
		if v == "" {
			continue
		}
		if got := records(t, s, equal("people", name, v)); len(got) != 1 {
			t.Errorf("%s = %s finds %d records", name, v, len(got))
		}
	}
	outcomes, err := s.Apply(t.Context(), []connectors.Change{{Op: connectors.Update, Record: all[1].Ref, Digest: all[1].Digest(), Before: all[1].Fields, After: text("day", "0000-00-00", "fixed", "x")}})
	if err != nil || outcomes[0].Result != connectors.Done {
		t.Errorf("a date of zeros cannot be written back: %v, %v", outcomes, err)
	}
}

// TestMySQLCountsRecordsFound writes a value that a record has already: without clientFoundRows the server
// would count no record, and the change would look as if it had not been made.
func TestMySQLCountsRecordsFound(t *testing.T) {
	s := openTables(t, "mysql", peopleRegister, "CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(20))", "INSERT INTO people VALUES (1, 'Ann')")
	r := records(t, s, connectors.Query{Entity: "people"})[0]
	outcomes, err := s.Apply(t.Context(), []connectors.Change{{Op: connectors.Update, Record: r.Ref, Digest: r.Digest(), Before: r.Fields, After: text("name", "Ann")}})
	if err != nil || outcomes[0].Result != connectors.Done {
		t.Errorf("%v, %v", outcomes, err)
	}
}

// TestMySQLCancelStopsTheQueryOnTheServer looks at the server's list of what it is doing.
func TestMySQLCancelStopsTheQueryOnTheServer(t *testing.T) {
	s := openTables(t, "mysql", "[system.test.entity.slow]\nkey = [\"id\"]\n",
		"CREATE TABLE people (id INT PRIMARY KEY)", "INSERT INTO people VALUES (1), (2), (3)", "CREATE VIEW slow AS SELECT id, SLEEP(100) AS s FROM people")
	cancelStops(t, s, "SELECT COUNT(*) FROM information_schema.processlist WHERE state = 'User sleep' AND db = '"+ownName("own")+"'")
}

// cancelStops cancels a search of the view slow while the server works at it, as busy counts, and waits for
// the server to have stopped.
func cancelStops(t *testing.T, s *system, busy string) {
	t.Helper()
	door, err := s.d.connect(t.Context(), s.places[0], true)
	if err != nil {
		t.Fatal(err)
	}
	defer door.close()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second) // less than the query takes
	defer cancel()
	await := func(want int) {
		t.Helper()
		for n := -1; n != want; {
			if err := door.query(ctx, busy, nil, func(scan func(...any) error) error { return scan(&n) }); err != nil {
				t.Fatalf("waiting for %d queries on the server: %v", want, err)
			}
		}
	}
	records(t, s, connectors.Query{Entity: "slow", Refs: []connectors.Ref{}}) // the tables are listed
	cancelFind(t, s, connectors.Query{Entity: "slow"}, func() { await(1) })
	await(0)
}

func TestMySQLSessionsThatReadCannotWrite(t *testing.T) {
	s := openTables(t, "mysql", peopleRegister, "CREATE TABLE people (id INT PRIMARY KEY)")
	readerCannotWrite(t, s, "INSERT INTO people VALUES (9)")
}

func readerCannotWrite(t *testing.T, s *system, insert string) {
	t.Helper()
	reader, err := s.places[0].take(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.close()
	if _, err := reader.exec(t.Context(), insert); err == nil {
		t.Error("a session that reads has written")
	}
}

// manyPeople is the size of the table that the benchmark looks into.
const manyPeople = 1_000_000

// BenchmarkIndexedLookup compares a look-up by an indexed field, the connector being open, with the same
// prepared query run by hand: the ratio must be 2 at most.
func BenchmarkIndexedLookup(b *testing.B) {
	s := openTables(b, "mysql", peopleRegister,
		"CREATE TABLE people (id INT PRIMARY KEY AUTO_INCREMENT, email VARCHAR(100) CHARACTER SET utf8mb4, family VARCHAR(60), given VARCHAR(60), born DATE, phone VARCHAR(30), KEY (email))",
		fmt.Sprintf("INSERT INTO people (email, family, given, born, phone) SELECT CONCAT('person', seq, '@example.org'), CONCAT('Family', seq MOD 5000), CONCAT('Given', seq MOD 300), "+
			"DATE_ADD('1950-01-01', INTERVAL seq MOD 20000 DAY), CONCAT('07700 ', 900000 + seq MOD 99999) FROM seq_1_to_%d", manyPeople))
	email := func(i int) string { return fmt.Sprintf("person%d@example.org", 1+(i*7919)%manyPeople) }
	session, err := s.places[0].take(b.Context(), false)
	if err != nil {
		b.Fatal(err)
	}
	byHand, err := session.link.(*sqlLink).conn.PrepareContext(b.Context(), "SELECT id, email, family, given, born, phone FROM people WHERE email = ?")
	if err != nil {
		b.Fatal(err)
	}
	hand := func(i int) {
		rows, err := byHand.QueryContext(b.Context(), email(i))
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for rows.Next() {
			var id int64
			var email, family, given, born, phone string
			if err := rows.Scan(&id, &email, &family, &given, &born, &phone); err != nil {
				b.Fatal(err)
			}
			n++
		}
		if err := rows.Close(); err != nil || n != 1 {
			b.Fatal(n, err)
		}
	}
	find := func(i int) {
		n := 0
		for _, err := range s.Find(b.Context(), equal("people", "email", email(i))) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 1 {
			b.Fatal(n)
		}
	}
	find(0)
	hand(0)
	var ours, theirs time.Duration
	for i := range b.N * 100 { // turn by turn, so that the machine's other work weighs on both alike
		start := time.Now()
		find(i)
		middle := time.Now()
		hand(i)
		ours += middle.Sub(start)
		theirs += time.Since(middle)
	}
	b.ReportMetric(float64(ours)/float64(theirs), "ratio")
	b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N*100), "ns/find")
}
