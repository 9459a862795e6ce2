package journal

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"dossier/connectors"
	"dossier/locate"
	"dossier/request"
)

const childFolder = "DOSSIER_TEST_JOURNAL_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		writeUntilKilled(dir)
		return
	}
	goleak.VerifyTestMain(m)
}

var testTime = time.Date(2026, 3, 2, 9, 30, 0, 123000000, time.UTC)

func open(t testing.TB, dir string) *Journal {
	t.Helper()
	j, err := Open(t.Context(), dir, func() time.Time { return testTime })
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

var testRequest = request.Request{
	Kind: request.Access, Received: time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), Reason: "PLANTED reason", Operator: "Pat",
	Subject: locate.Subject{Identifiers: []locate.Identifier{{Kind: "email", Value: "PLANTED@example.org"}}, Controller: "PLANTED client"},
}

func newRequest(t testing.TB, j *Journal) (made request.Request) {
	t.Helper()
	update(t, j, func(tx *Tx) (err error) {
		made, err = tx.NewRequest(testRequest)
		return err
	})
	return made
}

var testRef = connectors.Ref{System: "qlms", Place: "PLANTED \xff place", Entity: "candidates", Key: []string{"PLANTED key \xfe", ""}}

var testFinding = Finding{
	Searched: testTime,
	Matches: []locate.Match{{
		Record: connectors.Record{Ref: testRef, At: "row 17", Fields: connectors.Fields{
			Names: []string{"a", "b", "c", "d", "e", "f"},
			Values: []connectors.Value{connectors.Text("PLANTED text"), connectors.Null, connectors.List("PLANTED item", "\xff"),
				connectors.Stream(7, sha256.Sum256([]byte("content"))), connectors.Text("\xff\x00 no utf-8"), connectors.Text("")},
		}},
		Score: 0.75, Certain: true, Time: testTime,
		Evidence: []locate.Evidence{{Identifier: "email", Field: "a", Agrees: true, Words: "PLANTED words", Bits: 3.5}},
		Path:     []locate.Step{{Identifier: locate.Identifier{Kind: "email", Value: "PLANTED path"}, From: testRef}},
		Parent:   &testRef,
	}, {Record: connectors.Record{Ref: connectors.Ref{System: "x"}}, Time: testTime}},
	Coverage: []locate.Coverage{{System: "qlms", State: locate.Partly, Gaps: []connectors.Gap{{Place: "p", Why: "PLANTED why"}}, Started: testTime}},
}

var testDecision = Decision{Record: testRef, Decision: "rejected", Note: "PLANTED note", Operator: "Pat"}

func TestRequests(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	j := open(t, dir)
	first := newRequest(t, j)
	second := newRequest(t, j)
	if first.ID != "SAR-2026-0001" || second.ID != "SAR-2026-0002" {
		t.Errorf("ids %s and %s", first.ID, second.ID)
	}
	update(t, j, func(tx *Tx) error { return tx.SetState(first.ID, request.Searched) })
	j.now = func() time.Time { return testTime.AddDate(1, 0, 0) }
	if next := newRequest(t, j); next.ID != "SAR-2027-0001" {
		t.Errorf("the first of another year is %s", next.ID)
	}
	j.Close()
	j = open(t, dir)
	got, err := j.Request(t.Context(), first.ID)
	if err != nil {
		t.Fatal(err)
	}
	first.State = request.Searched
	if diff := cmp.Diff(first, got); diff != "" {
		t.Error(diff)
	}
	all, err := j.Requests(t.Context())
	if err != nil || len(all) != 3 || all[0].ID != "SAR-2027-0001" || all[2].ID != first.ID {
		t.Errorf("%v, %v", all, err)
	}
	if _, err := j.Request(t.Context(), "SAR-2026-0099"); !errors.Is(err, ErrNoRequest) {
		t.Errorf("no such request: %v", err)
	}
	if err := j.Update(t.Context(), func(tx *Tx) error { return tx.SetState("SAR-2026-0099", request.Closed) }); !errors.Is(err, ErrNoRequest) {
		t.Errorf("state of no such request: %v", err)
	}
}

func TestFinding(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "state"))
	r := newRequest(t, j)
	if _, err := j.Finding(t.Context(), r.ID); !errors.Is(err, ErrNotSearched) {
		t.Errorf("before any search: %v", err)
	}
	if _, err := j.Finding(t.Context(), "SAR-2026-0099"); !errors.Is(err, ErrNoRequest) {
		t.Errorf("no such request: %v", err)
	}
	for range 2 { // the second in the place of the first
		update(t, j, func(tx *Tx) error { return tx.SaveFinding(r.ID, testFinding) })
	}
	got, err := j.Finding(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(testFinding, got, cmp.Comparer(connectors.Value.Equal)); diff != "" {
		t.Error(diff)
	}
}

func TestDecisions(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "state"))
	r := newRequest(t, j)
	for _, d := range []string{"accepted", "rejected"} {
		testDecision.Decision = d
		update(t, j, func(tx *Tx) error { return tx.Decide(r.ID, testDecision) })
	}
	want := testDecision
	want.Time = testTime
	got, err := j.Decisions(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]Decision{testRef.ID(): want}, got); diff != "" {
		t.Error(diff)
	}
	update(t, j, func(tx *Tx) error { return tx.Decide(r.ID, Decision{Record: testRef}) })
	if got, err := j.Decisions(t.Context(), r.ID); err != nil || len(got) != 0 {
		t.Errorf("taken back: %v, %v", got, err)
	}
}

func TestLogIsAppendOnly(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "state"))
	r := newRequest(t, j)
	if err := j.Log(t.Context(), Entry{Operator: "Pat", What: "checked"}); err != nil {
		t.Fatal(err)
	}
	undone := errors.New("undone")
	err := j.Update(t.Context(), func(tx *Tx) error {
		if err := tx.Log(Entry{Operator: "Pat", What: "never happened"}); err != nil {
			t.Fatal(err)
		}
		return undone
	})
	if !errors.Is(err, undone) {
		t.Error(err)
	}
	if err := j.Log(t.Context(), Entry{Operator: "Pat", Request: r.ID, System: "qlms", What: "searched", Details: json.RawMessage(`{"records":2}`)}); err != nil {
		t.Fatal(err)
	}
	all, err := j.Entries(t.Context(), "")
	if err != nil || len(all) != 2 || all[0].Seq != 1 || all[1].Seq != 2 || !all[1].Time.Equal(testTime) {
		t.Errorf("%+v, %v", all, err)
	}
	of, err := j.Entries(t.Context(), r.ID)
	if err != nil || len(of) != 1 || of[0].What != "searched" || string(of[0].Details) != `{"records":2}` {
		t.Errorf("%+v, %v", of, err)
	}
	for _, q := range []string{`UPDATE log SET what = 'x'`, `DELETE FROM log`} {
		if _, err := j.write.ExecContext(t.Context(), q); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", q, err)
		}
	}
	if err := j.Log(t.Context(), Entry{What: "by nobody"}); err == nil {
		t.Error("an entry without an operator was taken")
	}
}

func TestReferences(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "state"))
	a, b := newRequest(t, j), newRequest(t, j)
	refer := func(id string, ref connectors.Ref) (s string) {
		update(t, j, func(tx *Tx) (err error) { s, _, err = tx.Found(id, ref); return err })
		return s
	}
	one := refer(a.ID, testRef)
	if one != refer(a.ID, testRef) {
		t.Error("the same record has two references")
	}
	if one == refer(b.ID, testRef) || one == refer(a.ID, connectors.Ref{System: "qlms"}) {
		t.Error("two have the same reference")
	}
	update(t, j, func(tx *Tx) error {
		if _, found, err := tx.Found(a.ID, testRef); found || err != nil {
			t.Errorf("found before any search: %v, %v", found, err)
		}
		if err := tx.SaveFinding(a.ID, testFinding); err != nil {
			return err
		}
		if _, found, err := tx.Found(a.ID, testRef); !found || err != nil {
			t.Errorf("not found: %v, %v", found, err)
		}
		return nil
	})
}

// Nothing personal stands in any byte of the folder but the key's.
func TestPersonalDataIsSealed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	j := open(t, dir)
	r := newRequest(t, j)
	update(t, j, func(tx *Tx) error {
		record, _, err := tx.Found(r.ID, testRef)
		return errors.Join(err, tx.SaveFinding(r.ID, testFinding), tx.Decide(r.ID, testDecision),
			tx.Log(Entry{Operator: "Pat", Request: r.ID, What: "decided", Details: json.RawMessage(`{"record":"` + record + `"}`)}))
	})
	look := func() {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(filepath.Join(dir, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(b, []byte("PLANTED")) {
				t.Errorf("%s holds personal data", f.Name())
			}
			if info, _ := f.Info(); runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s may be read by others: %v", f.Name(), info.Mode())
			}
		}
	}
	look()
	j.Close()
	look()
}

func TestSealedRowsAreBoundToTheirPlace(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "state"))
	a, b := newRequest(t, j), newRequest(t, j)
	update(t, j, func(tx *Tx) error {
		return errors.Join(tx.SaveFinding(a.ID, testFinding), tx.Decide(a.ID, testDecision))
	})
	for name, q := range map[string]string{
		"a request's data under another": `UPDATE requests SET sealed = (SELECT sealed FROM requests WHERE id = 'SAR-2026-0001') WHERE id = 'SAR-2026-0002'`,
		"a request's key under another":  `UPDATE requests SET key = (SELECT key FROM requests WHERE id = 'SAR-2026-0001') WHERE id = 'SAR-2026-0002'`,
		"two matches swapped":            `UPDATE matches SET sealed = (SELECT sealed FROM matches WHERE n = 1) WHERE n = 0`,
		"a decision turned round":        `UPDATE decisions SET decision = 'accepted'`,
		"a byte lost":                    `UPDATE requests SET sealed = substr(sealed, 2)`,
		"nothing left":                   `UPDATE requests SET sealed = x''`,
	} {
		t.Run(name, func(t *testing.T) {
			testDecision.Decision = "rejected"
			update(t, j, func(tx *Tx) error {
				return errors.Join(tx.SaveFinding(a.ID, testFinding), tx.Decide(a.ID, testDecision))
			})
			tx, err := j.write.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := tx.Exec(q); err != nil {
				t.Fatal(err)
			}
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
			_, errA := j.Request(t.Context(), b.ID)
			_, errB := j.Finding(t.Context(), a.ID)
			_, errC := j.Decisions(t.Context(), a.ID)
			if err := errors.Join(errA, errB, errC); err == nil || !strings.Contains(err.Error(), "changed from outside") {
				t.Errorf("not noticed: %v", err)
			}
		})
	}
}

func TestKeys(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(t *testing.T, path string)
		want  string
	}{
		{"missing", func(t *testing.T, path string) { os.Remove(path) }, "is missing"},
		{"another's", func(t *testing.T, path string) {
			os.Remove(path)
			if err := makeKey(path); err != nil {
				t.Fatal(err)
			}
		}, "another journal"},
		{"damaged", func(t *testing.T, path string) { os.WriteFile(path, []byte("00ff"), 0o600) }, "is no key"},
		{"open to others", func(t *testing.T, path string) { os.Chmod(path, 0o644) }, "chmod 600"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "open to others" && runtime.GOOS == "windows" {
				t.Skip("Windows has no such modes")
			}
			dir := filepath.Join(t.TempDir(), "state")
			open(t, dir).Close()
			tt.spoil(t, filepath.Join(dir, keyName))
			if _, err := Open(t.Context(), dir, time.Now); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestFolders(t *testing.T) {
	t.Run("an empty one is closed to others", func(t *testing.T) {
		dir := filepath.Join(t.TempDir(), "odd ?name#100%")
		os.Mkdir(dir, 0o755)
		open(t, dir)
		if info, _ := os.Stat(dir); runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
			t.Errorf("%v", info.Mode())
		}
		if _, err := os.Stat(filepath.Join(dir, dataName)); err != nil {
			t.Error(err)
		}
	})
	t.Run("one in use is refused", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("Windows has no such modes")
		}
		dir := t.TempDir()
		os.WriteFile(filepath.Join(dir, "x"), nil, 0o600)
		os.Chmod(dir, 0o755)
		if _, err := Open(t.Context(), dir, time.Now); err == nil || !strings.Contains(err.Error(), "chmod 700") {
			t.Error(err)
		}
	})
	t.Run("a file is refused", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x")
		os.WriteFile(path, nil, 0o600)
		if _, err := Open(t.Context(), path, time.Now); err == nil {
			t.Error("no error")
		}
	})
	t.Run("what is no database is refused", func(t *testing.T) {
		dir := t.TempDir()
		os.Chmod(dir, 0o700)
		os.WriteFile(filepath.Join(dir, dataName), bytes.Repeat([]byte("no database "), 1000), 0o600)
		if _, err := Open(t.Context(), dir, time.Now); err == nil || !strings.Contains(err.Error(), "cannot be opened") {
			t.Error(err)
		}
	})
}

func TestNewerJournalIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	j := open(t, dir)
	if _, err := j.write.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`); err != nil {
		t.Fatal(err)
	}
	j.Close()
	if _, err := Open(t.Context(), dir, time.Now); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "schema 99") {
		t.Error(err)
	}
}

func TestManyAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	var g errgroup.Group
	const writers, each = 4, 5
	for range writers { // each opens the journal, as several processes would, one of them first
		g.Go(func() error {
			j, err := Open(t.Context(), dir, time.Now)
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
	j := open(t, dir)
	all, err := j.Requests(t.Context())
	if err != nil || len(all) != writers*each {
		t.Errorf("%d requests, %v", len(all), err)
	}
	entries, err := j.Entries(t.Context(), "")
	if err != nil || len(entries) != writers*each || entries[len(entries)-1].Seq != writers*each {
		t.Errorf("%d entries, %v", len(entries), err)
	}
}

func TestCancelled(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "state"))
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
}

// writeUntilKilled is the child of TestKilledWhileWriting: it tells each entry once it is kept.
func writeUntilKilled(dir string) {
	j, err := Open(context.Background(), dir, time.Now)
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
	dir := filepath.Join(t.TempDir(), "state")
	for round := range 3 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childFolder+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		before := 0
		if round > 0 {
			before = count(t, dir)
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
		if got := count(t, dir); got < before+kept {
			t.Errorf("%d entries of at least %d", got, before+kept)
		}
	}
}

// count opens the journal, checks that it is whole and returns how many requests it holds.
func count(t *testing.T, dir string) int {
	t.Helper()
	j := open(t, dir)
	defer j.Close()
	var ok string
	if err := j.read.QueryRow(`PRAGMA integrity_check`).Scan(&ok); err != nil || ok != "ok" {
		t.Errorf("%s, %v", ok, err)
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

func TestKeyIsMadeOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), keyName)
	for range 2 {
		if err := makeKey(path); err != nil {
			t.Fatal(err)
		}
	}
	first, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	makeKey(path)
	if again, _ := os.ReadFile(path); !bytes.Equal(first, again) {
		t.Error("the key was replaced")
	}
	if _, err := readKey(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func FuzzDecodeMatch(f *testing.F) {
	for _, m := range testFinding.Matches {
		b, err := encodeMatch(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"values":[{"s":{"sha256":"zz"}}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := decodeMatch(b)
		if err != nil {
			return
		}
		again, err := encodeMatch(m)
		if err != nil {
			t.Skip() // a time beyond the year 9999
		}
		if _, err := decodeMatch(again); err != nil {
			t.Errorf("what was read is not read again: %v", err)
		}
	})
}
