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
	if outside, _ := g.ed.Request.Span.Outside(g.entity, record); outside {
		return nil, []withheld{{Label: g.label(), Reason: g.ed.Request.Span.outside(), Records: 1, Part: true, Outside: true}}
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

// deciding is what is known of a group while its records are read for the first time.
type deciding struct {
	right    string
	whole    *withheld // the whole entity is withheld
	columns  map[string]*column
	dropped  map[string]*withheld
	names    []string       // of the last record, to skip the look-up for those that have the same
	at       []*column      // what becomes of each of them; nil: it is withheld
	left     map[string]int // how many records leave, by place
	byPerson []withheld
}

// begin decides what can be decided without seeing records.
func (g *group) begin(right string) {
	g.deciding = &deciding{right: right, columns: map[string]*column{}, dropped: map[string]*withheld{}, left: map[string]int{}}
	if reason, by := g.withheldWhole(right); reason != "" {
		g.deciding.whole = &withheld{Label: g.label(), Reason: reason, By: by}
	}
	g.key = g.entity != nil && len(g.entity.Key) > 0 &&
		!slices.ContainsFunc(g.entity.Key, func(name string) bool { why, _ := g.withheldField(g.column(name), right); return why != "" })
}

// decide splits what leaves of a record from what is withheld.
func (g *group) decide(m *locate.Match) leaving {
	d := g.deciding
	if d.whole != nil {
		d.whole.Records++
		return leaving{match: m}
	}
	l := leaving{match: m}
	l.record, l.withheld = g.leave(m)
	if l.record == nil {
		d.byPerson = addTo(d.byPerson, l.withheld...)
		if l.withheld[0].Outside {
			g.outside++
		}
		return l
	}
	if _, dated := g.ed.Request.Span.Outside(g.entity, &m.Record); !dated {
		g.undated++
	}
	if d.at == nil || !slices.Equal(d.names, l.record.Names) {
		d.names, d.at = l.record.Names, g.columnsOf(l.record.Names)
	}
	l.withheld = slices.DeleteFunc(l.withheld, func(w withheld) bool { return d.dropped[w.Field] != nil })
	d.byPerson = addTo(d.byPerson, l.withheld...)
	g.count++
	d.left[m.Record.Ref.Place]++
	for i, c := range d.at {
		v := l.record.Values[i]
		if c != nil {
			c.filled = c.filled || !blank(v)
			c.streams = c.streams || v.IsStream()
		} else if w := d.dropped[d.names[i]]; w != nil && !v.IsNull() {
			w.Records++
		}
	}
	return l
}

// end tells what is withheld of the group, once its records were read.
func (g *group) end() {
	d := g.deciding
	g.deciding = nil
	if d.whole != nil {
		g.withheld = []withheld{*d.whole}
		return
	}
	for _, name := range slices.Sorted(maps.Keys(d.dropped)) {
		if w := d.dropped[name]; w.Records > 0 {
			g.withheld = append(g.withheld, *w)
		}
	}
	slices.SortFunc(d.byPerson, func(a, b withheld) int {
		return cmp.Or(strings.Compare(a.Field, b.Field), strings.Compare(a.Reason, b.Reason), a.By-b.By)
	})
	g.withheld = append(g.withheld, d.byPerson...)
	if len(g.columns) == 0 {
		g.count = 0 // of a record of which nothing leaves, not even that it is there does
		return
	}
	g.places = len(d.left) > 1
	g.ed.left[spot{g.systemID, "", ""}] += g.count
	g.ed.left[spot{g.systemID, "", g.name}] += g.count
	for place, n := range d.left {
		g.ed.left[spot{g.systemID, place, ""}] += n
	}
}

// columnsOf returns the columns of the fields named, nil for one that is withheld, and notes those that are new.
func (g *group) columnsOf(names []string) []*column {
	d := g.deciding
	list := make([]*column, len(names))
	for i, name := range names {
		if d.columns[name] == nil && d.dropped[name] == nil {
			c := g.column(name)
			if reason, by := g.withheldField(c, d.right); reason != "" {
				d.dropped[name] = &withheld{Field: name, Label: c.label, Reason: reason, By: by}
			} else if why, by := g.ed.cut.name(name); why != "" {
				d.dropped[name] = &withheld{Label: redactedMark, Reason: g.ed.told(why), By: by}
			} else {
				d.columns[name] = c
				g.columns = append(g.columns, c)
			}
		}
		list[i] = d.columns[name]
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

// addTo adds to a list what was withheld of one record.
func addTo(list []withheld, of ...withheld) []withheld {
	for _, w := range of {
		i := slices.IndexFunc(list, func(l withheld) bool {
			return l.Field == w.Field && l.Label == w.Label && l.Reason == w.Reason && l.Part == w.Part && l.By == w.By && l.Outside == w.Outside
		})
		if i < 0 {
			list = append(list, w)
		} else {
			list[i].Records += w.Records
		}
	}
	return list
}

// told returns a reason as the person reads it, without what is redacted.
func (ed *edition) told(reason string) string { return sentence(ed.cut.hide(reason)) }

func blank(v connectors.Value) bool { return !v.IsStream() && v.String() == "" }
