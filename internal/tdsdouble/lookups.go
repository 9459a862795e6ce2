package tdsdouble

import (
	"strings"
	"time"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

const (
	serverName = "DOUBLE"
	version    = "Microsoft SQL Server 2022 (RTM) - 16.0.1000.6 (X64) \n\ttest double over SQLite, not SQL Server"
)

// now is the clock in the canonical form of a type.
func now(t value.Type) any {
	s, err := value.Stamp{Time: time.Now().UTC()}.Canonical(t)
	if err != nil {
		return nil
	}
	return s
}

func dbName(s *session, a []any) (any, error) {
	if len(a) == 0 {
		return s.db.name, nil
	}
	s.srv.catalog.mu.RLock()
	defer s.srv.catalog.mu.RUnlock()
	for _, d := range s.srv.catalog.databases {
		if int64(d.id) == a[0] {
			return d.name, nil
		}
	}
	return nil, nil
}

func dbID(s *session, a []any) (any, error) {
	if len(a) == 0 {
		return int64(s.db.id), nil
	}
	if d := s.srv.catalog.database(str(a[0])); d != nil {
		return int64(d.id), nil
	}
	return nil, nil
}

// objectOf reads a name written in a string: 'db.dbo.[table]'.
func (s *session) objectOf(name string) (tsql.Object, bool) {
	toks, err := tsql.Lex(name)
	if err != nil {
		return tsql.Object{}, false
	}
	parts := []string{""}
	for _, t := range toks {
		switch {
		case t.Class == tsql.Symbol && t.Text == ".":
			parts = append(parts, "")
		case t.Class == tsql.Word || t.Class == tsql.Quoted:
			parts[len(parts)-1] += t.Text
		case t.Class != tsql.EOF:
			return tsql.Object{}, false
		}
	}
	if len(parts) > 3 {
		return tsql.Object{}, false
	}
	parts = append(make([]string, 3-len(parts)), parts...)
	return tsql.Object{Database: parts[0], Schema: parts[1], Name: parts[2]}, true
}

// objectID answers OBJECT_ID(name [, type]); the types U, V, TR, PK, UQ, F and C are known.
func objectID(s *session, a []any) (any, error) {
	o, ok := s.objectOf(str(a[0]))
	if !ok || a[0] == nil {
		return nil, nil
	}
	kind := ""
	if len(a) == 2 {
		kind = strings.ToUpper(strings.TrimSpace(str(a[1])))
	}
	if strings.HasPrefix(o.Name, "#") {
		t := s.temps[strings.ToLower(o.Name)]
		if t == nil || !strings.EqualFold(o.Database, "tempdb") || kind != "" && kind != "U" {
			return nil, nil
		}
		return int64(t.id), nil
	}
	db, err := s.databaseOf(o)
	if err != nil {
		return nil, nil
	}
	schema := o.Schema
	if schema == "" {
		schema = "dbo"
	}
	s.srv.catalog.mu.RLock()
	defer s.srv.catalog.mu.RUnlock()
	for _, ob := range db.objects() {
		if strings.EqualFold(ob.name, o.Name) && strings.EqualFold(ob.schema, schema) && (kind == "" || kind == ob.kind) {
			return int64(ob.id), nil
		}
	}
	return nil, nil
}

// object is one row of sys.objects.
type object struct {
	id, parent   int
	schema, name string
	kind, desc   string // "U", "USER_TABLE"
	created      time.Time
}

// objects lists everything of a database that has an object id. The catalogue must be locked.
func (d *database) objects() []object {
	var out []object
	for _, t := range d.sorted() {
		out = append(out, object{t.id, 0, t.schema, t.name, "U", "USER_TABLE", t.created})
		for _, k := range t.keys {
			switch {
			case k.primary:
				out = append(out, object{k.id, t.id, t.schema, k.name, "PK", "PRIMARY_KEY_CONSTRAINT", t.created})
			case k.declared:
				out = append(out, object{k.id, t.id, t.schema, k.name, "UQ", "UNIQUE_CONSTRAINT", t.created})
			}
		}
		for _, f := range t.foreign {
			out = append(out, object{f.id, t.id, t.schema, f.name, "F", "FOREIGN_KEY_CONSTRAINT", t.created})
		}
		for _, c := range t.checks {
			out = append(out, object{c.id, t.id, t.schema, c.name, "C", "CHECK_CONSTRAINT", t.created})
		}
		for _, tr := range t.triggers {
			out = append(out, object{tr.id, t.id, t.schema, tr.name, "TR", "SQL_TRIGGER", t.created})
		}
	}
	for _, v := range d.shapes()[len(d.tables):] {
		out = append(out, object{v.id, 0, v.schema, v.name, "V", "VIEW", v.created})
	}
	return out
}

func (s *session) objectByID(a []any) (object, bool) {
	db := s.db
	s.srv.catalog.mu.RLock()
	defer s.srv.catalog.mu.RUnlock()
	if len(a) == 2 {
		for _, d := range s.srv.catalog.databases {
			if int64(d.id) == a[1] {
				db = d
			}
		}
	}
	for _, o := range db.objects() {
		if int64(o.id) == a[0] {
			return o, true
		}
	}
	return object{}, false
}

func objectNameOf(s *session, a []any) (any, error) {
	if o, ok := s.objectByID(a); ok {
		return o.name, nil
	}
	return nil, nil
}

func objectSchemaOf(s *session, a []any) (any, error) {
	if o, ok := s.objectByID(a); ok {
		return o.schema, nil
	}
	return nil, nil
}

func colName(s *session, a []any) (any, error) {
	s.srv.catalog.mu.RLock()
	defer s.srv.catalog.mu.RUnlock()
	for _, t := range s.db.shapes() {
		for _, c := range t.columns {
			if int64(t.id) == a[0] && int64(c.id) == a[1] {
				return c.name, nil
			}
		}
	}
	return nil, nil
}

func schemaName(s *session, a []any) (any, error) {
	if len(a) == 0 {
		return "dbo", nil
	}
	s.srv.catalog.mu.RLock()
	defer s.srv.catalog.mu.RUnlock()
	for i, n := range s.db.schemas {
		if int64(i+1) == a[0] {
			return n, nil
		}
	}
	return nil, nil
}

func schemaID(s *session, a []any) (any, error) {
	name := "dbo"
	if len(a) == 1 {
		name = str(a[0])
	}
	s.srv.catalog.mu.RLock()
	defer s.srv.catalog.mu.RUnlock()
	return s.db.schemaID(name), nil
}

func (d *database) schemaID(name string) any {
	for i, n := range d.schemas {
		if strings.EqualFold(n, name) {
			return int64(i + 1)
		}
	}
	return nil
}

func typeName(_ *session, a []any) (any, error) {
	for _, k := range value.Kinds() {
		if int64(k.ID()) == a[0] {
			return k.Name(), nil
		}
	}
	return nil, nil
}

func serverProperty(s *session, a []any) (any, error) {
	switch strings.ToLower(str(a[0])) {
	case "productversion":
		return "16.0.1000.6", nil
	case "productlevel":
		return "RTM", nil
	case "productmajorversion":
		return "16", nil
	case "edition":
		return "Developer Edition (64-bit)", nil
	case "engineedition":
		return int64(3), nil
	case "collation":
		return s.srv.collation, nil
	case "servername", "machinename":
		return serverName, nil
	case "isintegratedsecurityonly", "isclustered", "ishadrenabled", "issingleuser":
		return int64(0), nil
	case "instancename":
		return nil, nil
	}
	return nil, value.Unsupported("SERVERPROPERTY('%s')", a[0])
}

func databaseProperty(s *session, a []any) (any, error) {
	d := s.srv.catalog.database(str(a[0]))
	if d == nil {
		return nil, nil
	}
	switch strings.ToLower(str(a[1])) {
	case "collation":
		return d.collation, nil
	case "status":
		return "ONLINE", nil
	case "updateability":
		return "READ_WRITE", nil
	case "recovery":
		return "FULL", nil
	}
	return nil, value.Unsupported("DATABASEPROPERTYEX('%s')", a[1])
}
