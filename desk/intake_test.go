package desk

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"dossier/locate"
	"dossier/request"
	"dossier/request/clock"
)

// A workbook with the headings of the Institute's own form, a row a person, as the office keeps it.
func TestFormsInAWorkbook(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	path := filepath.Join(t.TempDir(), "forms.xlsx")
	f := excelize.NewFile()
	for i, row := range [][]any{
		{"SAR ID", "Title", "Full name", "Address", "Post code", "E-mail", "Membership number", "Date from", "Date to", "Financial information",
			"Other information", "Preferred delivery", "Signed declaration", "Date", "Received"},
		{"17", "Ms", "Zoe King", "1 High Street\nHertford", "SG13 8PQ", "zoe@example.com", "M 1060 69", "01/02/2019", "2020-12-31", "invoices",
			"CPD", "By post", "yes", "28/01/2026", "31/01/2026"},
		{"18", "Mr", "Jo Law", "", "", "jo@example.com", "", "", "", "", "", "by e-mail", "", "", "02/02/2026"},
	} {
		if err := f.SetSheetRow("Sheet1", "A"+string(rune('1'+i)), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(f.SaveAs(path), f.Close()); err != nil {
		t.Fatal(err)
	}
	forms, err := d.Forms(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	all, err := d.NewRequests(t.Context(), forms)
	if err != nil || len(all) != 2 {
		t.Fatalf("%v, %v", all, err)
	}
	r := all[0]
	if r.Contact.Title != "Ms" || r.Contact.Name != "Zoe King" || !strings.HasSuffix(r.Contact.Address, "SG13 8PQ") || r.Subject.Values("membership_number")[0] != "M 1060 69" ||
		r.Scope.From != clock.On(2019, 2, 1) || r.Scope.To != clock.On(2020, 12, 31) || r.Financial != "invoices" || r.Other != "CPD" ||
		r.Delivery.Way != request.Post || r.Signed != clock.On(2026, 1, 28) || clock.DayOf(r.Received) != clock.On(2026, 1, 31) {
		t.Errorf("%+v", r)
	}
	if all[1].Delivery.Way != request.Email || all[1].Contact.Email != "jo@example.com" {
		t.Errorf("%+v", all[1])
	}
}

// Of many forms all are recorded, or none.
func TestFormsAreRecordedTogether(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	forms, err := d.Forms(t.Context(), "-", strings.NewReader("[[request]]\nemail = \"zoe@example.com\"\n[[request]]\nemail = \"SECRET\"\nreceived = 2099-01-01\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.NewRequests(t.Context(), forms); err == nil || !strings.Contains(err.Error(), "request 2 of 2") || strings.Contains(err.Error(), "SECRET") {
		t.Errorf("%v", err)
	}
	if all, err := d.Requests(t.Context()); err != nil || len(all) > 0 {
		t.Errorf("%v, %v", all, err)
	}
}

// What a letter asks for first in its own order is led by what the law wants done first.
func TestWhatComesFirstLeads(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	r, err := d.NewRequest(t.Context(), NewRequest{Kind: request.Erase, Also: []request.Kind{request.Access}, Received: d.now().UTC(), Subject: zoe,
		Letter: request.Letter{Ground: "17(1)(b)"}})
	if err != nil || r.Kind != request.Access || len(r.Also) != 1 || r.Also[0] != request.Erase {
		t.Fatalf("%+v, %v", r, err)
	}
	if _, err := gather(d.Locate(t.Context(), r.ID)); err != nil && !errors.Is(err, ErrPartly) {
		t.Fatal(err)
	}
	got, err := gather(d.Plan(t.Context(), r.ID, NewPlan{}))
	if !errors.Is(err, ErrRefused) || !strings.Contains(problemsOf(got), r.ID+" is not answered yet") {
		t.Errorf("erased before it is handed over: %v, %s", err, problemsOf(got))
	}
	handedOver(t, d, r.ID)
	if got, _ := gather(d.Plan(t.Context(), r.ID, NewPlan{})); strings.Contains(problemsOf(got), "not answered") {
		t.Error(problemsOf(got))
	}
	if _, err := d.Record(t.Context(), r.ID, request.Step{What: request.Withdrawn}); err != nil {
		t.Fatal(err)
	}
	if _, err := gather(d.Plan(t.Context(), r.ID, NewPlan{})); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "was withdrawn") {
		t.Errorf("planned for what was withdrawn: %v", err)
	}
}

// A system that the search leaves out is told of, and nothing is erased as though it had been searched.
func TestANarrowedSearchSaysSo(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	narrow := request.Letter{Ground: "17(1)(b)", Scope: request.Scope{Omit: []string{"lists"}, Reason: "the person asks for the register of members alone"}}
	r, err := d.NewRequest(t.Context(), NewRequest{Kind: request.Erase, Received: d.now().UTC(), Subject: zoe, Letter: narrow})
	if err != nil {
		t.Fatal(err)
	}
	got, err := gather(d.Locate(t.Context(), r.ID))
	if err != nil && !errors.Is(err, ErrPartly) {
		t.Fatal(err)
	}
	told := false
	for _, e := range got["coverage"] {
		if c := e.(Coverage); c.System == "lists" {
			told = c.State == locate.LeftOut && c.Records == 0 && len(c.Gaps) == 1 && strings.Contains(c.Gaps[0].Why, "members alone")
		}
	}
	if !told {
		t.Errorf("not told of: %+v", got["coverage"])
	}
	planned, err := gather(d.Plan(t.Context(), r.ID, NewPlan{}))
	if !errors.Is(err, ErrRefused) || !strings.Contains(problemsOf(planned), "lists") {
		t.Errorf("planned as though it was searched: %v, %s", err, problemsOf(planned))
	}
	narrow.Scope.Omit = []string{"nowhere"}
	if _, err := d.NewRequest(t.Context(), NewRequest{Kind: request.Erase, Received: d.now().UTC(), Subject: zoe, Letter: narrow}); !errors.Is(err, ErrUsage) {
		t.Errorf("a system that there is not: %v", err)
	}
}
