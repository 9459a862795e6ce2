package export

import (
	"encoding/json"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/locate"
)

func TestSpanOutside(t *testing.T) {
	e := &connectors.Entity{EntityKeys: connectors.EntityKeys{Dated: "On"}}
	year := Span{From: "2019-03-01", To: "2020-02-29"}
	for _, c := range []struct {
		name           string
		span           Span
		value          any
		outside, dated bool
	}{
		{"the first day", year, "2019-03-01", false, true},
		{"the last day", year, "2020-02-29T23:59:59", false, true},
		{"the day before", year, "2019-02-28 23:59:59", true, true},
		{"the day behind", year, "2020-03-01", true, true},
		{"as people write it", year, "1st March 2019", false, true},
		{"as people write it, outside", year, "28/02/2019", true, true},
		{"one of two readings is within", year, "02/03/2018, 9:00", true, true},
		{"day and month in either order", Span{From: "2019-03-02", To: "2019-03-02"}, "03/02/2019", false, true},
		{"an instant that is the day before elsewhere", Span{From: "2020-07-01"}, "2020-06-30T23:30:00Z", false, true},
		{"an instant outside", Span{From: "2020-07-01"}, "2020-06-30T20:30:00Z", true, true},
		{"no beginning", Span{To: "2019-01-01"}, "1990-01-01", false, true},
		{"no end", Span{From: "2019-01-01"}, "2031-01-01", false, true},
		{"nothing", year, nil, false, false},
		{"words", year, "last spring", false, false},
		{"a year", year, "2014", false, false}, // which is a serial number of 1905
		{"the first of a calendar", year, "1900-01-01", false, false},
		{"the last of a calendar", year, "9999-12-31", false, false},
		{"the first second of Unix", year, "1970-01-01T00:00:00Z", false, false},
		{"several", year, connectors.List("2010-01-01"), false, false},
		{"every day is asked about", Span{}, "2010-01-01", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := record("qlms", "QLMS", "claims", "1", "On", c.value)
			if outside, dated := c.span.Outside(e, &m.Record); outside != c.outside || dated != c.dated {
				t.Errorf("outside %v, dated %v", outside, dated)
			}
		})
	}
}

// A package for a span of days says in every file what of it was left out and what nobody can tell, and verifies.
func TestPackageOfSomeDays(t *testing.T) {
	claim := func(key string, on any) locate.Match {
		return record("qlms", "QLMS", "claims", key, "ClaimID", key, "Qualification", "Q-"+key, "ClaimDate", on)
	}
	p := sampleOf(t, claim("7", "2015-05-03"), claim("8", "2019-05-03"), claim("9", nil), claim("10", "2022-01-01"))
	e, _ := p.Register.Systems[0].Entity("claims")
	e.Dated = "ClaimDate"
	p.Request.Span = Span{From: "2019-03-01", To: "2020-02-29"}
	p.Papers = Papers{Formats: []Format{Letter}}
	p.Coverage = p.Coverage[:1]

	var told []HeldBack
	total, err := Release(t.Context(), p, func(line ReleaseLine) error {
		if h, ok := line.(HeldBack); ok && h.Record != nil {
			told = append(told, h)
		}
		return nil
	})
	const why = "Dated outside of the days that you asked about: from 1 March 2019 to 29 February 2020."
	if err != nil || total.Records != 2 || len(told) != 2 || told[0].Record.Key[0] != "7" || told[0].Reason != why {
		t.Fatalf("%+v, %+v, %v", total, told, err)
	}
	packed := pack(t, p)
	_, files := unpack(t, packed)
	for name, want := range map[string][]string{
		dataName:       {`"days": {`, `"from": "2019-03-01"`, `"reason": "` + why + `"`},
		coverageName:   {`"days": "2 records dated outside of the days that you asked about were left out. 1 record is here whatever the day, because we cannot tell it."`},
		reportName:     {"2 records of “Your qualifications”. " + why, "You asked about some days only.", "<dt>Days asked about</dt>"},
		readmeName:     {"from 1 March 2019 to 29 February 2020"},
		letterTextName: {"2 records of “Your qualifications”.", "about the days from 1 March 2019"},
		actionsName:    {`"what":"withheld","result":"complete","records":2`},
	} {
		for _, text := range want {
			if !strings.Contains(strings.Join(strings.Fields(string(files[name])), " "), strings.Join(strings.Fields(text), " ")) {
				t.Errorf("%s does not say %q", name, text)
			}
		}
	}
	for name, b := range files {
		if strings.Contains(string(b), "Q-7") || strings.Contains(string(b), "Q-10") {
			t.Errorf("%s holds what was left out", name)
		}
	}
	var data struct{ Records []any }
	if err := json.Unmarshal(files[dataName], &data); err != nil || len(data.Records) != 2 {
		t.Errorf("%d records, %v", len(data.Records), err)
	}
	if report, list := problems(t, packed, ""); len(report.Problems) > 0 {
		t.Error(list)
	}

	all := p
	all.Request.Span = Span{}
	if whole, err := Release(t.Context(), all, func(ReleaseLine) error { return nil }); err != nil || whole.Records != 4 || whole.Digest == total.Digest {
		t.Errorf("%+v, %v", whole, err)
	}
}
