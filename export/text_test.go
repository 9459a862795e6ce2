package export

import "testing"

func TestTimesAsPeopleWriteThem(t *testing.T) {
	for value, want := range map[string]string{
		"2012-07-29":                       "29 July 2012",
		"1945-11-26T00:00:00":              "26 November 1945",
		"1945-11-26 00:00:00":              "26 November 1945",
		"2012-07-29 15:56:47":              "29 July 2012, 15:56:47",
		"2012-07-29T15:56:47.25":           "29 July 2012, 15:56:47.25",
		"2012-07-29T00:00:00Z":             "29 July 2012, 00:00:00 UTC",
		"2012-07-29T15:56:47.5+02:00":      "29 July 2012, 15:56:47.5 UTC+02:00",
		"2012-02-30":                       "2012-02-30",
		"2012-07-29 and later":             "2012-07-29 and later",
		"20120729":                         "20120729",
		"":                                 "",
		"ad4295e2-84d3-468e-a877-203ee4f8": "ad4295e2-84d3-468e-a877-203ee4f8",
	} {
		if got := asDay(value); got != want {
			t.Errorf("%q is written %q, not %q", value, got, want)
		}
	}
	if got := visible("Dear all,\r\nit is\rso"); got != "Dear all,\nit is␍so" {
		t.Errorf("%q", got)
	}
}

func TestReportTellsYesAndNoAndNobody(t *testing.T) {
	p := sampleOf(t, record("qlms", "QLMS", "claims", "7", "ClaimID", "7", "Retired", "false", "Qualification", "true", "Result", "P", "CandidateID", "12"))
	p.Register.Systems[0].Recipients = []string{}
	e, _ := p.Register.Systems[0].Entity("claims")
	e.Fields[0].Label = ""
	ed, err := newEdition(t.Context(), p, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]cellView{}
	for card := range ed.report().Systems[0].Groups[0].Cards {
		for c := range card.Lines {
			got[c.Label] = c
		}
	}
	if c := got["Retired"]; c.Text != "no" || c.Code != "false" {
		t.Errorf("%+v", c)
	}
	if got["Number of this record"].Text != "7" || got["Number of “Your registration”"].Text != "12" {
		t.Errorf("%+v", got)
	}
	facts, unstated := ed.articleFifteen(ed.groups[0])
	if facts[2] != (fact{"Who receives it", "Nobody else."}) || unstated != "kinds of data" {
		t.Errorf("%+v, %q", facts, unstated)
	}
}
