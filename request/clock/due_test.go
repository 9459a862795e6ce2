package clock

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dossier/connectors"
)

var update = flag.Bool("update", false, "write the golden files anew")

func rule(t testing.TB, name string, holidays ...Day) Rule {
	t.Helper()
	r, err := For(name, holidays...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestNamesAreThoseOfTheRegister(t *testing.T) {
	if diff := cmp.Diff(connectors.Clocks, Names); diff != "" {
		t.Error(diff)
	}
	if _, err := For("wales"); err == nil || !strings.Contains(err.Error(), `"wales"`) {
		t.Errorf("an unknown rule: %v", err)
	}
}

func TestReceivedOn31January2026(t *testing.T) {
	for _, name := range Names {
		got, err := rule(t, name).Due(Facts{Access: true, Received: On(2026, time.January, 31)})
		if err != nil || got.Due != On(2026, time.March, 2) {
			t.Errorf("%s: %s, %v", name, got.Due.Long(), err)
		}
	}
}

// derivations are the cases whose words are held in testdata/derivations.golden.
func derivations(t *testing.T) []struct {
	name, rule string
	holidays   []Day
	facts      Facts
} {
	d := func(s string) Day { return day(t, s) }
	w := func(asked, arrived string) Wait { return Wait{d(asked), d(arrived)} }
	return []struct {
		name, rule string
		holidays   []Day
		facts      Facts
	}{
		{"the example of the last day of January", "england-and-wales", nil, Facts{Access: true, Received: d("2026-01-31")}},
		{"the last day is a working day", "england-and-wales", nil, Facts{Access: true, Received: d("2026-02-09")}},
		{"over Easter in England", "england-and-wales", nil, Facts{Received: d("2026-03-03")}},
		{"over Easter in Scotland", "scotland", nil, Facts{Received: d("2026-03-03")}},
		{"Orangemen's Day on a Sunday", "northern-ireland", nil, Facts{Received: d("2026-06-12")}},
		{"the World Cup holiday", "scotland", nil, Facts{Received: d("2026-05-15")}},
		{"a holiday proclaimed since", "england-and-wales", []Day{d("2027-06-14")}, Facts{Received: d("2027-05-14")}},
		{"the European Union, holidays listed", "eu", []Day{d("2026-05-01"), d("2026-05-14")}, Facts{Received: d("2026-04-01")}},
		{"the European Union, none listed", "eu", nil, Facts{Received: d("2026-03-31")}},
		{"identity and fee awaited, then there", "england-and-wales", nil, Facts{Received: d("2026-02-02"),
			Evidence: []Wait{w("2026-02-03", "2026-02-10"), w("2026-02-03", "2026-02-12")}, Fee: w("2026-02-04", "2026-02-11")}},
		{"identity still awaited", "england-and-wales", nil, Facts{Received: d("2026-02-02"),
			Evidence: []Wait{w("2026-02-03", "")}, Fee: w("2026-02-04", "2026-02-11"), Extended: d("2026-02-09")}},
		{"identity asked for after the month", "england-and-wales", nil, Facts{Received: d("2026-02-02"),
			Evidence: []Wait{w("2026-03-09", "2026-03-20")}}},
		{"paused and answered", "england-and-wales", nil, Facts{Access: true, Received: d("2026-02-09"),
			Clarifications: []Wait{w("2026-02-12", "2026-02-13"), w("2026-03-05", "2026-03-20")}}},
		{"answered on the same day", "england-and-wales", nil, Facts{Access: true, Received: d("2026-02-09"),
			Clarifications: []Wait{w("2026-02-12", "2026-02-12")}}},
		{"overlapping clarifications count once", "england-and-wales", nil, Facts{Access: true, Received: d("2026-02-09"),
			Clarifications: []Wait{w("2026-02-20", "2026-02-27"), w("2026-02-12", "2026-02-24"), w("2026-02-13", "2026-02-16")}}},
		{"clarified while identity was awaited", "england-and-wales", nil, Facts{Access: true, Received: d("2026-02-09"),
			Evidence: []Wait{w("2026-02-09", "2026-02-16")}, Clarifications: []Wait{w("2026-02-10", "2026-02-12"), w("2026-02-13", "2026-02-18")}}},
		{"clarification awaited", "england-and-wales", nil, Facts{Access: true, Received: d("2026-02-09"),
			Clarifications: []Wait{w("2026-02-12", ""), w("2026-02-20", "2026-02-21")}}},
		{"clarification awaited in the extension", "england-and-wales", nil, Facts{Access: true, Received: d("2026-02-09"),
			Clarifications: []Wait{w("2026-02-12", "2026-02-16"), w("2026-04-01", "")}, Extended: d("2026-03-10")}},
		{"clarification asked for after the last day", "england-and-wales", nil, Facts{Access: true, Received: d("2026-02-09"),
			Clarifications: []Wait{w("2026-03-10", "2026-03-20")}}},
		{"clarification of an erasure", "england-and-wales", nil, Facts{Received: d("2026-02-09"),
			Clarifications: []Wait{w("2026-02-12", "2026-02-20")}}},
		{"extended in time, with pauses", "england-and-wales", nil, Facts{Access: true, Received: d("2026-01-31"),
			Clarifications: []Wait{w("2026-02-05", "2026-02-09"), w("2026-03-10", "2026-03-12")}, Extended: d("2026-03-04")}},
		{"extended from 30 November", "england-and-wales", nil, Facts{Received: d("2026-11-30"), Extended: d("2026-12-30")}},
		{"extended too late", "england-and-wales", nil, Facts{Received: d("2026-02-09"), Extended: d("2026-03-10")}},
		{"beyond the published years", "scotland", nil, Facts{Received: d("2028-12-02")}},
		{"before the published years", "england-and-wales", nil, Facts{Received: d("2018-12-01")}},
	}
}

func TestDerivations(t *testing.T) {
	var out strings.Builder
	write := func(name, rule string, a Answer) {
		fmt.Fprintf(&out, "# %s (%s)\n", name, rule)
		for _, s := range a.Steps {
			fmt.Fprintf(&out, "%-9s  %-10s  %s\n", s.Part, s.Day, s.Text)
		}
		fmt.Fprintf(&out, "= %s", a.State)
		for _, day := range []struct {
			name string
			Day
		}{{"start", a.Start}, {"due", a.Due}, {"notice by", a.NoticeBy}} {
			if day.Day != 0 {
				fmt.Fprintf(&out, ", %s %s", day.name, day.Day)
			}
		}
		if a.State == Paused {
			fmt.Fprintf(&out, ", %d days left", a.Left)
		}
		if a.Extended {
			out.WriteString(", extended")
		}
		if a.Computed {
			out.WriteString(", computed")
		}
		out.WriteString("\n\n")
	}
	for _, c := range derivations(t) {
		a, err := rule(t, c.rule, c.holidays...).Due(c.facts)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		write(c.name, c.rule, a)
	}
	for _, c := range []struct{ name, rule, received string }{
		{"a complaint", "england-and-wales", "2026-07-01"},
		{"a complaint before it was law", "scotland", "2026-06-18"},
		{"a complaint in the European Union", "eu", "2026-07-03"},
	} {
		a, err := rule(t, c.rule).Complaint(day(t, c.received))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		write(c.name, c.rule, a)
	}
	for _, c := range []struct{ name, rule, received, announced string }{
		{"marks, results to come", "england-and-wales", "2026-05-04", ""},
		{"marks, results soon after", "england-and-wales", "2026-05-04", "2026-08-13"},
		{"marks, results long after", "england-and-wales", "2026-05-04", "2026-09-30"},
		{"marks, results before", "england-and-wales", "2026-08-13", "2026-08-13"},
	} {
		a, err := rule(t, c.rule).Marks(Facts{Access: true, Received: day(t, c.received)}, day(t, c.announced))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		write(c.name, c.rule, a)
	}
	golden := filepath.Join("testdata", "derivations.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), out.String()); diff != "" {
		t.Errorf("the derivations changed (-golden +now); -update writes them anew:\n%s", diff)
	}
}

func TestContradictingFacts(t *testing.T) {
	d := func(s string) Day { return day(t, s) }
	for _, c := range []struct {
		name  string
		facts Facts
		want  string
	}{
		{"nothing received", Facts{}, "the day on which the request was received is missing"},
		{"arrived unasked", Facts{Received: d("2026-02-09"), Evidence: []Wait{{Arrived: d("2026-02-10")}}},
			"evidence arrived on 2026-02-10, but the day on which it was asked for is missing"},
		{"asked before", Facts{Received: d("2026-02-09"), Fee: Wait{Asked: d("2026-02-08")}},
			"the fee was asked for on 2026-02-08, before the request was received on 2026-02-09"},
		{"arrived before", Facts{Received: d("2026-02-09"), Clarifications: []Wait{{d("2026-02-12"), d("2026-02-11")}}},
			"a clarification arrived on 2026-02-11, before it was asked for on 2026-02-12"},
		{"extended before", Facts{Received: d("2026-02-09"), Extended: d("2026-02-08")},
			"the notice of extension was given on 2026-02-08, before the request was received on 2026-02-09"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := rule(t, "england-and-wales")
			if a, err := r.Due(c.facts); err == nil || err.Error() != c.want || a.Due != 0 {
				t.Errorf("Due: %+v, %v", a, err)
			}
			if _, err := r.Marks(c.facts, 0); err == nil || err.Error() != c.want {
				t.Errorf("Marks: %v", err)
			}
		})
	}
	if _, err := rule(t, "eu").Complaint(0); err == nil {
		t.Error("a complaint that was never received has a due date")
	}
}

// TestIncidentIsAnInstant: the hours pass while summer time begins.
func TestIncidentIsAnInstant(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	aware := time.Date(2026, time.March, 27, 17, 5, 0, 0, london)
	if got, want := Incident(aware), time.Date(2026, time.March, 30, 18, 5, 0, 0, london); !got.Equal(want) {
		t.Errorf("%s, want %s", got, want)
	}
}
