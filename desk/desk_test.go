package desk

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/locate"
	"dossier/request"
)

func TestTheWayOfARequest(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	r := record(t, d)
	if _, err := d.Finding(t.Context(), r.ID); !errors.Is(err, ErrNotSearched) {
		t.Errorf("before the search: %v", err)
	}
	settle(t, d, r.ID)
	if _, err := gather(d.Export(t.Context(), r.ID, filepath.Join(t.TempDir(), "x.zip"))); !errors.Is(err, ErrNotSearched) {
		t.Errorf("exported before the search: %v", err)
	}

	got, err := gather(d.Locate(t.Context(), r.ID))
	if !errors.Is(err, ErrPartly) && err != nil {
		t.Fatal(err)
	}
	done := got["done"][0].(Done)
	if len(got["coverage"]) != 4 || done.Systems != 4 || done.Manual != 1 || done.Records != len(refsOf(got["match"])) {
		t.Errorf("%+v, %d coverages", done, len(got["coverage"]))
	}

	f, err := d.Finding(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	waiting := map[string]Match{}
	for _, m := range f.Matches {
		order = append(order, m.Record.Ref.System+m.Record.Ref.Key[0])
		if m.Record.Ref.System == "clients" {
			t.Error("another controller's record was found")
		}
		if m.Waits() {
			waiting[m.Record.Ref.System+m.Record.Ref.Key[0]] = m
		}
	}
	if want := []string{"qlms1", "qlms3", "lists9", "lists10"}; !slices.Equal(order, want) {
		t.Errorf("found %v in this order, not %v", order, want)
	}
	if len(waiting) == 0 || f.Matches[0].Label != "Your registration" || f.Matches[0].SystemTitle != "QLMS" || !f.Matches[0].Certain {
		t.Errorf("%+v", f.Matches)
	}

	accept, reject := f.Matches[2].Record.Ref, f.Matches[1].Record.Ref
	for _, step := range []error{
		d.Viewed(t.Context(), r.ID, accept),
		d.Decide(t.Context(), r.ID, accept, Accepted, "the person said so"),
		d.Decide(t.Context(), r.ID, reject, Rejected, "her father"),
	} {
		if step != nil {
			t.Fatal(step)
		}
	}
	for name, err := range map[string]error{
		"a record that was not found": d.Decide(t.Context(), r.ID, connectors.Ref{System: "qlms", Key: []string{"99"}}, Accepted, ""),
		"a view of one":               d.Viewed(t.Context(), r.ID, connectors.Ref{System: "qlms", Key: []string{"99"}}),
	} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := d.Decide(t.Context(), r.ID, accept, "perhaps", ""); ExitCode(err) != ExitUsage {
		t.Errorf("no decision: %v", err)
	}

	path := filepath.Join(t.TempDir(), "package.zip")
	if _, err := gather(d.Export(t.Context(), r.ID, path)); ExitCode(err) != ExitStale {
		t.Errorf("a package without what the accepted record leads to: %v", err)
	}
	if _, err := gather(d.Locate(t.Context(), r.ID)); err != nil && !errors.Is(err, ErrPartly) {
		t.Fatal(err)
	}
	if _, err := gather(d.Export(t.Context(), r.ID, path)); ExitCode(err) != ExitWaiting {
		t.Errorf("a package that nobody has approved: %v", err)
	}
	approveRelease(t, d, r.ID)
	got, err = gather(d.Export(t.Context(), r.ID, path))
	if err != nil {
		t.Fatal(err)
	}
	w := got["written"][0].(Written)
	if w.Records != 2 || w.Rejected != 1 || w.Undecided != 1 || w.Bytes == 0 {
		t.Errorf("%+v", w)
	}
	report, err := d.VerifyPackage(t.Context(), path)
	if err != nil || len(report.Problems) > 0 || report.Files != w.Files || report.Records != 2 {
		t.Errorf("%+v, %v", report, err)
	}
	if _, err := gather(d.Export(t.Context(), r.ID, path)); !errors.Is(err, os.ErrExist) {
		t.Errorf("a package in the place of another: %v", err)
	}
	if now, err := d.Request(t.Context(), r.ID); err != nil || now.State != request.Exported {
		t.Errorf("%v, %v", now.State, err)
	}
	want := []string{"request recorded", "request identity known to us", "search begun", "system searched", "system searched", "system searched", "system searched",
		"record viewed", "match accepted", "match rejected", "search begun", "system searched", "system searched", "system searched", "system searched",
		"release viewed", "release approved", "package begun", "package written", "package begun"}
	if list := whats(t, d, r.ID); !slices.Equal(list, want) {
		t.Errorf("the log tells %q", list)
	}
}

func refsOf(matches []Event) map[string]bool {
	refs := map[string]bool{}
	for _, e := range matches {
		refs[e.(Match).Record.Ref.ID()] = true
	}
	return refs
}

func TestASystemThatFailsIsToldAndTheRestIsKept(t *testing.T) {
	systems := newFakes()
	systems["qlms"].fail = errors.New("the server went away")
	d := newDesk(t, systems, registerText)
	r := record(t, d)
	got, err := gather(d.Locate(t.Context(), r.ID))
	if ExitCode(err) != ExitPartly || !strings.Contains(err.Error(), "QLMS") {
		t.Errorf("%v", err)
	}
	if done := got["done"][0].(Done); done.Partly == 0 {
		t.Errorf("%+v", done)
	}
	f, err := d.Finding(t.Context(), r.ID)
	if err != nil || len(f.Matches) != 2 || f.Coverage[0].State != locate.Failed {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestASearchThatIsBrokenOffKeepsTheLastFinding(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	r := record(t, d)
	gather(d.Locate(t.Context(), r.ID))
	before, err := d.Finding(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("left", func(t *testing.T) {
		for range d.Locate(t.Context(), r.ID) {
			break
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var last error
		for _, err := range d.Locate(ctx, r.ID) {
			cancel()
			last = err
		}
		if ExitCode(last) != ExitCancelled {
			t.Errorf("%v", last)
		}
	})
	after, err := d.Finding(t.Context(), r.ID)
	if err != nil || len(after.Matches) != len(before.Matches) || !after.Searched.Equal(before.Searched) {
		t.Errorf("%+v, %v", after, err)
	}
	if n := strings.Count(strings.Join(whats(t, d, r.ID), "|"), "search broken off"); n != 2 {
		t.Errorf("%d searches were logged as broken off", n)
	}
}

func TestSearchWithoutARequest(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	for name, tt := range map[string]struct {
		reason string
		code   int
	}{
		"no reason":               {" ", ExitUsage},
		"a value in the reason":   {"a complaint by ZOE@example.org", ExitUsage},
		"a reason":                {"complaint 7 of March", ExitDone},
		"a reason and no subject": {"complaint 8", ExitError},
	} {
		t.Run(name, func(t *testing.T) {
			s := zoe
			if tt.code == ExitError {
				s = locate.Subject{}
			}
			got, err := gather(d.LocateSubject(t.Context(), s, tt.reason))
			if errors.Is(err, ErrPartly) {
				err = nil
			}
			if ExitCode(err) != tt.code || (len(got["done"]) == 1) != (tt.code == ExitDone) {
				t.Errorf("%v", err)
			}
		})
	}
	if list := whats(t, d, ""); len(list) != 5 || list[0] != "search begun" {
		t.Errorf("%q", list)
	}
}

func TestRequestsThatCannotBe(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	for name, n := range map[string]NewRequest{
		"no kind":             {Received: testTime, Subject: zoe},
		"not yet received":    {Kind: request.Access, Received: testTime.AddDate(0, 0, 1), Subject: zoe},
		"no day":              {Kind: request.Access, Subject: zoe},
		"nobody":              {Kind: request.Access, Received: testTime},
		"unknown identifiers": {Kind: request.Access, Received: testTime, Subject: locate.Subject{Identifiers: []locate.Identifier{{Kind: "shoe size", Value: "9"}}}},
	} {
		if _, err := d.NewRequest(t.Context(), n); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := d.Request(t.Context(), "SAR-2026-0042"); !errors.Is(err, ErrNoRequest) {
		t.Errorf("%v", err)
	}
	if _, err := gather(d.Locate(t.Context(), "SAR-2026-0042")); !errors.Is(err, ErrNoRequest) {
		t.Errorf("%v", err)
	}
}

func TestNobodyWorks(t *testing.T) {
	if _, err := open(t.Context(), Config{State: t.TempDir()}, &connectors.Register{}); ExitCode(err) != ExitUsage {
		t.Errorf("%v", err)
	}
}

func TestCheck(t *testing.T) {
	systems := newFakes()
	systems["lists"].open = errors.New("no route")
	systems["clients"].tables["unmapped_log"] = table{columns: []string{"id"}}
	systems["clients"].tables["people"] = table{columns: []string{"id", "mail"}}
	d := newDesk(t, systems, registerText)
	got, err := gather(d.Check(t.Context()))
	if ExitCode(err) != ExitPartly || !strings.Contains(err.Error(), "Mailing lists") || !strings.Contains(err.Error(), "Clients") || strings.Contains(err.Error(), "QLMS") {
		t.Errorf("%v", err)
	}
	concerns := map[string]string{}
	for _, e := range got["checked"] {
		for _, f := range e.(Checked).Findings {
			concerns[e.(Checked).System] += string(f.Severity) + " " + f.Entity + " " + f.Field + ": " + f.What + "\n"
		}
	}
	for system, want := range map[string][]string{
		"qlms":    {"note candidates : the register says nothing of unmapped"},
		"lists":   {"error  : it cannot be opened: no route"},
		"clients": {"error people email: fields names a field that people lacks", "warning unmapped_log"},
		"paper":   {"warning  steward: is missing"},
	} {
		for _, w := range want {
			if !strings.Contains(concerns[system], w) {
				t.Errorf("%s: %q lacks %q", system, concerns[system], w)
			}
		}
	}
	for range d.Check(t.Context()) {
		break // and no goroutine is left
	}
}

// Contents are opened only when the package is written, and each system once.
type opening struct {
	*fake
	content string
}

func (o *opening) Open(context.Context, connectors.Ref, string) (io.ReadCloser, error) {
	return io.NopCloser(strings.NewReader(o.content)), nil
}

func TestOpeners(t *testing.T) {
	systems := newFakes()
	d := newDesk(t, systems, registerText)
	o := &openers{register: d.register, systems: map[string]*opener{}}
	defer o.close()
	for range 2 {
		if _, err := o.open(t.Context(), connectors.Ref{System: "qlms"}, "x"); err == nil {
			t.Error("a connector that cannot open contents did")
		}
	}
	if n := systems["qlms"].opens.Load(); n != 1 {
		t.Errorf("opened %d times", n)
	}
	for _, id := range []string{"paper", "nowhere"} {
		if _, err := o.open(t.Context(), connectors.Ref{System: id}, "x"); err == nil {
			t.Errorf("%s was opened", id)
		}
	}
	o.systems["lists"] = &opener{conn: &opening{systems["lists"], "content"}}
	r, err := o.open(t.Context(), connectors.Ref{System: "lists"}, "x")
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := io.ReadAll(r); string(b) != "content" {
		t.Errorf("%q", b)
	}
}

func TestEventsBeginWithTheirType(t *testing.T) {
	m := Match{Match: locate.Match{Record: connectors.Record{Ref: connectors.Ref{System: "qlms", Place: "main", Entity: "candidates", Key: []string{"1"}},
		Fields: connectors.Fields{Names: []string{"b", "a"}, Values: []connectors.Value{connectors.Text("x"), connectors.Null}}}, Score: 0.99, Certain: true}}
	for _, tt := range []struct {
		e    Event
		want string
	}{
		{Started{System: "qlms"}, `{"type":"started","system":"qlms",`},
		{Progress{System: "qlms"}, `{"type":"progress","system":"qlms",`},
		{m, `{"type":"match","system":"qlms","place":"main","entity":"candidates","key":["1"],"label":"","system_title":"","fields":{"b":"x","a":null},"score":0.99,"certain":true,"evidence":[],"path":[]}`},
		{Coverage{locate.Coverage{System: "qlms", State: locate.Searched}}, `{"type":"coverage","system":"qlms","title":"","state":"searched","searched":[],"places":[],"gaps":[],`},
		{Checked{System: "qlms"}, `{"type":"checked","system":"qlms","title":"","seconds":0,"findings":[],"mistakes":0,"rights":[]}`},
		{Tested{Case: "find"}, `{"type":"tested","case":"find",`},
		{Written{Path: "x"}, `{"type":"written","path":"x",`},
		{Done{Systems: 2}, `{"type":"done","systems":2,`},
	} {
		b, err := json.Marshal(tt.e)
		if err != nil || !strings.HasPrefix(string(b), tt.want) || !json.Valid(b) {
			t.Errorf("%s, %v, not %s", b, err, tt.want)
		}
	}
}

func TestExitCodes(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want int
	}{
		{nil, 0}, {errors.New("x"), 1}, {ErrNotSearched, 1}, {ErrUsage, 2}, {ErrPartly, 3}, {ErrStale, 4}, {ErrWaiting, 5}, {ErrUnknown, 6}, {ErrRefused, 7},
		{context.Canceled, 130}, {errors.Join(ErrPartly, ErrRefused), 7}, {errors.Join(ErrPartly, ErrUnknown), 6},
	} {
		if got := ExitCode(tt.err); got != tt.want {
			t.Errorf("%v: %d, not %d", tt.err, got, tt.want)
		}
	}
}

func TestSystems(t *testing.T) {
	list := newDesk(t, newFakes(), registerText).Systems()
	if len(list) != 4 || list[0].Kind != "In memory" || !list[3].Manual || list[2].Controller != "Acme" || list[0].Entities[0] != "Your registration" {
		t.Errorf("%+v", list)
	}
}
