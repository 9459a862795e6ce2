package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"dossier/internal/journal"
	"dossier/request/clock"
)

// IncidentFacts is what is known of a personal-data incident, and what was done about it: what Article 33(3) and (5) asks for. It is
// kept sealed, since it may name people. Its TOML has the same names as its JSON.
type IncidentFacts struct {
	Aware     time.Time `json:"aware" toml:"aware"`         // when the organisation became aware of it: the 72 hours run from here
	Happened  string    `json:"happened" toml:"happened"`   // when it happened, as far as is known
	Facts     string    `json:"facts" toml:"facts"`         // what happened
	Systems   []string  `json:"systems" toml:"systems"`     // of the register
	People    int       `json:"people" toml:"people"`       // about how many it concerns
	Records   int       `json:"records" toml:"records"`     // about how many it concerns
	Data      string    `json:"data" toml:"data"`           // the categories of people and of data
	Effects   string    `json:"effects" toml:"effects"`     // the likely consequences
	Remedy    string    `json:"remedy" toml:"remedy"`       // what was done, and is to be done
	Authority Told      `json:"authority" toml:"authority"` // the supervisory authority: in the United Kingdom the ICO (Article 33)
	Concerned Told      `json:"concerned" toml:"concerned"` // the people whom it concerns (Article 34)
}

// Told says whether somebody was told of an incident, or why not.
type Told struct {
	On        time.Time `json:"on,omitzero" toml:"on"`
	Reference string    `json:"reference,omitempty" toml:"reference"` // theirs
	Late      string    `json:"late,omitempty" toml:"late"`           // why it was later than the law allows
	Not       string    `json:"not,omitempty" toml:"not"`             // why they are not told
}

// Decided reports whether somebody was told, or is not for a reason.
func (t Told) Decided() bool { return !t.On.IsZero() || strings.TrimSpace(t.Not) != "" }

// Incident is a personal-data incident as it was known at one time.
type Incident struct {
	ID       string    `json:"id"`
	Version  int       `json:"version"`
	State    string    `json:"state"` // "open", "closed", "purged"
	Due      time.Time `json:"due"`   // by when the authority must be told, where it must
	Overdue  bool      `json:"overdue"`
	Closed   time.Time `json:"closed,omitzero"`
	Recorded time.Time `json:"recorded"`
	Operator string    `json:"operator"` // who recorded this version
	IncidentFacts
}

// Type returns "incident".
func (Incident) Type() string { return "incident" }

// MarshalJSON writes the incident with its type first.
func (i Incident) MarshalJSON() ([]byte, error) {
	type plain Incident
	i.Systems = filled(i.Systems)
	return typed(i.Type(), plain(i))
}

// ReadIncident reads what is known of an incident from TOML into what was known before: keys that are not there stay. Its errors
// name keys, never values.
func ReadIncident(from io.Reader, into *IncidentFacts) error {
	b, err := io.ReadAll(io.LimitReader(from, 1<<20+1))
	if err != nil {
		return err
	}
	if len(b) > 1<<20 {
		return fmt.Errorf("%w: what is known of an incident is longer than 1 MB", ErrUsage)
	}
	meta, err := toml.Decode(string(b), into)
	if err != nil {
		where := ""
		var p toml.ParseError
		if errors.As(err, &p) {
			where = fmt.Sprintf(" at line %d", p.Position.Line)
		}
		return fmt.Errorf("%w: what is known of the incident is not written as it should be%s: write lines like facts = \"what happened\" and aware = 2026-03-02T09:30:00Z", ErrUsage, where)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return fmt.Errorf("%w: %q is nothing that is noted of an incident: write %s", ErrUsage, unknown[0].String(), strings.Join(factNames(), ", "))
	}
	return nil
}

func factNames() []string {
	var names []string
	for f := range reflect.TypeFor[IncidentFacts]().Fields() {
		names = append(names, f.Tag.Get("toml"))
	}
	return names
}

// NewIncident records a personal-data incident.
func (d *Desk) NewIncident(ctx context.Context, f IncidentFacts) (Incident, error) {
	if err := d.may(ctx, seePeople...); err != nil {
		return Incident{}, err
	}
	return d.keepIncident(ctx, journal.Incident{}, IncidentFacts{}, f, "incident recorded")
}

// ChangeIncident records what is known of an incident by now; change is given what was known. Earlier versions stay.
func (d *Desk) ChangeIncident(ctx context.Context, id string, change func(*IncidentFacts) error) (Incident, error) {
	if err := d.may(ctx, seePeople...); err != nil {
		return Incident{}, err
	}
	kept, facts, err := d.latestIncident(ctx, id)
	if err != nil {
		return Incident{}, err
	}
	if !kept.Closed.IsZero() {
		return Incident{}, fmt.Errorf("%w: %s was closed on %s: record a new incident that names it", ErrRefused, id, kept.Closed.Format(time.DateOnly))
	}
	was := facts
	was.Systems = slices.Clone(facts.Systems)
	if err := change(&facts); err != nil {
		return Incident{}, err
	}
	return d.keepIncident(ctx, kept, was, facts, "incident changed")
}

// CloseIncident ends the work on an incident. It is refused, with everything that is missing, while what the law wants to be
// documented is not.
func (d *Desk) CloseIncident(ctx context.Context, id string) (Incident, error) {
	if err := d.may(ctx, journal.RoleDecide); err != nil {
		return Incident{}, err
	}
	kept, facts, err := d.latestIncident(ctx, id)
	if err != nil {
		return Incident{}, err
	}
	if !kept.Closed.IsZero() {
		return Incident{}, fmt.Errorf("%w: %s was closed on %s already", ErrRefused, id, kept.Closed.Format(time.DateOnly))
	}
	if lacks := facts.Lacks(); len(lacks) > 0 {
		words := make([]string, len(lacks))
		for i, l := range lacks {
			words[i] = l.What + " (" + l.How + ")"
		}
		return Incident{}, fmt.Errorf("%w: %s cannot be closed: %s; note it with dossier incident update", ErrRefused, id, strings.Join(words, "; "))
	}
	kept.Closed = d.now().UTC()
	return d.keepIncident(ctx, kept, facts, facts, "incident closed")
}

// Lack is something that the law wants to be documented of an incident before it is closed.
type Lack struct {
	What string // in words
	How  string // the keys of the facts that say it
}

// Lacks returns what the law wants to be documented (Article 33(1), (3) and (5), Article 34) and is not.
func (f IncidentFacts) Lacks() []Lack {
	var list []Lack
	for _, m := range []struct {
		absent bool
		Lack
	}{
		{strings.TrimSpace(f.Facts) == "", Lack{"what happened", "facts"}},
		{strings.TrimSpace(f.Effects) == "", Lack{"its likely consequences", "effects"}},
		{strings.TrimSpace(f.Remedy) == "", Lack{"what was done about it", "remedy"}},
		{!f.Authority.Decided(), Lack{"when the supervisory authority was told, or why it is not", `authority = { on = … } or { not = "…" }`}},
		{f.Authority.On.After(clock.Incident(f.Aware)) && strings.TrimSpace(f.Authority.Late) == "", Lack{"why the supervisory authority was told later than 72 hours", "authority.late"}},
		{!f.Concerned.Decided(), Lack{"when the people concerned were told, or why they are not", `concerned = { on = … } or { not = "…" }`}},
	} {
		if m.absent {
			list = append(list, m.Lack)
		}
	}
	return list
}

// check returns why something cannot be noted of an incident.
func (d *Desk) checkIncident(f IncidentFacts) error {
	soon := d.now().Add(time.Hour)
	switch {
	case f.Aware.IsZero():
		return fmt.Errorf("%w: say when the organisation became aware of it: aware = 2026-03-02T09:30:00Z", ErrUsage)
	case f.Aware.After(soon) || f.Authority.On.After(soon) || f.Concerned.On.After(soon):
		return fmt.Errorf("%w: a time is yet to come: check aware, authority.on and concerned.on", ErrUsage)
	case strings.TrimSpace(f.Facts) == "":
		return fmt.Errorf("%w: say what happened: facts = \"…\"", ErrUsage)
	case f.People < 0 || f.Records < 0:
		return fmt.Errorf("%w: people and records are numbers, 0 where they are not known yet", ErrUsage)
	}
	for _, id := range f.Systems {
		if _, ok := d.register.System(id); !ok {
			return fmt.Errorf("%w: systems names one that is not in the register: dossier systems lists them", ErrUsage)
		}
	}
	return nil
}

// keepIncident keeps a version of an incident, and logs which facts changed: their names, never what they say.
func (d *Desk) keepIncident(ctx context.Context, i journal.Incident, was, f IncidentFacts, what string) (Incident, error) {
	if err := d.checkIncident(f); err != nil {
		return Incident{}, err
	}
	b, err := json.Marshal(f)
	if err != nil {
		return Incident{}, err
	}
	i.Aware, i.Operator, i.Facts = f.Aware.UTC(), d.operator, b
	changed := changedFacts(was, f)
	err = d.journal.Update(ctx, func(tx *journal.Tx) (err error) {
		if i.ID == "" {
			i, err = tx.NewIncident(i)
		} else {
			i, err = tx.ChangeIncident(i)
		}
		if err != nil {
			return err
		}
		return d.log(tx, "", "", what, struct {
			Incident string   `json:"incident"`
			Version  int      `json:"version"`
			Changed  []string `json:"changed"`
		}{i.ID, i.Version, changed})
	})
	if err != nil {
		return Incident{}, err
	}
	return d.incident(i)
}

func changedFacts(was, is IncidentFacts) []string {
	names := []string{}
	before, after := reflect.ValueOf(was), reflect.ValueOf(is)
	for i, name := range factNames() {
		if !reflect.DeepEqual(before.Field(i).Interface(), after.Field(i).Interface()) {
			names = append(names, name)
		}
	}
	return names
}

func (d *Desk) latestIncident(ctx context.Context, id string) (journal.Incident, IncidentFacts, error) {
	versions, err := d.journal.Incident(ctx, id)
	if err != nil {
		return journal.Incident{}, IncidentFacts{}, err
	}
	latest := versions[len(versions)-1]
	if latest.Purged {
		return latest, IncidentFacts{}, fmt.Errorf("%w: %s: %w", ErrRefused, id, journal.ErrIncidentPurged)
	}
	var f IncidentFacts
	return latest, f, json.Unmarshal(latest.Facts, &f)
}

func (d *Desk) incident(kept journal.Incident) (Incident, error) {
	i := Incident{ID: kept.ID, Version: kept.Version, State: "open", Due: clock.Incident(kept.Aware), Closed: kept.Closed, Recorded: kept.Recorded, Operator: kept.Operator}
	if kept.Purged {
		i.State, i.Aware, i.Authority.On = "purged", kept.Aware, kept.Told
		return i, nil
	}
	err := json.Unmarshal(kept.Facts, &i.IncidentFacts)
	if !kept.Closed.IsZero() {
		i.State = "closed"
	}
	i.Overdue = !i.Authority.Decided() && d.now().After(i.Due)
	return i, err
}

// Incidents returns every incident as it is known now, the newest first.
func (d *Desk) Incidents(ctx context.Context) ([]Incident, error) {
	if err := d.may(ctx, append(slices.Clone(seePeople), journal.RoleAudit)...); err != nil {
		return nil, err
	}
	return d.incidents(d.journal.Incidents(ctx))
}

// Incident returns every version of an incident, the earliest first.
func (d *Desk) Incident(ctx context.Context, id string) ([]Incident, error) {
	if err := d.may(ctx, append(slices.Clone(seePeople), journal.RoleAudit)...); err != nil {
		return nil, err
	}
	return d.incidents(d.journal.Incident(ctx, id))
}

func (d *Desk) incidents(kept []journal.Incident, err error) ([]Incident, error) {
	all := make([]Incident, len(kept))
	for i := 0; err == nil && i < len(kept); i++ {
		all[i], err = d.incident(kept[i])
	}
	return all, err
}
