package export

import (
	"cmp"
	"time"
)

// dataHeader is all of data.json but its records, which follow as the last key.
type dataHeader struct {
	Type         string        `json:"type"` // "data"
	Version      int           `json:"version"`
	Made         time.Time     `json:"made"`
	Organisation organisation  `json:"organisation"`
	Request      RequestHeader `json:"request"`
	Person       person        `json:"person"`
	Systems      []systemJSON  `json:"systems"`
	Entities     []entityJSON  `json:"entities"`
	Coverage     []coverageOf  `json:"coverage"`
	Actions      []actionJSON  `json:"actions"`
}

type organisation struct {
	Name    string `json:"name"`
	Contact string `json:"contact,omitempty"`
}

// person is whom the data is about, as the request names them.
type person struct {
	Name        string           `json:"name,omitempty"`
	Identifiers []identifierJSON `json:"identifiers"` // those that were searched for first
}

type identifierJSON struct {
	Kind  named  `json:"kind"`
	Value string `json:"value"`
}

// systemJSON is what Article 15(1) has to tell of a system.
type systemJSON struct {
	Name      string     `json:"name"`
	Label     string     `json:"label"`
	Holds     string     `json:"holds,omitempty"`
	Facts     []factJSON `json:"facts"`
	Processor bool       `json:"processor,omitempty"` // the organisation holds it for another
}

type factJSON struct {
	About string `json:"about"`
	Text  string `json:"text"`
}

// entityJSON is an entity, with what the register says of its fields and what of it is withheld.
type entityJSON struct {
	System   string      `json:"system"` // its name
	Name     string      `json:"name"`
	Label    string      `json:"label"`
	Table    string      `json:"table,omitempty"` // the file that holds the same records for a spreadsheet
	Key      []string    `json:"key,omitempty"`   // the fields that make up a record's key
	Fields   []fieldJSON `json:"fields"`
	Withheld []withheld  `json:"withheld"`
	Records  int         `json:"records"`
}

type named struct {
	Name  string `json:"name"`
	Label string `json:"label"`
}

// fieldJSON is what the register says of a field.
type fieldJSON struct {
	Name     string            `json:"name"`
	Label    string            `json:"label"`
	Holds    string            `json:"holds,omitempty"`    // the identifier, as a person reads it
	Category string            `json:"category,omitempty"` // a key of the Fideslang taxonomy
	Codes    map[string]string `json:"codes,omitempty"`
	Provided bool              `json:"provided,omitempty"`
	Observed bool              `json:"observed,omitempty"`
	Special  bool              `json:"special,omitempty"`
}

func (ed *edition) fieldJSON(c *column) fieldJSON {
	f := fieldJSON{Name: c.name, Label: c.label}
	if c.field == nil {
		return f
	}
	if id, ok := ed.Register.Identifier(c.field.Is); ok {
		f.Holds = id.Title
	}
	f.Category, f.Codes = cmp.Or(c.field.Category, identifierCategories[c.field.Is]), c.field.Codes
	f.Provided, f.Observed, f.Special = c.field.Provided, c.field.Observed, c.field.Special
	return f
}

// identifierCategories are the Fideslang categories of the identifiers that every register knows, for fields that name none.
var identifierCategories = map[string]string{
	"membership_number": "user.unique_id", "candidate_number": "user.unique_id",
	"national_insurance_number": "user.government_id.national_identification_number",
	"email":                     "user.contact.email", "phone": "user.contact.phone_number",
	"given_name": "user.name", "family_name": "user.name", "full_name": "user.name", "former_name": "user.name",
	"birth_date": "user.demographic.date_of_birth",
	"postcode":   "user.contact.address.postal_code", "address": "user.contact.address",
}

// header returns all of data.json but its records.
func (ed *edition) header() dataHeader {
	h := dataHeader{
		Type: "data", Version: FormatVersion, Made: ed.Made.UTC().Truncate(time.Second),
		Organisation: organisation{ed.Register.Organisation.Name, ed.Register.Organisation.Contact},
		Request:      ed.requestHeader(), Person: person{Name: ed.Request.Name, Identifiers: []identifierJSON{}},
		Systems: []systemJSON{}, Entities: []entityJSON{}, Coverage: append([]coverageOf{}, ed.coverage...), Actions: ed.actions(),
	}
	for _, id := range ed.Request.Identifiers {
		h.Person.Identifiers = append(h.Person.Identifiers, identifierJSON{named{id.Kind, ed.kindTitle(id.Kind)}, id.Value})
	}
	for _, g := range ed.groups {
		if n := len(h.Systems); n == 0 || h.Systems[n-1].Name != g.systemID {
			s := systemJSON{Name: g.systemID, Label: g.systemTitle(), Facts: []factJSON{}}
			if g.system != nil {
				s.Holds, s.Processor = sentence(g.system.Holds), g.system.Processor()
			}
			facts, _ := ed.articleFifteen(g)
			for _, f := range facts {
				s.Facts = append(s.Facts, factJSON{f.Term, f.Text})
			}
			h.Systems = append(h.Systems, s)
		}
		e := entityJSON{System: g.systemID, Name: g.name, Label: g.label(), Fields: []fieldJSON{}, Withheld: append([]withheld{}, g.withheld...), Records: g.count}
		if g.count > 0 {
			e.Table = g.base + ".csv"
		}
		if g.key {
			e.Key = g.entity.Key
		}
		for _, c := range g.columns {
			e.Fields = append(e.Fields, ed.fieldJSON(c))
		}
		h.Entities = append(h.Entities, e)
	}
	return h
}
