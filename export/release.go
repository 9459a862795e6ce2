package export

import (
	"context"

	"dossier/connectors"
	"dossier/locate"
)

// ReleaseLine is one thing that Release tells: a Leaving, a HeldBack or an Unread.
type ReleaseLine interface{ line() }

// Leaving is a record that leaves, as it will be handed over.
type Leaving struct {
	Match    *locate.Match     // as it was found; valid until the next line
	Label    string            // the entity's
	System   string            // its title
	Fields   connectors.Fields // what leaves of it; valid until the next line
	Withheld []HeldBack        // what of it a person has withheld
}

// HeldBack tells what is withheld: an entity, records of it, or a field, wholly or in part.
type HeldBack struct {
	By          int             // the number of the exemption or the redaction; 0: the register or the law
	System      string          // its id
	SystemTitle string          //
	Entity      string          //
	Label       string          // the entity's
	Record      *connectors.Ref // one record; nil: see Records
	Field       string          // "": the whole record
	FieldLabel  string          // "" where Field is
	Reason      string          // as the person is told
	Records     int             // how many it concerns
	Part        bool            // only passages of the field, or only some of the records
}

// Unread is content that leaves though nobody can tell whether it holds what was redacted.
type Unread struct {
	Record connectors.Ref
	Field  string
	Why    string
}

func (Leaving) line()  {}
func (HeldBack) line() {}
func (Unread) line()   {}

// Total is what a package would hold.
type Total struct {
	Digest   string // of everything that leaves: it is approved, and stands in Package.Approved
	Records  int    // that leave
	Withheld int    // how many things are withheld
}

// Release tells what a package would hold: each record that leaves or that a person withholds, in the order in which they were found,
// then what else is withheld. It writes nothing. An error of tell ends it.
func Release(ctx context.Context, p Package, tell func(ReleaseLine) error) (Total, error) {
	if err := p.check(); err != nil {
		return Total{}, err
	}
	ed, err := newEdition(ctx, p, func(g *group, l leaving) error {
		switch {
		case g.deciding.whole != nil:
			return nil
		case l.record == nil:
			ref := l.match.Record.Ref
			h := g.heldBack(l.withheld[0])
			h.Record = &ref
			return tell(h)
		}
		if len(g.columns) == 0 {
			return nil // nothing of it leaves
		}
		out := Leaving{Match: l.match, Label: g.label(), System: g.systemTitle()}
		for i, c := range g.deciding.at {
			if c != nil {
				out.Fields.Names = append(out.Fields.Names, c.name)
				out.Fields.Values = append(out.Fields.Values, l.record.Values[i])
			}
		}
		for _, w := range l.withheld {
			out.Withheld = append(out.Withheld, g.heldBack(w))
		}
		return tell(out)
	})
	if err != nil {
		return Total{}, err
	}
	total := Total{Digest: ed.digest}
	for _, g := range ed.groups {
		total.Records += g.count
		total.Withheld += len(g.withheld)
		for _, w := range g.withheld {
			if err := tell(g.heldBack(w)); err != nil {
				return total, err
			}
		}
	}
	for _, u := range ed.unread {
		if err := tell(u); err != nil {
			return total, err
		}
	}
	return total, nil
}

func (g *group) heldBack(w withheld) HeldBack {
	h := HeldBack{By: w.By, System: g.systemID, SystemTitle: g.systemTitle(), Entity: g.name, Label: g.label(), Field: w.Field, Reason: w.Reason,
		Records: w.Records, Part: w.Part}
	if w.Field != "" || w.Label == redactedMark {
		h.FieldLabel = w.Label
	}
	return h
}

// readContents looks through the contents of a record that leaves, where something is redacted that could stand in them. What holds it
// is withheld, and what cannot be looked through is noted.
func (ed *edition) readContents(g *group, l leaving) error {
	if ed.cut == nil || len(ed.cut.needles) == 0 || ed.Open == nil {
		return nil
	}
	for i, c := range g.deciding.at {
		if c == nil || !l.record.Values[i].IsStream() {
			continue
		}
		at := fileOf{g.count - 1, c.name}
		size := l.record.Values[i].Size()
		r, err := ed.Open(ed.ctx, l.match.Record.Ref, c.name)
		if ed.ctx.Err() != nil {
			return ed.ctx.Err()
		}
		if err != nil {
			g.files[at] = file{size: size, missing: cannotOpen}
			continue
		}
		by, unread, err := ed.cut.search(r, size)
		r.Close()
		switch {
		case ed.ctx.Err() != nil:
			return ed.ctx.Err()
		case err != nil:
			g.files[at] = file{missing: cannotOpen}
		case by != nil:
			g.files[at] = file{missing: "Left out, because it holds what is redacted. " + ed.told(by.Reason)}
			g.deciding.byPerson = addTo(g.deciding.byPerson, withheld{Field: c.name, Label: c.label, Reason: ed.told(by.Reason), Records: 1, Part: true, By: by.N})
		case unread != "":
			ed.unread = append(ed.unread, Unread{l.match.Record.Ref, c.name, unread})
		}
	}
	return nil
}
