package connectors

import "testing"

func TestSpecialCategories(t *testing.T) {
	for name, test := range map[string]struct {
		field             Field
		special, criminal bool
	}{
		"nothing said":       {Field{}, false, false},
		"flagged":            {Field{Special: true}, true, false},
		"by its category":    {Field{Category: "user.health_and_medical.disability"}, true, false},
		"an exact category":  {Field{Category: "user.demographic.race_ethnicity"}, true, false},
		"no part of a word":  {Field{Category: "user.genetics_course"}, false, false},
		"an ordinary one":    {Field{Category: "user.demographic.date_of_birth"}, false, false},
		"a criminal offence": {Field{Category: "user.criminal_history"}, false, true},
		"both":               {Field{Special: true, Category: "user.criminal_history.convictions"}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.field.SpecialCategory(); got != test.special {
				t.Errorf("special category: %v", got)
			}
			if got := test.field.CriminalOffence(); got != test.criminal {
				t.Errorf("criminal offence: %v", got)
			}
		})
	}
}
