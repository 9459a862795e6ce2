package act

import (
	"context"
	"errors"
	"slices"
	"testing"

	"dossier/connectors"
)

// ruled is a system with a rule of its own about the values of fields.
type ruled struct {
	connectors.Connector
	asked []string
	try   func(field string, v connectors.Value) (string, error)
}

func (r *ruled) Try(_ context.Context, in connectors.Ref, field string, v connectors.Value) (string, error) {
	r.asked = append(r.asked, in.Entity+" "+field+" "+v.String())
	return r.try(field, v)
}

// What a rule of the system forbids is not planned; each value is asked about once.
func TestRulesOfTheSystem(t *testing.T) {
	away := errors.New("the connection is lost")
	for _, c := range []struct {
		name    string
		try     func(field string, v connectors.Value) (string, error)
		asked   []string
		refused int // records
		err     error
	}{
		{"allowed", func(string, connectors.Value) (string, error) { return "", nil }, []string{"people locked true"}, 0, nil},
		{"forbidden", func(string, connectors.Value) (string, error) { return "never (locked = 0)", nil }, []string{"people locked true"}, 2, nil},
		{"not to be asked", func(string, connectors.Value) (string, error) { return "", away }, []string{"people locked true"}, 0, away},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := newVault(t)
			p := e.planner(Restrict)
			system := &ruled{Connector: p.targets[0].Conn, try: c.try}
			p.targets[0].Conn = system
			var items []Item
			for _, id := range []string{"1", "2"} {
				r, _ := e.record("s", "a", "people", id)
				items = append(items, Item{Record: r})
			}
			lines, err := collect(p.Lines(t.Context(), seq(items)))
			if !slices.Equal(system.asked, c.asked) {
				t.Errorf("it was asked about %q", system.asked)
			}
			refusal, refused := errors.AsType[*Refusal](err)
			switch {
			case c.err != nil:
				if !errors.Is(err, c.err) {
					t.Error(err)
				}
			case c.refused > 0:
				if !refused || len(refusal.Problems) != 1 || refusal.Problems[0].Records != c.refused || refusal.Problems[0].Field != "locked" {
					t.Error(err)
				}
			case err != nil || len(lines) != 2:
				t.Error(lines, err)
			}
		})
	}
}
