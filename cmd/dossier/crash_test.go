//go:build !race

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"dossier/connectors"
	"dossier/connectors/kinds"
)

// TestKilledAnywhere kills the program at every point where it writes, syncs or commits, once for each kind of system, and lets it
// go on: exactly what was planned must have been changed, once, and the log must verify.
func TestKilledAnywhere(t *testing.T) {
	program := killable(t)
	for _, kind := range crashKinds {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			w := newCrashWorld(t, kind, program, 40)
			points := w.points(1)
			if len(points) < 12 {
				t.Fatalf("the program passes only %q", points)
			}
			for i, point := range points {
				w.kill(i+2, point)
			}
			w.must("log", "verify")
		})
	}
	t.Run("xlsx, restricted and lifted", func(t *testing.T) {
		t.Parallel()
		restrictedAndKilled(t, program)
	})
}

// killable builds the program with its failpoints.
func killable(t testing.TB) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "dossier")
	build := exec.Command("go", "build", "-tags", "failpoint", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return program
}

// crashWorld is one system of a kind with people in it and letters to them, the register that names it, and a journal.
type crashWorld struct {
	t       *testing.T
	program string
	dir     string
	env     []string
	kind    crashKind
	rows    map[string]crashRow // what the system holds
	people  []crashRow          // of those, by their numbers
}

func newCrashWorld(t *testing.T, kind crashKind, program string, people int) *crashWorld {
	w := &crashWorld{t: t, program: program, dir: t.TempDir(), kind: kind}
	register, env := kind.make(t, w.dir, people)
	w.env = env
	for _, pair := range env {
		name, value, _ := strings.Cut(pair, "=")
		os.Setenv(name, value)
	}
	text := "version = 1\n[organisation]\nname = \"Test\"\nclock = \"eu\"\n[system.target]\nowners = [\"Pat\"]\n" + register
	if err := os.WriteFile(w.file("connectors.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w.must("operator", "init")
	w.rows = w.dump()
	for i := 0; i <= people; i++ {
		w.people = append(w.people, w.rows[fmt.Sprintf("people %d", i)])
	}
	return w
}

func (w *crashWorld) file(name string) string { return filepath.Join(w.dir, name) }

func (w *crashWorld) args(args []string) []string {
	return append(args, "--register", w.file("connectors.toml"), "--state", w.file("state"), "--operator", "Pat", "--operator-key", "file:"+w.file("pat.key"), "--json")
}

// ended is how the program ended.
type ended struct {
	code      int
	out, errs string
}

func (e ended) String() string { return fmt.Sprintf("exit code %d\n%s%s", e.code, e.out, e.errs) }

// run runs the program to its end: within the test where it is not built.
func (w *crashWorld) run(args ...string) ended { return w.runWith("", args...) }

func (w *crashWorld) runWith(in string, args ...string) ended {
	w.t.Helper()
	var out, errs bytes.Buffer
	if w.program == "" {
		code := run(w.t.Context(), w.args(args), strings.NewReader(in), &out, &errs)
		return ended{code, out.String(), errs.String()}
	}
	cmd := exec.Command(w.program, w.args(args)...)
	cmd.Env = append(os.Environ(), w.env...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(in), &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		w.t.Fatal(err)
	}
	return ended{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

func (w *crashWorld) must(args ...string) ended {
	w.t.Helper()
	e := w.run(args...)
	if e.code != 0 {
		w.t.Fatalf("%q: %s", args, e)
	}
	return e
}

// planned records a request of a person, searches, plans and approves. It returns the plan.
func (w *crashWorld) planned(person int) string {
	w.t.Helper()
	var r struct{ ID string }
	w.decode(w.runWith(fmt.Sprintf("membership_number = %q\n", w.people[person].fields[w.kind.number]), "request", "new", "--kind", "erase", "--subject", "-"), "request", &r)
	w.must("locate", r.ID)
	var p struct{ Plan string }
	w.decode(w.run("plan", r.ID, "--ground", "17(1)(b)"), "planned", &p)
	w.must("approve", p.Plan, "--yes")
	return p.Plan
}

// decode reads the line of a type that the program has printed.
func (w *crashWorld) decode(e ended, kind string, into any) {
	w.t.Helper()
	for line := range strings.Lines(e.out) {
		var of struct{ Type string }
		if json.Unmarshal([]byte(line), &of) == nil && of.Type == kind {
			if err := json.Unmarshal([]byte(line), into); err != nil {
				w.t.Fatal(err)
			}
			return
		}
	}
	w.t.Fatalf("nothing of the type %s was printed: %s", kind, e)
}

// exec runs the killable program with a failpoint, and reports whether it was killed.
func (w *crashWorld) exec(failpoint string, args ...string) (errs string, killed bool) {
	w.t.Helper()
	cmd := exec.Command(w.program, w.args(args)...)
	cmd.Env = append(append(os.Environ(), w.env...), "DOSSIER_FAILPOINT="+failpoint)
	var out, failed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &failed
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			return failed.String(), true
		}
	}
	if err != nil {
		w.t.Fatalf("%s: %v\n%s%s", failpoint, err, out.String(), failed.String())
	}
	return failed.String(), false
}

// points erases a person without a kill, and returns the points that are passed on the way, each with its number: "before commit:1".
// The copy of the log's checkpoint is written behind every change of the journal in the same way: once is enough.
func (w *crashWorld) points(person int) []string {
	w.t.Helper()
	plan := w.planned(person)
	errs, _ := w.exec("trace", "apply", plan, "--yes")
	w.gone(person, "without a kill")
	return passed(errs)
}

// passed returns the points that a run with the failpoint "trace" tells of.
func passed(errs string) (points []string) {
	times := map[string]int{}
	for line := range strings.Lines(errs) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "failpoint "); ok {
			if times[name]++; name == "checkpoint written" && times[name] > 1 {
				continue
			}
			points = append(points, fmt.Sprintf("%s:%d", name, times[name]))
		}
	}
	return points
}

// kill erases a person with a kill at a point, and goes on.
func (w *crashWorld) kill(person int, point string) {
	w.t.Helper()
	plan := w.planned(person)
	if _, killed := w.exec(point, "apply", plan, "--yes"); !killed {
		w.t.Fatalf("%s: it was not killed", point)
	}
	if e := w.run("apply", plan, "--yes"); e.code != 0 {
		w.t.Fatalf("killed at %s it does not go on: %s", point, e)
	}
	w.gone(person, "killed at "+point)
}

// gone fails unless exactly one person and their letters were erased since the last look.
func (w *crashWorld) gone(person int, how string) {
	w.t.Helper()
	now := w.dump()
	erased := w.people[person]
	for id, before := range w.rows {
		after, there := now[id]
		want := before
		if before.owner == erased.owner {
			want = crashRow{owner: before.owner, fields: maps.Clone(before.fields)}
			for _, name := range w.kind.blank {
				want.fields[name] = ""
			}
		}
		switch letter := strings.HasPrefix(id, "letters"); {
		case letter && before.owner == erased.owner && there:
			w.t.Errorf("%s: %s is still there", how, id)
		case letter && before.owner == erased.owner:
		case !there:
			w.t.Errorf("%s: %s is gone", how, id)
		case !maps.Equal(after.fields, want.fields):
			w.t.Errorf("%s: %s is\n%q and not\n%q", how, id, after.fields, want.fields)
		}
	}
	for id := range now {
		if _, known := w.rows[id]; !known {
			w.t.Errorf("%s: %s is new", how, id)
		}
	}
	w.rows = now
}

// crashRow is a record as text, and the person that it belongs to.
type crashRow struct {
	owner  string
	fields map[string]string // nothing is ""
}

// dump reads everything that the system holds, by entity and id.
func (w *crashWorld) dump() map[string]crashRow {
	w.t.Helper()
	register, err := connectors.Load(w.file("connectors.toml"), kinds.All())
	if err != nil {
		w.t.Fatal(err)
	}
	system, _ := register.System("target")
	conn, err := system.Opens()(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	defer conn.Close()
	rows := map[string]crashRow{}
	for entity, names := range map[string][2]string{"people": {w.kind.person, w.kind.person}, "letters": {w.kind.letter, w.kind.owner}} {
		for r, err := range conn.Find(context.Background(), connectors.Query{Entity: entity}) {
			if err != nil {
				w.t.Fatal(err)
			}
			row := crashRow{r.Get(names[1]).String(), map[string]string{}}
			for i, name := range r.Names {
				row.fields[name] = r.Values[i].String()
			}
			id := entity + " " + r.Get(names[0]).String()
			if _, twice := rows[id]; twice {
				w.t.Fatalf("%s is there twice", id)
			}
			rows[id] = row
		}
	}
	return rows
}
