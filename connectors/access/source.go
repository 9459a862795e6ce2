package access

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"

	"dossier/connectors"
	"dossier/internal/jet"
	"dossier/internal/lifetime"
	"dossier/internal/secret"
)

// source is a system of this kind. No file is held open between searches.
type source struct {
	system   *connectors.System
	keys     systemKeys
	password secret.Secret
	unlocked jet.Keys

	life    lifetime.Lifetime
	writing sync.Mutex // one Apply at a time

	// What tests put themselves between.
	ready   func()                      // called when a copy is finished
	replace func(from, to string) error // stands in for what puts a finished copy in its place
}

var (
	_ connectors.Swapper = (*source)(nil)
	_ connectors.Opener  = (*source)(nil)
)

// ErrPassword is wrapped by what is told of a database whose password is missing or wrong.
var ErrPassword = errors.New("the password of the database is missing or wrong: look at the secret that the register refers to")

func open(ctx context.Context, sys *connectors.System, keys systemKeys) (*source, error) {
	password, err := keys.Password.Resolve(ctx, sys.Dir)
	if err != nil {
		return nil, err
	}
	s := &source{system: sys, keys: keys, password: password, life: lifetime.New(), ready: func() {}}
	return s, ctx.Err()
}

// Close ends every search that runs.
func (s *source) Close() error {
	s.life.End()
	return nil
}

// maxValue is the longest memo, in stored bytes, that is held in memory and searched.
const maxValue = 4 << 20

func (s *source) options() jet.Options {
	return jet.Options{Password: s.password.Reveal(), MaxValue: maxValue, Keys: &s.unlocked}
}

// database is an open file.
type database struct {
	*jet.DB
	source *source
	place  string
}

// openFile opens one file for reading. The error wraps a *connectors.Gap that names the place.
func (s *source) openFile(f file) (*database, error) {
	if info, err := os.Stat(f.path); err == nil && !info.Mode().IsRegular() { // to open a named pipe waits for ever
		return nil, &connectors.Gap{Place: f.place, Why: "it is no regular file"}
	}
	db, err := jet.Open(f.path, s.options())
	if err != nil {
		return nil, unopened(f.place, err)
	}
	return &database{db, s, f.place}, nil
}

// passwordGap is the gap of a database whose password is missing or wrong.
type passwordGap struct{ gap *connectors.Gap }

func (p *passwordGap) Error() string   { return p.gap.Error() }
func (p *passwordGap) Unwrap() []error { return []error{p.gap, ErrPassword} }

// unopened returns the gap of a file that cannot be opened.
func unopened(place string, err error) error {
	gap := &connectors.Gap{Place: place}
	damage, damaged := errors.AsType[*jet.DamageError](err)
	switch {
	case errors.Is(err, jet.ErrPassword):
		gap.Why = ErrPassword.Error()
		return &passwordGap{gap}
	case errors.Is(err, jet.ErrFormat):
		gap.Why = "it is no Microsoft Access database of a known version"
	case errors.Is(err, jet.ErrEncryption):
		gap.Why = jet.ErrEncryption.Error() + ": save it in Access with a password of its own"
	case damaged:
		gap.Why = "it is damaged: " + damage.Error()
	default:
		gap.Why = reason(err)
	}
	return gap
}

// ownName returns the name under which a table that no entity takes is described and found, "" for the tables of entities.
func (s *source) ownName(table string) string {
	name := table
	for _, e := range s.system.Entities {
		if strings.EqualFold(e.Table, table) {
			return ""
		}
		if e.Name == table {
			name = table + " (table)"
		}
	}
	return name
}

// table returns the table of an entity, and what the register says of it, nil where it says nothing. The error is a
// *connectors.Gap where the file lacks the table.
func (db *database) table(entity string) (*jet.Table, *connectors.Entity, error) {
	mapped, _ := db.source.system.Entity(entity)
	meant := func(table string) bool {
		if mapped != nil {
			return strings.EqualFold(mapped.Table, table)
		}
		return db.source.ownName(table) == entity
	}
	for _, t := range db.Tables() {
		if meant(t.Name) {
			return t, mapped, nil
		}
	}
	gap := &connectors.Gap{Place: db.place, Entity: entity, Why: "there is no such table"}
	for _, l := range db.Links() {
		if meant(l.Name) {
			gap.Why = linked(l)
		}
	}
	if len(db.Damage()) > 0 {
		gap.Why += ", or it is in the part of the catalogue that cannot be read"
	}
	return nil, mapped, gap
}

// linked says where a linked table stands.
func linked(l jet.Link) string {
	where := "in another database"
	if l.Database != "" {
		where = "in the database " + l.Database
	}
	return "its rows stand " + where + ", to which this one only links: make that a system of the register"
}
