package tdsdouble_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"dossier/internal/tdsdouble"
)

func connection(t *testing.T, db *sql.DB) *sql.Conn {
	t.Helper()
	c, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// script runs batches one after the other on one connection and renders what they answer, errors by number.
func script(c *sql.Conn, batches ...string) string {
	var out []string
	for _, q := range batches {
		got, err := rows(queryer{c}, q)
		if err != nil {
			got += " !" + numberText(err)
		}
		out = append(out, strings.TrimSpace(strings.ReplaceAll(got, "\n", " ")))
	}
	return strings.Join(out, "; ")
}

func numberText(err error) string {
	if n := number(err); n != 0 {
		return show(n)
	}
	return err.Error()
}

func TestTransactionScripts(t *testing.T) {
	const count = "SELECT COUNT(*), @@TRANCOUNT, XACT_STATE() FROM Claims"
	const insert = "INSERT Claims (CandidateID) VALUES (2)"
	for _, c := range []struct {
		name    string
		batches []string
		want    string
	}{
		{"commit", []string{"BEGIN TRAN", insert, count, "COMMIT", count}, "; ; 2|1|1; ; 2|0|0"},
		{"rollback", []string{"BEGIN TRANSACTION", insert, "ROLLBACK TRAN", count}, "; ; ; 1|0|0"},
		{"one batch", []string{"BEGIN TRAN; " + insert + "; ROLLBACK; " + count}, "1|0|0"},
		{"nested", []string{"BEGIN TRAN; BEGIN TRAN", insert, "COMMIT", count, "ROLLBACK", count}, "; ; ; 2|1|1; ; 1|0|0"},
		{"savepoint", []string{"BEGIN TRAN", insert, "SAVE TRAN here", insert, "ROLLBACK TRAN here", count, "COMMIT", count}, "; ; ; ; ; 2|1|1; ; 2|0|0"},
		{"commit without begin", []string{"COMMIT TRANSACTION"}, "!3902"},
		{"rollback without begin", []string{"ROLLBACK TRANSACTION"}, "!3903"},
		{"a failed statement leaves the transaction", []string{"BEGIN TRAN", insert, "INSERT Claims (CandidateID) VALUES (99)", count, "COMMIT", count}, "; ; !547; 2|1|1; ; 2|0|0"},
		{"and the batch goes on", []string{"INSERT Claims (CandidateID) VALUES (99); " + insert, count}, "!547; 2|0|0"},
		{"with xact_abort it does not", []string{"SET XACT_ABORT ON", "BEGIN TRAN", insert, "INSERT Claims (CandidateID) VALUES (99); SELECT 'on'", count}, "; ; ; !547; 1|0|0"},
		{"a failed conversion ends the transaction", []string{"BEGIN TRAN", insert, "SELECT 1 WHERE 'x' = 1", count}, "; ; !245; 1|0|0"},
		{"an unknown table leaves it", []string{"BEGIN TRAN", insert, "SELECT * FROM nope", count, "ROLLBACK"}, "; ; !208; 2|1|1; "},
		{"try and catch", []string{"BEGIN TRY INSERT Claims (CandidateID) VALUES (99); SELECT 'not here' END TRY BEGIN CATCH SELECT ERROR_NUMBER(), LEFT(ERROR_MESSAGE(), 20), @@TRANCOUNT END CATCH"}, "547|The INSERT statement|0"},
		{"doomed in catch", []string{"SET XACT_ABORT ON", "BEGIN TRAN; BEGIN TRY SELECT 1/0 END TRY BEGIN CATCH SELECT XACT_STATE(); ROLLBACK END CATCH; SELECT XACT_STATE()"}, "; -- -1 -- 0"},
		{"doomed cannot commit", []string{"SET XACT_ABORT ON", "BEGIN TRAN", "BEGIN TRY INSERT Claims (CandidateID) VALUES (99) END TRY BEGIN CATCH COMMIT END CATCH", count}, "; ; !3930; 1|0|0"},
		{"throw", []string{"BEGIN TRY THROW 50123, N'mine', 7 END TRY BEGIN CATCH THROW END CATCH; SELECT 'not here'"}, "!50123"},
		{"raiserror goes on", []string{"RAISERROR('mine', 16, 1); " + insert, count}, "!50000; 2|0|0"},
		{"raiserror as information", []string{"RAISERROR('mine', 10, 1); SELECT 'on'"}, "on"},
		{"identity is not rolled back", []string{"BEGIN TRAN", insert, "ROLLBACK", insert + "; SELECT SCOPE_IDENTITY(), @@IDENTITY"}, "; ; ; 3|3"},
		{"definition inside", []string{"BEGIN TRAN", "CREATE TABLE q (n int)", "ROLLBACK"}, "; !50000; "},
		{"use", []string{"USE other", "SELECT DB_NAME()", "USE nope", "SELECT COUNT(*) FROM test.dbo.Claims"}, "; other; !911; 1"},
		{"sp_executesql", []string{"EXEC sp_executesql N'SELECT @a + @b', N'@a int, @b int', @b = 2, @a = 1"}, "3"},
		{"temporary tables in a transaction", []string{"BEGIN TRAN; CREATE TABLE #a (n int); INSERT #a VALUES (1)", "COMMIT; SELECT * FROM #a", "BEGIN TRAN; INSERT #a VALUES (2); ROLLBACK", "SELECT * FROM #a", "CREATE TABLE #a (n int); SELECT COUNT(*) FROM #a"}, "; 1; ; !50000; !2714"},
		{"a temporary table made again", []string{"BEGIN TRAN; CREATE TABLE #a (n int); DROP TABLE #a; CREATE TABLE #a (m int); INSERT #a VALUES (1); COMMIT", "SELECT m FROM #a"}, "; 1"},
		{"raiserror does not heed xact_abort", []string{"SET XACT_ABORT ON; BEGIN TRAN", "RAISERROR('mine', 16, 1)", "SELECT @@TRANCOUNT; ROLLBACK"}, "; !50000; 1"},
		{"row counts", []string{"UPDATE Candidates SET Forename = N'x'; SELECT @@ROWCOUNT; SELECT @@ROWCOUNT", "DECLARE @a int = 5; SELECT @@ROWCOUNT; UPDATE Candidates SET Forename = N'x' WHERE 1 = 2; IF @@ROWCOUNT = 0 SELECT 'none'", "DELETE Claims; SET NOCOUNT ON; SELECT @@ROWCOUNT"}, "2 -- 1; 1 -- none; 0"},
		{"unknown procedure", []string{"EXEC dbo.nope"}, "!2812"},
		{"settings", []string{"SET NOCOUNT ON; SET ANSI_NULLS, QUOTED_IDENTIFIER ON; SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED; SET LOCK_TIMEOUT 5000; SELECT @@LOCK_TIMEOUT", "SET ANSI_NULLS OFF"}, "5000; !50000"},
		{"identity_insert", []string{"SET IDENTITY_INSERT Claims ON; INSERT Claims (ClaimID, CandidateID) VALUES (70, 1); SET IDENTITY_INSERT Claims OFF; " + insert + "; SELECT SCOPE_IDENTITY()"}, "71"},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := tdsdouble.Start(t, tdsdouble.Options{Databases: []string{"test", "other"}})
			srv.Exec(t, "test", schema)
			if got := script(connection(t, open(t, srv, "sa", "test")), c.batches...); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestIsolation(t *testing.T) {
	srv, db := start(t)
	ctx := context.Background()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec("UPDATE Candidates SET Forename = N'held' WHERE CandidateID = 1"); err != nil {
		t.Fatal(err)
	}
	t.Run("readers do not wait", func(t *testing.T) {
		if got, err := rows(db, "SELECT Forename FROM Candidates WHERE CandidateID = 1"); err != nil || got != "Anna" {
			t.Errorf("%s %v", got, err)
		}
	})
	t.Run("a writer times out", func(t *testing.T) {
		if _, err := db.Exec("SET LOCK_TIMEOUT 0; UPDATE Candidates SET Forename = N'x'"); number(err) != 1222 {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a locking reader times out", func(t *testing.T) {
		c := connection(t, db)
		if got := script(c, "SET LOCK_TIMEOUT 1; BEGIN TRAN; SELECT 1 FROM Candidates WITH (UPDLOCK)", "ROLLBACK"); got != "!1222; " {
			t.Errorf("got %s", got)
		}
	})
	t.Run("a waiting writer can be interrupted", func(t *testing.T) {
		ctx, cancel := context.WithCancel(ctx)
		go func() {
			_ = srv.AwaitBlocked(ctx, 1)
			cancel()
		}()
		if _, err := db.ExecContext(ctx, "SET LOCK_TIMEOUT -1; DELETE Claims"); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a waiting writer goes on", func(t *testing.T) {
		done := make(chan error)
		go func() {
			_, err := db.Exec("SET LOCK_TIMEOUT -1; UPDATE Candidates SET Surname = Forename WHERE CandidateID = 1")
			done <- err
		}()
		if err := srv.AwaitBlocked(ctx, 1); err != nil {
			t.Fatal(err)
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if got, err := rows(db, "SELECT Surname FROM Candidates WHERE CandidateID = 1"); err != nil || got != "held" {
			t.Errorf("%s %v", got, err)
		}
	})
	t.Run("a snapshot stays", func(t *testing.T) {
		snap, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSnapshot})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = snap.Rollback() }()
		before, err := rows(snap, "SELECT COUNT(*) FROM Claims")
		if err != nil {
			t.Fatal(err)
		}
		srv.Exec(t, "test", "INSERT Claims (CandidateID) VALUES (1)")
		if after, err := rows(snap, "SELECT COUNT(*) FROM Claims"); err != nil || after != before {
			t.Errorf("%s, then %s, %v", before, after, err)
		}
		if _, err := snap.Exec("UPDATE Claims SET CandidateID = 1"); number(err) != 3960 {
			t.Errorf("update conflict: %v", err)
		}
	})
}

func TestCancelRunningQuery(t *testing.T) {
	srv, db := start(t)
	c := connection(t, db)
	if _, err := c.ExecContext(context.Background(), "CREATE TABLE #n (n int NOT NULL); INSERT #n VALUES (1),(2),(3),(4),(5),(6),(7),(8),(9),(10); BEGIN TRAN; UPDATE Candidates SET Forename = N'x' WHERE CandidateID = 1"); err != nil {
		t.Fatal(err)
	}
	const endless = "SELECT COUNT(*) FROM #n a, #n b, #n c, #n d, #n e, #n f, #n g, #n h, #n i, #n j, #n k, #n l"
	for name, query := range map[string]string{"while it runs": endless, "while it answers": strings.Replace(endless, "COUNT(*)", "a.n, b.n, c.n", 1)} {
		t.Run(name, func(t *testing.T) {
			before := srv.Cancelled()
			ctx, cancel := context.WithCancel(context.Background()) // a deadline would make the client give up the connection
			defer cancel()
			srv.Intercept(func(context.Context, tdsdouble.Statement) tdsdouble.Fate {
				time.AfterFunc(50*time.Millisecond, cancel) // counted from when the server has it
				return tdsdouble.Fate{}
			})
			rs, err := c.QueryContext(ctx, query)
			if err == nil {
				for rs.Next() {
				}
				err = rs.Err()
				_ = rs.Close()
			}
			srv.Intercept(nil)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			if srv.Cancelled() != before+1 {
				t.Errorf("%d cancelled, want %d", srv.Cancelled(), before+1)
			}
			if got := script(c, "SELECT @@TRANCOUNT, COUNT(*) FROM Candidates WHERE Forename = N'x'"); got != "1|1" {
				t.Errorf("the transaction afterwards: %s", got)
			}
		})
	}
	if got := script(c, "SET XACT_ABORT ON"); got != "" {
		t.Error(got)
	}
	ctx, cancel := context.WithCancel(context.Background())
	g := srv.Pause("SELECT 'held'")
	go func() {
		<-g.Reached()
		cancel()
	}()
	if _, err := c.ExecContext(ctx, "SELECT 'held'"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got := script(c, "SELECT @@TRANCOUNT"); got != "0" {
		t.Errorf("with XACT_ABORT the transaction stays: %s", got)
	}
}

func TestLostReplies(t *testing.T) {
	ctx := context.Background()
	update := func(db *sql.DB) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		if _, err := tx.Exec("UPDATE Candidates SET Forename = N'new' WHERE CandidateID = 1"); err != nil {
			return err
		}
		return tx.Commit()
	}
	for _, c := range []struct {
		name  string
		fault func(*tdsdouble.Server)
		want  string
	}{
		{"before the commit", (*tdsdouble.Server).DropBeforeCommit, "Anna"},
		{"after the commit", (*tdsdouble.Server).DropAfterCommit, "new"},
		{"in the middle", func(s *tdsdouble.Server) { s.DropAfter(1) }, "Anna"},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv, db := start(t)
			if err := db.Ping(); err != nil {
				t.Fatal(err)
			}
			c.fault(srv)
			if err := update(db); err == nil || number(err) != 0 {
				t.Errorf("got %v", err)
			}
			srv.Intercept(nil)
			if got := srv.Query(t, "test", "SELECT Forename FROM Candidates WHERE CandidateID = 1"); got[0][0] != c.want {
				t.Errorf("afterwards %v, want %s", got[0][0], c.want)
			}
		})
	}
	t.Run("an injected error", func(t *testing.T) {
		srv, db := start(t)
		srv.Intercept(func(_ context.Context, st tdsdouble.Statement) tdsdouble.Fate {
			if strings.HasPrefix(st.SQL, "UPDATE") {
				return tdsdouble.Fate{Error: &tdsdouble.Error{Number: 1205, Class: 13, State: 51, Message: "deadlock"}}
			}
			return tdsdouble.Fate{}
		})
		if err := update(db); number(err) != 1205 {
			t.Errorf("got %v", err)
		}
		sts := srv.Statements()
		if last := sts[len(sts)-1]; last.Kind != tdsdouble.Rollback {
			t.Errorf("last request %+v", last)
		}
	})
	t.Run("a broken connection", func(t *testing.T) {
		srv, db := start(t)
		g := srv.Pause("SELECT 1")
		done := make(chan error)
		go func() {
			_, err := db.Exec("SELECT 1")
			done <- err
		}()
		<-g.Reached()
		srv.Disconnect()
		if err := <-done; err == nil {
			t.Error("no error")
		}
		g.Open()
	})
}

func TestLogin(t *testing.T) {
	for name, o := range map[string]tdsdouble.Options{
		"plain":           {},
		"encrypted":       {TLS: true},
		"encrypted login": {TLS: true, LoginOnly: true},
	} {
		t.Run(name, func(t *testing.T) {
			o.Users = map[string]string{"sa": "Pä55 {word}", "guest": "x"}
			o.Databases = []string{"one", "two"}
			o.Deny = map[string][]string{"guest": append(tdsdouble.ReadOnly(), "CONNECT ON two")}
			srv := tdsdouble.Start(t, o)
			srv.Exec(t, "one", "CREATE TABLE t (n int)")
			if got, err := rows(open(t, srv, "sa", "two"), "SELECT DB_NAME(), REPLICATE(N'x', 4000)"); err != nil || got != "two|"+strings.Repeat("x", 4000) {
				t.Errorf("%.20s %v", got, err)
			}
			if got, err := rows(open(t, srv, "guest", ""), "SELECT DB_NAME(), HAS_DBACCESS('two')"); err != nil || got != "one|0" {
				t.Errorf("%s %v", got, err)
			}
			guest := open(t, srv, "guest", "one")
			if _, err := guest.Exec("INSERT t VALUES (1)"); number(err) != 229 {
				t.Errorf("a write of a reader: %v", err)
			}
			if _, err := guest.Exec("USE two"); number(err) != 916 {
				t.Errorf("a database withheld: %v", err)
			}
			if _, err := guest.Exec("CREATE TABLE u (n int)"); number(err) != 262 {
				t.Errorf("a definition of a reader: %v", err)
			}
			if err := open(t, srv, "guest", "two").Ping(); number(err) != 18456 {
				t.Errorf("a login to it: %v", err)
			}
			if err := open(t, srv, "sa", "three").Ping(); number(err) != 18456 {
				t.Errorf("an unknown database: %v", err)
			}
			bad, err := sql.Open("sqlserver", strings.Replace(srv.URL("guest", "one"), "guest:x", "guest:y", 1))
			if err != nil {
				t.Fatal(err)
			}
			defer bad.Close()
			if err := bad.Ping(); number(err) != 18456 {
				t.Errorf("a wrong password: %v", err)
			}
		})
	}
}

func TestWaitFor(t *testing.T) {
	_, db := start(t)
	if err := db.Ping(); err != nil { // the deadline is for the batch, and not for the connection
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if _, err := db.ExecContext(ctx, "WAITFOR DELAY '00:00:00.001'; WAITFOR DELAY '01:00:00'"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestTooManyParameters(t *testing.T) {
	_, db := start(t)
	for n, want := range map[int]int32{2097: 0, 2101: 8003} {
		args := make([]any, n)
		for i := range args {
			args[i] = i
		}
		if _, err := rows(db, "SELECT @p1", args...); number(err) != want {
			t.Errorf("%d parameters: %v", n, err)
		}
	}
}
