package desk

import (
	"testing"

	"dossier/act"
)

func TestHowAFileCameBackIsSaid(t *testing.T) {
	for want, e := range map[string]Returned{
		"a.xlsx is what it was, byte for byte":                            {Place: "a.xlsx", How: act.ByBytes},
		"the records of a.xlsx hold again what they held":                 {Place: "a.xlsx", How: act.ByValues},
		"the records of a.xlsx hold again what they held; it was changed": {Place: "a.xlsx", How: act.ByValues, Why: "it was changed"},
	} {
		if got := e.Words(); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
