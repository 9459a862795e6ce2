package locate

import (
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/locate/linkage"
)

// judge compares records with what is known of a subject. It serves one goroutine, and comparing allocates nothing but
// for records that may be the subject's.
type judge struct {
	register *connectors.Register
	model    *linkage.Model
	reader   *linkage.Reader
	found    linkage.Comparison
	one      linkage.Comparison // of a single field
	views    map[*connectors.Entity]*view

	about []int32  // see candidates
	asked []uint32 // by person: the turn in which they last were among the candidates
	turn  uint32
}

func newJudge(register *connectors.Register, model *linkage.Model) *judge {
	return &judge{register: register, model: model, reader: model.NewReader(), views: map[*connectors.Entity]*view{}}
}

// view is what of an entity's records is compared.
type view struct {
	entity *connectors.Entity
	fields []viewed
	bare   bool    // it has place for no more than a name
	last   *string // the names that the fields' places were looked up in
	who    *person // whom the fields that tell something were looked up for
}

// viewed is one field that is compared.
type viewed struct {
	name  string
	kind  connectors.Identifier
	field linkage.Field
	typ   compare.Type
	at    int  // its place among the record's values, -1 for none
	tells bool // something of that kind is known of the subject
}

// view returns what of an entity's records is compared.
func (j *judge) view(e *connectors.Entity, shape connectors.Shape) *view {
	if v := j.views[e]; v != nil {
		return v
	}
	v := &view{entity: e, bare: len(identified(e, shape, "birth_date", "postcode", "address")) == 0}
	for _, f := range e.Fields {
		kind, known := j.register.Identifier(f.Is)
		field, compared := j.model.Field(f.Is)
		if column, ok := shape.Column(f.Name); ok && known && compared {
			v.fields = append(v.fields, viewed{name: f.Name, kind: kind, field: field, typ: column.Type})
		}
	}
	j.views[e] = v
	return v
}

// place looks up where the fields stand in records with these names. The names of one Find are the same slice.
func (v *view) place(names []string) {
	if len(names) == 0 || v.last == &names[0] {
		return
	}
	v.last = &names[0]
	for i := range v.fields {
		v.fields[i].at = -1
		for at, name := range names {
			if name == v.fields[i].name {
				v.fields[i].at = at
				break
			}
		}
	}
}

// aim looks up which fields tell something of a person: the others need not be read.
func (v *view) aim(who *person) {
	if v.who == who {
		return
	}
	v.who = who
	for i := range v.fields {
		v.fields[i].tells = slices.ContainsFunc(who.values, func(k known) bool { return holds(v.fields[i].kind.Name, k.kind.Name) })
	}
}

// read makes a record ready for comparing.
func (j *judge) read(who *person, v *view, fields connectors.Fields) *linkage.Entry {
	v.place(fields.Names)
	v.aim(who)
	j.reader.Begin()
	for i := range v.fields {
		f := &v.fields[i]
		if !f.tells || f.at < 0 || f.at >= len(fields.Values) {
			continue
		}
		add(j.reader, f, fields.Values[f.at])
	}
	return j.reader.Entry()
}

// add takes a value in: text, or every text of a list.
func add(r *linkage.Reader, f *viewed, v connectors.Value) {
	if v.IsText() {
		r.Add(f.field, f.typ, v.Bytes())
		return
	}
	for _, item := range v.Items() {
		r.Add(f.field, f.typ, []byte(item))
	}
}

// verdict tells whose a record is. What was found stays until the next record. A record that bears an id of the
// subject's, or a mailbox or phone number that the request gives, is never passed over, even where all else says that it is about
// somebody else, but for a phone number beside the names and birth date of another person.
func (j *judge) verdict(who *person, v *view, fields connectors.Fields) linkage.Verdict {
	return j.weigh(who, v, j.read(who, v, fields))
}

// weigh is verdict for a record that was read.
func (j *judge) weigh(who *person, v *view, entry *linkage.Entry) linkage.Verdict {
	j.model.Score(who.subject, entry, &j.found)
	verdict := j.model.Verdict(&j.found, v.bare)
	if verdict == linkage.No && j.model.Bears(who.own, entry) {
		if j.model.ScoreWhole(who.subject, entry, &j.found); !j.model.OfAnother(&j.found) {
			return linkage.Possible
		}
	}
	return verdict
}

// match judges a record by what is known of the subject but for what the record itself has told, and explains it.
func (j *judge) match(p *profile, e *connectors.Entity, shape connectors.Shape, r connectors.Record) (Match, linkage.Verdict) {
	v := j.view(e, shape)
	who := p.without(r.Ref)
	verdict := j.verdict(who, v, r.Fields)
	j.model.ScoreWhole(who.subject, j.reader.Entry(), &j.found)
	m := Match{Record: r, Score: linkage.Probability(j.found.Bits), Certain: verdict == linkage.Certain}
	m.Evidence, m.Path = j.explain(who, v, r.Fields)
	return m, verdict
}
