package connectors

import "strings"

// specialCategories are the keys of the Fideslang taxonomy that name data of a special category (Article 9(1) of the UK GDPR), with
// everything beneath them.
var specialCategories = []string{"user.biometric", "user.biometric_health", "user.genetic", "user.health_and_medical", "user.political_opinion",
	"user.religious_belief", "user.sexual_orientation", "user.demographic.political_opinion", "user.demographic.race_ethnicity",
	"user.demographic.religious_belief", "user.demographic.sexual_orientation", "user.trade_union"}

// SpecialCategory reports whether the field holds data of a special category (Article 9), by its flag or its category.
func (f *Field) SpecialCategory() bool { return f.Special || within(f.Category, specialCategories...) }

// CriminalOffence reports whether the field holds data about criminal convictions and offences (Article 10), by its category.
func (f *Field) CriminalOffence() bool { return within(f.Category, "user.criminal_history") }

// within reports whether a key of a taxonomy is one of those, or beneath one.
func within(key string, above ...string) bool {
	for _, a := range above {
		if key == a || strings.HasPrefix(key, a+".") {
			return true
		}
	}
	return false
}
