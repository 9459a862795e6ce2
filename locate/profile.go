package locate

import (
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/locate/linkage"
)

// known is a value of the subject's and how it became known.
type known struct {
	kind  connectors.Identifier
	text  string // as it was given or found
	value string // in the form that is searched for
	path  []Step // empty: from the request
	half  bool   // of a full name: it is searched for, and compared as part of the whole name only
}

// from returns the ID of the record that told the value, "" for the request.
func (k *known) from() string {
	if len(k.path) == 0 {
		return ""
	}
	return k.path[len(k.path)-1].From.ID()
}

// person is what is known of the subject at one time, made ready for comparing. It never changes, so that several
// goroutines may read it.
type person struct {
	subject *linkage.Subject
	values  []known          // what the subject was made of: linkage.Subject.Source is an index
	own     *linkage.Subject // what cannot but be theirs: what the request gives, and ids
}

func (p *profile) personOf(values []known) *person {
	made := &person{subject: p.model.NewSubject(), own: p.model.NewSubject()}
	for _, k := range values {
		if field, ok := p.model.Field(k.kind.Name); ok && !k.half {
			made.subject.Add(field, k.text)
			made.values = append(made.values, k)
			if len(k.path) == 0 || k.kind.Strength == connectors.Strong {
				made.own.Add(field, k.text)
			}
		}
	}
	return made
}

// profile is everything that is known of the subject so far. It only grows.
type profile struct {
	register *connectors.Register
	model    *linkage.Model
	values   []known
	latest   *person // of all values, nil where values were added since it was made
	seen     map[string]bool
	tellers  map[string]bool // the IDs of the records that told values
	refused  []connectors.Gap
}

func newProfile(register *connectors.Register, model *linkage.Model, subject Subject) *profile {
	p := &profile{register: register, model: model, seen: map[string]bool{}, tellers: map[string]bool{}}
	for _, id := range subject.Identifiers {
		if err := p.add(id, nil, false); err != nil {
			p.refused = append(p.refused, connectors.Gap{Field: id.Kind, Why: err.Error() + ", so it was not searched for"})
		}
	}
	for _, full := range subject.Values("full_name") {
		given, family := splitName(full)
		for _, part := range []Identifier{{"given_name", given}, {"family_name", family}} {
			if part.Value != "" {
				_ = p.add(part, nil, true) // a part without letters is refused already as the full name's
			}
		}
	}
	return p
}

// add makes a value known. A value that is known already, or whose kind the register lacks, changes nothing.
func (p *profile) add(id Identifier, path []Step, half bool) error {
	kind, ok := p.register.Identifier(id.Kind)
	if !ok {
		return nil
	}
	value, err := normalise(kind, id.Value, p.register.Organisation.Region)
	if err != nil {
		return err
	}
	key := value
	if k, ok := compare.AppendKey(nil, kind.How, compare.Text, []byte(value)); ok {
		key = string(k)
	}
	if p.seen[kind.Name+"\x00"+key] {
		return nil
	}
	p.seen[kind.Name+"\x00"+key] = true
	k := known{kind: kind, text: id.Value, value: value, path: path, half: half}
	if from := k.from(); from != "" {
		p.tellers[from] = true
	}
	p.values = append(p.values, k)
	p.latest = nil
	return nil
}

// person returns the subject as it is known now.
func (p *profile) person() *person {
	if p.latest == nil {
		p.latest = p.personOf(p.values)
	}
	return p.latest
}

// without returns the subject as it is known without what a record itself has told: it is no evidence for itself.
func (p *profile) without(ref connectors.Ref) *person {
	id := ref.ID()
	if !p.tellers[id] {
		return p.person()
	}
	return p.personOf(slices.DeleteFunc(slices.Clone(p.values), func(k known) bool { return k.from() == id }))
}

// learn makes known what a record that is the subject's tells of them: ids, e-mail addresses, phone numbers and other
// surnames. From a child only ids, since it may name those who dealt with the person.
func (p *profile) learn(e *connectors.Entity, m Match) {
	for _, f := range e.Fields {
		kind, ok := p.register.Identifier(f.Is)
		if !ok || m.Parent != nil && kind.Strength != connectors.Strong {
			continue
		}
		if kind.Strength == connectors.Weak && !surname(kind.Name) {
			continue
		}
		for _, text := range texts(m.Record.Get(f.Name)) {
			if !telling(kind, text) || surname(kind.Name) && p.calledLike(text) {
				continue
			}
			id := Identifier{kind.Name, text}
			path := append(m.Path[:len(m.Path):len(m.Path)], Step{Identifier: id, From: m.Record.Ref})
			_ = p.add(id, path, false) // a value that cannot be searched for leads nowhere
		}
	}
}

// calledLike reports whether a surname is one of the subject's but for its spelling: a mistyped one is no other
// name to search for.
func (p *profile) calledLike(name string) bool {
	field, ok := p.model.Field("family_name")
	if !ok {
		return true
	}
	r := p.model.NewReader()
	r.Begin()
	r.Add(field, compare.Text, []byte(name))
	var c linkage.Comparison
	p.model.Compare(p.person().subject, r.Entry(), &c)
	return c.Level(field).Agrees()
}

// texts returns the texts of a value: one, those of a list, or none.
func texts(v connectors.Value) []string {
	if v.IsText() {
		return []string{v.String()}
	}
	return v.Items()
}
