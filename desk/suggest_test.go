package desk

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// When a name is taken out, its words are suggested where they stand in fields of their own or in another order; once they are taken out
// too, no file holds them.
func TestPartsOfARedactedNameAreSuggested(t *testing.T) {
	systems := newFakes()
	people := systems["qlms"].tables["candidates"]
	people.columns = append(slices.Clone(people.columns), "kin_first", "kin_last", "remark", "colour")
	people.rows = slices.Clone(people.rows)
	people.rows[0] = append(slices.Clone(people.rows[0]), "Wilfred", "PLANTED", "a visit of planted with wilfred too", "green")
	people.rows[0][7] = "came with Wilfred Planted"
	systems["qlms"].tables["candidates"] = people
	d := newDesk(t, systems, registerText)
	r := record(t, d)
	if _, err := gather(d.Locate(t.Context(), r.ID)); ExitCode(err) != ExitDone && ExitCode(err) != ExitPartly {
		t.Fatal(err)
	}
	ref := found(t, d, r.ID)["qlms1"].Record.Ref
	if _, err := d.Redact(t.Context(), r.ID, NewRedaction{Record: ref, Field: "unmapped", Passage: "Wilfred Planted", Reason: "names somebody else"}); err != nil {
		t.Fatal(err)
	}
	suggestions := func() (list []Suggested, words string) {
		got, err := gather(d.Release(t.Context(), r.ID, ""))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range got["suggested"] {
			s := e.(Suggested)
			list = append(list, s)
			words += fmt.Sprintf("%s %d-%d %s: %s; ", s.Field, s.From, s.To, s.Passage, s.Why)
		}
		return list, words
	}
	list, words := suggestions()
	if words != "remark 11-31 planted with wilfred: words of the name that the redaction 1 takes out; "+
		"kin_first 0-7 Wilfred: a part of the name that the redaction 1 takes out; kin_last 0-7 PLANTED: a part of the name that the redaction 1 takes out; " {
		t.Fatal(words)
	}
	for _, s := range list {
		if _, err := d.Redact(t.Context(), r.ID, NewRedaction{Record: s.Record, Field: s.Field, From: s.From, To: s.To, Reason: "names somebody else"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, words := suggestions(); words != "" {
		t.Error("once they are taken out:", words)
	}
	approveRelease(t, d, r.ID)
	file := filepath.Join(t.TempDir(), "a.zip")
	if _, err := gather(d.Export(t.Context(), r.ID, file)); err != nil {
		t.Fatal(err)
	}
	if all := strings.ToLower(unzipped(t, file)); strings.Contains(all, "wilfred") || strings.Contains(all, "planted") {
		t.Error("the package holds a part of the name")
	}
}
