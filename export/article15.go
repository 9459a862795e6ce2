package export

import (
	"slices"
	"strings"

	"dossier/connectors"
)

// articleFifteen returns what Article 15(1) UK GDPR has to tell of a system, from the register, and what of it the
// register does not say.
func (ed *edition) articleFifteen(of *group) (facts []fact, unstated string) {
	s := of.system
	if s == nil {
		s = &connectors.System{}
	}
	var missing []string
	for _, f := range []fact{
		{"Why we hold it", s.Purpose},
		{"Lawful basis", string(s.Basis)},
		{"Kinds of data", list(ed.categories(s))},
		{"Who receives it", recipientsOf(s)},
		{"How long we keep it", s.Retention},
		{"Where it came from", s.Source},
		{"Sent to other countries", s.Transfers},
		{"Automated decisions", s.Automated},
	} {
		if f.Text == "" {
			missing = append(missing, lowerFirst(f.Term))
			continue
		}
		facts = append(facts, fact{f.Term, sentence(f.Text)})
	}
	return facts, list(missing)
}

// recipientsOf returns who receives the data, "" where the register does not say.
func recipientsOf(s *connectors.System) string {
	if s.Recipients != nil && len(s.Recipients) == 0 {
		return "nobody else"
	}
	return list(s.Recipients)
}

// categories returns the categories of data of a system's records, withheld ones included, in words.
func (ed *edition) categories(s *connectors.System) []string {
	var words []string
	add := func(word string, special bool) {
		if special {
			word += " (special category)"
		}
		if word != "" && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	for _, g := range ed.groups {
		if g.system != s || g.entity == nil {
			continue
		}
		for _, f := range g.entity.Fields {
			id, known := ed.Register.Identifier(f.Is)
			switch {
			case f.Category != "":
				add(categoryWords(f.Category), f.Special)
			case known:
				add(id.Title, f.Special)
			case f.Special:
				add(g.entity.LabelOf(f.Name), true)
			}
		}
	}
	return words
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// categoryWords returns a Fideslang category as words: user.demographic.marital_status becomes marital status.
func categoryWords(key string) string {
	if w, ok := fideslang[key]; ok {
		return w
	}
	for _, group := range []string{"system.", "user.", "demographic."} {
		key = strings.TrimPrefix(key, group)
	}
	return strings.NewReplacer(".", " ", "_", " ").Replace(key)
}

// fideslang holds the categories whose keys do not read well as words.
var fideslang = map[string]string{
	"user":                                              "personal data",
	"user.unique_id":                                    "account and reference numbers",
	"user.contact.email":                                "e-mail address",
	"user.contact.phone_number":                         "phone number",
	"user.contact.address":                              "postal address",
	"user.contact.address.street":                       "postal address",
	"user.contact.address.postal_code":                  "postcode",
	"user.contact.address.city":                         "town",
	"user.contact.address.country":                      "country",
	"user.demographic.date_of_birth":                    "date of birth",
	"user.demographic.age_range":                        "age",
	"user.government_id":                                "numbers given by the state",
	"user.government_id.national_identification_number": "National Insurance number",
	"user.account.username":                             "user name",
	"user.account.settings":                             "settings of your account",
	"user.behavior":                                     "what you did",
	"user.behavior.browsing_history":                    "pages that you visited",
	"user.device.ip_address":                            "IP address",
	"user.financial":                                    "financial details",
	"user.financial.bank_account":                       "bank account",
	"user.payment":                                      "payments",
	"user.content":                                      "what you wrote or sent",
	"user.demographic.race_ethnicity":                   "racial or ethnic origin",
	"user.privacy_preferences":                          "what you agreed to",
	"user.health_and_medical":                           "health",
	"user.job_title":                                    "job title",
	"user.workplace":                                    "employer",
	"user.content.self_image":                           "pictures of you",
	"user.authorizations.credentials":                   "sign-in details",
}
