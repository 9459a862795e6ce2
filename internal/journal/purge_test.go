package journal

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"dossier/request"
)

// full records a request with something in every table that holds personal data, and returns it with the bytes that are to
// be gone after a purge: its wrapped key, and every sealed one.
func full(t *testing.T, j *Journal) (request.Request, [][]byte) {
	t.Helper()
	r := newRequest(t, j)
	var plan Plan
	update(t, j, func(tx *Tx) (err error) {
		if err := errors.Join(tx.SaveFinding(r.ID, testFinding), tx.SaveSpecial(r.ID, []string{"special"}), tx.Decide(r.ID, testDecision)); err != nil {
			return err
		}
		if plan, err = tx.NewPlan(r.ID, "Pat", []byte("PLANTED head")); err != nil {
			return err
		}
		if err := errors.Join(tx.AddLines(plan.ID, [][]byte{[]byte("PLANTED line")}), tx.SealPlan(plan.ID, "digest")); err != nil {
			return err
		}
		_, err = tx.exec(`INSERT INTO steps (plan, system, first, last, changes, state, attempts, sealed) VALUES (?,?,?,?,?,?,?,?)`,
			plan.ID, "qlms", 1, 1, 1, "made", 1, []byte("SEALED step of "+r.ID))
		if err != nil {
			return err
		}
		_, err = tx.exec(`INSERT INTO receipts (plan, line, step, result, time, sealed) VALUES (?,?,?,?,?,?)`, plan.ID, 1, 1, "done", "", []byte("SEALED receipt of "+r.ID))
		if err != nil {
			return err
		}
		_, err = tx.exec(`INSERT INTO tasks (id, plan, n, system, due, made, done, done_by, sealed) VALUES (?,?,?,?,?,?,?,?,?)`,
			plan.ID+"/T1", plan.ID, 1, "paper", "", "", "", "", []byte("SEALED task of "+r.ID))
		return errors.Join(err, tx.KeepVerification(Verification{Plan: plan.ID, Operator: "Pat", Verdicts: []byte("PLANTED verdicts")}))
	})
	var gone [][]byte
	for table, where := range map[string]string{"requests": `id = ?`, "plans": `request = ?`, "findings": `request = ?`, "special": `request = ?`, "matches": `request = ?`,
		"decisions": `request = ?`, "plan_lines": ofItsPlans, "steps": ofItsPlans, "receipts": ofItsPlans, "tasks": ofItsPlans, "verdicts": ofItsPlans} {
		columns := []string{"sealed"}
		if table == "requests" {
			columns = append(columns, "key")
		}
		for _, column := range columns {
			rows, err := j.query(t.Context(), `SELECT `+column+` FROM `+table+` WHERE `+where, r.ID)
			if err != nil {
				t.Fatal(err)
			}
			for rows.Next() {
				var b []byte
				if err := rows.Scan(&b); err != nil {
					t.Fatal(err)
				}
				gone = append(gone, b)
			}
			if err := errors.Join(rows.Err(), rows.Close()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(gone) < 12 {
		t.Fatalf("only %d sealed values", len(gone))
	}
	return r, gone
}

func TestPurge(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		r, gone := full(t, j)
		other, _ := full(t, j)
		entry := Entry{Operator: "Pat", Request: r.ID, What: "request purged"}
		set := func(q string, args ...any) {
			t.Helper()
			update(t, j, func(tx *Tx) error { _, err := tx.exec(q, args...); return err })
		}
		needed := func(why string) {
			t.Helper()
			if err := j.Purge(t.Context(), r.ID, entry); !errors.Is(err, ErrNeeded) || !bytes.Contains([]byte(err.Error()), []byte(why)) {
				t.Errorf("purged although %s: %v", why, err)
			}
		}
		needed("close it first")
		update(t, j, func(tx *Tx) error { return tx.SetState(r.ID, request.Closed) })
		needed("1 of its tasks are not done")
		set(`UPDATE tasks SET done = 'now'`)
		set(`UPDATE steps SET state = 'intended'`)
		needed("the outcome of 1 of its steps is open")
		set(`UPDATE steps SET state = 'made'`)
		set(`INSERT INTO originals (request, record, plan, line, sealed) VALUES (?,?,?,?,?)`, r.ID, "x", "p", 1, []byte("o"))
		needed("1 of its records are restricted")
		set(`DELETE FROM originals`)
		happened := func(what request.What) {
			t.Helper()
			update(t, j, func(tx *Tx) error { _, err := tx.NewStep(r.ID, request.Step{What: what}); return err })
		}
		happened(request.Complained)
		needed("1 complaints about it are not answered")
		happened(request.ComplaintAnswered)
		if err := j.Purge(t.Context(), "SAR-2026-0099", entry); !errors.Is(err, ErrNoRequest) {
			t.Error(err)
		}

		for range 2 { // the second cleans again
			if err := j.Purge(t.Context(), r.ID, entry); err != nil {
				t.Fatal(err)
			}
		}
		left := bytesOf(t, j, at)
		for i, b := range gone {
			if bytes.Contains(left, b) {
				t.Errorf("the files still hold the sealed value %d", i)
			}
		}
		got, err := j.Request(t.Context(), r.ID)
		if err != nil || got.State != request.Purged || len(got.Subject.Identifiers) > 0 || got.Reason != "" || !got.Received.Equal(r.Received) {
			t.Errorf("%+v, %v", got, err)
		}
		if all, err := j.Requests(t.Context()); err != nil || len(all) != 2 {
			t.Errorf("%v, %v", all, err)
		}
		if _, err := j.Finding(t.Context(), r.ID); !errors.Is(err, ErrPurged) {
			t.Errorf("its finding: %v", err)
		}
		if f, err := j.Finding(t.Context(), other.ID); err != nil || len(f.Matches) == 0 {
			t.Errorf("another's finding: %v", err)
		}
		if next := newRequest(t, j); next.ID != "SAR-2026-0003" {
			t.Errorf("the next is %s", next.ID)
		}
		report, err := j.VerifyLog(t.Context())
		if got := names(t, report, err); got != "" || report.Entries != 2 {
			t.Errorf("the log: %s, %+v", got, report)
		}
	})
}

// bytesOf returns every byte of the journal's files.
func bytesOf(t *testing.T, j *Journal, at Config) []byte {
	t.Helper()
	var all []byte
	if at.Postgres == "" {
		files, err := filepath.Glob(filepath.Join(at.Dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, b...)
		}
		return all
	}
	if _, err := j.write.Exec(`CHECKPOINT`); err != nil {
		t.Fatal(err)
	}
	for _, table := range tables(t, j, at) {
		var b []byte
		if err := j.read.QueryRow(fmt.Sprintf(`SELECT coalesce(pg_read_binary_file(pg_relation_filepath('%s'), 0, 1000000000, true), '')`, table)).Scan(&b); err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

func tables(t *testing.T, j *Journal, at Config) []string {
	t.Helper()
	q := `SELECT name FROM sqlite_schema WHERE type = 'table'`
	if at.Postgres != "" {
		q = `SELECT tablename FROM pg_tables WHERE schemaname = current_schema()`
	}
	rows, err := j.read.Query(q)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		all = append(all, name)
	}
	return all
}

// A table that holds personal data is emptied with its request, or says why not.
func TestNoTableIsForgotten(t *testing.T) {
	at := inFile(t)
	j := open(t, at)
	known := []string{}
	for _, o := range ofRequest {
		known = append(known, o.table)
	}
	for _, table := range tables(t, j, at) {
		var sealed int
		if err := j.read.QueryRow(`SELECT count(*) FROM pragma_table_info(?) WHERE name = 'sealed'`, table).Scan(&sealed); err != nil {
			t.Fatal(err)
		}
		if sealed > 0 && !slices.Contains(known, table) && outlasting[table] == "" {
			t.Errorf("the table %s holds personal data: say in ofRequest how it is emptied, or in outlasting why not", table)
		}
	}
}
