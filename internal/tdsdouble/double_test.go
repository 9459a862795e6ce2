package tdsdouble_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"

	"dossier/internal/leak"
	"dossier/internal/tdsdouble"
)

func TestMain(m *testing.M) { leak.Main(m) }

const schema = `
CREATE TABLE dbo.Candidates (
	CandidateID int IDENTITY(1,1) NOT NULL CONSTRAINT PK_Candidates PRIMARY KEY,
	CandidateNo varchar(20) NOT NULL CONSTRAINT UQ_CandidateNo UNIQUE,
	Forename nvarchar(50) NULL,
	Surname nvarchar(50) NULL,
	DOB date NULL,
	Email varchar(100) NULL,
	Fee decimal(10,2) NULL,
	Active bit NOT NULL DEFAULT 1,
	Changed datetime NULL
);
CREATE TABLE dbo.Claims (
	ClaimID int IDENTITY PRIMARY KEY,
	CandidateID int NOT NULL CONSTRAINT FK_Claims_Candidates FOREIGN KEY REFERENCES dbo.Candidates(CandidateID),
	ClaimDate datetime2(3) NULL
);
INSERT dbo.Candidates (CandidateNo, Forename, Surname, DOB, Email, Fee, Changed) VALUES
	('A1', N'Anna', N'Łukaszewicz', '1990-02-03', 'anna@example.org', 12.5, '2020-01-02T03:04:05.677'),
	('A2', N'Zoë', N'Smith', NULL, 'ZOE@example.org', NULL, NULL);
INSERT dbo.Claims (CandidateID, ClaimDate) VALUES (1, '2021-05-06 07:08:09.123');
`

func open(t *testing.T, srv *tdsdouble.Server, user, database string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlserver", srv.URL(user, database))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func start(t *testing.T) (*tdsdouble.Server, *sql.DB) {
	srv := tdsdouble.Start(t, tdsdouble.Options{})
	srv.Exec(t, "test", schema)
	return srv, open(t, srv, "sa", "test")
}

func number(err error) int32 {
	var e mssql.Error
	if errors.As(err, &e) {
		return e.Number
	}
	return 0
}

func TestQuery(t *testing.T) {
	_, db := start(t)
	var id int
	var fore, sur string
	var dob, changed time.Time
	var fee string
	var active bool
	err := db.QueryRow("SELECT CandidateID, Forename, Surname, DOB, Fee, Active, Changed FROM dbo.Candidates WHERE CandidateNo = @p1", mssql.VarChar("a1 ")).
		Scan(&id, &fore, &sur, &dob, &fee, &active, &changed)
	if err != nil {
		t.Fatal(err)
	}
	if id != 1 || fore != "Anna" || sur != "Łukaszewicz" || dob.Format("2006-01-02") != "1990-02-03" || fee != "12.50" || !active || changed.Format("05.000") != "05.677" {
		t.Errorf("got %v %v %v %v %v %v %v", id, fore, sur, dob, fee, active, changed)
	}
}

func TestTransactions(t *testing.T) {
	_, db := start(t)
	ctx := context.Background()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := tx.Exec("UPDATE c SET Forename = @p1 FROM dbo.Candidates AS c JOIN dbo.Claims AS k ON k.CandidateID = c.CandidateID", "Anne")
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := res.RowsAffected(); n != 1 {
		t.Errorf("%d rows", n)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	var name string
	if err := db.QueryRow("SELECT Forename FROM Candidates WHERE CandidateID = 1").Scan(&name); err != nil || name != "Anna" {
		t.Errorf("%q %v", name, err)
	}
	_, err = db.Exec("DELETE FROM Candidates WHERE CandidateID = @p1", 1)
	if number(err) != 547 {
		t.Errorf("got %v", err)
	}
}

func TestCancel(t *testing.T) {
	srv, db := start(t)
	ctx, cancel := context.WithCancel(context.Background())
	srv.Intercept(func(context.Context, tdsdouble.Statement) tdsdouble.Fate {
		cancel()
		return tdsdouble.Fate{}
	})
	_, err := db.ExecContext(ctx, "WAITFOR DELAY '00:10:00'")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	srv.Intercept(nil)
	if srv.Cancelled() != 1 {
		t.Errorf("%d cancelled", srv.Cancelled())
	}
	if err := db.Ping(); err != nil {
		t.Error(err)
	}
}

func TestBulk(t *testing.T) {
	_, db := start(t)
	ctx := context.Background()
	c, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, "CREATE TABLE #v (n int NOT NULL, v nvarchar(40) NOT NULL)"); err != nil {
		t.Fatal(err)
	}
	st, err := c.PrepareContext(ctx, mssql.CopyIn("#v", mssql.BulkOptions{}, "n", "v"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 1000 {
		if _, err := st.ExecContext(ctx, i, "A1"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := st.ExecContext(ctx); err != nil {
		t.Fatal(err)
	}
	_ = st.Close()
	var n int
	if err := c.QueryRowContext(ctx, "SELECT COUNT(*) FROM #v v JOIN Candidates c ON c.CandidateNo = v.v").Scan(&n); err != nil || n != 1000 {
		t.Errorf("%d %v", n, err)
	}
}
