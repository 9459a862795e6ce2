package tdsdouble

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

// define runs a statement that defines something.
func (s *session) define(ctx context.Context, st tsql.Statement) error {
	switch st := st.(type) {
	case *tsql.CreateTable:
		if strings.HasPrefix(st.Table.Name, "#") {
			return s.createTemp(ctx, st)
		}
		return s.defining(ctx, func(db *database) error { return s.createTable(ctx, db, st) }, st.Table)
	case *tsql.DropTable:
		return s.dropTables(ctx, st)
	case *tsql.Truncate:
		return s.truncate(ctx, st)
	case *tsql.CreateIndex:
		return s.createIndex(ctx, st)
	case *tsql.AlterTable:
		return s.alterTable(ctx, st)
	case *tsql.CreateTrigger:
		return s.createTrigger(ctx, st)
	case *tsql.CreateView:
		return s.defining(ctx, func(db *database) error { return s.createView(db, st) }, st.Name)
	case *tsql.DropView:
		return s.dropViews(ctx, st)
	case *tsql.CreateSchema:
		return s.defining(ctx, func(db *database) error {
			s.srv.catalog.mu.Lock()
			defer s.srv.catalog.mu.Unlock()
			if slices.ContainsFunc(db.schemas, func(n string) bool { return strings.EqualFold(n, st.Name) }) {
				return value.Errorf(2714, 16, 6, "There is already an object named '%s' in the database.", st.Name)
			}
			db.schemas = append(db.schemas, st.Name)
			return nil
		}, tsql.Object{})
	case *tsql.Grant:
		return s.grant(st)
	}
	return value.Unsupported("the statement %T", st)
}

// defining runs work on the database of an object, as one transaction, and only for who may define.
func (s *session) defining(ctx context.Context, work func(*database) error, o tsql.Object) error {
	if s.tran > 0 {
		return value.Unsupported("a definition inside a transaction")
	}
	db, err := s.databaseOf(o)
	if err != nil {
		return err
	}
	if !s.system && s.srv.denies(s.user, "ALTER", "") {
		return value.Errorf(262, 14, 1, "CREATE TABLE permission denied in database '%s'.", db.name)
	}
	end, err := s.enterWrite(ctx, false)
	if err != nil {
		return err
	}
	return end(work(db))
}

func (s *session) createTable(ctx context.Context, db *database, st *tsql.CreateTable) error {
	schema := st.Table.Schema
	if schema == "" {
		schema = "dbo"
	}
	if !slices.ContainsFunc(db.schemas, func(n string) bool { return strings.EqualFold(n, schema) }) {
		return value.Errorf(2760, 16, 1, "The specified schema name \"%s\" either does not exist or you do not have permission to use it.", schema)
	}
	if s.srv.catalog.table(db, schema, st.Table.Name) != nil || s.srv.catalog.view(db, schema, st.Table.Name) != nil {
		return value.Errorf(2714, 16, 6, "There is already an object named '%s' in the database.", st.Table.Name)
	}
	t := &table{db: db.name, schema: schema, name: st.Table.Name, temporal: st.Temporal, created: time.Now()}
	if err := s.build(ctx, db, t, st); err != nil {
		return err
	}
	s.srv.catalog.list(db, t)
	return nil
}

func (s *session) createTemp(ctx context.Context, st *tsql.CreateTable) error {
	if s.temps[strings.ToLower(st.Table.Name)] != nil {
		return value.Errorf(2714, 16, 6, "There is already an object named '%s' in the database.", st.Table.Name)
	}
	if len(st.Table.Name) > 116 {
		return value.Errorf(193, 15, 1, "The object or column name starting with '%s' is too long. The maximum length is 116 characters.", st.Table.Name)
	}
	t := &table{db: "tempdb", schema: "dbo", name: st.Table.Name, temp: true, created: time.Now()}
	if err := s.build(ctx, s.db, t, st); err != nil {
		return err
	}
	s.keepTemp(t)
	return nil
}

// keepTemp enters a new temporary table; made inside a transaction, it would outlive the rollback.
func (s *session) keepTemp(t *table) {
	name := strings.ToLower(t.name)
	s.temps[name] = t
	delete(s.spoilt, name)
	s.loose[name] = s.tran > 0
}

func (s *session) dropTemp(t *table) error {
	name := strings.ToLower(t.name)
	delete(s.temps, name)
	s.loose[name] = s.tran > 0
	return s.exec(context.Background(), "DROP TABLE IF EXISTS "+t.storage())
}

// build makes the table in SQLite and fills in its description.
func (s *session) build(ctx context.Context, db *database, t *table, st *tsql.CreateTable) error {
	t.id = s.srv.catalog.id()
	var constraints []tsql.Constraint
	for _, d := range st.Columns {
		c, err := s.describe(db, t, d)
		if err != nil {
			return err
		}
		t.columns = append(t.columns, c)
		constraints = append(constraints, d.Constraints...)
	}
	for _, k := range append(constraints, st.Constraints...) {
		if err := s.constrain(db, t, k); err != nil {
			return err
		}
	}
	return s.materialise(ctx, t)
}

// describe makes a column of its declaration.
func (s *session) describe(db *database, t *table, d tsql.ColumnDef) (*column, error) {
	if t.column(d.Name) != nil {
		return nil, value.Errorf(2705, 16, 3, "Column names in each table must be unique. Column name '%s' in table '%s' is specified more than once.", d.Name, t.name)
	}
	c := &column{id: len(t.columns) + 1, name: d.Name, nullable: true, def: d.Default, defName: d.DefaultName, persisted: d.Persisted, generated: d.Generated, masked: d.Masked, encrypted: d.Encrypted}
	if d.Computed != nil {
		b := &binder{s: s, inline: true}
		e, err := b.value(d.Computed, &scope{rels: []*relation{{table: t, sqlite: "t", cols: tableColumns(t)}}})
		if err != nil {
			return nil, err
		}
		c.typ, c.nullable, c.computed, c.computedSQL = e.typ, true, d.Computed, "("+d.ComputedSQL+")"
		return c, nil
	}
	typ, err := value.New(d.Type.Name, d.Type.Args, db.collation)
	if err != nil {
		return nil, err
	}
	if d.Collation != "" && !strings.EqualFold(d.Collation, "DATABASE_DEFAULT") {
		coll, ok := value.FindCollation(d.Collation)
		if !ok {
			return nil, value.Unsupported("the collation %s", d.Collation)
		}
		if !typ.Kind.IsText() {
			return nil, value.Errorf(447, 16, 0, "Expression type %s is invalid for COLLATE clause.", typ.Kind.Name())
		}
		typ.Collation = coll.Name
	}
	c.typ = typ
	if typ.Kind == value.Variant {
		return nil, value.Unsupported("a column of type sql_variant")
	}
	if typ.Kind == value.RowVersion {
		c.nullable, t.stamp = false, &identity{next: 2001, increment: 1}
	}
	if d.Nullable != nil {
		c.nullable = *d.Nullable
	}
	if d.Generated {
		c.nullable = false
	}
	if d.Identity != nil {
		if !typ.Kind.IsInteger() && !(typ.Kind.IsExact() && typ.Scale == 0) || typ.Kind == value.Bit {
			return nil, value.Errorf(2749, 16, 2, "Identity column '%s' must be of data type int, bigint, smallint, tinyint, or decimal or numeric with a scale of 0, unencrypted, and constrained to be nonnullable.", d.Name)
		}
		if t.identity != nil {
			return nil, value.Errorf(2744, 16, 2, "Multiple identity columns specified for table '%s'. Only one identity column per table is allowed.", t.name)
		}
		c.seed, c.nullable = d.Identity, false
		t.identity = &identity{next: d.Identity[0], increment: d.Identity[1]}
	}
	if d.Default != nil && c.defName == "" {
		c.defName = fmt.Sprintf("DF__%s__%s__%08X", clip(t.name, 9), clip(d.Name, 5), t.id*31+c.id)
	}
	return c, nil
}

func clip(s string, n int) string { return s[:min(n, len(s))] }

func (s *session) dropTables(ctx context.Context, st *tsql.DropTable) error {
	for _, o := range st.Tables {
		t, err := s.resolve(o)
		if e := serverError(err); e != nil && e.Number == 208 {
			if st.IfExists {
				continue
			}
			return errLine(st.Line, 3701, 5, "Cannot drop the table '%s', because it does not exist or you do not have permission.", objectName(o))
		}
		if err != nil {
			return err
		}
		if t.temp {
			if err := s.dropTemp(t); err != nil {
				return err
			}
			continue
		}
		err = s.defining(ctx, func(db *database) error {
			keys, holders := s.srv.catalog.referencing(db, t)
			for i := range keys {
				if holders[i].id != t.id {
					return value.Errorf(3726, 16, 1, "Could not drop object '%s' because it is referenced by a FOREIGN KEY constraint.", t.name)
				}
			}
			if err := s.exec(ctx, "DROP TABLE "+t.storage()); err != nil {
				return err
			}
			s.srv.catalog.drop(db, t)
			return nil
		}, o)
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *session) truncate(ctx context.Context, st *tsql.Truncate) error {
	t, err := s.resolve(st.Table)
	if err != nil {
		return err
	}
	if err := s.allowed("DELETE", t); err != nil {
		return err
	}
	if !t.temp {
		if keys, _ := s.srv.catalog.referencing(s.srv.catalog.database(t.db), t); len(keys) > 0 {
			return value.Errorf(4712, 16, 1, "Cannot truncate table '%s' because it is being referenced by a FOREIGN KEY constraint.", t.name)
		}
	}
	return s.write(ctx, t, func() error {
		if c := t.identityColumn(); c != nil {
			t.identity.mu.Lock()
			t.identity.next = c.seed[0]
			t.identity.mu.Unlock()
		}
		return s.exec(context.Background(), "DELETE FROM "+t.storage())
	})
}

func (s *session) createIndex(ctx context.Context, st *tsql.CreateIndex) error {
	t, err := s.resolve(st.Table)
	if err != nil {
		return err
	}
	for _, k := range t.keys {
		if strings.EqualFold(k.name, st.Name) {
			return value.Errorf(1913, 16, 1, "The operation failed because an index or statistics with name '%s' already exists on table '%s'.", st.Name, t.name)
		}
	}
	k := key{name: st.Name, columns: st.Columns, include: st.Include, unique: st.Unique, clustered: st.Clustered, filtered: st.Filter}
	if k.filtered && k.unique {
		return value.Unsupported("a filtered unique index")
	}
	if t.temp {
		t.keys = append(t.keys, k)
		return s.materialiseIndex(ctx, t, k)
	}
	return s.defining(ctx, func(db *database) error {
		if err := s.materialiseIndex(ctx, t, k); err != nil {
			return err
		}
		n := t.copy()
		n.keys = append(n.keys, k)
		s.srv.catalog.list(db, n)
		return nil
	}, st.Table)
}

func (s *session) createTrigger(ctx context.Context, st *tsql.CreateTrigger) error {
	if st.InsteadOf {
		return value.Unsupported("an INSTEAD OF trigger")
	}
	t, err := s.resolve(st.Table)
	if err != nil {
		return err
	}
	if t.temp {
		return value.Errorf(8197, 16, 4, "The object '%s' does not exist or is invalid for this operation.", t.name)
	}
	return s.defining(ctx, func(db *database) error {
		id := s.srv.catalog.id()
		n := t.copy()
		n.triggers = append(n.triggers, &trigger{id: id, name: st.Name.Name, events: st.Events, body: st.Body})
		s.srv.catalog.list(db, n)
		return nil
	}, st.Table)
}

// selectInto makes a table of a query's columns and fills it.
func (s *session) selectInto(ctx context.Context, b *binder, q boundQuery, out sink) error {
	def := &tsql.CreateTable{Table: *q.into}
	if err := q.rename(nil, q.into.Name); err != nil {
		return err
	}
	t := &table{db: s.db.name, schema: "dbo", name: q.into.Name, temp: strings.HasPrefix(q.into.Name, "#"), created: time.Now()}
	if !t.temp {
		return value.Unsupported("SELECT … INTO a permanent table")
	}
	t.db = "tempdb"
	if s.temps[strings.ToLower(def.Table.Name)] != nil {
		return value.Errorf(2714, 16, 6, "There is already an object named '%s' in the database.", t.name)
	}
	for i, c := range q.cols {
		if c.typ.Kind == value.Null {
			c.typ = value.Type{Kind: value.Int}
		}
		t.columns = append(t.columns, &column{id: i + 1, name: c.name, typ: c.typ, nullable: c.null})
		if c.identity {
			seed := *c.col.seed
			t.columns[i].seed, t.identity = &seed, &identity{next: seed[0], increment: seed[1]}
		}
	}
	t.id = s.srv.catalog.id()
	if err := s.materialise(ctx, t); err != nil {
		return err
	}
	s.keepTemp(t)
	return s.write(ctx, t, func() error {
		var changes []change
		err := s.each(ctx, b, q.sql, q.cols, func(row []any) error {
			changes = append(changes, change{new: row})
			for i, c := range t.columns {
				if v, ok := row[i].(int64); ok && c.seed != nil {
					t.identity.saw(v)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		return s.finishWrite(ctx, "INSERT", t, changes, nil, nil, out)
	})
}
