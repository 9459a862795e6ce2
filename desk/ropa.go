package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// Processing is the record of one processing activity (Article 30): what the register says of a system.
type Processing struct {
	ID          string   `json:"id"` // the system's
	System      string   `json:"system"`
	Role        string   `json:"role"`        // "controller" (Article 30(1)) or "processor" (Article 30(2))
	Controllers []string `json:"controllers"` // processor: for whom
	Holds       string   `json:"holds"`
	Purpose     string   `json:"purpose"`
	Basis       string   `json:"basis"`
	People      []string `json:"people"`     // categories of data subjects
	Records     []string `json:"records"`    // what is held of them, as they read it
	Categories  []string `json:"categories"` // of personal data: keys of the Fideslang taxonomy, and identifiers
	Special     []string `json:"special"`    // fields of special categories (Article 9)
	Recipients  []string `json:"recipients"`
	Transfers   string   `json:"transfers"`
	Retention   string   `json:"retention"`
	Source      string   `json:"source"`
	Automated   string   `json:"automated"`
	Backups     string   `json:"backups"`
	Security    string   `json:"security"` // technical and organisational measures
	Owners      []string `json:"owners"`
	Steward     string   `json:"steward"`
	Producers   []string `json:"producers"`
	Missing     []string `json:"missing"` // what Article 30 asks for and the register does not say
}

// Type returns "processing".
func (Processing) Type() string { return "processing" }

// MarshalJSON writes the record with its type first.
func (p Processing) MarshalJSON() ([]byte, error) {
	type plain Processing
	for _, list := range []*[]string{&p.Controllers, &p.People, &p.Records, &p.Categories, &p.Special, &p.Recipients, &p.Owners, &p.Producers, &p.Missing} {
		*list = filled(*list)
	}
	return typed(p.Type(), plain(p))
}

// Processings returns the record of processing activities, one a system in the order of the register.
func (d *Desk) Processings(ctx context.Context) ([]Processing, error) {
	if err := d.known(ctx); err != nil {
		return nil, err
	}
	var all []Processing
	for _, s := range d.register.Systems {
		p := Processing{ID: s.ID, System: s.Title, Role: cmp.Or(s.Role, "controller"), Holds: s.Holds, Purpose: s.Purpose, Basis: string(s.Basis),
			People: s.People, Security: cmp.Or(s.Security, d.register.Organisation.Security),
			Recipients: s.Recipients, Transfers: s.Transfers, Retention: s.Retention, Source: s.Source, Automated: s.Automated, Backups: s.Backups,
			Owners: s.Owners, Steward: s.Steward, Producers: s.Producers}
		if s.Recipients != nil && len(s.Recipients) == 0 {
			p.Recipients = []string{"nobody else"}
		}
		if s.Processor() {
			p.Controllers = []string{cmp.Or(s.Controller.Name, "the client of each database "+s.Controller.Database)}
		}
		for _, e := range s.Entities {
			p.Records = with(p.Records, e.Label)
			for _, f := range e.Fields {
				if id, ok := d.register.Identifier(f.Is); ok && f.Category == "" {
					p.Categories = with(p.Categories, id.Title)
				}
				if f.Category != "" {
					p.Categories = with(p.Categories, f.Category)
				}
				if f.Special {
					p.Special = with(p.Special, e.LabelOf(f.Name))
				}
			}
		}
		slices.Sort(p.Categories)
		p.Missing = p.missing()
		all = append(all, p)
	}
	return all, nil
}

// missing names what Article 30 asks for, or the answer to an access request does, and the register does not say.
func (p Processing) missing() []string {
	var list []string
	for _, m := range []struct{ key, value string }{
		{"holds", p.Holds}, {"purpose", p.Purpose}, {"basis", p.Basis}, {"recipients", strings.Join(p.Recipients, "")},
		{"transfers", p.Transfers}, {"retention", p.Retention}, {"source", p.Source}, {"automated", p.Automated}, {"backups", p.Backups}, {"security", p.Security}, {"people", strings.Join(p.People, "")}, {"steward", p.Steward},
	} {
		if strings.TrimSpace(m.value) == "" && (p.Role != "processor" || m.key != "purpose" && m.key != "basis" && m.key != "people") {
			list = append(list, m.key)
		}
	}
	if len(p.Categories) == 0 {
		list = append(list, "categories of data")
	}
	return list
}
