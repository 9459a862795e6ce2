package journal

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"dossier/internal/leak"
	"dossier/request"
)

const (
	childFolder   = "DOSSIER_TEST_JOURNAL_CHILD"
	childPostgres = "DOSSIER_TEST_JOURNAL_CHILD_POSTGRES"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		writeUntilKilled(Config{Dir: dir, Postgres: os.Getenv(childPostgres)})
		return
	}
	leak.Main(m)
}

var testTime = time.Date(2026, 3, 2, 9, 30, 0, 123000000, time.UTC)

// onEachStore runs a test on a place for a new journal in each store: PostgreSQL where DOSSIER_TEST_POSTGRES names a
// server, which it must in CI.
func onEachStore(t *testing.T, test func(t *testing.T, at Config)) {
	t.Run("SQLite", func(t *testing.T) { test(t, inFile(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, inSchema(t)) })
}

// inFile returns a place for a journal in a file.
func inFile(t testing.TB) Config { return Config{Dir: filepath.Join(t.TempDir(), "state")} }

// inSchema returns a place for a journal in a schema of its own, which goes with the test.
func inSchema(t testing.TB) Config {
	t.Helper()
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
	schema := fmt.Sprintf("journal_%x", sha256.Sum256([]byte(t.Name()+strconv.Itoa(os.Getpid()))))[:40]
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
	u.RawQuery += "&search_path=" + schema
	return Config{Dir: filepath.Join(t.TempDir(), "state"), Postgres: u.String()}
}

func open(t testing.TB, at Config) *Journal {
	t.Helper()
	if at.Now == nil {
		at.Now = func() time.Time { return testTime }
	}
	j, err := Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func update(t testing.TB, j *Journal, change func(*Tx) error) {
	t.Helper()
	if err := j.Update(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}

func TestFolders(t *testing.T) {
	t.Run("an empty one is closed to others", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "odd ?name#100%")
		os.Mkdir(dir, 0o755)
		open(t, Config{Dir: dir})
		if info, _ := os.Stat(dir); runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
			t.Errorf("%v", info.Mode())
		}
		if _, err := os.Stat(filepath.Join(dir, dataName)); err != nil {
			t.Error(err)
		}
	})
	t.Run("what a killed process left is removed", func(t *testing.T) {
		at := inFile(t)
		open(t, at).Close()
		old, fresh := filepath.Join(at.Dir, ".key-old"), filepath.Join(at.Dir, ".new-fresh")
		for _, path := range []string{old, fresh} {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		yesterday := time.Now().AddDate(0, 0, -1)
		if err := os.Chtimes(old, yesterday, yesterday); err != nil {
			t.Fatal(err)
		}
		open(t, at).Close()
		if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("it is still there: %v", err)
		}
		if _, err := os.Stat(fresh); err != nil {
			t.Errorf("what may be written now is gone: %v", err)
		}
	})
	t.Run("one in use is refused", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("Windows has no such modes")
		}
		dir := t.TempDir()
		os.WriteFile(filepath.Join(dir, "x"), nil, 0o600)
		os.Chmod(dir, 0o755)
		if _, err := Open(t.Context(), Config{Dir: dir}); err == nil || !strings.Contains(err.Error(), "chmod 700") {
			t.Error(err)
		}
	})
	t.Run("a file is refused", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x")
		os.WriteFile(path, nil, 0o600)
		if _, err := Open(t.Context(), Config{Dir: path}); err == nil {
			t.Error("no error")
		}
	})
	t.Run("what is no database is refused", func(t *testing.T) {
		dir := t.TempDir()
		os.Chmod(dir, 0o700)
		os.WriteFile(filepath.Join(dir, dataName), bytes.Repeat([]byte("no database "), 1000), 0o600)
		if _, err := Open(t.Context(), Config{Dir: dir}); err == nil || !strings.Contains(err.Error(), "cannot be opened") {
			t.Error(err)
		}
	})
}

func TestNewerJournalIsRefused(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		if _, err := j.write.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, TRUE)`); err != nil {
			t.Fatal(err)
		}
		j.Close()
		if _, err := Open(t.Context(), at); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "schema 99") {
			t.Error(err)
		}
	})
}

func TestManyAtOnce(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		var g errgroup.Group
		const writers, each = 4, 5
		for range writers { // each opens the journal, as several processes would, one of them first
			g.Go(func() error {
				j, err := Open(t.Context(), at)
				if err != nil {
					return err
				}
				defer j.Close()
				for range each {
					var made request.Request
					if err := j.Update(t.Context(), func(tx *Tx) (err error) {
						if made, err = tx.NewRequest(testRequest); err != nil {
							return err
						}
						return errors.Join(tx.SaveFinding(made.ID, testFinding), tx.Log(Entry{Operator: "Pat", What: "recorded", Request: made.ID}))
					}); err != nil {
						return err
					}
					if _, err := j.Finding(t.Context(), made.ID); err != nil {
						return err
					}
					if _, err := j.Requests(t.Context()); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		j := open(t, at)
		all, err := j.Requests(t.Context())
		if err != nil || len(all) != writers*each {
			t.Errorf("%d requests, %v", len(all), err)
		}
		entries, err := j.Entries(t.Context(), "")
		if err != nil || len(entries) != writers*each || entries[len(entries)-1].Seq != writers*each {
			t.Errorf("%d entries, %v", len(entries), err)
		}
	})
}

func TestCancelled(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		ctx, cancel := context.WithCancel(t.Context())
		err := j.Update(ctx, func(tx *Tx) error {
			cancel()
			_, err := tx.NewRequest(testRequest)
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if all, err := j.Requests(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("%v, %v", all, err)
		}
		if _, err := j.Requests(ctx); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// writeUntilKilled is the child of TestKilledWhileWriting: it tells each entry once it is kept.
func writeUntilKilled(at Config) {
	j, err := Open(context.Background(), at)
	if err != nil {
		fmt.Println(err)
		return
	}
	for n := 1; ; n++ {
		err := j.Update(context.Background(), func(tx *Tx) error {
			r, err := tx.NewRequest(testRequest)
			return errors.Join(err, tx.SaveFinding(r.ID, testFinding), tx.Log(Entry{Operator: "Pat", What: "recorded", Request: r.ID}))
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("kept", n)
	}
}

func TestKilledWhileWriting(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		for round := range 3 {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), childFolder+"="+at.Dir, childPostgres+"="+at.Postgres)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			before := 0
			if round > 0 {
				before = count(t, at)
			}
			kept := 0
			lines := bufio.NewScanner(out)
			for lines.Scan() {
				if _, err := fmt.Sscanf(lines.Text(), "kept %d", &kept); err != nil {
					t.Fatal(lines.Text())
				}
				if kept == 20 {
					cmd.Process.Kill() // SIGKILL, in the middle of whatever it is writing
					break
				}
			}
			io.Copy(io.Discard, out)
			cmd.Wait()
			if got := count(t, at); got < before+kept {
				t.Errorf("%d entries of at least %d", got, before+kept)
			}
		}
	})
}

// count opens the journal, checks that it is whole and returns how many requests it holds.
func count(t *testing.T, at Config) int {
	t.Helper()
	j := open(t, at)
	defer j.Close()
	if at.Postgres == "" {
		var ok string
		if err := j.read.QueryRow(`PRAGMA integrity_check`).Scan(&ok); err != nil || ok != "ok" {
			t.Errorf("%s, %v", ok, err)
		}
	}
	all, err := j.Requests(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	entries, err := j.Entries(t.Context(), "")
	if err != nil || len(entries) < len(all) {
		t.Errorf("%d requests and %d entries, %v", len(all), len(entries), err)
	}
	for _, r := range all {
		if f, err := j.Finding(t.Context(), r.ID); err != nil || len(f.Matches) != len(testFinding.Matches) {
			t.Errorf("%s: %d matches, %v", r.ID, len(f.Matches), err)
		}
	}
	return len(all)
}
