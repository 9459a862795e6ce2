package desk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"dossier/act"
	"dossier/internal/estate"
	"dossier/internal/journal"
	"dossier/locate"
	"dossier/request"
)

// A system comes back from a backup: exactly what was erased, restricted or corrected in it is found and planned again, and carried out.
func TestReplayAfterARestore(t *testing.T) {
	d, dir, backup := restorable(t)
	erasure := takenAll(t, d, request.Erase)
	before := carried(t, d, erasure, NewPlan{Ground: "17(1)(b)"})
	for system, folder := range folders {
		t.Run(system, func(t *testing.T) {
			if len(before[system]) == 0 {
				t.Fatal("nothing was erased in it")
			}
			replay := NewReplay{System: system, Reason: "restored after a failure"}
			if plans := replayed(t, d, replay); len(plans) > 0 {
				t.Fatalf("before anything was restored: %v", plans)
			}
			copyFiles(t, filepath.Join(backup, folder), filepath.Join(dir, folder))
			plans := replayed(t, d, replay)
			if len(plans) != 1 || plans[0].Action != act.Erase || plans[0].Ground != "17(1)(b)" {
				t.Fatal(plans)
			}
			if again := written(t, d, plans[0].Plan)[system]; !slices.Equal(again, before[system]) {
				t.Errorf("planned again:\n%q\nerased before:\n%q", again, before[system])
			}
			if _, err := approveAndApply(t, d, plans[0].Plan); err != nil {
				t.Fatal(err)
			}
			verdicts, err := gather(d.Verify(t.Context(), plans[0].Plan))
			if p, _, _ := d.journal.Plan(t.Context(), plans[0].Plan); p.State != journal.PlanVerified {
				t.Errorf("it is %s: %v, %v", p.State, verdicts["verdict"], err)
			}
			if plans := replayed(t, d, replay); len(plans) > 0 {
				t.Errorf("after it: %v", plans)
			}
		})
	}
}

// folders are the folders of systems of the demo estate that are a database, workbooks and an Access file.
var folders = map[string]string{"prodrive": "databases", "fileshare": "fileshare", "legacy": "legacy"}

// restorable makes a demo estate with a desk on it, and a backup of its systems.
func restorable(t *testing.T) (d *Desk, dir, backup string) {
	t.Helper()
	dir, backup = t.TempDir(), t.TempDir()
	d, access, err := OpenDemo(t.Context(), Demo{Dir: dir, People: 20, Seed: 1, Operator: "Pat"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Record(t.Context(), access, request.Step{What: request.Withdrawn}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(d.CloseRequest(t.Context(), access), d.Close()); err != nil {
		t.Fatal(err)
	}
	register := filepath.Join(dir, "connectors.toml")
	text, err := os.ReadFile(register)
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"sheet", "access"} {
		text = regexp.MustCompile(`(?m)^kind +=.*"`+kind+`"$`).ReplaceAll(text, []byte("$0\nwritable = true"))
	}
	if err := os.WriteFile(register, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if d, err = Open(t.Context(), Config{Register: register, State: filepath.Join(dir, "state"), Operator: "Pat"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	for _, folder := range folders {
		copyFiles(t, filepath.Join(dir, folder), filepath.Join(backup, folder))
	}
	return d, dir, backup
}

// takenAll makes a request of the demo person and searches for it. What waits for a decision is taken as theirs.
func takenAll(t *testing.T, d *Desk, kind request.Kind) string {
	t.Helper()
	var subject locate.Subject
	for kind, values := range estate.DemoSubject() {
		for _, v := range values {
			subject.Identifiers = append(subject.Identifiers, locate.Identifier{Kind: kind, Value: v})
		}
	}
	r, err := d.NewRequest(t.Context(), NewRequest{Kind: kind, Received: d.now().UTC(), Subject: subject})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // what is accepted leads to more
		if _, err := gather(d.Locate(t.Context(), r.ID)); err != nil && !errors.Is(err, ErrPartly) && !errors.Is(err, ErrWaiting) {
			t.Fatal(err)
		}
		f, err := d.Finding(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range f.Matches {
			decision := Accepted
			if m.Record.Ref.Entity == "dinner-guests" { // the cells of its rows are merged, and none can be deleted
				decision = Rejected
			}
			if m.Waits() || m.Included() && decision == Rejected {
				if err := d.Decide(t.Context(), r.ID, m.Record.Ref, decision, "looked at"); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if _, err := gather(d.Locate(t.Context(), r.ID)); err != nil && !errors.Is(err, ErrPartly) && !errors.Is(err, ErrWaiting) {
		t.Fatal(err)
	}
	return r.ID
}

// carried plans for a request and carries the plan out, and returns what it changed, by system.
func carried(t *testing.T, d *Desk, id string, n NewPlan) map[string][]string {
	t.Helper()
	got, err := gather(d.Plan(t.Context(), id, n))
	if err != nil {
		t.Fatal(got["problem"], err)
	}
	plan := got["planned"][0].(Planned).Plan
	if _, err := approveAndApply(t, d, plan); err != nil && !errors.Is(err, ErrWaiting) {
		t.Fatal(err)
	}
	return written(t, d, plan)
}

// replayed plans again what was done in a system, and returns the plans. Records may be set aside.
func replayed(t *testing.T, d *Desk, n NewReplay) []Planned {
	t.Helper()
	got, err := gather(d.Replay(t.Context(), n))
	if err != nil && !errors.Is(err, ErrWaiting) || len(got["batch"]) != 1 {
		t.Fatal(got["problem"], err)
	}
	if reading := got["progress"]; len(reading) == 0 || reading[len(reading)-1].(Progress).Records == 0 {
		t.Error("nobody told how many records were read")
	}
	return got["batch"][0].(BatchPlanned).Plans
}

// written returns the IDs of the records that a plan changes, by system.
func written(t *testing.T, d *Desk, plan string) map[string][]string {
	t.Helper()
	_, _, lines, err := act.Read(t.Context(), d.journal, plan)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string][]string{}
	for l, err := range lines {
		if err != nil {
			t.Fatal(err)
		}
		if l.Writes() {
			ids[l.Record.System] = append(ids[l.Record.System], l.Record.ID())
		}
	}
	for _, list := range ids {
		slices.Sort(list)
	}
	return ids
}

// copyFiles copies the files of a folder over those of another.
func copyFiles(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if e.IsDir() {
			return os.MkdirAll(filepath.Join(to, name), 0o700)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), content, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}
