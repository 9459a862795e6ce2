package request

import (
	"strings"
	"testing"
	"time"
)

func TestIDs(t *testing.T) {
	for _, tt := range []struct {
		id        string
		year, n   int
		malformed bool
	}{
		{id: "SAR-2026-0001", year: 2026, n: 1},
		{id: "SAR-2026-12345", year: 2026, n: 12345},
		{id: "SAR-2026-0000", malformed: true},
		{id: "SAR-2026-00001", malformed: true},
		{id: "SAR-26-0001", malformed: true},
		{id: "sar-2026-0001", malformed: true},
		{id: "", malformed: true},
		{id: "../../x", malformed: true},
	} {
		year, n, err := ParseID(tt.id)
		if (err != nil) != tt.malformed || year != tt.year || n != tt.n {
			t.Errorf("%q: %d, %d, %v", tt.id, year, n, err)
		}
		if !tt.malformed && FormID(year, n) != tt.id {
			t.Errorf("%q became %q", tt.id, FormID(year, n))
		}
	}
}

func FuzzParseID(f *testing.F) {
	f.Add("SAR-2026-0001")
	f.Add("SAR-0000-000000001")
	f.Fuzz(func(t *testing.T, id string) {
		if year, n, err := ParseID(id); err == nil && FormID(year, n) != id {
			t.Errorf("%q became %q", id, FormID(year, n))
		}
	})
}

func TestCheck(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	good := Request{Kind: Access, Received: now.AddDate(0, 0, -1), Operator: "Pat"}
	if err := good.Check(now); err != nil {
		t.Error(err)
	}
	for name, tt := range map[string]struct {
		change func(*Request)
		want   string
	}{
		"no kind":    {func(r *Request) { r.Kind = "x" }, "no kind"},
		"no day":     {func(r *Request) { r.Received = time.Time{} }, "missing"},
		"to come":    {func(r *Request) { r.Received = now.AddDate(0, 0, 2) }, "yet to come"},
		"by nobody":  {func(r *Request) { r.Operator = "" }, "operator"},
		"everything": {func(r *Request) { *r = Request{} }, "operator"},
	} {
		r := good
		tt.change(&r)
		if err := r.Check(now); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryKindHasATitle(t *testing.T) {
	for _, k := range Kinds {
		if k.Title() == string(k) {
			t.Errorf("%s has no title", k)
		}
	}
}
