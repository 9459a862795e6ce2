package estate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Options say which estate to make.
type Options struct {
	Dir    string // the folder to write into; made when it is missing
	People int    // members that live in the other systems too; 2,000 when zero
	Seed   uint64

	// Servers holds the URL of a database server for each system (qlms, lms, eportfolio, 360, prodrive, nvq, websites) that
	// lives there and not in files; see FillSQL. The register then names the server.
	Servers map[string]string
	Prefix  string // of the names of databases on servers
}

// Estate is a demo estate that has been written.
type Estate struct {
	Dir      string
	Register string   // the path of connectors.toml
	Truth    string   // the path of truth.jsonl
	People   []Person // what truth.jsonl holds
	Nobody   []Record // records of entities with personal data that are nobody's: tests, firms, totals
}

// Generate makes the estate in a folder: the systems' files, their register connectors.toml, and truth.jsonl. Files of an
// earlier estate there are replaced.
func Generate(ctx context.Context, o Options) (*Estate, error) {
	if o.Dir == "" {
		return nil, errors.New("the estate has no folder to be written into")
	}
	if err := o.settle(); err != nil {
		return nil, err
	}
	w := newWorld(o)
	if err := w.writeDatabases(ctx, o); err != nil {
		return nil, err
	}
	for _, b := range w.books {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := b.write(o.Dir); err != nil {
			return nil, fmt.Errorf("the workbook %s of the estate cannot be written: %w", b.file, err)
		}
	}
	for _, l := range w.lists {
		content, err := l.bytes()
		if err == nil {
			err = writeFile(filepath.Join(o.Dir, filepath.FromSlash(l.place())), content)
		}
		if err != nil {
			return nil, fmt.Errorf("the list %s of the estate cannot be written: %w", l.file, err)
		}
	}
	e := &Estate{Dir: o.Dir, Register: filepath.Join(o.Dir, "connectors.toml"), Truth: filepath.Join(o.Dir, "truth.jsonl")}
	e.People, e.Nobody = w.truth(o)
	if err := writeFile(filepath.Join(o.Dir, "legacy", legacyName), legacyFile); err != nil {
		return nil, err
	}
	register, err := w.register(o)
	if err != nil {
		return nil, err
	}
	if err := writeFile(e.Register, []byte(register)); err != nil {
		return nil, err
	}
	return e, e.writeTruth()
}

func (o *Options) settle() error {
	if o.People == 0 {
		o.People = legacyCount
	}
	if o.People < 20 || o.People > 1_000_000 {
		return fmt.Errorf("an estate has 20 to 1,000,000 members, not %d", o.People)
	}
	return nil
}

// place returns how records of a database name their place.
func (o *Options) place(db *database) string {
	if o.Servers[db.system] != "" {
		return o.Prefix + db.name
	}
	return db.name + ".db"
}

// writeTruth writes truth.jsonl.
func (e *Estate) writeTruth() error {
	var b bytes.Buffer
	if err := writeTruth(&b, e.People); err != nil {
		return err
	}
	return writeFile(e.Truth, b.Bytes())
}

// Demo returns the truth of the demo subject.
func (e *Estate) Demo() Person {
	return e.People[slices.IndexFunc(e.People, func(p Person) bool { return p.Person == demoID })]
}

const demoID = "p867"

// DemoSubject is what the demo subject writes on the form: a member of the legacy database, the same in every estate. She does not
// give her former name, her candidate number or the mailbox that she has for herself.
func DemoSubject() Identifiers {
	for _, p := range readMembers() {
		if p.demo {
			return p.identifiers(nil)
		}
	}
	panic("estate: the legacy database lacks the demo subject")
}

func writeFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}
