package estate

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"time"
)

// Person is one line of the truth: who they are, as they would say it themselves, and every record that is theirs.
type Person struct {
	Person      string      `json:"person"`
	Identifiers Identifiers `json:"identifiers"`
	Records     []Record    `json:"records"`
	Mentions    []Record    `json:"mentions,omitempty"` // other people's records whose text names this person
	Classes     []Class     `json:"classes,omitempty"`
}

// Identifiers are what a person writes on the form: kind (email, family_name …) to values. Days are 2006-01-02.
type Identifiers map[string][]string

// Record names one record. Rows of files without a key of their own have Row, the number of the row as a
// person counts it in the sheet or file, and a Key only once Estate.NameRows has asked the connector for it.
type Record struct {
	System  string   `json:"system"`
	Place   string   `json:"place"`
	Entity  string   `json:"entity"`
	Key     []string `json:"key,omitempty"`
	Sheet   string   `json:"sheet,omitempty"` // of a workbook
	Row     int      `json:"row,omitempty"`
	Classes []Class  `json:"classes,omitempty"`
}

// truth gathers whose each record is, and the records that are nobody's.
func (w *world) truth(o Options) (people []Person, nobody []Record) {
	about, mentioned := map[*person][]Record{}, map[*person][]Record{}
	note := func(r Record, p *person, mentions []*person) {
		if p == nil {
			nobody = append(nobody, r)
			return
		}
		about[p] = append(about[p], r)
		r.Classes = nil
		for _, m := range mentions {
			mentioned[m] = append(mentioned[m], r)
		}
	}
	for _, db := range w.databases {
		for _, t := range db.tables {
			if t.entity == "" {
				continue
			}
			for _, r := range t.rows {
				note(Record{System: db.system, Place: o.place(db), Entity: t.entity, Key: t.keyOf(r), Classes: r.classes}, r.about, r.mentions)
			}
		}
	}
	for _, b := range w.books {
		for _, s := range b.sheets {
			for i, line := range s.above {
				if line != "" {
					note(Record{System: "fileshare", Place: b.place(), Entity: s.entity, Sheet: s.name, Row: i + 1}, nil, nil)
				}
			}
			for _, r := range s.rows {
				note(Record{System: "fileshare", Place: b.place(), Entity: s.entity, Sheet: s.name, Row: r.row, Classes: r.classes}, r.about, r.mentions)
			}
			if s.totals != nil {
				note(Record{System: "fileshare", Place: b.place(), Entity: s.entity, Sheet: s.name, Row: s.headerRow() + len(s.rows) + 1}, nil, nil)
			}
		}
	}
	for _, l := range w.lists {
		for i, r := range l.rows {
			note(Record{System: "mailing-lists", Place: l.place(), Entity: l.entity, Row: i + 2, Classes: r.classes}, r.about, nil)
		}
	}
	w.legacyRecords(note)

	ordered := slices.Clone(w.people)
	slices.SortFunc(ordered, func(a, b *person) int { return cmp.Compare(a.number, b.number) })
	for _, p := range ordered {
		people = append(people, Person{p.id(), p.identifiers(w), about[p], mentioned[p], p.classes})
	}
	return people, nobody
}

// legacyRecords names the records of the legacy membership database.
func (w *world) legacyRecords(note func(Record, *person, []*person)) {
	record := func(entity, key string, c ...Class) Record {
		return Record{System: "legacy", Place: legacyName, Entity: entity, Key: []string{key}, Classes: c}
	}
	byNumber, byMembership := map[string]*person{}, map[string]*person{}
	for _, p := range w.people {
		if p.member && p.number <= legacyCount {
			byNumber[strconv.Itoa(p.number)], byMembership[p.membership()] = p, p
		}
	}
	for n := 1; n <= legacyCount; n++ {
		key := strconv.Itoa(n)
		p := byNumber[key]
		var c classes
		if p.classes.has(EmailCollision) {
			c.add(EmailCollision)
		} else if p.classes.has(ChangedEmail) && !p.demo {
			c.add(OldEmail)
		}
		note(record("members", key, c...), p, nil)
	}
	for _, r := range splitLines(legacyPayments, "\t") {
		note(record("payments", r[0], Child), byMembership[r[1]], nil)
	}
	for _, r := range splitLines(legacyLetters, "\t") {
		note(record("correspondence", r[0], Child), byNumber[r[1]], nil)
	}
}

const (
	legacyName  = "legacy-membership.accdb"
	legacyCount = 2000
)

// identifiers are what the person would write on the form.
func (p *person) identifiers(w *world) Identifiers {
	id := Identifiers{"given_name": {p.given}, "family_name": {p.family}, "birth_date": {p.born.Format(time.DateOnly)}, "postcode": {p.home.postcode}}
	if p.mail != "" {
		id["email"] = []string{p.mail}
	}
	if p.member {
		id["membership_number"] = []string{p.membership()}
	}
	if p.demo {
		return id
	}
	if p.phone != "" {
		id["phone"] = []string{p.phone}
	}
	if p.states && p.former != "" {
		id["former_name"] = []string{p.former}
	}
	// One member in eight knows their candidate number, and two strangers in three.
	d := newDice(w.seed, "form", p.id())
	if d.one(8) || (!p.member && d.one(2)) || (p.undated && !p.member) {
		if w.registered[p] {
			id["candidate_number"] = []string{p.candidate(1)}
		}
	}
	return id
}

// writeTruth writes one JSON object a line.
func writeTruth[T any](out io.Writer, lines []T) error {
	b := bufio.NewWriter(out)
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	for _, line := range lines {
		if err := enc.Encode(line); err != nil {
			return err
		}
	}
	return b.Flush()
}
