package sqldb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
	"dossier/connectors/connectortest"
	"dossier/internal/secret"
)

// suitePrefix starts the name of every table that the conformance suite makes: it drops no other.
const suitePrefix = "dossiertest_"

// Harness joins the database that a connector is open on to the conformance suite. It makes and drops tables
// whose names start with dossiertest_ and needs an account, the one that writes, that may do so. It needs
// a scratch database: never run it where people's records are. Close it.
type Harness struct {
	like   *system // how the database is reached
	ddl    definer
	doors  []link // the back door to each place
	data   connectortest.Dataset
	limits connectortest.Limits
}

// definer is how a kind of database defines and fills the suite's tables: the harness's own way, not the connector's.
type definer struct {
	types    func(f connectortest.Field, key bool) string
	identity string                                            // of a column that the system chooses
	advance  string                                            // makes it go on behind the highest value
	dump     func(f connectortest.Field, quoted string) string // the expression that gives canonical text, but for trailing zeros of fractions
	value    func(f connectortest.Field, v string) any         // a value as it is inserted
	tables   string                                            // lists the suite's tables
	before   []string                                          // lifts foreign keys while tables are dropped
	after    []string
	cascade  string                         // behind DROP TABLE
	lock     func(tables []string) []string // keeps the tables from being read
	unlock   string
	lacks    map[connectortest.Ability]string
}

// NewHarness returns the harness for the system that the connector, of a kind of this package, is open on.
func NewHarness(ctx context.Context, c connectors.Connector) (*Harness, error) {
	s, ok := c.(*system)
	if !ok {
		return nil, errors.New("the suite for databases was given a connector of another kind")
	}
	h := &Harness{like: s, ddl: definers[s.reg.Kind.Name]}
	h.limits = connectortest.Limits{System: s.reg.ID, Lacks: map[connectortest.Ability]string{
		connectortest.NoKeys: "tables of the register name their key"}}
	for a, why := range h.ddl.lacks {
		h.limits.Lacks[a] = why
	}
	for _, p := range s.places {
		h.limits.Places = append(h.limits.Places, p.name)
		door, err := s.d.connect(ctx, p, true)
		if err != nil {
			return nil, errors.Join(s.explain(err), h.Close())
		}
		h.doors = append(h.doors, door)
	}
	if len(h.limits.Places) < 3 {
		h.limits.Lacks[connectortest.SeveralPlaces] = "the scratch system has fewer than three databases"
		h.limits.Lacks[connectortest.LostPlace] = "the scratch system has fewer than three databases"
	}
	for _, a := range []account{s.read, s.write} {
		if p := a.password.Reveal(); p != "" {
			h.limits.Secrets = append(h.limits.Secrets, p)
		}
	}
	h.limits.Secrets = append(h.limits.Secrets, wrongPassword)
	if s.tls != nil && s.tls.Mode != "off" || s.tls == nil && !s.to.local() {
		h.limits.Lacks[connectortest.LostReply] = "the connection is encrypted, so that nobody between can tell a commit"
		if h.ddl.lock == nil {
			h.limits.Lacks[connectortest.Stalled] = "the connection is encrypted, so that nobody between can tell a query"
		}
	}
	return h, nil
}

// Tested returns what the register's key tested must say once the suite has passed: "" for kinds that need
// no such key.
func (h *Harness) Tested() string {
	if d, ok := h.like.d.(*sqlServer); ok {
		return Tested(d.version, connectortest.Version)
	}
	return ""
}

const wrongPassword = "wrong-Xq7#z"

// Close drops nothing: Clean does.
func (h *Harness) Close() error {
	for _, door := range h.doors {
		door.close()
	}
	return nil
}

// Limits implements connectortest.Harness.
func (h *Harness) Limits() connectortest.Limits { return h.limits }

// Clean drops every table that the suite made.
func (h *Harness) Clean(ctx context.Context) error {
	for _, door := range h.doors {
		if err := h.drop(ctx, door); err != nil {
			return h.like.explain(err)
		}
	}
	return nil
}

func (h *Harness) drop(ctx context.Context, door link) error {
	tables, err := h.tables(ctx, door)
	if err != nil {
		return err
	}
	statements := slices.Clone(h.ddl.before)
	for _, t := range tables {
		statements = append(statements, "DROP TABLE "+h.like.d.quote(t)+h.ddl.cascade)
	}
	for _, text := range append(statements, h.ddl.after...) {
		if _, err := door.exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

func (h *Harness) tables(ctx context.Context, door link) ([]string, error) {
	var names []string
	err := door.query(ctx, h.ddl.tables, nil, func(scan func(...any) error) error {
		var name string
		err := scan(&name)
		if strings.HasPrefix(name, suitePrefix) {
			names = append(names, name)
		}
		return err
	})
	return names, err
}

// Seed implements connectortest.Harness.
func (h *Harness) Seed(ctx context.Context, data connectortest.Dataset) error {
	ctx = context.WithoutCancel(ctx)
	h.data = data
	for i, door := range h.doors {
		if err := h.fill(ctx, door, h.limits.Places[i]); err != nil {
			return h.like.explain(err)
		}
	}
	return nil
}

func (h *Harness) fill(ctx context.Context, door link, place string) error {
	if err := h.drop(ctx, door); err != nil {
		return err
	}
	for i := range h.data.Entities {
		e := &h.data.Entities[i]
		for _, text := range h.define(e) {
			if _, err := door.exec(ctx, text); err != nil {
				return fmt.Errorf("%s: %w", e.Name, err)
			}
		}
		if err := h.insert(ctx, door, e, e.In(place)); err != nil {
			return fmt.Errorf("%s: %w", e.Name, err)
		}
		for _, f := range e.Fields {
			if f.New && h.ddl.advance != "" {
				if _, err := door.exec(ctx, fmt.Sprintf(h.ddl.advance, e.Name, f.Name)); err != nil {
					return fmt.Errorf("%s: %w", e.Name, err)
				}
			}
		}
	}
	return nil
}

// define returns the statements that make a table and its indexes.
func (h *Harness) define(e *connectortest.Entity) []string {
	quote := h.like.d.quote
	var parts []string
	for _, f := range e.Fields {
		isKey := slices.Contains(e.Key, f.Name)
		column := quote(f.Name) + " " + h.ddl.types(f, isKey)
		switch {
		case f.New:
			column = quote(f.Name) + " " + h.ddl.identity
		case f.Required || isKey:
			column += " NOT NULL"
		default:
			column += " NULL"
		}
		parts = append(parts, column)
	}
	if len(e.Key) > 0 && !(h.like.reg.Kind.Name == "sqlite" && e.Fields[0].New) {
		parts = append(parts, "PRIMARY KEY ("+h.quoted(e.Key)+")")
	}
	if e.Parent != nil {
		for child, parent := range e.Parent.On {
			key := "FOREIGN KEY (" + quote(child) + ") REFERENCES " + quote(e.Parent.Entity) + " (" + quote(parent) + ")"
			if e.Parent.Cascade {
				key += " ON DELETE CASCADE"
			}
			parts = append(parts, key)
		}
	}
	out := []string{"CREATE TABLE " + quote(e.Name) + " (" + strings.Join(parts, ", ") + ")"}
	for i, f := range e.Fields {
		if f.Indexed {
			out = append(out, fmt.Sprintf("CREATE INDEX %s ON %s (%s)", quote(fmt.Sprintf("%s_%d", e.Name, i)), quote(e.Name), quote(f.Name)))
		}
	}
	return out
}

func (h *Harness) quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = h.like.d.quote(n)
	}
	return strings.Join(out, ", ")
}

// insert writes the rows, many in one statement.
func (h *Harness) insert(ctx context.Context, door link, e *connectortest.Entity, rows []connectortest.Row) error {
	for chunk := range slices.Chunk(rows, max(1, 1000/len(e.Fields))) {
		st := &statement{d: h.like.d}
		st.WriteString("INSERT INTO " + h.like.d.quote(e.Name) + " (" + h.quoted(e.Names()) + ") VALUES ")
		for i, row := range chunk {
			if i > 0 {
				st.WriteString(", ")
			}
			for j, v := range row.Cells {
				st.WriteString(map[bool]string{true: "(", false: ","}[j == 0])
				if v.IsNull() {
					st.WriteString("NULL")
				} else {
					st.arg(h.ddl.value(e.Fields[j], v.String()))
				}
			}
			st.WriteString(")")
		}
		text := st.String()
		if h.like.reg.Kind.Name == "mssql" && slices.ContainsFunc(e.Fields, func(f connectortest.Field) bool { return f.New }) {
			table := h.like.d.quote(e.Name)
			text = "SET IDENTITY_INSERT " + table + " ON; " + text + "; SET IDENTITY_INSERT " + table + " OFF"
		}
		if _, err := door.exec(ctx, text, st.args...); err != nil {
			return err
		}
	}
	return nil
}

// Dump implements connectortest.Harness. Rest lists the tables of every place, and the checksums of files.
func (h *Harness) Dump(ctx context.Context) (connectortest.Snapshot, error) {
	ctx = context.WithoutCancel(ctx)
	snapshot := connectortest.Snapshot{Rows: map[string][]connectortest.Row{}}
	for i, door := range h.doors {
		if err := h.dump(ctx, door, h.like.places[i], &snapshot); err != nil {
			return snapshot, h.like.explain(err)
		}
	}
	return snapshot, nil
}

func (h *Harness) dump(ctx context.Context, door link, p *place, into *connectortest.Snapshot) error {
	tables, err := h.tables(ctx, door)
	if err != nil {
		return err
	}
	slices.Sort(tables)
	into.Rest += p.name + ": " + strings.Join(tables, " ") + "\n"
	if p.file != "" {
		content, err := os.ReadFile(p.file)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(content)
		into.Rest += p.name + ": " + hex.EncodeToString(sum[:]) + "\n"
	}
	for j := range h.data.Entities {
		e := &h.data.Entities[j]
		rows, err := h.rows(ctx, door, e, p.name)
		if err != nil {
			return err
		}
		into.Rows[e.Name] = append(into.Rows[e.Name], rows...)
	}
	return nil
}

func (h *Harness) rows(ctx context.Context, door link, e *connectortest.Entity, place string) ([]connectortest.Row, error) {
	columns := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		columns[i] = h.ddl.dump(f, h.like.d.quote(f.Name))
	}
	var out []connectortest.Row
	text := "SELECT " + strings.Join(columns, ", ") + " FROM " + h.like.d.quote(e.Name)
	err := door.query(ctx, text, nil, func(scan func(...any) error) error {
		values := make([]any, len(columns))
		dest := make([]any, len(columns))
		for i := range values {
			dest[i] = &values[i]
		}
		if err := scan(dest...); err != nil {
			return err
		}
		cells := make([]connectors.Value, len(values))
		for i, v := range values {
			if v != nil {
				cells[i] = connectors.Text(dumped(e.Fields[i], v))
			}
		}
		out = append(out, connectortest.Row{Place: place, Cells: cells})
		return nil
	})
	return out, err
}

// dumped returns what a driver gave for a dump expression as canonical text.
func dumped(f connectortest.Field, v any) string {
	b, err := appendText(nil, v)
	if err != nil {
		return err.Error()
	}
	switch f.Type {
	case compare.Clock, compare.DateTime:
		b = trimFraction(b)
	case compare.Instant:
		b = append(trimFraction(b), 'Z')
	case compare.GUID:
		return strings.ToLower(string(b))
	case compare.Boolean:
		return map[string]string{"1": "true", "0": "false"}[string(b)]
	}
	return string(b)
}

// Open implements connectortest.Harness.
func (h *Harness) Open(ctx context.Context, fault connectortest.Fault) (connectors.Connector, error) {
	var between *proxy
	var err error
	undo := func() error { return nil }
	switch {
	case fault == connectortest.Stalled && h.ddl.lock != nil:
		undo, err = h.lock(ctx)
	case fault == connectortest.CutOff, fault == connectortest.LostReply, fault == connectortest.Stalled:
		network, server := h.like.d.network()
		if between, err = newProxy(network, server, fault); err == nil {
			undo = between.close
		}
	}
	if err != nil {
		return nil, h.like.explain(err)
	}
	kind := h.like.reg.Kind
	kind.Setup = func(reg *connectors.System) (connectors.Open, error) {
		return func(ctx context.Context) (connectors.Connector, error) {
			s := h.like.again(reg)
			if between != nil {
				if s.tls == nil && !s.to.local() {
					s.tls = &tlsKeys{Name: s.to.host}
				}
				s.to = between.address(s.to)
			}
			switch fault {
			case connectortest.WrongSecret:
				s.read.password, s.write.password = secret.New(wrongPassword), secret.New(wrongPassword)
			case connectortest.LostPlace:
				s.make = making(s.make, faulty{lost: h.limits.Places[len(h.limits.Places)-1]})
			case connectortest.NoWrites:
				s.make = making(s.make, faulty{noWrites: true})
			}
			return s.connect(ctx)
		}, nil
	}
	c, err := h.data.Open(ctx, kind, h.limits.System, h.like.reg.Dir, "")
	if err != nil {
		return nil, errors.Join(err, undo())
	}
	return connectortest.OnClose(c, func() { _ = undo() }), nil
}

// making returns a maker of the dialect with a fault.
func making(normal func(*system) (dialect, error), f faulty) func(*system) (dialect, error) {
	return func(s *system) (dialect, error) {
		var err error
		f.dialect, err = normal(s)
		return f, err
	}
}
