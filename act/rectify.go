package act

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/locate/normal"
)

// Correction is one fact that is put right (Article 16).
type Correction struct {
	Fact  string   // an identifier ("given_name") or a category ("user.contact.address.city")
	Value string   // what is right
	Was   []string // what is wrong; none: whatever the records hold
}

// in reports whether a field holds the fact.
func (f Correction) in(field *connectors.Field) bool {
	return f.Fact != "" && (field.Is == f.Fact || field.Category == f.Fact)
}

// part reports whether a field holds the fact as a part: names stand in full names.
func (f Correction) part(field *connectors.Field) bool {
	return field.Is == "full_name" && (f.Fact == "given_name" || f.Fact == "family_name")
}

// correction is a correction as it is made to one record.
type correction struct {
	Rules
	Case
	after    connectors.Fields
	stays    []Stay
	append   []string // labels of fields whose correction is appended
	disputed bool     // a wrong value stays
	byHand   []string // what people have to do
	why      string   // why they have to
}

// rectify plans that a record tells one fact rightly, by the rule of each field that holds it: the value is written, a statement
// is appended, or it stays as it was issued. Only fields that hold what is wrong change; empty ones are not filled.
func (r Rules) rectify(c Case) (Line, []Problem) {
	w := &correction{Rules: r, Case: c}
	if several := w.several(); several != "" {
		return c.line(Leave, ""), c.refuse("", "the record holds several values of %s (%s): say which of them is wrong", r.Fact.Fact, several)
	}
	for _, f := range c.Entity.Fields {
		column, there := c.Shape.Column(f.Name)
		if there && (r.Fact.in(f) || r.Fact.part(f)) {
			w.field(f, column)
		}
	}
	return w.line()
}

// several returns the fields of the record that hold different values of the fact, where nothing says which is wrong.
func (w *correction) several() string {
	if len(w.Fact.Was) > 0 {
		return ""
	}
	var names []string
	values := map[string]bool{}
	for _, f := range w.Entity.Fields {
		if v := w.Record.Get(f.Name); w.Fact.in(f) && v.IsText() && strings.TrimSpace(v.String()) != "" {
			names = append(names, w.Entity.LabelOf(f.Name))
			values[compare.Fold(v.String())] = true
		}
	}
	if len(values) < 2 {
		return ""
	}
	return strings.Join(names, ", ")
}

// field decides what becomes of one field.
func (w *correction) field(f *connectors.Field, column connectors.Column) {
	v := w.Record.Get(f.Name)
	right, problem := w.right(f, column, v)
	if why := w.exempt(f.Exempt); why != "" {
		problem = why
	}
	if problem == "" && v.Equal(right) {
		problem = "it is right already"
	}
	if problem == "" {
		rule := f.Rectify
		if rule == "" {
			rule = w.Entity.Rectify
		}
		switch {
		case rule == "as issued":
			w.disputed = true
			problem = "it stays as it was issued"
		case rule == "append":
			w.disputed = true
			w.append = append(w.append, w.Entity.LabelOf(f.Name))
			problem = "a statement is appended instead"
		case slices.Contains(w.Shape.Key, f.Name), column.Generated:
			w.hand("the record is named by "+f.Name, "Correct "+w.labels([]string{f.Name})+".", f.Name, right)
			return
		case !fits(column, right):
			w.hand("the right value does not fit into "+f.Name, "Correct "+w.labels([]string{f.Name})+" as far as it fits.", f.Name, right)
			return
		default:
			w.after.Names, w.after.Values = append(w.after.Names, f.Name), append(w.after.Values, right)
			return
		}
	}
	if problem != "" {
		w.stays = append(w.stays, Stay{f.Name, problem})
	}
}

// hand leaves a field to people.
func (w *correction) hand(why, todo, field string, right connectors.Value) {
	w.why = why
	w.byHand = append(w.byHand, todo)
	w.after.Names, w.after.Values = append(w.after.Names, field), append(w.after.Values, right)
}

// right returns what a field is to hold, or why it stays as it is.
func (w *correction) right(f *connectors.Field, column connectors.Column, v connectors.Value) (connectors.Value, string) {
	if !v.IsText() || strings.TrimSpace(v.String()) == "" {
		return v, "it is empty"
	}
	if w.Fact.part(f) {
		return w.rightName(v)
	}
	id, known := w.Register.Identifier(f.Is)
	if !known || !w.in(f) {
		id.How = compare.Folded
	}
	value := w.Fact.Value
	if id.How == compare.Date {
		if days := compare.Dates(value, compare.Text); len(days) > 0 {
			value = days[0]
		}
	}
	right := connectors.Text(value)
	if canonical, ok := compare.Canonical(column.Type, value); ok {
		right = connectors.Text(canonical)
	}
	holds := func(values ...string) bool { return w.match(id.How, column.Type, v, values) }
	switch {
	case same(column, v, right):
		return v, "it is right already"
	case len(w.Fact.Was) == 0, holds(w.Fact.Was...):
		return right, ""
	case holds(value):
		return v, "it is right already, otherwise written"
	}
	return v, "it holds another value than the one that is wrong"
}

func (w *correction) in(f *connectors.Field) bool { return w.Fact.in(f) }

// match compares a value with others as a search would.
func (w *correction) match(how compare.How, t compare.Type, v connectors.Value, values []string) bool {
	var sought []string
	for _, value := range values {
		switch how {
		case compare.Digits:
			value = normal.NewRegion(w.Register.Organisation.Region).National(value)
		case compare.Date:
			if days := compare.Dates(value, compare.Text); len(days) > 0 {
				value = days[0]
			}
		case compare.Contains:
			how = compare.Folded
		}
		if value != "" {
			sought = append(sought, value)
		}
	}
	if t != compare.Text && (how == compare.Folded || how == compare.Compact) {
		how = compare.Equal
	}
	return len(sought) > 0 && compare.Compile(how, t, sought).Match(v.Bytes())
}

// rightName returns a full name with its wrong part put right.
func (w *correction) rightName(v connectors.Value) (connectors.Value, string) {
	words := strings.Fields(v.String())
	for _, was := range w.Fact.Was {
		wrong := strings.Fields(was)
		for i := 0; i+len(wrong) <= len(words); i++ {
			if slices.EqualFunc(words[i:i+len(wrong)], wrong, func(a, b string) bool { return compare.Compacted(a) == compare.Compacted(b) && a != "" }) {
				last := words[i+len(wrong)-1]
				tail := last[len(strings.TrimRight(last, ",")):] // "Smith," keeps its comma
				return connectors.Text(strings.Join(slices.Concat(words[:i], []string{w.Fact.Value + tail}, words[i+len(wrong):]), " ")), ""
			}
		}
	}
	if strings.Contains(compare.Fold(v.String()), compare.Fold(w.Fact.Value)) {
		return v, "it is right already"
	}
	if len(w.Fact.Was) == 0 {
		return v, "it is a full name: say which part of it is wrong"
	}
	return v, "it holds another value than the one that is wrong"
}

// fits reports whether a column can hold the value.
func fits(column connectors.Column, v connectors.Value) bool {
	_, ok := compare.Canonical(column.Type, v.String())
	return ok && (column.Type != compare.Text || column.Length == 0 || utf8.RuneCount(v.Bytes()) <= column.Length)
}

// line sums up what becomes of the record.
func (w *correction) line() (Line, []Problem) {
	does := Correct
	if len(w.append) > 0 {
		if len(w.after.Names) == 0 {
			does = Append
		}
		w.state()
	}
	if w.disputed && w.Entity.Dispute != nil {
		marks, problems := w.set("dispute.set", w.Entity.Dispute.Set)
		if len(problems) > 0 {
			return w.Case.line(Leave, ""), problems
		}
		if len(w.after.Names) == 0 {
			does = Mark
		}
		w.after.Names, w.after.Values = append(w.after.Names, marks.Names...), append(w.after.Values, marks.Values...)
	}
	switch {
	case len(w.byHand) > 0:
		l := w.task(w.System, w.change(does, connectors.Update, w.after, ""), w.why, strings.Join(w.byHand, " "))
		l.Stays = w.stays
		return l, nil
	case len(w.after.Names) == 0:
		l := w.Case.line(Leave, "nothing in it holds what is wrong")
		l.Stays = w.stays
		return l, nil
	}
	l := w.change(does, connectors.Update, w.after, "")
	l.Stays = w.stays
	return w.permitted(w.Case, l, "Correct this record: "+w.labels(w.after.Names)+".")
}

// state appends the supplementary statement to the field for them, or leaves it to people.
func (w *correction) state() {
	statement := fmt.Sprintf("%s: the person states that the right value of %s is %s (%s)", w.Today, strings.Join(w.append, ", "), w.Fact.Value, w.Request)
	column, there := w.Shape.Column(w.Entity.Statement)
	before := w.Record.Get(w.Entity.Statement)
	after := connectors.Text(statement)
	if before.IsText() && strings.TrimSpace(before.String()) != "" {
		after = connectors.Text(before.String() + "\n" + statement)
	}
	if there && column.Type == compare.Text && fits(column, after) && (before.IsText() || before.IsNull()) {
		w.after.Names, w.after.Values = append(w.after.Names, w.Entity.Statement), append(w.after.Values, after)
		return
	}
	w.why = "no field of the record takes a statement"
	w.byHand = append(w.byHand, "Put a statement beside this record: "+statement+".")
}
