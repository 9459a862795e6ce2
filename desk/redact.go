package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/export"
	"dossier/internal/journal"
	"dossier/request"
)

// NewExemption is what a person withholds from some rights: one record, or every record of an entity or a system; a field of them, or
// all of them.
type NewExemption struct {
	Record *connectors.Ref
	System string // where Record is nil
	Entity string // where Record is nil; "": the whole system
	Field  string // "": the whole record
	Rights []string
	Reason string // the person is told it
}

// NewRedaction is what a person takes out of a field of a record: a passage, or all of it where none is named.
type NewRedaction struct {
	Record   connectors.Ref
	Field    string
	Passage  string // as it stands in the value; "": see From and To
	From, To int    // the passage by its characters, from 0, To behind the last; both 0: the whole field
	Here     bool   // leave the same text where it stands elsewhere
	Reason   string // the person is told it
}

// Exempt keeps an exemption. What leaves has to be approved anew.
func (d *Desk) Exempt(ctx context.Context, id string, n NewExemption) (Withholding, error) {
	if err := d.may(ctx, journal.RoleDecide); err != nil {
		return Withholding{}, err
	}
	w := journal.Withholding{Kind: journal.Exemption, Operator: d.operator, Record: n.Record, System: n.System, Entity: n.Entity, Field: n.Field,
		Rights: n.Rights, Reason: strings.TrimSpace(n.Reason)}
	if err := d.checkExemption(&w); err != nil {
		return Withholding{}, err
	}
	if n.Record != nil {
		if _, err := d.matchOf(ctx, id, *n.Record); err != nil {
			return Withholding{}, err
		}
	}
	return d.withhold(ctx, id, "exemption made", w)
}

// checkExemption returns what is wrong with an exemption.
func (d *Desk) checkExemption(w *journal.Withholding) error {
	if w.Reason == "" {
		return fmt.Errorf("%w: an exemption needs a reason, which the person is told", ErrUsage)
	}
	if len(w.Rights) == 0 {
		return fmt.Errorf("%w: say from which rights it is withheld: %s", ErrUsage, strings.Join(connectors.Rights, ", "))
	}
	for _, right := range w.Rights {
		if !slices.Contains(connectors.Rights, right) {
			return fmt.Errorf("%w: %q is no right that an exemption covers: write one of %s", ErrUsage, right, strings.Join(connectors.Rights, ", "))
		}
	}
	if w.Record != nil {
		return nil
	}
	s, ok := d.register.System(w.System)
	if !ok {
		return fmt.Errorf("%w: the register has no system %q", ErrUsage, w.System)
	}
	if _, ok := s.Entity(w.Entity); w.Entity != "" && !ok {
		return fmt.Errorf("%w: the register has no entity %q in the system %s", ErrUsage, w.Entity, w.System)
	}
	if w.Field != "" && w.Entity == "" {
		return fmt.Errorf("%w: say of which entity of %s the field is", ErrUsage, w.System)
	}
	return nil
}

// Redact takes a field of a record, or a passage in it, out of what leaves. The same text is taken out of everything else that leaves
// too, unless it is to stay there, is too short to be looked for or is what the person goes by; the redaction says so. A field that
// ties records together is redacted in both. What leaves has to be approved anew.
func (d *Desk) Redact(ctx context.Context, id string, n NewRedaction) (Withholding, error) {
	if err := d.may(ctx, journal.RoleDecide); err != nil {
		return Withholding{}, err
	}
	m, err := d.matchOf(ctx, id, n.Record)
	if err != nil {
		return Withholding{}, err
	}
	w := journal.Withholding{Kind: journal.Redaction, Operator: d.operator, Record: &n.Record, Field: n.Field, Here: n.Here, Reason: strings.TrimSpace(n.Reason)}
	if err := passage(&w, n, m.Record); err != nil {
		return Withholding{}, err
	}
	also := d.tied(m, w)
	return d.withhold(ctx, id, "redaction made", append([]journal.Withholding{w}, also...)...)
}

// passage puts what is redacted into w, and returns what is wrong with it.
func passage(w *journal.Withholding, n NewRedaction, r connectors.Record) error {
	v := r.Get(n.Field)
	if v.IsNull() {
		return fmt.Errorf("%w: the record has nothing in a field %q", ErrUsage, n.Field)
	}
	text := v.String()
	switch runes := []rune(text); {
	case v.IsStream() && (n.Passage != "" || n.To != 0):
		return fmt.Errorf("%w: no passage can be taken out of a content: redact the whole field", ErrUsage)
	case v.IsStream():
		w.Whole, text = true, ""
	case n.Passage != "":
		text = n.Passage
	case n.From == 0 && n.To == 0:
		w.Whole = true
	case n.From < 0 || n.To <= n.From || n.To > len(runes):
		return fmt.Errorf("%w: the field has %d characters: name a passage of it by its first character from 0 and the one behind its last", ErrUsage, len(runes))
	default:
		text = string(runes[n.From:n.To])
	}
	w.Text = text
	redaction := redactionOf(*w)
	switch {
	case w.Reason == "":
		return fmt.Errorf("%w: a redaction needs a reason, which the person is told", ErrUsage)
	case !w.Whole && strings.TrimSpace(text) == "":
		return fmt.Errorf("%w: the passage is empty", ErrUsage)
	case !w.Whole && !redaction.In(v):
		return fmt.Errorf("%w: the passage does not stand in the field", ErrUsage)
	case text != "" && redaction.In(connectors.Text(w.Reason)):
		return fmt.Errorf("%w: the reason holds what is redacted, and the person is told it: write it without", ErrUsage)
	}
	return nil
}

// tied returns the redaction of the field of the parent that holds the same as a whole field of its child.
func (d *Desk) tied(m Match, w journal.Withholding) []journal.Withholding {
	s, ok := d.register.System(m.Record.Ref.System)
	if !ok || !w.Whole || m.Parent == nil {
		return nil
	}
	e, ok := s.Entity(m.Record.Ref.Entity)
	if !ok || e.Parent == nil || e.Parent.On[w.Field] == "" {
		return nil
	}
	w.Record, w.Field = m.Parent, e.Parent.On[w.Field]
	return []journal.Withholding{w}
}

// withhold keeps exemptions or redactions and returns the first.
func (d *Desk) withhold(ctx context.Context, id, what string, list ...journal.Withholding) (Withholding, error) {
	r, err := d.openRequest(ctx, id)
	if err != nil {
		return Withholding{}, err
	}
	err = d.journal.Update(ctx, func(tx *journal.Tx) error {
		for i := range list {
			w := &list[i]
			if w.N, err = tx.Withhold(id, *w); err != nil {
				return err
			}
			w.Time = d.now().UTC()
			record, system := "", w.System
			if w.Record != nil {
				if record, _, err = tx.Found(id, *w.Record); err != nil {
					return err
				}
				system = w.Record.System
			}
			if err := d.log(tx, id, system, what, struct {
				Number int      `json:"number"`
				Record string   `json:"record,omitempty"`
				Rights []string `json:"rights,omitempty"`
				Whole  bool     `json:"whole,omitempty"`
			}{w.N, record, w.Rights, w.Whole}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Withholding{}, err
	}
	return d.withholding(r, list[0]), nil
}

// TakeBack ends an exemption or a redaction by its number. What leaves has to be approved anew.
func (d *Desk) TakeBack(ctx context.Context, id string, n int) error {
	if err := d.may(ctx, journal.RoleDecide); err != nil {
		return err
	}
	if _, err := d.openRequest(ctx, id); err != nil {
		return err
	}
	return d.journal.Update(ctx, func(tx *journal.Tx) error {
		if err := tx.TakeBack(id, n, d.operator); err != nil {
			return err
		}
		return d.log(tx, id, "", "withholding taken back", struct {
			Number int `json:"number"`
		}{n})
	})
}

// Withholdings returns every exemption and redaction of a request by its number, those too that were taken back.
func (d *Desk) Withholdings(ctx context.Context, id string) ([]Withholding, error) {
	if err := d.may(ctx, seePeople...); err != nil {
		return nil, err
	}
	r, err := d.journal.Request(ctx, id)
	if err != nil {
		return nil, err
	}
	kept, err := d.journal.Withholdings(ctx, id)
	list := make([]Withholding, len(kept))
	for i, w := range kept {
		list[i] = d.withholding(r, w)
	}
	return list, err
}

func (d *Desk) withholding(r request.Request, w journal.Withholding) Withholding {
	out := Withholding{Withholding: w}
	if w.Kind == journal.Redaction {
		redaction := redactionOf(w)
		out.Everywhere, out.Why = redaction.Reach(headerOf(r))
	}
	return out
}

// matchOf returns a record that the last search found.
func (d *Desk) matchOf(ctx context.Context, id string, ref connectors.Ref) (m Match, err error) {
	err = d.journal.Read(ctx, id, func(r *journal.Reading) error {
		found, ok, err := r.Match(ref)
		if err == nil && !ok {
			err = fmt.Errorf("%s: %w", id, ErrNotFound)
		}
		m.Match = found
		return err
	})
	return m, err
}

func redactionOf(w journal.Withholding) export.Redaction {
	return export.Redaction{N: w.N, Record: *w.Record, Field: w.Field, Text: w.Text, Whole: w.Whole, Here: w.Here, Reason: w.Reason}
}

func exemptionOf(w journal.Withholding) export.Exemption {
	return export.Exemption{N: w.N, Record: w.Record, System: w.System, Entity: w.Entity, Field: w.Field, Rights: w.Rights, Reason: w.Reason}
}

// headerOf returns what a package says of a request.
func headerOf(r request.Request) export.Header {
	return export.Header{ID: r.ID, Kind: string(r.Kind), Received: r.Received, Name: nameOf(r.Subject),
		Identifiers: r.Subject.Identifiers, Controller: r.Subject.Controller, Span: export.Span{From: r.Scope.From.String(), To: r.Scope.To.String()}}
}
