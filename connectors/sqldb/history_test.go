package sqldb

import (
	"slices"
	"testing"

	"dossier/connectors"
)

// TestHistory describes tables whose database keeps what they held.
func TestHistory(t *testing.T) {
	const copies = "the trigger keep writes there when a record is changed"
	for kind, c := range map[string]struct {
		statements []string
		want       []connectors.History
	}{
		"mysql": {[]string{"CREATE TABLE people (id INT PRIMARY KEY) WITH SYSTEM VERSIONING", "CREATE TABLE old (id INT)",
			"CREATE TRIGGER keep AFTER DELETE ON people FOR EACH ROW INSERT INTO `old` VALUES (OLD.id)",
			"CREATE TRIGGER note AFTER INSERT ON people FOR EACH ROW INSERT INTO other VALUES (NEW.id)"},
			[]connectors.History{{Table: "people", What: versioned}, {Table: "old", What: copies}}},
		"postgres": {[]string{"CREATE TABLE people (id INT PRIMARY KEY)", "CREATE TABLE old (id INT)",
			"CREATE FUNCTION copy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO old VALUES (OLD.id); RETURN NULL; END $$",
			"CREATE TRIGGER keep AFTER UPDATE OR DELETE ON people FOR EACH ROW EXECUTE FUNCTION copy()"},
			[]connectors.History{{Table: "old", What: copies}}},
		"mssql": {[]string{"CREATE TABLE people (id INT NOT NULL PRIMARY KEY, valid_from DATETIME2 GENERATED ALWAYS AS ROW START NOT NULL, " +
			"valid_to DATETIME2 GENERATED ALWAYS AS ROW END NOT NULL, PERIOD FOR SYSTEM_TIME (valid_from, valid_to)) WITH (SYSTEM_VERSIONING = ON)",
			"ALTER TABLE people ENABLE CHANGE_TRACKING"},
			[]connectors.History{{Table: "people", What: tracked}, {Table: "people", What: versioned}}},
		"sqlite": {[]string{"CREATE TABLE people (id INT PRIMARY KEY)", "CREATE TABLE old (id INT)",
			"CREATE TRIGGER keep AFTER DELETE ON people BEGIN INSERT INTO \"old\" VALUES (OLD.id); END"},
			[]connectors.History{{Table: "old", What: copies}}},
	} {
		t.Run(kind, func(t *testing.T) {
			s := openTables(t, kind, "[system.test.entity.people]\nkey = [\"id\"]\n", c.statements...)
			catalog, err := s.Describe(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := catalog.Shapes[0].History; !slices.Equal(got, c.want) {
				t.Errorf("%v, not %v", got, c.want)
			}
		})
	}
}
