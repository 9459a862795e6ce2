package desk

import (
	"slices"
	"strings"
	"testing"
)

func TestRecordOfProcessing(t *testing.T) {
	d := newDesk(t, newFakes(), registerText)
	all, err := d.Processings(t.Context())
	if err != nil || len(all) != 4 {
		t.Fatalf("%+v, %v", all, err)
	}
	qlms, clients, paper := all[0], all[2], all[3]
	if qlms.Purpose != "registering candidates" || qlms.Role != "controller" || !slices.Contains(qlms.Categories, "candidate number") ||
		!slices.Contains(qlms.Missing, "retention") || slices.Contains(qlms.Missing, "purpose") {
		t.Errorf("%+v", qlms)
	}
	if clients.Role != "processor" || !slices.Equal(clients.Controllers, []string{"Acme"}) || slices.Contains(clients.Missing, "basis") {
		t.Errorf("%+v", clients)
	}
	if !slices.Contains(paper.Missing, "categories of data") {
		t.Errorf("%+v", paper)
	}
	if b, err := paper.MarshalJSON(); err != nil || strings.Contains(string(b), "null") {
		t.Errorf("%s, %v", b, err)
	}
}
