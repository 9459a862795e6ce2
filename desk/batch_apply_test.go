package desk

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"dossier/act"
	"dossier/connectors"
	"dossier/internal/journal"
)

// approved approves a plan and applies it.
func approveAndApply(t *testing.T, d *Desk, plan string) (map[string][]Event, error) {
	t.Helper()
	if _, err := gather(d.Approve(t.Context(), plan, "CHG-1")); err != nil {
		t.Fatal(err)
	}
	return gather(d.Apply(t.Context(), plan))
}

// The canary goes first; people whose records changed behind the plan are set aside; everybody else is erased.
func TestBatchJourney(t *testing.T) {
	d, dir, members := batchEstate(t, 60)
	d = as(t, d, "Pat")
	if _, err := d.InitOperator(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	d.register.Batches.Canary = 2
	rows := [][]string{{"membership_number", "surname", "given_name", "birth_date"}}
	for _, p := range members[:12] {
		rows = append(rows, []string{one(p, "membership_number"), one(p, "family_name"), one(p, "given_name"), one(p, "birth_date")})
	}
	got, err := gather(d.PlanBatch(t.Context(), NewBatch{Action: act.Erase, Ground: "17(1)(a)", Reason: "left", File: writeTable(t, dir, rows...), Leave: true}))
	if len(got["batch"]) != 1 {
		t.Fatal(got["problem"], err)
	}
	b := got["batch"][0].(BatchPlanned)
	canary, rest := b.Plans[0].Plan, b.Plans[1].Plan
	if _, err := approveAndApply(t, d, rest); !errors.Is(err, ErrWaiting) {
		t.Errorf("the others before the canary: %v", err)
	}
	if _, err := approveAndApply(t, d, canary); !errors.Is(err, ErrWaiting) { // its tasks are open
		t.Fatal(err)
	}
	if _, err := gather(d.Apply(t.Context(), rest)); !errors.Is(err, ErrWaiting) {
		t.Errorf("the others before the canary is verified: %v", err)
	}
	verdicts, err := gather(d.Verify(t.Context(), canary))
	if p, _, _ := d.journal.Plan(t.Context(), canary); p.State != journal.PlanVerified {
		for _, v := range verdicts["verdict"] {
			t.Logf("%+v", v)
		}
		t.Fatalf("the canary is %s: %v", p.State, err)
	}
	if s, err := d.BatchStatus(t.Context(), b.Batch); err != nil || s.Plans[1].Waits || s.Tasks == 0 || s.From != "leavers.csv" || !s.Told.IsZero() {
		t.Errorf("%+v, %v", s, err)
	}
	drifted := driftOne(t, d, rest)
	events, err := gather(d.Apply(t.Context(), rest))
	if !errors.Is(err, ErrPartly) {
		t.Errorf("%v", err)
	}
	applied := events["applied"][0].(Applied)
	if applied.Aside != 1 || applied.Made >= applied.Changes || applied.Whole != applied.Systems {
		t.Errorf("%+v", applied)
	}
	path := filepath.Join(dir, "result.xlsx")
	result, err := gather(d.BatchResult(t.Context(), b.Batch, path))
	if err != nil {
		t.Fatal(err)
	}
	sum := result["summary"][0].(BatchSummary)
	if sum.People != 12 || sum.Done == 0 || sum.Done >= sum.Records || sum.Results[drifted.System]["not done"]+sum.Results[drifted.System]["in part"] != 1 {
		t.Errorf("%+v", sum)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if lines, err := book.GetRows("Result"); err != nil || len(lines) < 30 {
		t.Errorf("%d rows, %v", len(lines), err)
	}
	if _, err := gather(d.BatchResult(t.Context(), b.Batch, path)); err == nil {
		t.Error("a file was overwritten")
	}
}

// driftOne changes a record of one person that a plan is about to change, in ProDrive, which is changed last.
func driftOne(t *testing.T, d *Desk, plan string) connectors.Ref {
	t.Helper()
	_, _, lines, err := act.Read(t.Context(), d.journal, plan)
	if err != nil {
		t.Fatal(err)
	}
	for l, err := range lines {
		if err != nil {
			t.Fatal(err)
		}
		if l.Does != act.Anonymise || l.Record.System != "prodrive" {
			continue
		}
		files, err := filepath.Glob(filepath.Join(d.register.Dir, "*", l.Record.Place))
		if err != nil || len(files) != 1 {
			t.Fatal(files, err)
		}
		db, err := sql.Open("sqlite", files[0])
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		system, _ := d.register.System("prodrive")
		e, _ := system.Entity(l.Record.Entity)
		n, err := db.ExecContext(context.Background(), `UPDATE "`+e.Table+`" SET "`+l.Change.After.Names[0]+`" = 'changed' WHERE "`+e.Key[0]+`" = ?`, l.Record.Key[0])
		if err != nil {
			t.Fatal(err)
		}
		if rows, _ := n.RowsAffected(); rows != 1 {
			t.Fatalf("%d records were changed", rows)
		}
		return l.Record
	}
	t.Fatal("the plan changes nothing of ProDrive")
	return connectors.Ref{}
}
