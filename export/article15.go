package export

import (
	"slices"
	"strings"

	"dossier/connectors"
)

const unstated = "Our register does not say. Please ask us."

// articleFifteen returns what Article 15(1) UK GDPR has to tell of a system, from the register.
func (ed *edition) articleFifteen(of *group) []fact {
	s := of.system
	if s == nil {
		return []fact{{"About this data", unstated}}
	}
	or := func(text, otherwise string) string {
		if text == "" {
			return otherwise
		}
		return sentence(text)
	}
	return []fact{
		{"Why we hold it", or(s.Purpose, unstated)},
		{"Lawful basis", or(string(s.Basis), unstated)},
		{"Kinds of data", or(list(ed.categories(s)), unstated)},
		{"Who receives it", or(list(s.Recipients), "Nobody outside our organisation is named in our register.")},
		{"How long we keep it", or(s.Retention, unstated)},
		{"Where it came from", or(s.Source, unstated)},
		{"Sent to other countries", or(s.Transfers, unstated)},
		{"Automated decisions", or(s.Automated, unstated)},
	}
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

// categoryWords returns a Fideslang category as words: user.contact.email becomes contact e-mail.
func categoryWords(key string) string {
	if w, ok := fideslang[key]; ok {
		return w
	}
	key = strings.TrimPrefix(strings.TrimPrefix(key, "user."), "system.")
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
	"user.financial.bank_account":                       "bank account",
	"user.health_and_medical":                           "health",
	"user.job_title":                                    "job title",
	"user.workplace":                                    "employer",
	"user.content.self_image":                           "pictures of you",
	"user.authorizations.credentials":                   "sign-in details",
}
