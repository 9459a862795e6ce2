package tdsdouble

import (
	"context"
	"strings"
	"time"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

func (s *session) createView(db *database, st *tsql.CreateView) error {
	schema := st.Name.Schema
	if schema == "" {
		schema = "dbo"
	}
	if db.schemaID(schema) == nil {
		return value.Errorf(2760, 16, 1, "The specified schema name \"%s\" either does not exist or you do not have permission to use it.", schema)
	}
	old := s.srv.catalog.view(db, schema, st.Name.Name)
	if s.srv.catalog.table(db, schema, st.Name.Name) != nil || old != nil && !st.Replace {
		return value.Errorf(2714, 16, 3, "There is already an object named '%s' in the database.", st.Name.Name)
	}
	v := &userView{columns: st.Columns, query: st.Query, shape: &table{db: db.name, schema: schema, name: st.Name.Name, created: time.Now()}}
	if v.shape.id = s.srv.catalog.id(); old != nil {
		v.shape.id = old.shape.id
	}
	q, err := s.newBinder().viewQuery(v, db)
	if err != nil {
		return err
	}
	for i, c := range q.cols {
		v.shape.columns = append(v.shape.columns, &column{id: i + 1, name: c.name, typ: c.typ, nullable: c.null})
	}
	s.srv.catalog.mu.Lock()
	defer s.srv.catalog.mu.Unlock()
	db.views[tableKey(schema, st.Name.Name)] = v
	s.srv.catalog.version++
	return nil
}

// viewQuery binds the query of a view: in its own database and with its owner's rights.
func (b *binder) viewQuery(v *userView, db *database) (boundQuery, error) {
	s := b.s
	savedDB, savedSystem, savedTemps, savedPseudo, savedVars := s.db, s.system, s.temps, s.pseudo, s.vars
	s.db, s.system, s.temps, s.pseudo, s.vars = db, true, nil, nil, nil
	defer func() {
		s.db, s.system, s.temps, s.pseudo, s.vars = savedDB, savedSystem, savedTemps, savedPseudo, savedVars
	}()
	q, err := b.subquery(v.query, nil)
	if err == nil && len(v.query.Order) > 0 && v.query.Offset == nil && !hasTop(v.query) {
		err = value.Errorf(1033, 15, 1, "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table expressions, unless TOP, OFFSET or FOR XML is also specified.")
	}
	if err != nil {
		return q, err
	}
	return q, q.rename(v.columns, v.shape.name)
}

func hasTop(q *tsql.Query) bool {
	s, ok := q.Body.(*tsql.Select)
	return ok && s.Top != nil
}

// userView finds the view that a name in FROM means, nil for any other name.
func (b *binder) userView(o tsql.Object) (*userView, *database, error) {
	if strings.HasPrefix(o.Name, "#") || o.Server != "" {
		return nil, nil, nil
	}
	db, err := b.s.databaseOf(o)
	if err != nil {
		return nil, nil, err
	}
	schema := o.Schema
	if schema == "" {
		schema = "dbo"
	}
	v := b.s.srv.catalog.view(db, schema, o.Name)
	if v == nil {
		return nil, nil, nil
	}
	return v, db, b.s.allowed("SELECT", v.shape)
}

func (s *session) dropViews(ctx context.Context, st *tsql.DropView) error {
	for _, o := range st.Views {
		err := s.defining(ctx, func(db *database) error {
			schema := o.Schema
			if schema == "" {
				schema = "dbo"
			}
			if s.srv.catalog.view(db, schema, o.Name) == nil {
				if st.IfExists {
					return nil
				}
				return errLine(st.Line, 3701, 5, "Cannot drop the view '%s', because it does not exist or you do not have permission.", objectName(o))
			}
			s.srv.catalog.mu.Lock()
			defer s.srv.catalog.mu.Unlock()
			delete(db.views, tableKey(schema, o.Name))
			s.srv.catalog.version++
			return nil
		}, o)
		if err != nil {
			return err
		}
	}
	return nil
}
