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

// nullsIndex ends the name of the second index of a unique key over nullable columns: in SQL Server two NULLs
// are duplicates.
const nullsIndex = " nulls"

func (t *table) indexName(key string) string { return t.db + "." + t.schema + "." + t.name + "." + key }

// define runs a statement that defines something.
func (s *session) define(ctx context.Context, st tsql.Statement, out sink) error {
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
	if s.srv.catalog.table(db, schema, st.Table.Name) != nil {
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
	s.temps[strings.ToLower(t.name)] = t
	return nil
}

// build makes the table in SQLite and fills in its description.
func (s *session) build(ctx context.Context, db *database, t *table, st *tsql.CreateTable) error {
	s.srv.catalog.mu.Lock()
	t.id = 100000 + s.srv.catalog.id()
	s.srv.catalog.mu.Unlock()
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
	c := &column{id: len(t.columns) + 1, name: d.Name, nullable: true, def: d.Default, defName: d.DefaultName, persisted: d.Persisted, generated: d.Generated}
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

// constrain enters a constraint in the description of a table.
func (s *session) constrain(db *database, t *table, k tsql.Constraint) error {
	s.srv.catalog.mu.Lock()
	id := 100000 + s.srv.catalog.id()
	s.srv.catalog.mu.Unlock()
	name := func(prefix string) string {
		if k.Name != "" {
			return k.Name
		}
		return fmt.Sprintf("%s__%s__%016X", prefix, clip(t.name, 8), id)
	}
	for _, c := range k.Columns {
		if t.column(c.Name) == nil {
			return value.Errorf(1911, 16, 1, "Column name '%s' does not exist in the target table or view.", c.Name)
		}
	}
	switch k.Kind {
	case "PRIMARY KEY", "UNIQUE":
		primary := k.Kind == "PRIMARY KEY"
		prefix := "UQ"
		if primary {
			prefix = "PK"
			for _, c := range k.Columns {
				t.column(c.Name).nullable = false
			}
		}
		t.keys = append(t.keys, key{id: id, name: name(prefix), columns: k.Columns, primary: primary, unique: true, declared: true, clustered: primary})
	case "CHECK":
		t.checks = append(t.checks, check{id: id, name: name("CK"), x: k.Check})
	case "FOREIGN KEY":
		if t.temp {
			return nil // the server skips them too, with a message
		}
		ref := t
		if !strings.EqualFold(k.Ref.Name, t.name) || k.Ref.Schema != "" && !strings.EqualFold(k.Ref.Schema, t.schema) {
			schema := k.Ref.Schema
			if schema == "" {
				schema = "dbo"
			}
			if ref = s.srv.catalog.table(db, schema, k.Ref.Name); ref == nil {
				return value.Errorf(1767, 16, 0, "Foreign key '%s' references invalid table '%s'.", name("FK"), objectName(k.Ref))
			}
		}
		f := foreignKey{id: id, name: name("FK"), ref: ref, refCols: k.RefCols, onDelete: k.OnDelete, onUpdate: k.OnUpdate}
		for _, c := range k.Columns {
			f.columns = append(f.columns, t.column(c.Name).name)
		}
		return s.finishForeignKey(t, f)
	}
	return nil
}

func (s *session) finishForeignKey(t *table, f foreignKey) error {
	if f.refCols == nil {
		for _, k := range f.ref.keys {
			if k.primary {
				for _, c := range k.columns {
					f.refCols = append(f.refCols, c.Name)
				}
			}
		}
	}
	match := slices.ContainsFunc(f.ref.keys, func(k key) bool {
		if !k.unique || k.filtered || len(k.columns) != len(f.refCols) {
			return false
		}
		for i, c := range k.columns {
			if !strings.EqualFold(c.Name, f.refCols[i]) {
				return false
			}
		}
		return true
	})
	if !match || len(f.refCols) != len(f.columns) {
		return value.Errorf(1776, 16, 0, "There are no primary or candidate keys in the referenced table '%s' that match the referencing column list in the foreign key '%s'.", f.ref.name, f.name)
	}
	for i, c := range f.columns {
		from, to := t.column(c), f.ref.column(f.refCols[i])
		if from.typ.Kind != to.typ.Kind || from.typ.Len != to.typ.Len || from.typ.Scale != to.typ.Scale {
			return value.Errorf(1778, 16, 0, "Column '%s.%s' is not the same data type as referencing column '%s.%s' in foreign key '%s'.", f.ref.name, to.name, t.name, from.name, f.name)
		}
		if (f.onDelete == "SET NULL" || f.onUpdate == "SET NULL") && !from.nullable {
			return value.Errorf(1761, 16, 0, "Cannot create the foreign key \"%s\" with the SET NULL referential action, because one or more referencing columns are not nullable.", f.name)
		}
	}
	t.foreign = append(t.foreign, f)
	return nil
}

// columnDecl is the column in SQLite's terms, without constraints.
func columnDecl(c *column) string {
	decl := quote(c.name) + " " + c.typ.Affinity()
	if coll := c.typ.Collate(); coll != "" {
		decl += " COLLATE " + quote(coll)
	}
	return decl
}

// materialise makes the SQLite table and its indexes from the description.
func (s *session) materialise(ctx context.Context, t *table) error {
	defs := []string{quote(ridColumn) + " INTEGER PRIMARY KEY"}
	rel := &relation{table: t, object: tsql.Object{Name: t.name}, sqlite: strings.TrimSuffix(bareAlias, "."), cols: tableColumns(t)}
	b := &binder{s: s, inline: true}
	for _, c := range t.columns {
		d := columnDecl(c)
		if c.computed != nil {
			e, err := b.value(c.computed, &scope{rels: []*relation{rel}})
			if err != nil {
				return err
			}
			d += " GENERATED ALWAYS AS (" + strings.ReplaceAll(e.sql, bareAlias, "") + ") STORED"
		} else if !c.nullable {
			d += " NOT NULL"
		}
		defs = append(defs, d)
	}
	for _, k := range t.checks {
		cond, err := b.cond(k.x, &scope{rels: []*relation{rel}})
		if err != nil {
			return err
		}
		defs = append(defs, "CONSTRAINT "+quote(k.name)+" CHECK ("+strings.ReplaceAll(cond, bareAlias, "")+")")
	}
	for _, f := range t.foreign {
		cols, refs := make([]string, len(f.columns)), make([]string, len(f.columns))
		for i := range f.columns {
			cols[i], refs[i] = quote(f.columns[i]), quote(f.refCols[i])
		}
		defs = append(defs, fmt.Sprintf("FOREIGN KEY (%s) REFERENCES %s (%s) ON DELETE %s ON UPDATE %s",
			strings.Join(cols, ", "), strings.TrimPrefix(f.ref.storage(), "main."), strings.Join(refs, ", "), f.onDelete, f.onUpdate))
	}
	if err := s.exec(ctx, "CREATE TABLE "+t.storage()+" ("+strings.Join(defs, ", ")+")"); err != nil {
		return err
	}
	for _, k := range t.keys {
		if err := s.materialiseIndex(ctx, t, k); err != nil {
			return err
		}
	}
	return nil
}

// bareAlias is how a column of a definition is written before its table has an alias.
const bareAlias = `"tds self".`

func (s *session) materialiseIndex(ctx context.Context, t *table, k key) error {
	if k.filtered {
		return nil // remembered for the catalogue; it serves no look-up here
	}
	schema, on := "main.", strings.TrimPrefix(t.storage(), "main.")
	if t.temp {
		schema, on = "temp.", strings.TrimPrefix(t.storage(), "temp.")
	}
	var cols, nulls []string
	for _, c := range k.columns {
		col := t.column(c.Name)
		if col == nil {
			return value.Errorf(1911, 16, 1, "Column name '%s' does not exist in the target table or view.", c.Name)
		}
		if col.typ.Kind.IsLegacy() || col.typ.Len == value.Max {
			return value.Errorf(1919, 16, 1, "Column '%s' in table '%s' is of a type that is invalid for use as a key column in an index.", col.name, t.name)
		}
		dir := ""
		if c.Desc {
			dir = " DESC"
		}
		cols = append(cols, quote(col.name)+dir)
		e := "ifnull(" + quote(col.name) + ", x'00')"
		if coll := col.typ.Collate(); coll != "" {
			e += " COLLATE " + quote(coll)
		}
		if col.nullable {
			nulls = append(nulls, e)
		}
	}
	unique := ""
	if k.unique {
		unique = "UNIQUE "
	}
	if err := s.exec(ctx, "CREATE "+unique+"INDEX "+schema+quote(t.indexName(k.name))+" ON "+on+" ("+strings.Join(cols, ", ")+")"); err != nil {
		return s.violation(ctx, err, "CREATE INDEX", t, nil)
	}
	if !k.unique || nulls == nil {
		return nil
	}
	all := nulls
	for _, c := range k.columns {
		if col := t.column(c.Name); !col.nullable {
			all = append(all, quote(col.name))
		}
	}
	err := s.exec(ctx, "CREATE UNIQUE INDEX "+schema+quote(t.indexName(k.name)+nullsIndex)+" ON "+on+" ("+strings.Join(all, ", ")+")")
	return s.violation(ctx, err, "CREATE INDEX", t, nil)
}

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
			if err := s.exec(ctx, "DROP TABLE "+t.storage()); err != nil {
				return err
			}
			delete(s.temps, strings.ToLower(t.name))
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

// copy makes a description to alter; what counts on is shared.
func (t *table) copy() *table {
	n := *t
	n.columns, n.keys, n.foreign = slices.Clone(t.columns), slices.Clone(t.keys), slices.Clone(t.foreign)
	n.checks, n.triggers = slices.Clone(t.checks), slices.Clone(t.triggers)
	return &n
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
		s.srv.catalog.mu.Lock()
		id := 100000 + s.srv.catalog.id()
		s.srv.catalog.mu.Unlock()
		n := t.copy()
		n.triggers = append(n.triggers, &trigger{id: id, name: st.Name.Name, events: st.Events, body: st.Body})
		s.srv.catalog.list(db, n)
		return nil
	}, st.Table)
}

// alterTable changes a description and moves the rows into a table made after it.
func (s *session) alterTable(ctx context.Context, st *tsql.AlterTable) error {
	t, err := s.resolve(st.Table)
	if err != nil {
		return err
	}
	if t.temp {
		return value.Unsupported("ALTER TABLE of a temporary table")
	}
	return s.defining(ctx, func(db *database) error {
		n := t.copy()
		switch {
		case st.Trigger != "":
			for i, tr := range n.triggers {
				if strings.EqualFold(tr.name, st.Trigger) {
					c := *tr
					c.disabled = !st.Enable
					n.triggers[i] = &c
				}
			}
			s.srv.catalog.list(db, n)
			return nil
		case st.ChangeTracking != nil:
			n.tracked = *st.ChangeTracking
			s.srv.catalog.list(db, n)
			return nil
		}
		if err := s.redescribe(db, n, st); err != nil {
			return err
		}
		if err := s.rebuild(ctx, t, n); err != nil {
			return err
		}
		s.srv.catalog.list(db, n)
		return nil
	}, st.Table)
}

func (s *session) redescribe(db *database, n *table, st *tsql.AlterTable) error {
	for _, d := range st.Columns {
		c, err := s.describe(db, n, d)
		if err != nil {
			return err
		}
		if !c.nullable && c.def == nil && c.seed == nil {
			return value.Errorf(4901, 16, 1, "ALTER TABLE only allows columns to be added that can contain nulls, or have a DEFAULT definition specified. Column '%s' cannot be added.", c.name)
		}
		if c.seed != nil {
			return value.Unsupported("adding an identity column")
		}
		n.columns = append(n.columns, c)
		for _, k := range d.Constraints {
			if err := s.constrain(db, n, k); err != nil {
				return err
			}
		}
	}
	for _, k := range st.Constraints {
		if err := s.constrain(db, n, k); err != nil {
			return err
		}
	}
	for _, name := range st.DropColumns {
		i := slices.IndexFunc(n.columns, func(c *column) bool { return strings.EqualFold(c.name, name) })
		if i < 0 {
			return value.Errorf(4924, 16, 1, "ALTER TABLE DROP COLUMN failed because column '%s' does not exist in table '%s'.", name, n.name)
		}
		n.columns = slices.Delete(n.columns, i, i+1)
	}
	for _, name := range st.DropNames {
		before := len(n.keys) + len(n.foreign) + len(n.checks)
		n.keys = slices.DeleteFunc(n.keys, func(k key) bool { return strings.EqualFold(k.name, name) })
		n.foreign = slices.DeleteFunc(n.foreign, func(k foreignKey) bool { return strings.EqualFold(k.name, name) })
		n.checks = slices.DeleteFunc(n.checks, func(k check) bool { return strings.EqualFold(k.name, name) })
		if before == len(n.keys)+len(n.foreign)+len(n.checks) {
			return value.Errorf(3728, 16, 1, "'%s' is not a constraint.", name)
		}
	}
	return nil
}

// rebuild copies the rows of one description into another of the same name.
func (s *session) rebuild(ctx context.Context, from, to *table) error {
	holders, _ := s.srv.catalog.referencing(s.srv.catalog.database(from.db), from)
	if len(holders) > 0 {
		return value.Unsupported("ALTER TABLE of a table that foreign keys reference")
	}
	old := quote("tds old " + from.fullName())
	for _, q := range []string{"ALTER TABLE " + from.storage() + " RENAME TO " + old} {
		if err := s.exec(ctx, q); err != nil {
			return err
		}
	}
	for _, k := range from.keys {
		for _, suffix := range []string{"", nullsIndex} {
			if err := s.exec(ctx, "DROP INDEX IF EXISTS "+quote(from.indexName(k.name)+suffix)); err != nil {
				return err
			}
		}
	}
	if err := s.materialise(ctx, to); err != nil {
		return err
	}
	names, list := []string{quote(ridColumn)}, []string{quote(ridColumn)}
	for _, c := range to.columns {
		switch {
		case c.computed != nil:
			continue
		case from.column(c.name) != nil:
			list = append(list, quote(c.name))
		case c.def != nil && !c.nullable:
			v, err := s.scalar(ctx, c.def, c.typ)
			if err != nil {
				return err
			}
			list = append(list, inlineValue(v))
		default:
			list = append(list, "NULL")
		}
		names = append(names, quote(c.name))
	}
	if err := s.exec(ctx, "INSERT INTO "+to.storage()+" ("+strings.Join(names, ", ")+") SELECT "+strings.Join(list, ", ")+" FROM main."+old); err != nil {
		return s.violation(ctx, err, "ALTER TABLE", to, nil)
	}
	return s.exec(ctx, "DROP TABLE main."+old)
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
	s.srv.catalog.mu.Lock()
	t.id = 100000 + s.srv.catalog.id()
	s.srv.catalog.mu.Unlock()
	if err := s.materialise(ctx, t); err != nil {
		return err
	}
	s.temps[strings.ToLower(t.name)] = t
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
