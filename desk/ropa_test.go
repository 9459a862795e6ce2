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
	if !slices.Contains(qlms.Missing, "people") || slices.Contains(clients.Missing, "people") || !slices.Contains(clients.Missing, "security") {
		t.Errorf("%q, %q", qlms.Missing, clients.Missing)
	}
	d.register.Organisation.Security, d.register.Systems[0].People = "access by role", []string{"candidates"}
	d.register.Systems[3].Security = "a locked room"
	if all, err = d.Processings(t.Context()); err != nil || all[0].Security != "access by role" || all[3].Security != "a locked room" ||
		!slices.Equal(all[0].People, []string{"candidates"}) || slices.Contains(all[0].Missing, "people") || slices.Contains(all[2].Missing, "security") {
		t.Errorf("%+v, %v", all, err)
	}
	if !slices.Contains(paper.Missing, "categories of data") {
		t.Errorf("%+v", paper)
	}
	if b, err := paper.MarshalJSON(); err != nil || strings.Contains(string(b), "null") {
		t.Errorf("%s, %v", b, err)
	}
}
