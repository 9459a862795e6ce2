package desk

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dossier/internal/estate"
	"dossier/request"
)

// After the whole way of an access request and of an erasure, no value that the demo estate was seeded with stands in any
// file of the state's folder but keys, or in any entry of the log.
func TestNothingSeededInTheState(t *testing.T) {
	dir := t.TempDir()
	d, id, err := OpenDemo(t.Context(), Demo{Dir: dir, People: 20, Seed: 1, Operator: "Pat"})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	values := seeded(t, dir)
	through := func(what string, err error) {
		t.Helper()
		if err != nil && !errors.Is(err, ErrPartly) && !errors.Is(err, ErrWaiting) {
			t.Fatalf("%s: %v", what, err)
		}
	}
	_, err = gather(d.Locate(t.Context(), id))
	through("locate", err)
	f, err := d.Finding(t.Context(), id)
	through("finding", err)
	for _, m := range f.Matches {
		for _, v := range m.Record.Values {
			if v.IsText() {
				values[string(v.Bytes())] = true
			}
		}
		if m.Waits() {
			through("decide", d.Decide(t.Context(), id, m.Record.Ref, Rejected, "somebody else's"))
		} else {
			through("view", d.Viewed(t.Context(), id, m.Record.Ref))
		}
	}
	approveRelease(t, d, id)
	_, err = gather(d.Export(t.Context(), id, filepath.Join(dir, "package.zip")))
	through("export", err)
	handedOver(t, d, id)
	r, err := d.Request(t.Context(), id)
	through("request", err)
	erasure, err := d.NewRequest(t.Context(), NewRequest{Kind: request.Erase, Received: d.now().UTC(), Subject: r.Subject})
	through("an erasure", err)
	_, err = gather(d.Locate(t.Context(), erasure.ID))
	through("locate again", err)
	planned, err := gather(d.Plan(t.Context(), erasure.ID, NewPlan{Ground: "17(1)(b)"}))
	through("plan", err)
	plan := planned["planned"][0].(Planned).Plan
	_, err = gather(d.Approve(t.Context(), plan, ""))
	through("approve", err)
	_, err = gather(d.Apply(t.Context(), plan))
	through("apply", err)
	_, err = gather(d.Verify(t.Context(), plan))
	through("verify", err)
	tasks, err := d.Tasks(t.Context(), plan)
	through("tasks", err)
	for _, task := range tasks {
		_, err := d.EndTask(t.Context(), task.ID, "done by hand")
		through("task", err)
	}
	entries, err := d.Log(t.Context(), "")
	through("log", err)
	find := finder(values)
	for _, e := range entries {
		if v, ok := find(e.Details); ok {
			t.Errorf("entry %d, %s, holds %q", e.Seq, e.What, v)
		}
	}
	if report, err := d.VerifyLog(t.Context(), ""); err != nil || len(report.Problems) > 0 || int(report.Entries) != len(entries) || len(entries) < 30 {
		t.Errorf("%d entries, %+v, %v", len(entries), report, err)
	}
	for _, state := range []func() error{func() error { return nil }, d.Close} {
		through("close", state())
		look(t, filepath.Join(dir, "state"), find)
	}
}

// seeded returns what every person of the estate would write on a form.
func seeded(t *testing.T, dir string) map[string]bool {
	t.Helper()
	values := map[string]bool{}
	f, err := os.Open(filepath.Join(dir, "truth.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := json.NewDecoder(f); lines.More(); {
		var p estate.Person
		if err := lines.Decode(&p); err != nil {
			t.Fatal(err)
		}
		for _, list := range p.Identifiers {
			for _, v := range list {
				values[v] = true
			}
		}
	}
	return values
}

// finder returns what looks for any of the values in bytes. Values of four bytes and fewer would stand there by chance, and so would longer
// ones of hexadecimal digits in the keyed references.
func finder(values map[string]bool) func([]byte) (string, bool) {
	const head = 5
	byHead := map[string][]string{}
	for v := range values {
		if len(v) >= head && (len(v) >= 12 || strings.Trim(v, "0123456789abcdef") != "") {
			byHead[v[:head]] = append(byHead[v[:head]], v)
		}
	}
	return func(content []byte) (string, bool) {
		for i := head; i <= len(content); i++ {
			for _, v := range byHead[string(content[i-head:i])] {
				if bytes.HasPrefix(content[i-head:], []byte(v)) {
					return v, true
				}
			}
		}
		return "", false
	}
}

// look looks through every file of the folder but keys.
func look(t *testing.T, folder string, find func([]byte) (string, bool)) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(path, ".key") {
			return err
		}
		content, err := os.ReadFile(path)
		if v, ok := find(content); ok {
			t.Errorf("%s holds %q", filepath.Base(path), v)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := find([]byte("x " + estate.DemoSubject()["membership_number"][0])); !ok {
		t.Error("the demo person's number would not be found")
	}
}
