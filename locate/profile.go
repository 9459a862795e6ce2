package locate

import (
	"cmp"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/locate/linkage"
)

// known is a value of the subject's and how it became known.
type known struct {
	kind   connectors.Identifier
	value  string // in the form that is searched for
	half   bool   // of a full name: it is searched for, and compared as part of the whole name only
	source        // the best of those that tell it
	also   source // the best of those that were reached without the record of the first; without a path: there is none
}

// source is who tells a value: the request, or a record.
type source struct {
	text string // as it was given or found
	path []Step // ends with the record; empty: from the request
	from string // the ID of the record, "" for the request
}

func sourceOf(text string, path []Step) source {
	s := source{text: text, path: path}
	if len(path) > 0 {
		s.from = path[len(path)-1].From.ID()
	}
	return s
}

// order puts the shorter path first, and of equally long ones the record that has the smaller ID. It hangs on nothing else, so that
// the order in which the systems answered is of no account.
func (s source) order(other source) int {
	return cmp.Or(cmp.Compare(len(s.path), len(other.path)), cmp.Compare(s.from, other.from), cmp.Compare(s.text, other.text))
}

// passes reports whether the path leads through a record, or ends with it.
func (s source) passes(record string) bool {
	return slices.ContainsFunc(s.path, func(step Step) bool { return step.From.ID() == record })
}

// told takes in that another record tells the value too, and reports whether that changed anything.
func (k *known) told(by source) (changed bool) {
	switch {
	case len(k.path) == 0, by.from == k.from, by.from == k.also.from:
		return false // the request gives it, and no record is needed; or it was told before
	case by.order(k.source) < 0:
		k.source, k.also = by, k.source
		if k.also.passes(by.from) {
			k.also = source{}
		}
	case !by.passes(k.from) && (len(k.also.path) == 0 || by.order(k.also) < 0):
		k.also = by
	default:
		return false
	}
	return true
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
	latest   *person        // of all values, nil where something was told since it was made
	seen     map[string]int // by key, where it stands in values
	request  int            // how many of the values the request tells: the first
	refused  []connectors.Gap
}

func newProfile(register *connectors.Register, model *linkage.Model, subject Subject) *profile {
	p := &profile{register: register, model: model, seen: map[string]int{}}
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
	p.request = len(p.values)
	return p
}

// given returns a profile of what the request alone tells.
func (p *profile) given() *profile {
	g := &profile{register: p.register, model: p.model, seen: map[string]int{}}
	g.values = slices.Clone(p.values[:p.request])
	for key, i := range p.seen {
		if i < p.request {
			g.seen[key] = i
		}
	}
	g.request = p.request
	return g
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
	key = kind.Name + "\x00" + key
	by := sourceOf(id.Value, path)
	if i, seen := p.seen[key]; seen {
		if p.values[i].told(by) {
			p.latest = nil
		}
		return nil
	}
	p.seen[key] = len(p.values)
	p.values = append(p.values, known{kind: kind, value: value, half: half, source: by})
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

// without returns the subject as it is known without what a record alone tells, or tells together with those that were reached through
// it: it is no evidence for itself, and neither is its echo.
func (p *profile) without(ref connectors.Ref) *person {
	id := ref.ID()
	if !slices.ContainsFunc(p.values, func(k known) bool { return k.from == id }) {
		return p.person()
	}
	values := make([]known, 0, len(p.values))
	for _, k := range p.values {
		if k.from == id {
			if len(k.also.path) == 0 {
				continue
			}
			k.source = k.also
		}
		values = append(values, k)
	}
	return p.personOf(values)
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
