package journal

import (
	"encoding/json"
	"time"

	"dossier/connectors"
	"dossier/internal/rawtext"
	"dossier/locate"
)

// exact is text that keeps its bytes.
type exact = rawtext.Text

type storedRef struct {
	System exact   `json:"s"`
	Place  exact   `json:"p"`
	Entity exact   `json:"e"`
	Key    []exact `json:"k"`
}

func storeRef(r connectors.Ref) storedRef {
	return storedRef{exact(r.System), exact(r.Place), exact(r.Entity), rawtext.All[string, exact](r.Key)}
}

func (s storedRef) ref() connectors.Ref {
	return connectors.Ref{System: string(s.System), Place: string(s.Place), Entity: string(s.Entity), Key: rawtext.All[exact, string](s.Key)}
}

// storedValue is one of: nothing (NULL), text, a list, a stream's size and sum.
type storedValue struct {
	Text   *exact            `json:"t,omitempty"`
	List   *[]exact          `json:"l,omitempty"`
	Stream *connectors.Value `json:"s,omitempty"`
}

func storeValue(v connectors.Value) storedValue {
	switch {
	case v.IsNull():
		return storedValue{}
	case v.IsText():
		t := exact(v.Bytes())
		return storedValue{Text: &t}
	case v.IsStream():
		return storedValue{Stream: &v}
	}
	l := rawtext.All[string, exact](v.Items())
	return storedValue{List: &l}
}

func (s storedValue) value() connectors.Value {
	switch {
	case s.Text != nil:
		return connectors.Text(string(*s.Text))
	case s.List != nil:
		return connectors.List(rawtext.All[exact, string](*s.List)...)
	case s.Stream != nil:
		return *s.Stream
	}
	return connectors.Null
}

type storedStep struct {
	Kind  string    `json:"kind"`
	Value exact     `json:"value"`
	From  storedRef `json:"from"`
}

type storedMatch struct {
	Ref      storedRef         `json:"ref"`
	At       exact             `json:"at,omitempty"`
	Names    []exact           `json:"names"`
	Values   []storedValue     `json:"values"`
	Score    float64           `json:"score"`
	Certain  bool              `json:"certain"`
	Followed bool              `json:"followed,omitempty"`
	Evidence []locate.Evidence `json:"evidence"`
	Path     []storedStep      `json:"path,omitempty"`
	Parent   *storedRef        `json:"parent,omitempty"`
	Time     time.Time         `json:"time"`
}

func encodeMatch(m locate.Match) ([]byte, error) {
	s := storedMatch{
		Ref: storeRef(m.Record.Ref), At: exact(m.Record.At), Names: rawtext.All[string, exact](m.Record.Names), Values: make([]storedValue, len(m.Record.Values)),
		Score: m.Score, Certain: m.Certain, Followed: m.Followed, Evidence: m.Evidence, Time: m.Time.UTC(),
	}
	for i, v := range m.Record.Values {
		s.Values[i] = storeValue(v)
	}
	for _, step := range m.Path {
		s.Path = append(s.Path, storedStep{step.Identifier.Kind, exact(step.Identifier.Value), storeRef(step.From)})
	}
	if m.Parent != nil {
		p := storeRef(*m.Parent)
		s.Parent = &p
	}
	return json.Marshal(s)
}

func decodeMatch(b []byte) (locate.Match, error) {
	var s storedMatch
	if err := json.Unmarshal(b, &s); err != nil {
		return locate.Match{}, err
	}
	m := locate.Match{
		Record: connectors.Record{Ref: s.Ref.ref(), At: string(s.At), Fields: connectors.Fields{Names: rawtext.All[exact, string](s.Names)}},
		Score:  s.Score, Certain: s.Certain, Followed: s.Followed, Evidence: s.Evidence, Time: s.Time,
	}
	for _, v := range s.Values {
		m.Record.Values = append(m.Record.Values, v.value())
	}
	for _, step := range s.Path {
		m.Path = append(m.Path, locate.Step{Identifier: locate.Identifier{Kind: step.Kind, Value: string(step.Value)}, From: step.From.ref()})
	}
	if s.Parent != nil {
		p := s.Parent.ref()
		m.Parent = &p
	}
	return m, nil
}
