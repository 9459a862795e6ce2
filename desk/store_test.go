package desk

import (
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// The register names a PostgreSQL database and the place of the master key, and two computers work on the same requests.
func TestJournalInPostgreSQL(t *testing.T) {
	server := os.Getenv("DOSSIER_TEST_POSTGRES")
	if server == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("DOSSIER_TEST_POSTGRES names no server, and in CI nothing is skipped")
		}
		t.Skip("SKIPPED: DOSSIER_TEST_POSTGRES names no PostgreSQL server")
	}
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	schema := fmt.Sprintf("desk_%d", os.Getpid())
	if _, err := db.Exec(`CREATE SCHEMA ` + schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec(`DROP SCHEMA ` + schema + ` CASCADE`); err != nil {
			t.Error(err)
		}
		db.Close()
	})
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	t.Setenv("DOSSIER_TEST_STORE_PASSWORD", password)
	u.User = url.User(u.User.Username())
	u.RawQuery += "&search_path=" + schema
	text := registerText + fmt.Sprintf("[store]\nurl = %q\npassword = \"env:DOSSIER_TEST_STORE_PASSWORD\"\nkey = %q\n",
		u, "file:"+filepath.Join(t.TempDir(), "master.secret"))
	here, there := newDesk(t, newFakes(), text), newDesk(t, newFakes(), text)
	r := record(t, here)
	if _, err := gather(here.Locate(t.Context(), r.ID)); err != nil {
		t.Fatal(err)
	}
	f, err := there.Finding(t.Context(), r.ID)
	if err != nil || len(f.Matches) == 0 {
		t.Errorf("%d matches, %v", len(f.Matches), err)
	}
	for _, d := range []*Desk{here, there} {
		if report, err := d.VerifyLog(t.Context(), ""); err != nil || report.Entries < 3 {
			t.Errorf("%+v, %v", report, err)
		}
		if files, _ := filepath.Glob(filepath.Join(d.state, "*.db")); len(files) > 0 {
			t.Errorf("a file holds a journal too: %v", files)
		}
	}
	t.Setenv("DOSSIER_TEST_STORE_PASSWORD", "hunter2")
	register := *here.register
	if _, err := open(t.Context(), Config{State: t.TempDir(), Operator: "Pat"}, &register); err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("with a wrong password: %v", err)
	}
}
