// Package desk holds every use case of the hub as one method: recording a request, searching, deciding,
// exporting, checking. Each tells what happens as typed events; the command line prints them and the
// screen draws them. Whatever touches a person's data is logged under the operator's name.
package desk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"dossier/connectors"
	"dossier/connectors/kinds"
	"dossier/export"
	"dossier/internal/journal"
)

// Config says where the hub finds its things and who works with it.
type Config struct {
	Register string           // the path of connectors.toml
	State    string           // the folder of the journal, made where it is missing
	Operator string           // who works; every search and decision is logged under this name
	Key      string           // a reference to the operator's private key, "" for where dossier operator init keeps it
	Now      func() time.Time // nil: time.Now
}

// Desk is an open hub. Its methods may be called from several goroutines at once.
type Desk struct {
	register *connectors.Register
	journal  *journal.Journal
	operator string
	key      string // a reference to the operator's private key, "" for the usual places
	now      func() time.Time
	state    string // the folder of the journal

	closeSyslog func() error // nil: entries of the log go nowhere else
	matching    matching
}

// Open reads the register and opens the journal. No system is opened yet.
func Open(ctx context.Context, c Config) (*Desk, error) {
	register, err := connectors.Load(c.Register, kinds.All())
	if err != nil {
		return nil, err
	}
	return open(ctx, c, register)
}

func open(ctx context.Context, c Config, register *connectors.Register) (*Desk, error) {
	if strings.TrimSpace(c.Operator) == "" {
		return nil, fmt.Errorf("%w: nobody is named as the operator: every search is made by a named person", ErrUsage)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	d := &Desk{register: register, operator: c.Operator, key: c.Key, now: c.Now, state: c.State}
	if err := d.openJournal(ctx); err != nil {
		return nil, err
	}
	return d, nil
}

// openJournal opens the journal where the register says that it is.
func (d *Desk) openJournal(ctx context.Context) error {
	store := d.register.Store
	password, err := store.Password.Resolve(ctx, d.register.Dir)
	if err != nil {
		return err
	}
	c := journal.Config{Dir: d.state, Now: d.now, Postgres: store.URL, Password: password, Key: store.Key, KeyDir: d.register.Dir}
	if d.register.Log.Syslog {
		if c.Forward, d.closeSyslog, err = openSyslog(); err != nil {
			return err
		}
	}
	d.journal, err = journal.Open(ctx, c)
	return err
}

// Close closes the journal.
func (d *Desk) Close() error {
	err := d.journal.Close()
	if d.closeSyslog != nil {
		err = errors.Join(err, d.closeSyslog())
	}
	return err
}

// Warning tells what is wrong beside the work itself, "" where nothing is: entries of the log that syslog has not taken.
func (d *Desk) Warning(ctx context.Context) string {
	if !d.register.Log.Syslog {
		return ""
	}
	n, since, why, err := d.journal.Unsent(ctx)
	if err != nil || n == 0 {
		return ""
	}
	return fmt.Sprintf("entries of the log (%d, since %s) wait for syslog, which does not take them (%v): they are kept, and sent with the next entry once it does",
		n, since.Format(time.DateTime), why)
}

// Register returns the systems and what is said of them.
func (d *Desk) Register() *connectors.Register { return d.register }

// SystemInfo is what the register says of a system, for a screen.
type SystemInfo struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Kind       string   `json:"kind"` // as a person reads it
	Holds      string   `json:"holds"`
	Owners     []string `json:"owners"`
	Steward    string   `json:"steward"`
	Manual     bool     `json:"manual"`     // people work it
	Controller string   `json:"controller"` // processor: whose data it is; "" for the organisation's own
	Entities   []string `json:"entities"`   // their labels
}

// Systems returns the systems of the register in its order.
func (d *Desk) Systems() []SystemInfo {
	list := []SystemInfo{}
	for _, s := range d.register.Systems {
		info := SystemInfo{ID: s.ID, Title: s.Title, Kind: s.Kind.Title, Holds: s.Holds, Owners: s.Owners, Steward: s.Steward,
			Manual: s.Manual(), Entities: []string{}}
		if s.Processor() {
			info.Controller = s.Controller.Name + s.Controller.Database // one of them is set
		}
		for _, e := range s.Entities {
			info.Entities = append(info.Entities, e.Label)
		}
		list = append(list, info)
	}
	return list
}

// Visible returns text of any origin as one line that is safe on a terminal: characters that would move the
// cursor, turn the text round or hide become marks that can be seen.
func Visible(s string) string { return export.Line(s) }

// VerifyPackage checks a package by itself; see export.Verify. It needs no register and no journal.
func VerifyPackage(ctx context.Context, path, key string, ask func() (string, error)) (export.Report, error) {
	return export.Verify(ctx, path, key, ask)
}

// VerifyPackage checks a package, the log in it with the key of this journal, and logs that it was checked.
func (d *Desk) VerifyPackage(ctx context.Context, path string) (export.Report, error) {
	if err := d.known(ctx); err != nil {
		return export.Report{}, err
	}
	return d.CheckPackage(ctx, path, "", "")
}

// tell makes a sequence of a use case that hands its events to emit, which returns false when the caller has ended
// the loop. The error that ends the use case is the last of the sequence.
func tell(run func(emit func(Event) bool) error) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		going := true
		err := run(func(e Event) bool {
			going = going && yield(e, nil)
			return going
		})
		if going && err != nil && !errors.Is(err, errLeft) {
			yield(nil, err)
		}
	}
}

// errLeft ends a use case whose caller has ended the loop.
var errLeft = errors.New("the caller has left")
