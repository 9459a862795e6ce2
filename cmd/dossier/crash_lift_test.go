//go:build !race

package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// bookWithHeld is a workbook whose people are moved to another sheet when they are restricted: one who came back value by value would
// stand below the others.
var bookWithHeld = plainKind("xlsx", func(t *testing.T, dir string, people int) (string, []string) {
	workbookToCrash(t, dir, people)
	f, err := excelize.OpenFile(dir + "/target.xlsx")
	if err == nil {
		_, err = f.NewSheet("held")
	}
	if err == nil {
		err = f.SetSheetRow("held", "A1", &[]string{"id", "name", "number"})
	}
	if err == nil {
		err = f.Save()
	}
	if err != nil {
		t.Fatal(err)
	}
	held, _, _ := strings.Cut(strings.ReplaceAll(entitiesWith("", ""), "entity.people", "entity.held"), "[system.target.entity.letters]")
	return "kind = \"sheet\"\nfiles = [\"target.xlsx\"]\nwritable = true\n" + entitiesWith(`restrict = { move = "held" }`, lettersOfPeople) + held, nil
})

// restrictedAndKilled restricts a person of a workbook and lifts the restriction, killed once in each at every point from the changes on,
// and goes on: the file is again what it was, to the last byte.
func restrictedAndKilled(t *testing.T, program string) {
	w := newCrashWorld(t, bookWithHeld, program, 40)
	original := w.book()
	restricts, lifts := w.restrictAndLift(1, "trace", "trace")
	if !bytes.Equal(w.book(), original) {
		t.Fatal("without a kill the workbook is not what it was")
	}
	if len(restricts) < 8 || len(lifts) < 8 {
		t.Fatalf("the program passes only %q and %q", restricts, lifts)
	}
	for i := range max(len(restricts), len(lifts)) {
		restrict, lift := restricts[min(i, len(restricts)-1)], lifts[min(i, len(lifts)-1)]
		w.restrictAndLift(i+2, restrict, lift)
		if !bytes.Equal(w.book(), original) {
			t.Fatalf("killed at %s and at %s the workbook is not what it was", restrict, lift)
		}
	}
	w.must("log", "verify")
}

func (w *crashWorld) book() []byte {
	w.t.Helper()
	b, err := os.ReadFile(w.file("target.xlsx"))
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// restrictAndLift restricts a person and lifts the restriction, killed at a point of each, and returns the points from the changes on.
func (w *crashWorld) restrictAndLift(person int, restrict, lift string) (restricts, lifts []string) {
	w.t.Helper()
	before := w.book()
	var r struct{ ID string }
	w.decode(w.runWith(fmt.Sprintf("membership_number = %q\n", numberOf(person)), "request", "new", "--kind", "restrict", "--subject", "-"), "request", &r)
	w.must("locate", r.ID)
	restricts = w.killedIn(restrict, r.ID, "--ground", "18(1)(a)")
	if bytes.Equal(w.book(), before) {
		w.t.Fatalf("killed at %s, nothing is restricted", restrict)
	}
	w.must("request", "notice", r.ID, "--about", "lift")
	return restricts, w.killedIn(lift, r.ID, "--action", "lift")
}

// killedIn plans, approves and applies, killed at a point and taken up again, or not killed where the point is "trace".
func (w *crashWorld) killedIn(point string, plan ...string) (points []string) {
	w.t.Helper()
	var p struct{ Plan string }
	w.decode(w.must(append([]string{"plan"}, plan...)...), "planned", &p)
	w.must("approve", p.Plan, "--yes")
	errs, killed := w.exec(point, "apply", p.Plan, "--yes")
	if point != "trace" {
		if !killed {
			w.t.Fatalf("%s: it was not killed", point)
		}
		w.must("apply", p.Plan, "--yes")
	}
	points = passed(errs)
	return points[max(0, slices.Index(points, "before changes:1")):]
}
