package desk

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"text/template"

	"dossier/act"
	"dossier/connectors"
)

//go:embed notice.tmpl
var noticeText string

var noticeTemplates = template.Must(template.New("notices").Parse(noticeText))

// letter is what the drafts of notices are written from.
type letter struct {
	To           string
	Organisation string
	Contact      string
	Day          string
	Reference    string // the request or the batch
	System       string
	People       [][]titled // of each person what the recipient can find them by
	Data         string     // the kinds of data
	Right        []titled   // the values that were corrected
	eu           bool
}

// titled is a value under the name that a person reads.
type titled struct{ Title, Value string }

// Article names an article of the regulation that the organisation is under.
func (l letter) Article(n string) string {
	if l.eu {
		return "Article " + n + " GDPR"
	}
	return "Article " + n + " UK GDPR"
}

// Authority names where the person can complain.
func (l letter) Authority() string {
	if l.eu {
		return "your data protection authority"
	}
	return "the Information Commissioner (ico.org.uk)"
}

// letter returns what all notices of a request or a batch share.
func (d *Desk) letter(reference string) letter {
	o := d.register.Organisation
	return letter{Organisation: o.Name, Contact: o.Contact, Day: d.now().Format("2 January 2006"), Reference: reference, eu: o.Clock == "eu"}
}

// write returns the text of a notice.
func (l letter) write(name string) (string, error) {
	var b strings.Builder
	if err := noticeTemplates.ExecuteTemplate(&b, name, l); err != nil {
		return "", err
	}
	return strings.TrimSpace(b.String()) + "\n", nil
}

// told is what a plan did in one system, as far as recipients are told of it.
type told struct {
	people map[int]*toldPerson // by their number in the plan
	data   []string            // labels of fields
	right  []titled
}

// toldPerson is what a person can be found by: the numbers that were given to them, and else name and birth date.
type toldPerson struct{ strong, weak []titled }

// add takes in one line of the plan.
func (t *told) add(r *connectors.Register, s *connectors.System, l act.Line) {
	e, ok := s.Entity(l.Record.Entity)
	if !ok {
		return
	}
	p := t.people[l.Person]
	if p == nil {
		p = &toldPerson{}
		t.people[l.Person] = p
	}
	for _, f := range e.Fields {
		value := l.Change.Before.Get(f.Name)
		if !value.IsText() || value.String() == "" {
			continue
		}
		if changed := l.Change.Op == connectors.Delete || l.Does == act.Mark || l.Does == act.Move || l.Change.After.Has(f.Name); changed {
			t.data = with(t.data, e.LabelOf(f.Name))
		}
		id, known := r.Identifier(f.Is)
		switch {
		case !known:
		case id.Strength == connectors.Strong:
			p.strong = with(p.strong, titled{id.Title, value.String()})
		case slices.Contains([]string{"given_name", "family_name", "full_name", "birth_date"}, id.Name):
			p.weak = with(p.weak, titled{id.Title, value.String()})
		}
	}
	if l.Does == act.Correct {
		for i, name := range l.Change.After.Names {
			if v := l.Change.After.Values[i]; v.IsText() {
				t.right = with(t.right, titled{e.LabelOf(name), v.String()})
			}
		}
	}
}

// with returns the list with an item, once.
func with[T comparable](list []T, item T) []T {
	if slices.Contains(list, item) {
		return list
	}
	return append(list, item)
}

// text returns the notice to a recipient.
func (t *told) text(l letter, s *connectors.System, to string, about act.Action) (string, error) {
	l.To, l.System, l.Right = to, s.Title, t.right
	l.Data = "all that was recorded of them"
	if len(t.data) > 0 {
		l.Data = strings.Join(t.data, ", ")
	}
	for _, n := range slices.Sorted(maps.Keys(t.people)) {
		found := t.people[n].strong
		if len(found) == 0 {
			found = t.people[n].weak
		}
		if len(found) > 0 {
			l.People = append(l.People, found)
		}
	}
	return l.write(string(about))
}
