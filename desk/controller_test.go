package desk

import (
	"path/filepath"
	"strings"
	"testing"
)

// The organisation's own file says how what leaves came about, by whom, and is verified with its log; what the person gets says
// nothing of that, and nothing of it needs an approval.
func TestTheControllersFile(t *testing.T) {
	d, r, ref := releasing(t)
	if _, err := d.Redact(t.Context(), r.ID, NewRedaction{Record: ref, Field: "unmapped", Passage: "Wilfred PLANTED", Reason: "it names somebody else"}); err != nil {
		t.Fatal(err)
	}
	father := found(t, d, r.ID)["qlms3"]
	if err := d.Decide(t.Context(), r.ID, father.Record.Ref, SomeoneElse, "her father Wilfred PLANTED"); err != nil {
		t.Fatal(err)
	}
	own, theirs := filepath.Join(t.TempDir(), "own.zip"), filepath.Join(t.TempDir(), "theirs.zip")
	if _, err := gather(d.HandOver(t.Context(), r.ID, Handover{Path: own, Controller: true})); err != nil {
		t.Fatal(err)
	}
	if now, err := d.Request(t.Context(), r.ID); err != nil || now.State == "exported" {
		t.Errorf("%s, %v", now.State, err)
	}
	approveRelease(t, d, r.ID)
	if _, err := gather(d.Export(t.Context(), r.ID, theirs)); err != nil {
		t.Fatal(err)
	}
	held, given := unzipped(t, own), unzipped(t, theirs)
	for _, mark := range []string{`"type":"case"`, `"certain":true`, `"decision":"someone else"`, `"decided_by":"Pat"`, `her father Wilfred PLANTED`, `"type":"log entry"`,
		`"kind":"redaction"`, "Not for the person", `"edition": "controller"`} {
		if !strings.Contains(held, mark) {
			t.Errorf("the controller's file lacks %s", mark)
		}
		if strings.Contains(given, mark) {
			t.Errorf("the person's package holds %s", mark)
		}
	}
	if at := strings.Index(held, "PLANTED"); strings.Count(held, "PLANTED") != 1 {
		t.Errorf("the controller's file holds what was redacted: %q", held[max(0, at-80):at+40])
	}
	for _, file := range []string{own, theirs} {
		if report, err := VerifyPackage(t.Context(), file, "", nil); err != nil || len(report.Problems) > 0 || report.Records != 1 {
			t.Errorf("%s: %v, %+v", filepath.Base(file), err, report)
		}
	}
	if list := whats(t, d, r.ID); list[len(list)-6] != "controller's file written" {
		t.Errorf("the log tells %q", list)
	}
}
