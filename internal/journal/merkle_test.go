package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"dossier/internal/logproof"
)

// write logs entries that differ.
func write(t testing.TB, j *Journal, what string, n int) {
	t.Helper()
	update(t, j, func(tx *Tx) error {
		for i := range n {
			if err := tx.Log(Entry{Operator: "Pat", What: what, Details: json.RawMessage(fmt.Sprintf(`{"n": %d}`, i))}); err != nil {
				return err
			}
		}
		return nil
	})
}

// names returns the problems of a report by name and entry.
func names(t testing.TB, r LogReport, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, p := range r.Problems {
		all = append(all, fmt.Sprintf("%s %d", p.Problem, p.Entry))
	}
	return strings.Join(all, ", ")
}

func TestTamperingIsNamed(t *testing.T) {
	const columns = `time, operator, request, system, what, details`
	forge := func(seq int, time string) string {
		return fmt.Sprintf(`INSERT INTO log (seq, `+columns+`) SELECT %d, %s, operator, request, system, 'forged', '' FROM log WHERE seq = 1`, seq, time)
	}
	cases := map[string]struct {
		do   []string
		want string // problem and entry, of each
	}{
		"nothing":             {nil, ""},
		"a word changed":      {[]string{`UPDATE log SET what = 'wrotf' WHERE seq = 3`}, "changed 3, forked 8"},
		"a number changed":    {[]string{`UPDATE log SET details = '{"n":9}' WHERE seq = 7`}, "changed 7, forked 8"},
		"an hour changed":     {[]string{`UPDATE log SET time = '2026-03-02T08:30:00.123000000Z' WHERE seq = 1`}, "changed 1, forked 8"},
		"an entry dropped":    {[]string{`DELETE FROM log WHERE seq = 4`}, "dropped 4, truncated 8"},
		"two entries dropped": {[]string{`DELETE FROM log WHERE seq IN (4, 5)`}, "dropped 4, dropped 5, truncated 8"},
		"dropped, and the rest renumbered": {[]string{`DELETE FROM log WHERE seq = 4`, `UPDATE log SET seq = -seq WHERE seq > 4`,
			`UPDATE log SET seq = -seq - 1 WHERE seq < 0`}, "dropped 4, truncated 8"},
		"two entries exchanged": {[]string{`UPDATE log SET seq = 99 WHERE seq = 2`, `UPDATE log SET seq = 2 WHERE seq = 5`,
			`UPDATE log SET seq = 5 WHERE seq = 99`}, "moved 2, moved 5, forked 8"},
		"an entry inserted": {[]string{`UPDATE log SET seq = -seq WHERE seq > 4`, `UPDATE log SET seq = -seq + 1 WHERE seq < 0`,
			forge(5, "time")}, "inserted 5, forked 8"},
		"an entry appended":          {[]string{forge(9, "time")}, "inserted 9"},
		"a time that is none":        {[]string{forge(9, "'noon'")}, "inserted 9"},
		"the end cut off":            {[]string{`DELETE FROM log WHERE seq > 6`}, "truncated 7, truncated 8"},
		"the end cut off everywhere": {[]string{`DELETE FROM log WHERE seq > 6`, `DELETE FROM tree WHERE n > 9`}, "truncated 8"},
		"everything cut off":         {[]string{`DELETE FROM log`, `DELETE FROM tree`}, "truncated 8"},
		"a hash changed":             {[]string{`UPDATE tree SET hash = (SELECT hash FROM tree WHERE n = 1) WHERE n = 2`}, "tree 0"},
		"a hash gone":                {[]string{`DELETE FROM tree WHERE n = 2`}, "tree 0"},
		"a hash too many":            {[]string{`INSERT INTO tree (n, hash) SELECT 99, hash FROM tree WHERE n = 2`}, "tree 0"},
		"the checkpoint gone":        {[]string{`DELETE FROM checkpoint`}, "checkpoint 0"},
		"the checkpoint changed":     {[]string{`UPDATE checkpoint SET note = replace(note, '8', '7')`}, "checkpoint 0"},
	}
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		write(t, j, "wrote", 8)
		off := []string{`DROP TRIGGER log_is_not_changed`, `DROP TRIGGER log_is_not_shortened`}
		if at.Postgres != "" {
			off = []string{`DROP TRIGGER log_is_append_only ON log`}
		}
		for name, tt := range cases {
			t.Run(name, func(t *testing.T) {
				tx, err := j.write.BeginTx(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				defer tx.Rollback()
				for _, s := range append(off[:len(off):len(off)], tt.do...) {
					if _, err := tx.Exec(s); err != nil {
						t.Fatalf("%s: %v", s, err)
					}
				}
				report, err := j.verifyLog(t.Context(), j.asks(tx), func(memory, adder) error { return nil })
				if got := names(t, report, err); got != tt.want {
					t.Errorf("%s, want %s", got, tt.want)
				}
				if problem, _, _ := strings.Cut(tt.want, " "); !slices.Contains([]string{Truncated, Inserted, Signature}, problem) {
					return // seen only by reading every entry
				}
				change := &Tx{asker: j.asks(tx), ctx: t.Context(), j: j}
				if err := change.Log(Entry{Operator: "Pat", What: "on top"}); err == nil {
					t.Error("the program writes on after it")
				}
			})
		}
		report, err := j.VerifyLog(t.Context())
		if got := names(t, report, err); got != "" || report.Entries != 8 {
			t.Errorf("at the end: %s, %+v", got, report)
		}
	})
}

// Any byte of the file that holds a part of an entry: turned round, it is found out.
func TestFlippedBytes(t *testing.T) {
	at := inFile(t)
	j := open(t, at)
	write(t, j, "FLIPPED", 3)
	j.Close()
	path := filepath.Join(at.Dir, dataName)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range len("FLIPPED") {
		spoilt := bytes.Clone(content)
		spoilt[bytes.Index(content, []byte("FLIPPED"))+i] ^= 0x20
		if err := os.WriteFile(path, spoilt, 0o600); err != nil {
			t.Fatal(err)
		}
		j := open(t, at)
		report, err := j.VerifyLog(t.Context())
		if got := names(t, report, err); !strings.HasPrefix(got, "changed ") {
			t.Errorf("byte %d: %s", i, got)
		}
		j.Close()
	}
}

// A journal is put back and goes another way: the checkpoint that was kept elsewhere tells.
func TestForkedHistory(t *testing.T) {
	at := inFile(t)
	j := open(t, at)
	write(t, j, "shared", 3)
	early, err := os.ReadFile(filepath.Join(at.Dir, copyName))
	if err != nil {
		t.Fatal(err)
	}
	j.Close()
	backup, err := os.ReadFile(filepath.Join(at.Dir, dataName))
	if err != nil {
		t.Fatal(err)
	}
	j = open(t, at)
	write(t, j, "true", 2)
	report, err := j.VerifyLog(t.Context(), early)
	if got := names(t, report, err); got != "" {
		t.Errorf("its own earlier checkpoint: %s", got)
	}
	kept := []byte(report.Checkpoint)
	j.Close()

	if err := os.WriteFile(filepath.Join(at.Dir, dataName), backup, 0o600); err != nil {
		t.Fatal(err)
	}
	j = open(t, at)
	report, err = j.VerifyLog(t.Context())
	if got := names(t, report, err); got != "truncated 5" {
		t.Errorf("put back: %s", got)
	}
	write(t, j, "another", 4)
	report, err = j.VerifyLog(t.Context(), early, kept)
	if got := names(t, report, err); got != "forked 5, forked 5" { // by the copy, and by the one kept
		t.Errorf("gone another way: %s", got)
	}
	if err := j.Close(); err == nil || !strings.Contains(err.Error(), "not the one of the checkpoint") {
		t.Errorf("closed: %v", err)
	}
	os.Remove(filepath.Join(at.Dir, copyName))
	j = open(t, at)
	report, err = j.VerifyLog(t.Context(), early, kept, []byte("no checkpoint"))
	if got := names(t, report, err); got != "checkpoint 0, forked 5, checkpoint 0" {
		t.Errorf("without the copy: %s", got)
	}
}

func TestProofs(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		for n := int64(1); n <= 9; n++ {
			write(t, j, fmt.Sprintf("wrote <%d>", n), 1)
			for seq := int64(1); seq <= n; seq++ {
				p, err := j.ProveEntry(t.Context(), seq)
				if err != nil || p.Entry.Seq != seq {
					t.Fatalf("%d of %d: %v", seq, n, err)
				}
			}
		}
		if _, err := j.ProveEntry(t.Context(), 10); !errors.Is(err, ErrNoEntry) {
			t.Error(err)
		}
		p, err := j.ProveEntry(t.Context(), 4)
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.MarshalIndent(p, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		read, err := logproof.Parse(b)
		if err != nil || read.Check(j.LogKey()) != nil {
			t.Fatalf("read back: %v, %v", err, read.Check(j.LogKey()))
		}
		other := open(t, inFile(t))
		for name, check := range map[string]func() error{
			"another's words":   func() error { q := read; q.Entry.Operator = "Sam"; return q.Check(j.LogKey()) },
			"another's number":  func() error { q := read; q.Entry.Seq = 5; return q.Check(j.LogKey()) },
			"no number":         func() error { q := read; q.Entry.Seq = 0; return q.Check(j.LogKey()) },
			"a path too short":  func() error { q := read; q.Path = q.Path[1:]; return q.Check(j.LogKey()) },
			"no checkpoint":     func() error { q := read; q.Checkpoint = ""; return q.Check(j.LogKey()) },
			"another log's key": func() error { return read.Check(other.LogKey()) },
			"no key":            func() error { return read.Check("key") },
		} {
			if check() == nil {
				t.Errorf("%s: the proof holds", name)
			}
		}
	})
}

// A log that was written before there was a tree gets one when the journal is opened.
func TestEarlierLogsGetTheirTree(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		j := open(t, at)
		write(t, j, "early", 11)
		for _, s := range []string{`DELETE FROM goose_db_version WHERE version_id IN (11, 12)`, `DROP TABLE tree`, `DROP TABLE log_key`, `DROP TABLE checkpoint`} {
			if _, err := j.write.Exec(s); err != nil {
				t.Fatal(err)
			}
		}
		j.Close()
		os.Remove(filepath.Join(at.Dir, copyName))
		j = open(t, at)
		report, err := j.VerifyLog(t.Context())
		if got := names(t, report, err); got != "" || report.Entries != 11 {
			t.Errorf("%s, %+v", got, report)
		}
		write(t, j, "late", 1)
		if _, err := j.ProveEntry(t.Context(), 2); err != nil {
			t.Error(err)
		}
	})
}

func TestTreeInMemory(t *testing.T) {
	var tree memory
	for n := range int64(70) {
		if tree.size() != n {
			t.Fatalf("%d leaves are counted as %d", n, tree.size())
		}
		if err := tree.grow(tlog.RecordHash([]byte{byte(n)})); err != nil {
			t.Fatal(err)
		}
	}
}
