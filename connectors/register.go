package connectors

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
)

// Register is connectors.toml: the systems that hold personal data and what the organisation says of them.
type Register struct {
	Dir          string // the folder of the file; relative paths in it start there
	Digest       string // the SHA-256 of its text, in hex: plans say by which register they were made
	Demo         bool   // the demo estate: identifiers may be given as flags
	Organisation Organisation
	Store        Store // where the journal is kept
	Log          Log   // where entries of the log go beside it
	Approvals    Approvals
	Batches      Batches      // how far a batch may go
	Screen       Screen       // how the screen keeps what it shows from other eyes
	Identifiers  []Identifier // built in, then those that the register adds
	Systems      []*System    // in the order of the file
}

// Organisation is who answers requests.
type Organisation struct {
	Name     string   `toml:"name"`
	Contact  string   `toml:"contact"`  // where the person can write to
	Officer  string   `toml:"officer"`  // the data protection officer, and how to reach them; "" where there is none
	Security string   `toml:"security"` // how the data is kept safe, in general (Article 30(1)(g)), where a system says nothing else
	Letters  string   `toml:"letters"`  // the folder of the organisation's own templates of letters, from that of the register
	Clock    string   `toml:"clock"`    // whose rules count the days: see Clocks
	Holidays []string `toml:"holidays"` // days that are public holidays beside those of the clock, 2006-01-02: the "eu" clock knows none itself
	Region   string   `toml:"region"`   // ISO 3166 country of phone numbers written without one; GB when empty
}

// Clocks lists the rules of counting that Organisation.Clock can name.
var Clocks = []string{"england-and-wales", "scotland", "northern-ireland", "eu"}

// System returns the system of that id.
func (r *Register) System(id string) (*System, bool) {
	i := slices.IndexFunc(r.Systems, func(s *System) bool { return s.ID == id })
	if i < 0 {
		return nil, false
	}
	return r.Systems[i], true
}

// LettersFolder returns the folder of the organisation's templates of letters; "" where it has none.
func (r *Register) LettersFolder() string {
	if r.Organisation.Letters == "" || filepath.IsAbs(r.Organisation.Letters) {
		return r.Organisation.Letters
	}
	return filepath.Join(r.Dir, r.Organisation.Letters)
}

// Load reads the register from a file. The error joins one *Problem for every mistake.
func Load(path string, kinds []Kind) (*Register, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the register of systems cannot be read: %w", err)
	}
	r, err := Parse(b, kinds)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if r.Dir, err = filepath.Abs(filepath.Dir(path)); err != nil {
		return nil, err
	}
	for _, s := range r.Systems {
		s.Dir = r.Dir
	}
	return r, nil
}

type registerKeys struct {
	Version      int64                     `toml:"version"`
	Demo         bool                      `toml:"demo"`
	Organisation Organisation              `toml:"organisation"`
	Store        Store                     `toml:"store"`
	Log          Log                       `toml:"log"`
	Approvals    Approvals                 `toml:"approvals"`
	Batch        Batches                   `toml:"batch"`
	Screen       Screen                    `toml:"screen"`
	Identifier   map[string]identifierKeys `toml:"identifier"`
	System       map[string]map[string]any `toml:"system"`
}

// Parse reads the register from TOML text. The error joins one *Problem for every mistake.
func Parse(text []byte, kinds []Kind) (*Register, error) {
	values := map[string]any{}
	meta, err := toml.Decode(string(text), &values)
	if err != nil {
		return nil, syntaxProblem(err)
	}
	settings := &Settings{values: values}
	var keys registerKeys
	errs := []error{settings.Decode(&keys), settings.Unknown()}
	if keys.Version != 1 {
		errs = append(errs, settings.Problem("version", "write version = 1, the form of register that this program reads"))
	}
	sum := sha256.Sum256(text)
	r := &Register{Digest: hex.EncodeToString(sum[:]), Demo: keys.Demo, Organisation: keys.Organisation, Store: keys.Store, Log: keys.Log, Approvals: keys.Approvals, Batches: keys.Batch, Screen: keys.Screen,
		Identifiers: slices.Clone(identifiers)}
	errs = append(errs, r.checkOrganisation(settings), r.Store.check(settings), r.Approvals.check(settings), r.Batches.settle(settings), r.Screen.settle(settings))
	for _, name := range childKeys(meta, "identifier") {
		s := &Settings{path: "identifier." + name}
		if _, exists := r.Identifier(name); exists {
			errs = append(errs, &Problem{Key: s.path, Why: "is built in: choose another name"})
			continue
		}
		id, err := keys.Identifier[name].identifier(name, s)
		errs = append(errs, err)
		r.Identifiers = append(r.Identifiers, id)
	}
	if n := len(r.Identifiers) - len(identifiers); n > maxIdentifiers {
		errs = append(errs, &Problem{Key: "identifier", Why: fmt.Sprintf("adds %d identifiers; records are compared by %d beside the built-in ones at most", n, maxIdentifiers)})
	}
	for _, id := range childKeys(meta, "system") {
		if keys.System[id] == nil {
			continue
		}
		sys, err := parseSystem(id, keys.System[id], meta, kinds, r)
		errs = append(errs, err)
		r.Systems = append(r.Systems, sys)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return r, nil
}

// maxIdentifiers is how many identifiers a register may add.
const maxIdentifiers = 32

func (r *Register) checkOrganisation(s *Settings) error {
	var errs []error
	if r.Organisation.Name == "" {
		errs = append(errs, s.Problem("organisation.name", "is missing: write who answers the requests"))
	}
	if !slices.Contains(Clocks, r.Organisation.Clock) {
		errs = append(errs, s.Problem("organisation.clock", fmt.Sprintf("write whose rules count the days: one of %v", Clocks)))
	}
	for _, day := range r.Organisation.Holidays {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			errs = append(errs, s.Problem("organisation.holidays", "write each day like 2026-12-25"))
			break
		}
	}
	if r.Organisation.Region == "" {
		r.Organisation.Region = "GB"
	}
	return errors.Join(errs...)
}

// syntaxProblem turns an error of the TOML reader into one that quotes nothing of the text but keys.
func syntaxProblem(err error) error {
	var pe toml.ParseError
	if !errors.As(err, &pe) {
		return &Problem{Why: "is not TOML"}
	}
	if twice := writtenTwice.FindStringSubmatch(pe.Message); twice != nil {
		p := problemAt(twice[1])
		p.Why = fmt.Sprintf("line %d writes this table or key a second time: join the two, or give one another name", pe.Position.Line)
		return p
	}
	p := problemAt(pe.LastKey)
	p.Why = fmt.Sprintf("line %d is not TOML: look for a missing quote or bracket, or a value without quotes", pe.Position.Line)
	if pe.LastKey != "" {
		p.Why = fmt.Sprintf("line %d, at or after this key, is not TOML: look for a missing quote or bracket, or a value without quotes", pe.Position.Line)
	}
	return p
}

// writtenTwice is how the TOML reader reports a key that is defined twice.
var writtenTwice = regexp.MustCompile(`^Key '(.*)' has already been defined\.$`)

// problemAt returns a problem of the system and the key that a path from the root of the register names.
func problemAt(path string) *Problem {
	if rest, ok := strings.CutPrefix(path, "system."); ok && !strings.HasPrefix(rest, `"`) {
		id, key, _ := strings.Cut(rest, ".")
		return &Problem{System: id, Key: key}
	}
	return &Problem{Key: path}
}

// childKeys returns the names right below the path, in the order of the file.
func childKeys(meta toml.MetaData, path ...string) []string {
	var names []string
	for _, key := range meta.Keys() {
		if len(key) > len(path) && slices.Equal([]string(key[:len(path)]), path) && !slices.Contains(names, key[len(path)]) {
			names = append(names, key[len(path)])
		}
	}
	return names
}
