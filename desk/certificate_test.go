package desk

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dossier/act"
	"dossier/connectors"
	"dossier/export"
	"dossier/internal/journal"
	"dossier/request"
)

var erasable = strings.ReplaceAll(registerText, "key = [\"id\"]\n", "key = [\"id\"]\nerase = \"delete\"\n")

// everyVerdict returns verdicts with something of every kind in them, and values that no certificate may hold.
func everyVerdict() []act.Verdict {
	ref := connectors.Ref{System: "qlms", Place: "zoe.db", Entity: "candidates", Key: []string{"C-17"}}
	return []act.Verdict{
		{System: "qlms", Title: "QLMS", Effect: act.Kept, Changed: 3, Findings: []act.Finding{
			{Effect: act.Kept, Record: &ref, Why: "accounting records (legal obligation)", Until: "2032-04-05"},
			{Effect: act.Kept, Record: &ref, Why: "accounting records (legal obligation)", Until: "2032-04-05"},
			{Effect: act.Recoverable, Where: "backups", Why: "nightly, kept for 35 days", Until: "2026-04-06"},
			{Effect: act.Recoverable, Where: "candidates_history", Why: "temporal history"},
		}},
		{System: "lists", Title: "Mailing lists", Effect: act.Residual, Findings: []act.Finding{
			{Effect: act.Residual, Record: &connectors.Ref{System: "lists", Entity: "people", Key: []string{"9"}}, Why: "it is found by zoe@example.org"},
			{Effect: act.Unreachable, Where: "zoe.db", Why: "no route to zoe"},
			{Effect: act.Recoverable, Where: "backups", Why: "the register does not say", Despite: true},
		}},
		{System: "clients", Title: "Clients", Effect: act.NothingHeld},
		{System: "paper", Title: "Paper files", Effect: act.Residual, Findings: []act.Finding{{Effect: act.Residual, Where: "SAR-2026-0001/P1/T1", Why: "the task for Zoe is still to be done"}}},
	}
}

func TestCertificate(t *testing.T) {
	d := newDesk(t, newFakes(), erasable)
	out := filepath.Join(t.TempDir(), "c.json")
	id, plan := asIfMade(t, d, request.Erase, NewPlan{Ground: "17(1)(b)"})
	refused := func(what, why string) {
		t.Helper()
		if _, err := d.Certificate(t.Context(), id, out); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("not verified", "run dossier verify")
	keep(t, d, func(tx *journal.Tx) error { return tx.SetPlanState(plan, journal.PlanSealed) })
	refused("not carried out", "no erasure of "+id+" was carried out")
	keep(t, d, func(tx *journal.Tx) error { return tx.SetPlanState(plan, journal.PlanApplied) })
	if err := d.keepVerdicts(t.Context(), plan, everyVerdict()); err != nil {
		t.Fatal(err)
	}
	issued, err := d.Certificate(t.Context(), id, out)
	if err != nil || issued.Plan != plan || issued.Outcome != export.CertifiedPart || issued.JSON != out {
		t.Fatalf("%+v, %v", issued, err)
	}
	text, err := os.ReadFile(issued.JSON)
	if err != nil {
		t.Fatal(err)
	}
	c, note, err := VerifyCertificate(issued.JSON, d.journal.LogKey())
	if err != nil || note != "" || len(c.Systems) != 3 || c.Request != id || c.Received != "2026-03-02" || c.Ground != "Article 17(1)(b) UK GDPR" {
		t.Errorf("%+v, %q, %v", c, note, err)
	}
	if qlms := c.Systems[0]; qlms.Outcome != "kept" || len(qlms.Kept) != 1 || qlms.Kept[0].Records != 2 || qlms.Kept[0].What != "Your registration" || len(qlms.Backups) != 2 {
		t.Errorf("%+v", qlms)
	}
	if _, note, err := VerifyCertificate(issued.JSON, ""); err != nil || !strings.Contains(note, d.journal.LogKey()) {
		t.Errorf("without the key: %q, %v", note, err)
	}
	for _, value := range []string{"zoe", "Zoe", "King", "C-17", "1990"} {
		if bytes.Contains(text, []byte(value)) {
			t.Errorf("the certificate holds %q", value)
		}
	}
	if pdf, err := os.ReadFile(issued.PDF); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF")) {
		t.Errorf("%v", err)
	}
	if _, err := d.Certificate(t.Context(), plan, out); !errors.Is(err, fs.ErrExist) {
		t.Errorf("in the place of another: %v", err)
	}
	for name, change := range map[string][2]string{
		"an outcome":       {`"outcome": "kept"`, `"outcome": "erased"`},
		"the whole":        {`"outcome": "in part"`, `"outcome": "complete"`},
		"a day":            {"2032-04-05", "2032-04-06"},
		"the proof's sum":  {`"sha256": "` + issued.SHA256[:4], `"sha256": "0000`},
		"something more":   {`"request": "`, `"extra": 1, "request": "`},
		"a name twice":     {`"plan": "`, `"plan": "x", "plan": "`},
		"another request":  {`"request": "` + id, `"request": "SAR-2026-0099`},
		"another operator": {`"operator": "Pat"`, `"operator": "Sam"`},
	} {
		spoilt := filepath.Join(t.TempDir(), "spoilt.json")
		changed := bytes.Replace(text, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(changed, text) {
			t.Fatalf("%s: nothing changed", name)
		}
		if err := os.WriteFile(spoilt, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := VerifyCertificate(spoilt, d.journal.LogKey()); err == nil {
			t.Errorf("%s was changed, and nobody says so", name)
		}
	}
	if list := whats(t, d, id); list[len(list)-1] != "certificate issued" || slices.Contains(list[:len(list)-1], "certificate issued") {
		t.Errorf("the log tells %q", list)
	}

	d.now = func() time.Time { return testTime.Add(time.Hour) }
	var task journal.Task
	keep(t, d, func(tx *journal.Tx) (err error) {
		task, err = tx.NewTask(journal.Task{Plan: plan, System: "paper"})
		return err
	})
	keep(t, d, func(tx *journal.Tx) error { _, err := tx.EndTask(task.ID, "shredded", "Pat"); return err })
	keep(t, d, func(tx *journal.Tx) error {
		return tx.KeepVerification(journal.Verification{Plan: plan, Operator: "Pat", Verdicts: []byte(`[]`)})
	})
	out = filepath.Join(t.TempDir(), "later.json")
	if issued, err := d.Certificate(t.Context(), plan, out); err != nil || issued.Outcome != export.CertifiedWhole {
		t.Errorf("verified after the task: %+v, %v", issued, err)
	}
}

func FuzzCertificate(f *testing.F) {
	c := export.NewCertificate("The Institute", "")
	var b bytes.Buffer
	if err := export.WriteCertificate(&b, c, "k", Proof{}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"type":"signed certificate","certificate":{},"key":"","proof":{}}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, _, err := export.VerifyCertificate(bytes.NewReader(b), ""); err == nil {
			t.Error("a certificate was made up")
		}
	})
}
