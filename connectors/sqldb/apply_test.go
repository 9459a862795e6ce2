package sqldb

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dossier/connectors"
)

// kinds are tested against a real server or file; SQL Server against the double.
var kinds = []string{"sqlite", "mysql", "postgres", "mssql"}

// onEach runs the test on a system of every kind, with tables made by the statements.
func onEach(t *testing.T, register string, statements []string, test func(t *testing.T, s *system)) {
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			s := openTables(t, kind, register, statements...)
			test(t, s)
		})
	}
}

const familyRegister = "[system.test.entity.people]\nkey = [\"id\"]\n[system.test.entity.claims]\nkey = [\"id\"]\n"

func planDelete(r connectors.Record) connectors.Change {
	return connectors.Change{Op: connectors.Delete, Record: r.Ref, Digest: r.Digest(), Before: r.Fields}
}

func planUpdate(r connectors.Record, pairs ...string) connectors.Change {
	return connectors.Change{Op: connectors.Update, Record: r.Ref, Digest: r.Digest(), Before: r.Fields, After: text(pairs...)}
}

// results applies the changes and returns their results.
func results(t *testing.T, s *system, changes ...connectors.Change) ([]connectors.Result, []string) {
	t.Helper()
	outcomes, err := s.Apply(t.Context(), changes)
	if err != nil {
		t.Fatal(err)
	}
	var got []connectors.Result
	var why []string
	for _, o := range outcomes {
		got, why = append(got, o.Result), append(why, o.Why)
	}
	return got, why
}

// byID returns the records of an entity by their keys.
func byID(t *testing.T, s *system, entity string) map[string]connectors.Record {
	t.Helper()
	out := map[string]connectors.Record{}
	for _, r := range records(t, s, connectors.Query{Entity: entity}) {
		out[strings.Join(r.Ref.Key, ",")] = r
	}
	return out
}

func TestDeletesThatChangeChildrenAreRefused(t *testing.T) {
	for _, rule := range []string{"CASCADE", "SET NULL", "NO ACTION"} {
		t.Run(rule, func(t *testing.T) {
			onEach(t, familyRegister, []string{
				"CREATE TABLE people (id INT NOT NULL PRIMARY KEY, name VARCHAR(20) NULL)",
				"CREATE TABLE claims (id INT NOT NULL PRIMARY KEY, person INT NULL, FOREIGN KEY (person) REFERENCES people (id) ON DELETE " + rule + ")",
				"INSERT INTO people (id, name) VALUES (1, 'Ann'), (2, 'Bob'), (3, 'Cy')",
				"INSERT INTO claims (id, person) VALUES (10, 1), (11, 1), (20, 2)",
			}, func(t *testing.T, s *system) {
				people, claims := byID(t, s, "people"), byID(t, s, "claims")
				got, why := results(t, s, planDelete(people["3"]), planDelete(people["1"]))
				if got[1] != connectors.Denied || got[0] == connectors.Done {
					t.Errorf("with children left: %v, %q", got, why)
				}
				if got, why := results(t, s, planDelete(claims["10"]), planDelete(people["1"])); !slices.Equal(got, []connectors.Result{connectors.RolledBack, connectors.Denied}) {
					t.Errorf("with one child left: %v, %q", got, why)
				}
				if left := byID(t, s, "claims"); len(left) != 3 {
					t.Errorf("%d claims are left", len(left))
				}
				if got, why := results(t, s, planDelete(claims["10"]), planUpdate(claims["11"], "person", "2"), planDelete(people["1"])); !slices.Equal(got, []connectors.Result{connectors.Done, connectors.Done, connectors.Done}) {
					t.Errorf("with every child planned: %v, %q", got, why)
				}
			})
		})
	}
}

// TestTriggersAreRefusedUntilSomebodyReadThem deletes from a table whose trigger deletes from another.
func TestTriggersAreRefusedUntilSomebodyReadThem(t *testing.T) {
	tables := []string{"CREATE TABLE people (id INT NOT NULL PRIMARY KEY, name VARCHAR(20) NULL)", "CREATE TABLE claims (id INT NOT NULL PRIMARY KEY)",
		"INSERT INTO people (id, name) VALUES (1, 'Ann'), (2, 'Bob')", "INSERT INTO claims (id) VALUES (1)"}
	triggers := map[string][]string{
		"sqlite": {"CREATE TRIGGER tidy AFTER DELETE ON people BEGIN DELETE FROM claims; END"},
		"mysql":  {"CREATE TRIGGER tidy AFTER DELETE ON people FOR EACH ROW DELETE FROM claims"},
		"postgres": {"CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM claims; RETURN OLD; END'",
			"CREATE TRIGGER tidy AFTER DELETE ON people FOR EACH ROW EXECUTE FUNCTION tidy()"},
		"mssql": {"CREATE TRIGGER tidy ON people AFTER DELETE AS DELETE FROM claims"},
	}
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			s := openTables(t, kind, familyRegister, append(slices.Clone(tables), triggers[kind]...)...)
			people := byID(t, s, "people")
			got, why := results(t, s, planDelete(people["1"]))
			if got[0] != connectors.Denied || !strings.Contains(why[0], `triggers = ["tidy"]`) {
				t.Errorf("%v, %q", got, why)
			}
			if got, why := results(t, s, planUpdate(people["2"], "name", "Rob")); got[0] != connectors.Done {
				t.Errorf("a trigger on deletes stops an update: %v, %q", got, why)
			}
			accepting := openTables(t, kind, strings.Replace(familyRegister, "key = [\"id\"]\n", "key = [\"id\"]\ntriggers = [\"tidy\"]\n", 1), append(slices.Clone(tables), triggers[kind]...)...)
			if got, why := results(t, accepting, planDelete(byID(t, accepting, "people")["1"])); got[0] != connectors.Done {
				t.Errorf("an accepted trigger: %v, %q", got, why)
			}
		})
	}
}

// TestWhatTheServerWouldChangeInSilenceIsRefused writes values that a server rounds or converts.
func TestWhatTheServerWouldChangeInSilenceIsRefused(t *testing.T) {
	for _, kind := range []string{"mysql", "postgres", "mssql"} {
		t.Run(kind, func(t *testing.T) {
			s := openTables(t, kind, peopleRegister, "CREATE TABLE people (id INT NOT NULL PRIMARY KEY, price DECIMAL(8,2) NULL, name VARCHAR(5) NULL, day DATE NULL)",
				"INSERT INTO people (id, price, name) VALUES (1, 1.00, 'Ann')")
			for field, value := range map[string]string{"price": "1.005", "name": "Featherstonehaugh", "day": "not a day", "id": "99999999999"} {
				r := byID(t, s, "people")["1"]
				if got, why := results(t, s, planUpdate(r, field, value)); got[0] != connectors.Denied || strings.Contains(why[0], value) {
					t.Errorf("%s: %v, %q", field, got, why)
				}
			}
		})
	}
}

func TestOneRecordInSeveralChangesOfACall(t *testing.T) {
	onEach(t, peopleRegister, []string{"CREATE TABLE people (id INT NOT NULL PRIMARY KEY, name VARCHAR(20) NULL)", "INSERT INTO people (id, name) VALUES (1, 'Ann')"},
		func(t *testing.T, s *system) {
			r := byID(t, s, "people")["1"]
			second := r.Clone()
			second.Values[slices.Index(second.Names, "name")] = connectors.Text("Bea")
			if got, why := results(t, s, planUpdate(r, "name", "Bea"), planDelete(second)); !slices.Equal(got, []connectors.Result{connectors.Done, connectors.Done}) {
				t.Errorf("%v, %q", got, why)
			}
		})
}

// TestManyChangesAreFewStatements deletes and anonymises a thousand people: one statement for some hundreds of
// them, and not one for each.
func TestManyChangesAreFewStatements(t *testing.T) {
	const n = 1200
	var values []string
	for i := range n {
		values = append(values, fmt.Sprintf("(%d, 'Person %d')", i+1, i))
	}
	onEach(t, peopleRegister, []string{"CREATE TABLE people (id INT NOT NULL PRIMARY KEY, name VARCHAR(20) NULL)",
		"INSERT INTO people (id, name) VALUES " + strings.Join(values[:n/2], ","), "INSERT INTO people (id, name) VALUES " + strings.Join(values[n/2:], ",")},
		func(t *testing.T, s *system) {
			counter := &counting{dialect: s.d}
			s.d = counter
			var changes []connectors.Change
			for i, r := range records(t, s, connectors.Query{Entity: "people"}) {
				if i < n/2 {
					changes = append(changes, planUpdate(r, "name", "anonymous"))
				} else {
					changes = append(changes, planDelete(r))
				}
			}
			got, why := results(t, s, changes...)
			if i := slices.IndexFunc(got, func(r connectors.Result) bool { return r != connectors.Done }); i >= 0 {
				t.Fatalf("change %d: %s, %s", i, got[i], why[i])
			}
			if counter.runs > 4 {
				t.Errorf("%d changes took %d statements", n, counter.runs)
			}
			if left := records(t, s, ask("people", "name", 1, "anonymous")); len(left) != n/2 {
				t.Errorf("%d people are anonymous", len(left))
			}
		})
}

// counting counts the statements that change records.
type counting struct {
	dialect
	runs int
}

func (d *counting) run(ctx context.Context, s *session, st *statement) (int64, error) {
	d.runs++
	return d.dialect.run(ctx, s, st)
}
