package access

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/connectortest"
	"dossier/internal/jet"
)

// harness joins Access files to the suite.
type harness struct {
	dir    string
	places []string
	lacks  map[connectortest.Ability]string
	data   connectortest.Dataset
}

func (h *harness) Limits() connectortest.Limits {
	lacks := map[connectortest.Ability]string{
		connectortest.NewKeys:                 "records cannot be inserted",
		connectortest.Cascades:                "the seeder writes no relationships: TestRelationships has one",
		connectortest.Indexes:                 "a search reads the whole table: what the keys of an Access index mean is not known well enough to search by them",
		connectortest.CutOff:                  "a file is not a connection",
		connectortest.Stalled:                 "the file system of the tests always answers",
		connectortest.LostReply:               "the case inserts; TestLostAnswerOfTheSwap loses the file system's answer",
		connectortest.WrongSecret:             "the sample to seed has no password: TestPasswords has those that have one",
		connectortest.OfType(compare.Boolean): "a Yes/No column is never NULL, and the suite wants NULL in each: TestFindIsAScan searches one",
		connectortest.OfType(compare.Day):     "Access has no dates without a time",
		connectortest.OfType(compare.Clock):   "Access has no times without a date",
		connectortest.OfType(compare.Instant): "Access has no instants",
	}
	maps.Copy(lacks, h.lacks)
	return connectortest.Limits{System: "legacy", Places: h.places, Lacks: lacks}
}

func (h *harness) Seed(_ context.Context, data connectortest.Dataset) error {
	h.data = data
	for _, place := range h.places {
		if err := seed(filepath.Join(h.dir, place), data.Entities, place); err != nil {
			return err
		}
	}
	return nil
}

func (h *harness) Open(ctx context.Context, fault connectortest.Fault) (connectors.Connector, error) {
	lines := "files = [\"*.accdb\"]\n"
	if _, lacking := h.lacks[connectortest.Writes]; !lacking && fault != connectortest.NoWrites {
		lines += writable
	}
	if fault == connectortest.LostPlace {
		lines = "files = [\"" + strings.Join(h.places, `", "`) + "\"]\n"
	}
	c, err := h.data.Open(ctx, Kind(), "legacy", h.dir, lines)
	if fault != connectortest.LostPlace || err != nil {
		return c, err
	}
	lost := filepath.Join(h.dir, h.places[len(h.places)-1])
	if err := os.Rename(lost, lost+".away"); err != nil {
		return nil, err
	}
	if err := os.WriteFile(lost, []byte("no database any more"), 0o600); err != nil {
		return nil, err
	}
	return connectortest.OnClose(c, func() { os.Rename(lost+".away", lost) }), nil
}

// Dump reads the files by package jet, which has tests of its own against mdbtools.
func (h *harness) Dump(context.Context) (connectortest.Snapshot, error) {
	s := connectortest.Snapshot{Rows: map[string][]connectortest.Row{}}
	for _, place := range h.places {
		path := filepath.Join(h.dir, place)
		data, err := os.ReadFile(path)
		if err != nil {
			return s, err
		}
		s.Rest += fmt.Sprintf("%s %x\n", place, sha256.Sum256(data))
		db, err := jet.Open(path, jet.Options{})
		if err != nil {
			return s, err
		}
		for _, e := range h.data.Entities {
			rows, err := dump(db, e)
			if err != nil {
				return s, errors.Join(err, db.Close())
			}
			for _, cells := range rows {
				s.Rows[e.Name] = append(s.Rows[e.Name], connectortest.Row{Place: place, Cells: cells})
			}
		}
		if err := db.Close(); err != nil {
			return s, err
		}
	}
	entries, err := os.ReadDir(h.dir)
	for _, e := range entries {
		s.Rest += e.Name() + "\n"
	}
	return s, err
}

func dump(db *jet.DB, e connectortest.Entity) (rows [][]connectors.Value, err error) {
	t, err := db.Table(e.Name)
	if err != nil {
		return nil, err
	}
	for row, err := range t.Rows(e.Names()...) {
		if err != nil {
			return nil, err
		}
		cells := make([]connectors.Value, len(e.Fields))
		for i, v := range row.Values {
			if v.IsNull() {
				continue
			}
			r, err := row.Open(i)
			if err != nil {
				return nil, err
			}
			content, err := io.ReadAll(r)
			if err != nil {
				return nil, err
			}
			text := string(content)
			switch e.Fields[i].Type {
			case compare.Decimal:
				whole, fraction, _ := strings.Cut(text, ".")
				text = whole + "." + (fraction + "0000")[:4]
			case compare.DateTime:
				if len(text) == 10 {
					text += "T00:00:00"
				}
			case compare.Binary, compare.Stream:
				text = "0x" + hex.EncodeToString(content)
			}
			cells[i] = connectors.Text(text)
		}
		rows = append(rows, cells)
	}
	return rows, nil
}

func TestConformance(t *testing.T) {
	const (
		inserts = "records cannot be inserted into an Access file: TestRefusals has the reason that is given"
		noRoom  = "a memo can only be rewritten where the earlier one left room: TestRefusals has the reason that is given, TestRectify what fits"
	)
	cannot := map[string]string{
		"insert":                   inserts,
		"harmless twice":           "it inserts among other things: TestErase and TestRectify make changes twice",
		"update to hostile values": noRoom,
	}
	three := []string{"north.accdb", "south.accdb", "west.accdb"}
	harnesses := map[string]*harness{
		"read-only": {places: three[:1], lacks: map[connectortest.Ability]string{connectortest.Writes: "the register does not say writable",
			connectortest.SeveralPlaces: "the other harnesses have them",
			connectortest.Unregistered:  "the seeder writes no primary index, so that a table outside the register has no key"}},
		"with keys": {places: three, lacks: map[connectortest.Ability]string{
			connectortest.Unregistered:           "the seeder writes no primary index, so that a table outside the register has no key",
			connectortest.OfType(compare.Binary): "binary values are not rewritten: the read-only harness has them",
		}},
		"without keys": {places: three, lacks: map[connectortest.Ability]string{connectortest.Keys: "the other harnesses have them",
			connectortest.OfType(compare.Stream): "the suite names records without a key by contents that are streams as if they were text: the other harnesses have them",
			connectortest.OfType(compare.Binary): "binary values are not rewritten: the read-only harness has them"}},
	}
	if raced { // the others, and more places, run the same code: they are left to the run without the race detector
		one := harnesses["with keys"]
		one.places = three[:1]
		one.lacks[connectortest.SeveralPlaces] = "the run without the race detector has them"
		harnesses = map[string]*harness{"with keys": one}
	}
	for name, h := range harnesses {
		t.Run(name, func(t *testing.T) {
			h.dir = t.TempDir()
			for _, c := range connectortest.Cases() {
				t.Run(c.Name, func(t *testing.T) {
					if why := cannot[c.Name]; why != "" && slices.Contains(c.Needs, connectortest.Writes) {
						t.Skip(why)
					}
					err := c.Run(context.WithoutCancel(t.Context()), h)
					if errors.Is(err, connectortest.ErrSkip) {
						t.Skip(err)
					}
					if err != nil {
						t.Fatalf("%s.\n%v", c.What, err)
					}
				})
			}
		})
	}
}
