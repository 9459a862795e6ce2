package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"dossier/desk"
)

// With --json, how far each system is comes to standard error as JSON Lines, about once a second, and never between the data.
func TestProgressInJSON(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)
	var out, errs bytes.Buffer
	a := &app{out: &out, errs: &errs, json: true, pace: pace{now: func() time.Time { return now }}}
	told := func(e desk.Event, after time.Duration) {
		t.Helper()
		now = now.Add(after)
		if err := a.event(e); err != nil {
			t.Fatal(err)
		}
	}
	told(desk.Begun{System: "crm", Title: "CRM", Changes: 1500}, 0)
	told(desk.Changing{System: "crm", Changes: 1500, Made: 500, Rate: 250, Seconds: 4}, 0)
	told(desk.Changing{System: "crm", Changes: 1500, Made: 1000}, 999*time.Millisecond)
	told(desk.Changing{System: "book", Changes: 2, Made: 1}, 0)
	told(desk.Retry{System: "crm", Place: "a", Attempt: 1, After: time.Second, Why: "a lock"}, 0)
	told(desk.Progress{System: "mail", Records: 7}, 0)
	told(desk.Changing{System: "crm", Changes: 1500, Made: 1500}, time.Millisecond)
	told(desk.Returned{System: "book", Place: "members.xlsx", How: "bytes"}, 0)
	told(desk.SystemApplied{System: "crm", Title: "CRM", Ended: "applied", Changes: 1500, Made: 1500}, 0)
	const progress = `{"type":"begun","system":"crm","title":"CRM","changes":1500,"made":0}
{"type":"changing","system":"crm","changes":1500,"made":500,"rate":250,"seconds":4}
{"type":"changing","system":"book","changes":2,"made":1,"rate":0,"seconds":0}
{"type":"retry","system":"crm","place":"a","attempt":1,"after":1,"why":"a lock"}
{"type":"progress","system":"mail","records":7,"idle":false}
{"type":"changing","system":"crm","changes":1500,"made":1500,"rate":0,"seconds":0}
`
	if got := errs.String(); got != progress {
		t.Errorf("standard error has\n%s, not\n%s", got, progress)
	}
	if got := out.String(); !strings.HasPrefix(got, `{"type":"returned","system":"book","place":"members.xlsx","how":"bytes"}`+"\n"+`{"type":"ended"`) {
		t.Errorf("standard output has %s", got)
	}
}

// A person reads every line, and what came back how.
func TestProgressInWords(t *testing.T) {
	var out, errs bytes.Buffer
	a := &app{out: &out, errs: &errs}
	for _, e := range []desk.Event{
		desk.Changing{System: "crm", Changes: 3, Made: 1}, desk.Changing{System: "crm", Changes: 3, Made: 2},
		desk.Returned{System: "book", Place: "a.xlsx", How: "bytes"},
		desk.Returned{System: "book", Place: "b.xlsx", How: "values", Why: "other records of it are still restricted"},
	} {
		if err := a.event(e); err != nil {
			t.Fatal(err)
		}
	}
	if want := "crm: 1 of 3 changes\ncrm: 2 of 3 changes\n"; errs.String() != want {
		t.Errorf("%q", &errs)
	}
	if want := "book: a.xlsx is what it was, byte for byte\nbook: the records of b.xlsx hold again what they held; other records of it are still restricted\n"; out.String() != want {
		t.Errorf("%q", &out)
	}
}
