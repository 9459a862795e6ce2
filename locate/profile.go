package locate

import (
	"dossier/connectors"
	"dossier/connectors/compare"
)

// known is a value of the subject's, in the form that is searched for, and how it became known.
type known struct {
	kind  connectors.Identifier
	value string
	path  []Step // empty: from the request
}

// profile is everything that is known of the subject so far. It only grows.
type profile struct {
	register *connectors.Register
	values   []known
	byKind   map[string][]known
	seen     map[string]bool // kind and key of each value
	Refused  []connectors.Gap
}

func newProfile(register *connectors.Register, subject Subject) *profile {
	p := &profile{register: register, byKind: map[string][]known{}, seen: map[string]bool{}}
	for _, id := range subject.Identifiers {
		if err := p.add(id, nil); err != nil {
			p.Refused = append(p.Refused, connectors.Gap{Field: id.Kind, Why: err.Error() + ", so it was not searched for"})
		}
	}
	for _, full := range subject.Values("full_name") {
		given, family := splitName(full)
		for _, part := range []Identifier{{"given_name", given}, {"family_name", family}} {
			if part.Value != "" {
				_ = p.add(part, nil) // a part without letters is refused already as the full name's
			}
		}
	}
	return p
}

// add makes a value known. A value that is known already, or whose kind the register lacks, changes nothing.
func (p *profile) add(id Identifier, path []Step) error {
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
	k := known{kind: kind, value: value, path: path}
	p.values = append(p.values, k)
	p.byKind[kind.Name] = append(p.byKind[kind.Name], k)
	return nil
}

// learn makes known what a record that is the subject's tells of them: ids, e-mail addresses, phone numbers
// and surnames. From a child only ids, since it may name those who dealt with the person.
func (p *profile) learn(e *connectors.Entity, m Match) {
	for _, f := range e.Fields {
		kind, ok := p.register.Identifier(f.Is)
		if !ok || m.Parent != nil && kind.Strength != connectors.Strong {
			continue
		}
		if kind.Strength == connectors.Weak && kind.Name != "family_name" && kind.Name != "former_name" {
			continue
		}
		for _, text := range texts(m.Record.Get(f.Name)) {
			if !telling(kind, text) {
				continue
			}
			id := Identifier{kind.Name, text}
			path := append(m.Path[:len(m.Path):len(m.Path)], Step{Identifier: id, From: m.Record.Ref})
			_ = p.add(id, path) // a value that cannot be searched for leads nowhere
		}
	}
}

// texts returns the texts of a value: one, those of a list, or none.
func texts(v connectors.Value) []string {
	if v.IsText() {
		return []string{v.String()}
	}
	return v.Items()
}

// only returns the values of a kind, in the order in which they became known.
func only(values []known, kinds ...string) []string {
	var list []string
	for _, k := range values {
		for _, kind := range kinds {
			if k.kind.Name == kind {
				list = append(list, k.value)
			}
		}
	}
	return list
}
