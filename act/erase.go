package act

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/request/clock"
)

// erase plans the erasure of a record (Article 17) by what the register says of its entity.
func (r Rules) erase(c Case) (Line, []Problem) {
	if c.Entity.Suppress != nil && c.Entity.Suppress.Add != nil {
		l := c.line(Keep, "suppression: without it the person would be written to again")
		l.Basis = "legal obligation" // Article 21(3)
		if c.Entity.Keep != nil {
			l.Basis = c.Entity.Keep.Basis
		}
		return l, nil
	}
	switch c.Entity.Erase {
	case "delete":
		return r.remove(c, "")
	case "anonymise":
		return r.anonymise(c, "")
	case "keep":
		return r.keep(c)
	}
	return c.line(Leave, ""), c.refuse("", `the register says nothing of its erasure: write erase = "delete", "anonymise" or "keep"`)
}

// keep keeps a record that the law asks for until the day of its period. From that day on it is erased like any other.
func (r Rules) keep(c Case) (Line, []Problem) {
	k := c.Entity.Keep
	until, counted := keptUntil(k, c)
	if until != 0 && r.Today >= until {
		why := "it was kept for " + k.Reason + " until " + until.String()
		if k.Then == "anonymise" {
			return r.anonymise(c, why)
		}
		return r.remove(c, why)
	}
	l := c.line(Keep, k.Reason)
	l.Basis, l.Until = k.Basis, until.String()
	if until == 0 {
		l.Why += counted
	}
	return l, nil
}

// keptUntil returns the first day on which a record is kept no longer, and else why nobody can tell: of several readings of a
// date the latest counts, and a date that stands for none counts for nothing.
func keptUntil(k *connectors.Keep, c Case) (clock.Day, string) {
	switch {
	case k.For == connectors.Period{}:
		return 0, "" // without end
	case k.From == "":
		return 0, " for " + k.For.String() + "; the register does not say from when"
	}
	column, _ := c.Shape.Column(k.From)
	var latest clock.Day
	if v := c.Record.Get(k.From); v.IsText() {
		for _, text := range compare.Dates(v.String(), column.Type) {
			if day, err := clock.ParseDay(text); err == nil && !placeholder(day, column.Type) {
				latest = max(latest, day)
			}
		}
	}
	if latest == 0 {
		return 0, " for " + k.For.String() + "; " + c.Entity.LabelOf(k.From) + " holds no date that it can be counted from"
	}
	return latest.AddMonths(12*k.For.Years+k.For.Months) + clock.Day(k.For.Days), ""
}

// placeholder reports whether a day stands in systems where none is known: the first of their calendar. Text and numbers are also
// read as serial numbers of spreadsheets, by which the year 2014 is a day of 1905: what they tell of so long ago is no day.
func placeholder(d clock.Day, t compare.Type) bool {
	oldest := 1900
	if t == compare.Text || t.Numeric() {
		oldest = 1950
	}
	return d.Year() <= oldest || d == clock.On(1970, 1, 1)
}

// remove deletes a record.
func (r Rules) remove(c Case, why string) (Line, []Problem) {
	for _, f := range c.Entity.Fields {
		if f.Erase == "keep" || r.exempt(f.Exempt) != "" {
			return c.line(Leave, ""), c.refuse(f.Name, "the register lets this field stay, and the record is to be deleted: say erase = \"anonymise\" of the entity")
		}
	}
	l, problems := r.permitted(c, c.change(Delete, connectors.Delete, connectors.Fields{}, why), "Delete this record.")
	if l.Writes() && c.bonds.blocked != "" {
		problems = append(problems, c.refuse("", "%s", c.bonds.blocked)...)
	}
	return l, problems
}

// anonymise blanks every field of a record that the register does not let stay. A line that writes nothing says that the record
// is anonymous already.
func (r Rules) anonymise(c Case, why string) (Line, []Problem) {
	var after connectors.Fields
	var stays []Stay
	var problems []Problem
	for i, name := range c.Record.Names {
		column, ok := c.Shape.Column(name)
		if !ok {
			continue
		}
		reason, known := r.mustStay(c, column)
		if !known {
			problems = append(problems, c.refuse(name, "the register says nothing of this field: name it in fields, with erase = \"keep\" where it is to stay")...)
			continue
		}
		if reason != "" {
			stays = append(stays, Stay{name, reason})
			continue
		}
		v := c.Record.Values[i]
		blank, reason := r.blank(c, column, v)
		switch {
		case reason != "":
			problems = append(problems, c.refuse(name, "%s", reason)...)
		case !same(column, v, blank):
			after.Names, after.Values = append(after.Names, name), append(after.Values, blank)
		}
	}
	problems = append(problems, r.distinct(c, &after)...)
	if len(problems) > 0 {
		return c.line(Leave, ""), problems
	}
	if len(after.Names) == 0 {
		l := c.line(Anonymise, "every field that would be blanked is empty already")
		l.Stays = stays
		return l, nil
	}
	l := c.change(Anonymise, connectors.Update, after, why)
	l.Stays = stays
	return r.permitted(c, l, "Empty these fields: "+c.labels(after.Names)+".")
}

// mustStay returns why a field of a record that is anonymised stays, "" where it is blanked; known is whether the register
// says anything of the field.
func (r Rules) mustStay(c Case, column connectors.Column) (why string, known bool) {
	name, e := column.Name, c.Entity
	field, mapped := e.Field(name)
	switch {
	case mapped && r.exempt(field.Exempt) != "":
		return r.exempt(field.Exempt), true
	case mapped && field.Erase == "keep":
		return "the register keeps it", true
	case slices.Contains(c.Shape.Key, name):
		return "it names the record", true
	case column.Generated:
		return "the system writes it by itself", true
	case e.Suppress != nil && has(e.Suppress.Set, name):
		return "suppression: the person's wish not to be written to stands", true
	case e.Restrict != nil && has(e.Restrict.Set, name), e.Dispute != nil && has(e.Dispute.Set, name):
		return "it is a mark", true
	case c.bonds.fields[name] != "":
		return "records of " + c.bonds.fields[name] + " that stay belong to the record by it", true
	case e.Parent != nil && e.Parent.On[name] != "":
		if parent, ok := c.System.Entity(e.Parent.Entity); ok && parent.Erase == "delete" && column.Nullable {
			return "", true
		}
		return "it says to which record it belongs", true
	case !e.Mentions(name):
		return "", false
	case points(c.Shape, name) && !column.Nullable && (!mapped || field.Blank == nil):
		return "it points at another table and cannot be empty", true
	}
	return "", true
}

func has(m map[string]any, name string) bool {
	_, ok := m[name]
	return ok
}

// points reports whether a foreign key of the table itself holds the field.
func points(s connectors.Shape, name string) bool {
	return slices.ContainsFunc(s.ForeignKeys, func(fk connectors.ForeignKey) bool {
		return fk.Table == s.Table && slices.ContainsFunc(fk.Fields, func(f string) bool { return strings.EqualFold(f, name) })
	})
}

// blank returns what is written into a field in the place of a value, or why nothing can be: NULL where the column allows it,
// a value of its own where each record needs another, and else the empty value of the type.
func (r Rules) blank(c Case, column connectors.Column, v connectors.Value) (connectors.Value, string) {
	field, _ := c.Entity.Field(column.Name)
	switch {
	case v.IsNull():
		return connectors.Null, ""
	case field != nil && field.Blank != nil:
		text, _ := connectors.Written(field.Blank)
		canonical, ok := compare.Canonical(column.Type, text)
		if !ok {
			return v, fmt.Sprintf("blank is no value of the type %s: correct it in the register", column.Native)
		}
		return connectors.Text(canonical), ""
	case column.Unique && !points(c.Shape, column.Name):
		return r.unique(column, v)
	case column.Nullable:
		return connectors.Null, ""
	case listed(column):
		return v, "it holds only certain values, and cannot be empty: say blank = \"…\" with one of them, or erase = \"keep\" of the field"
	case v.Items() != nil:
		return connectors.List(), ""
	}
	if empty, ok := empties[column.Type]; ok {
		return connectors.Text(empty), ""
	}
	return v, "its content cannot be emptied: say erase = \"keep\" of the field, or erase = \"delete\" of the entity"
}

// listed reports whether the column allows only values of a list, none of which says nothing.
func listed(c connectors.Column) bool {
	return c.Type == compare.Text && (strings.HasPrefix(strings.ToLower(c.Native), "enum") || strings.HasPrefix(strings.ToLower(c.Native), "json"))
}

// empties are the values that say nothing, for columns that cannot be NULL. Days are the first that every system can hold;
// an instant is a day later than the first that MySQL's timestamps can.
var empties = map[compare.Type]string{
	compare.Text: "", compare.Integer: "0", compare.Decimal: "0", compare.Float: "0", compare.Boolean: "false",
	compare.Day: "1900-01-01", compare.Clock: "00:00:00", compare.DateTime: "1900-01-01T00:00:00", compare.Instant: "1970-01-02T00:00:00Z",
	compare.GUID: "00000000-0000-0000-0000-000000000000", compare.Binary: "0x",
}

const (
	erased     = "erased-" // starts the value of a unique field of a record that was anonymised
	longToken  = 20
	shortToken = 6 // fewer letters and digits would meet again
)

// unique returns a value for a field of which each record has another.
func (r Rules) unique(column connectors.Column, v connectors.Value) (connectors.Value, string) {
	switch {
	case column.Type == compare.GUID:
		return connectors.Text(r.guid()), ""
	case column.Type == compare.Text && (column.Length == 0 || column.Length >= shortToken):
		n := longToken
		if column.Length > 0 {
			n = min(n, column.Length)
		}
		if n >= len(erased)+shortToken {
			if mark, ok := strings.CutPrefix(v.String(), erased); ok && len(mark) == n-len(erased) && strings.Trim(mark, tokenLetters) == "" {
				return v, "" // anonymised before
			}
			return connectors.Text(erased + r.token(n-len(erased))), ""
		}
		return connectors.Text(r.token(n)), ""
	case column.Nullable:
		return connectors.Null, ""
	}
	return v, "each record needs another value of it, and it cannot be empty: say erase = \"keep\" of the field, or erase = \"delete\" of the entity"
}

// guid returns a random GUID of version 4.
func (r Rules) guid() string {
	sum := sha256.Sum256([]byte(r.token(longToken)))
	sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80
	h := hex.EncodeToString(sum[:16])
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}
