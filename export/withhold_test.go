package export

import (
	"testing"

	"dossier/connectors"
)

// Article 20(1): what the person provided or what was observed of them, on consent or contract, by automated means.
func TestWhatPortabilityLeavesOut(t *testing.T) {
	r := testRegister(t)
	byHand := &group{system: &connectors.System{}}
	byHand.system.Basis = "consent"
	for name, tt := range map[string]struct {
		of   *group
		want string
	}{
		"contract":                  {newGroup(r, "qlms", "candidates"), ""},
		"consent":                   {newGroup(r, "lists", "subscribers"), ""},
		"legal obligation":          {newGroup(r, "payroll", "staff"), notAskedBasis},
		"no basis":                  {newGroup(r, "moodle", "users"), notAskedBasis},
		"not in the register":       {newGroup(r, "elsewhere", "users"), notAskedBasis},
		"by hand":                   {byHand, notAskedMeans},
		"exempt from access, alone": {newGroup(r, "qlms", "references"), ""},
	} {
		if got := tt.of.exempt("portability"); got != tt.want {
			t.Errorf("%s: %q, not %q", name, got, tt.want)
		}
	}
	g := newGroup(r, "qlms", "candidates")
	for field, want := range map[string]string{"Email": "", "Status": "", "Photo": notAskedField, "ScriptText": notAskedField, "unmapped": notAskedHeld} {
		if got := g.column(field).exempt("portability"); got != want {
			t.Errorf("%s: %q, not %q", field, got, want)
		}
	}
	if got := newGroup(r, "qlms", "references").exempt("access"); got != "references given in confidence" {
		t.Errorf("access: %q", got)
	}
}
