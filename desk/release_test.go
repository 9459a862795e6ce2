package desk

import (
	"archive/zip"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/internal/journal"
	"dossier/request"
)

// approveRelease approves what would leave, and returns what was told of it.
func approveRelease(t *testing.T, d *Desk, id string) map[string][]Event {
	t.Helper()
	settle(t, d, id)
	got, err := gather(d.Release(t.Context(), id, ""))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.ApproveRelease(t.Context(), id, total(got).Digest); err != nil {
		t.Fatal(err)
	}
	return got
}

// settle records that it is settled who asks, where it is not yet.
func settle(t *testing.T, d *Desk, id string) {
	t.Helper()
	r, err := d.Request(t.Context(), id)
	if err == nil && r.Settled() != nil {
		_, err = d.Record(t.Context(), id, request.Step{What: request.IdentityKnown, Details: request.Details{Note: "a colleague"}})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func total(got map[string][]Event) ReleaseTotal { return got["release"][0].(ReleaseTotal) }

// releasing is a desk on which a person was found whose record names somebody else.
func releasing(t *testing.T) (*Desk, request.Request, connectors.Ref) {
	t.Helper()
	systems := newFakes()
	qlms := systems["qlms"].tables["candidates"]
	qlms.rows[0][7] = "Zoe King rang with Wilfred PLANTED about it, see wilfred.planted@example.com"
	d := newDesk(t, systems, registerText)
	r := record(t, d)
	if _, err := gather(d.Locate(t.Context(), r.ID)); ExitCode(err) != ExitDone && ExitCode(err) != ExitPartly {
		t.Fatal(err)
	}
	return d, r, found(t, d, r.ID)["qlms1"].Record.Ref
}

// unzipped returns every byte of a package.
func unzipped(t *testing.T, path string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var all strings.Builder
	for _, f := range z.File {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(f.Name + "\n")
		if _, err := io.Copy(&all, content); err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

func TestRelease(t *testing.T) {
	d, r, ref := releasing(t)
	path := func(name string) string { return filepath.Join(t.TempDir(), name) }

	// What leaves is shown as it will be, with the names of others.
	got, err := gather(d.Release(t.Context(), r.ID, ""))
	if err != nil {
		t.Fatal(err)
	}
	first := total(got)
	if len(got["leaving"]) != 1 || first.Records != 1 || first.Scope != ScopeAccess || first.Approved != nil || first.Undecided != 3 {
		t.Errorf("%+v", first)
	}
	leaving := got["leaving"][0].(Leaving)
	if leaving.Fields.Has("script") || leaving.Fields.Get("no").String() != "C-17" || leaving.Label != "Your registration" {
		t.Errorf("%+v", leaving)
	}
	held := got["withheld"][0].(HeldBack)
	if held.Field != "script" || held.Reason != "Examination script." || held.By != 0 || held.Records != 1 {
		t.Errorf("%+v", held)
	}
	if len(got["suggested"]) != 2 {
		t.Fatalf("%+v", got["suggested"])
	}
	name := got["suggested"][0].(Suggested)
	if name.Passage != "Wilfred" || name.Field != "unmapped" || name.From != 19 || name.Record.ID() != ref.ID() {
		t.Errorf("%+v", name)
	}

	// Nothing leaves while it is in doubt who asks, nor before it is approved, by exactly its digest.
	if _, err := gather(d.Export(t.Context(), r.ID, path("a.zip"))); ExitCode(err) != ExitRefused {
		t.Errorf("from nobody knows whom: %v", err)
	}
	if err := d.ApproveRelease(t.Context(), r.ID, first.Digest); ExitCode(err) != ExitRefused {
		t.Errorf("approved for nobody knows whom: %v", err)
	}
	settle(t, d, r.ID)
	if _, err := gather(d.Export(t.Context(), r.ID, path("a.zip"))); ExitCode(err) != ExitWaiting || !strings.Contains(err.Error(), "nobody has approved") {
		t.Errorf("not approved: %v", err)
	}
	for digest, code := range map[string]int{"": ExitUsage, "erase:00": ExitUsage, "access:00": ExitStale, "portability:" + first.Digest[7:]: ExitStale} {
		if err := d.ApproveRelease(t.Context(), r.ID, digest); ExitCode(err) != code {
			t.Errorf("%q: %v", digest, err)
		}
	}
	if err := d.ApproveRelease(t.Context(), r.ID, first.Digest); err != nil {
		t.Fatal(err)
	}

	// A redaction after the approval has it approved anew.
	w, err := d.Redact(t.Context(), r.ID, NewRedaction{Record: ref, Field: "unmapped", Passage: "Wilfred PLANTED", Reason: "it names somebody else"})
	if err != nil || !w.Everywhere || w.N != 1 {
		t.Fatalf("%+v, %v", w, err)
	}
	if _, err := gather(d.Export(t.Context(), r.ID, path("b.zip"))); ExitCode(err) != ExitWaiting || !strings.Contains(err.Error(), "has changed since it was approved by Pat") {
		t.Errorf("changed since: %v", err)
	}
	got = approveRelease(t, d, r.ID)
	if now := total(got); now.Approved == nil || !now.Changed || now.Digest == first.Digest || now.Suggestions != 0 {
		t.Errorf("%+v", now)
	}
	if e := got["leaving"][0].(Leaving); e.Fields.Get("unmapped").String() != "[redacted]" || e.Withheld[0].By != 1 {
		t.Errorf("%+v", e) // the address gives the name away too, in a form of machines
	}
	file := path("c.zip")
	if _, err := gather(d.Export(t.Context(), r.ID, file)); err != nil {
		t.Fatal(err)
	}
	if all := strings.ToLower(unzipped(t, file)); strings.Contains(all, "wilfred") || strings.Contains(all, "planted") || !strings.Contains(all, "it names somebody else") {
		t.Error("the package holds what was redacted, or does not say why")
	}

	// Taken back, it is as it was, and what was approved at first would count again.
	if err := d.TakeBack(t.Context(), r.ID, 1); err != nil {
		t.Fatal(err)
	}
	if got, err := gather(d.Release(t.Context(), r.ID, "")); err != nil || total(got).Digest != first.Digest || !total(got).Changed {
		t.Errorf("%+v, %v", total(got), err)
	}
	list, err := d.Withholdings(t.Context(), r.ID)
	if err != nil || len(list) != 1 || list[0].UndoneBy != "Pat" {
		t.Errorf("%+v, %v", list, err)
	}
	if list := whats(t, d, r.ID); !strings.Contains(strings.Join(list, ", "), "release approved, redaction made, package begun, release viewed, release approved, package begun, package written, withholding taken back") {
		t.Errorf("the log tells %q", list)
	}
}

func TestRedactionsThatAreNone(t *testing.T) {
	d, r, ref := releasing(t)
	for name, n := range map[string]NewRedaction{
		"no such field":            {Record: ref, Field: "nothing", Reason: "x"},
		"not in the field":         {Record: ref, Field: "unmapped", Passage: "Peter", Reason: "x"},
		"behind the end":           {Record: ref, Field: "no", From: 2, To: 9, Reason: "x"},
		"turned round":             {Record: ref, Field: "no", From: 3, To: 1, Reason: "x"},
		"no reason":                {Record: ref, Field: "no", Reason: " "},
		"the reason gives it away": {Record: ref, Field: "unmapped", Passage: "Wilfred", Reason: "it is about WILFRED"},
		"nothing but space":        {Record: ref, Field: "unmapped", From: 3, To: 4, Reason: "x"},
	} {
		if _, err := d.Redact(t.Context(), r.ID, n); ExitCode(err) != ExitUsage || strings.Contains(err.Error(), "Wilfred") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := d.Redact(t.Context(), r.ID, NewRedaction{Record: connectors.Ref{System: "qlms", Key: []string{"99"}}, Field: "no", Reason: "x"}); err == nil {
		t.Error("a record that was not found")
	}
	if err := d.TakeBack(t.Context(), r.ID, 1); err == nil {
		t.Error("taken back, and never made")
	}
	w, err := d.Redact(t.Context(), r.ID, NewRedaction{Record: ref, Field: "last", Reason: "x"})
	if err != nil || w.Everywhere || !strings.Contains(w.Why, "goes by this text") || !w.Whole {
		t.Errorf("the person's own: %+v, %v", w, err)
	}
	if w, err = d.Redact(t.Context(), r.ID, NewRedaction{Record: ref, Field: "unmapped", From: 19, To: 26, Reason: "x", Here: true}); err != nil || w.Text != "Wilfred" || w.Everywhere {
		t.Errorf("by its place: %+v, %v", w, err)
	}
}

func TestExemptions(t *testing.T) {
	d, r, ref := releasing(t)
	for name, n := range map[string]NewExemption{
		"no reason":      {System: "qlms", Rights: []string{"access"}},
		"no right":       {System: "qlms", Reason: "x"},
		"no such right":  {System: "qlms", Rights: []string{"sight"}, Reason: "x"},
		"no such system": {System: "none", Rights: []string{"access"}, Reason: "x"},
		"no such entity": {System: "qlms", Entity: "none", Rights: []string{"access"}, Reason: "x"},
		"a field of all": {System: "qlms", Field: "no", Rights: []string{"access"}, Reason: "x"},
	} {
		if _, err := d.Exempt(t.Context(), r.ID, n); ExitCode(err) != ExitUsage {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, tt := range map[string]struct {
		exempt  NewExemption
		leaving int
		lacks   string
	}{
		"another right":       {NewExemption{System: "qlms", Rights: []string{"erase"}, Reason: "x"}, 1, ""},
		"a whole system":      {NewExemption{System: "qlms", Rights: []string{"access", "erase"}, Reason: "legal advice"}, 0, ""},
		"an entity":           {NewExemption{System: "qlms", Entity: "candidates", Rights: []string{"access"}, Reason: "legal advice"}, 0, ""},
		"a record":            {NewExemption{Record: &ref, Rights: []string{"access"}, Reason: "legal advice"}, 0, ""},
		"a field of a record": {NewExemption{Record: &ref, Field: "no", Rights: []string{"access"}, Reason: "legal advice"}, 1, "C-17"},
		"a field":             {NewExemption{System: "qlms", Entity: "candidates", Field: "no", Rights: []string{"access"}, Reason: "legal advice"}, 1, "C-17"},
	} {
		w, err := d.Exempt(t.Context(), r.ID, tt.exempt)
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := gather(d.Release(t.Context(), r.ID, ""))
		if err != nil || len(got["leaving"]) != tt.leaving {
			t.Errorf("%s: %d leave, %v", name, len(got["leaving"]), err)
		}
		told := false
		for _, e := range got["withheld"] {
			told = told || e.(HeldBack).By == w.N && e.(HeldBack).Reason == "Legal advice."
		}
		if told != (tt.exempt.Reason == "legal advice") {
			t.Errorf("%s: %+v", name, got["withheld"])
		}
		if tt.lacks != "" && got["leaving"][0].(Leaving).Fields.Get("no").String() == tt.lacks {
			t.Errorf("%s: it leaves", name)
		}
		if err := d.TakeBack(t.Context(), r.ID, w.N); err != nil {
			t.Error(name, err)
		}
	}
}

// An approval counts while whoever gave it is an operator with the role still.
func TestReleasesAreApprovedByTheirRole(t *testing.T) {
	d, r, _ := releasing(t)
	approveRelease(t, d, r.ID) // before there are operators
	dana, pat := as(t, d, "Dana"), as(t, d, "Pat")
	if _, err := dana.InitOperator(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	export := func(name string) error {
		_, err := gather(dana.Export(t.Context(), r.ID, filepath.Join(t.TempDir(), name)))
		return err
	}
	if err := export("a.zip"); ExitCode(err) != ExitRefused {
		t.Errorf("approved without a key: %v", err)
	}
	made, err := pat.InitOperator(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := dana.AddOperator(t.Context(), "Pat", made.Key, []string{"decide"}); err != nil {
		t.Fatal(err)
	}
	got, err := gather(pat.Release(t.Context(), r.ID, ""))
	if err != nil {
		t.Fatal(err)
	}
	if err := pat.ApproveRelease(t.Context(), r.ID, total(got).Digest); ExitCode(err) != ExitRefused {
		t.Errorf("without the role: %v", err)
	}
	if err := dana.AddOperator(t.Context(), "Pat", "", []string{"approve"}); err != nil {
		t.Fatal(err)
	}
	if err := pat.ApproveRelease(t.Context(), r.ID, total(got).Digest); err != nil {
		t.Error(err)
	}
	if err := export("b.zip"); err != nil {
		t.Error(err)
	}
	if err := dana.RemoveOperator(t.Context(), "Pat"); err != nil {
		t.Fatal(err)
	}
	if err := export("c.zip"); ExitCode(err) != ExitRefused || !strings.Contains(err.Error(), string(journal.RoleApprove)) {
		t.Errorf("approved by somebody who is no operator any more: %v", err)
	}
}

// By portability only what the person provided leaves, and an exemption from access does not count.
func TestReleaseByPortability(t *testing.T) {
	text := strings.Replace(registerText, `email = { is = "email" }
script`, `email = { is = "email", provided = true }
script`, 1)
	text = strings.Replace(text, `script = { exempt`, `script = { provided = true, exempt`, 1)
	d := newDesk(t, newFakes(), text)
	r := record(t, d)
	if _, err := gather(d.Locate(t.Context(), r.ID)); ExitCode(err) != ExitDone && ExitCode(err) != ExitPartly {
		t.Fatal(err)
	}
	got, err := gather(d.Release(t.Context(), r.ID, ScopePortability))
	if err != nil {
		t.Fatal(err)
	}
	fields := got["leaving"][0].(Leaving).Fields
	if strings.Join(fields.Names, " ") != "email script" || total(got).Scope != ScopePortability || !strings.HasPrefix(total(got).Digest, "portability:") {
		t.Errorf("%v, %+v", fields.Names, total(got))
	}
	settle(t, d, r.ID)
	if err := d.ApproveRelease(t.Context(), r.ID, total(got).Digest); err != nil {
		t.Fatal(err)
	}
	if _, err := gather(d.Export(t.Context(), r.ID, filepath.Join(t.TempDir(), "a.zip"))); ExitCode(err) != ExitWaiting {
		t.Errorf("by access, which nobody has approved: %v", err)
	}
	if _, err := gather(d.HandOver(t.Context(), r.ID, Handover{Path: filepath.Join(t.TempDir(), "p.zip"), Scope: ScopePortability})); err != nil {
		t.Error(err)
	}
}
