package export

import (
	"cmp"
	"time"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// Span is the days that a request asks about, both inclusive, each as 2006-01-02; "" has no end on that side. The zero Span is
// every day. It cuts what is handed over by the fields that the register names (dated), and nothing else: an erasure reaches every day.
type Span struct {
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
}

// The years in which a day is taken for one: what systems hold beyond them stands for no date at all, or is a number that was
// read as one.
const (
	firstYear = "1950-01-02"
	lastYear  = "2099-01-01"
)

// Words returns the span as a person reads it: "from 1 March 2019 to 31 March 2020"; "" for every day.
func (s Span) Words() string {
	from, to := asDay(s.From), asDay(s.To)
	switch {
	case s == Span{}:
		return ""
	case from == "":
		return "to " + to
	case to == "":
		return "from " + from
	}
	return "from " + from + " to " + to
}

// Outside reports whether a record is dated outside of the span, and whether it has a date at all. A date that can be read as several
// days is outside only where each of them is; a record without a date that can be read never is.
func (s Span) Outside(e *connectors.Entity, r *connectors.Record) (outside, dated bool) {
	if e == nil || e.Dated == "" || s == (Span{}) {
		return false, false
	}
	v := r.Get(e.Dated)
	if !v.IsText() {
		return false, false
	}
	text := v.String()
	days := compare.Dates(text, compare.Text)
	if _, err := time.Parse(time.RFC3339Nano, text); err == nil {
		days = compare.Dates(text, compare.Instant) // of which the day is another one elsewhere
	}
	for _, day := range days {
		if day < firstYear || day >= lastYear || day == "1970-01-01" {
			continue
		}
		if dated = true; (s.From == "" || day >= s.From) && day <= cmp.Or(s.To, day) {
			return false, true
		}
	}
	return dated, dated
}

// outside is why a record of another day does not leave.
func (s Span) outside() string {
	return "Dated outside of the days that you asked about: " + s.Words() + "."
}

// spanWords tells what the span makes of a system that was searched, "" where nothing.
func (ed *edition) spanWords(system string) string {
	if ed.Request.Span == (Span{}) {
		return ""
	}
	outside, undated := 0, 0
	for _, g := range ed.groups {
		if g.systemID == system {
			outside, undated = outside+g.outside, undated+g.undated
		}
	}
	words := ""
	if outside > 0 {
		words = sentence(count(outside, "record") + " dated outside of the days that you asked about " + were(outside) + " left out")
	}
	if undated > 0 {
		if words != "" {
			words += " "
		}
		words += sentence(count(undated, "record") + " " + are(undated) + " here whatever the day, because we cannot tell it")
	}
	return words
}

func were(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// leftOutWords says why anything is left out, before the list of it.
func (ed *edition) leftOutWords() string {
	law, days := false, false
	for _, g := range ed.groups {
		for _, w := range g.withheld {
			law, days = law || !w.Outside, days || w.Outside
		}
	}
	switch {
	case law && days:
		return "The law allows or obliges us not to give you everything, and you asked about some days only. This is what we left out:"
	case days:
		return "You asked about some days only. This is what we left out, because it is dated outside of them:"
	}
	return "The law allows or obliges us not to give you everything. This is what we left out:"
}
