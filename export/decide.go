package export

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/locate"
)

// leaving is what becomes of one record.
type leaving struct {
	match    *locate.Match
	record   *connectors.Record // as it leaves; nil: it is withheld as a whole
	withheld []withheld         // what of it a person has withheld
}

// each yields what becomes of each of the group's records. A failure to read them ends it, and is the edition's fault.
func (g *group) each() iter.Seq[leaving] {
	return func(yield func(leaving) bool) {
		for _, r := range g.runs {
			for m, err := range g.ed.Matches(g.ed.ctx, r.from, r.to) {
				if err != nil {
					g.ed.fault = cmp.Or(g.ed.fault, err)
					return
				}
				record, held := g.leave(m)
				if !yield(leaving{m, record, held}) {
					return
				}
			}
		}
	}
}

// records yields the records that leave, as they leave, with their numbers from 0. A failure to read them ends it, and is the
// edition's fault.
func (g *group) records() iter.Seq2[int, *connectors.Record] {
	return func(yield func(int, *connectors.Record) bool) {
		if g.count == 0 {
			return
		}
		i := 0
		for l := range g.each() {
			if l.record == nil {
				continue
			}
			if !yield(i, l.record) {
				return
			}
			i++
		}
	}
}

// leave returns a record as it leaves, nil where it is withheld, and what of it a person has withheld.
func (g *group) leave(m *locate.Match) (*connectors.Record, []withheld) {
	var held []withheld
	record := &m.Record
	change := func() { // before the first change
		if record == &m.Record {
			r := m.Record
			r.Values = slices.Clone(r.Values)
			r.Ref.Key = slices.Clone(r.Ref.Key)
			record = &r
		}
	}
	right := g.ed.Request.right()
	for i := range g.ed.Exemptions {
		x := &g.ed.Exemptions[i]
		if x.Record == nil || !slices.Contains(x.Rights, right) || !x.covers(&m.Record.Ref) {
			continue
		}
		if x.Field == "" {
			return nil, []withheld{{Label: g.label(), Reason: g.ed.told(x.Reason), Records: 1, Part: true, By: x.N}}
		}
		at := slices.Index(record.Names, x.Field)
		if at < 0 || record.Values[at].IsNull() {
			continue
		}
		change()
		g.take(record, at, withheldMark)
		held = append(held, withheld{Field: x.Field, Label: g.column(x.Field).label, Reason: g.ed.told(x.Reason), Records: 1, Part: true, By: x.N})
	}
	if g.ed.cut == nil {
		return record, held
	}
	change()
	return record, append(held, g.ed.cut.record(g, m, record)...)
}

// take puts a mark in the place of a value, and of the part of the key that is the same field.
func (g *group) take(r *connectors.Record, at int, mark string) {
	r.Values[at] = connectors.Text(mark)
	if g.entity == nil {
		return
	}
	if k := slices.Index(g.entity.Key, r.Names[at]); k >= 0 && k < len(r.Ref.Key) {
		r.Ref.Key[k] = mark
	}
}

// decide splits what leaves from what is withheld from a right.
func (g *group) decide(right string) {
	if reason, by := g.withheldWhole(right); reason != "" {
		g.withheld = []withheld{{Label: g.label(), Reason: reason, By: by}}
		for _, r := range g.runs {
			g.withheld[0].Records += r.to - r.from
		}
		return
	}
	columns, dropped := map[string]*column{}, map[string]*withheld{}
	var names []string // of the last record, to skip the look-up for those that have the same
	var at []*column   // what becomes of each of them; nil: it is withheld
	var place string
	var byPerson []withheld
	for l := range g.each() {
		for _, w := range l.withheld {
			byPerson = count1(byPerson, w)
		}
		if l.record == nil {
			continue
		}
		if !slices.Equal(names, l.record.Names) {
			names, at = l.record.Names, g.columnsOf(l.record.Names, right, columns, dropped)
		}
		if g.count++; g.count == 1 {
			place = l.record.Ref.Place
		}
		g.places = g.places || l.record.Ref.Place != place
		for i, c := range at {
			v := l.record.Values[i]
			if c != nil {
				c.filled = c.filled || !blank(v)
				c.streams = c.streams || v.IsStream()
			} else if w := dropped[names[i]]; w != nil && !v.IsNull() {
				w.Records++
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(dropped)) {
		if w := dropped[name]; w.Records > 0 {
			g.withheld = append(g.withheld, *w)
		}
	}
	byPerson = slices.DeleteFunc(byPerson, func(w withheld) bool { return dropped[w.Field] != nil })
	slices.SortFunc(byPerson, func(a, b withheld) int {
		return cmp.Or(strings.Compare(a.Field, b.Field), strings.Compare(a.Reason, b.Reason), a.By-b.By)
	})
	g.withheld = append(g.withheld, byPerson...)
	if len(g.columns) == 0 {
		g.count = 0 // of a record of which nothing leaves, not even that it is there does
	}
	g.key = g.entity != nil && len(g.entity.Key) > 0 &&
		!slices.ContainsFunc(g.entity.Key, func(name string) bool { why, _ := g.withheldField(g.column(name), right); return why != "" })
}

// columnsOf returns the columns of the fields named, nil for one that is withheld, and notes those that are new.
func (g *group) columnsOf(names []string, right string, columns map[string]*column, dropped map[string]*withheld) []*column {
	list := make([]*column, len(names))
	for i, name := range names {
		if columns[name] == nil && dropped[name] == nil {
			c := g.column(name)
			if reason, by := g.withheldField(c, right); reason != "" {
				dropped[name] = &withheld{Field: name, Label: c.label, Reason: reason, By: by}
			} else if why, by := g.ed.cut.name(name); why != "" {
				dropped[name] = &withheld{Label: redactedMark, Reason: g.ed.told(why), By: by}
			} else {
				columns[name] = c
				g.columns = append(g.columns, c)
			}
		}
		list[i] = columns[name]
	}
	return list
}

// withheldWhole returns why the whole entity is withheld from a right, and by which exemption of a person's; "" where it is not.
func (g *group) withheldWhole(right string) (reason string, by int) {
	if reason := g.exempt(right); reason != "" {
		return sentence(reason), 0
	}
	return g.exemptedBy(right, "")
}

// withheldField returns the same of a field.
func (g *group) withheldField(c *column, right string) (reason string, by int) {
	if reason := c.exempt(right); reason != "" {
		return sentence(reason), 0
	}
	return g.exemptedBy(right, c.name)
}

// exemptedBy returns the exemption by which a person withholds a field of every record, or with "" every record.
func (g *group) exemptedBy(right, field string) (reason string, by int) {
	for i := range g.ed.Exemptions {
		x := &g.ed.Exemptions[i]
		if x.Record == nil && x.Field == field && slices.Contains(x.Rights, right) && x.covers(&connectors.Ref{System: g.systemID, Entity: g.name}) {
			return g.ed.told(x.Reason), x.N
		}
	}
	return "", 0
}

// count1 adds to a list what was withheld of one record.
func count1(list []withheld, w withheld) []withheld {
	for i := range list {
		if l := &list[i]; l.Field == w.Field && l.Reason == w.Reason && l.Part == w.Part && l.By == w.By {
			l.Records += w.Records
			return list
		}
	}
	return append(list, w)
}

// told returns a reason as the person reads it, without what is redacted.
func (ed *edition) told(reason string) string { return sentence(ed.cut.hide(reason)) }

func blank(v connectors.Value) bool { return !v.IsStream() && v.String() == "" }
