package tdsdouble

import (
	"context"
	"errors"
	"strings"
	"time"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
)

func (s *session) setVariable(ctx context.Context, name string, x tsql.Expr) error {
	v, ok := s.vars[strings.ToLower(name)]
	if !ok {
		return value.Errorf(137, 15, 1, "Must declare the scalar variable \"@%s\".", name)
	}
	val, err := s.scalar(ctx, x, v.typ)
	if err == nil {
		s.vars[strings.ToLower(name)] = variable{v.typ, val}
	}
	return err
}

func (s *session) declare(ctx context.Context, st *tsql.Declare) error {
	for _, d := range st.Vars {
		t, err := value.New(d.Type.Name, d.Type.Args, s.db.collation)
		if err != nil {
			return err
		}
		if _, ok := s.vars[strings.ToLower(d.Name)]; ok {
			return value.Errorf(134, 15, 2, "The variable name '@%s' has already been declared.", d.Name)
		}
		s.vars[strings.ToLower(d.Name)] = variable{typ: t}
		if d.X != nil {
			if err := s.setVariable(ctx, d.Name, d.X); err != nil {
				return err
			}
			s.rows = 1
		}
	}
	return nil
}

func (s *session) use(name string, out sink) error {
	db := s.srv.catalog.database(name)
	if db == nil {
		return value.Errorf(911, 16, 1, "Database '%s' does not exist. Make sure that the name is entered correctly.", name)
	}
	if err := s.mayEnter(db); err != nil {
		return err
	}
	out.database(db.name, s.db.name)
	s.db = db
	return nil
}

func (s *session) transaction(ctx context.Context, st *tsql.Transaction, out sink) error {
	switch st.Verb {
	case "BEGIN":
		return s.begin(out)
	case "COMMIT":
		return s.commit(out)
	case "SAVE":
		return s.save(ctx, st.Name)
	}
	return s.rollbackTo(st.Name, out)
}

// rollbackTo undoes the transaction, or goes back to the savepoint of that name.
func (s *session) rollbackTo(name string, out sink) error {
	if s.tran == 0 {
		return value.Errorf(3903, 16, 1, "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.")
	}
	if name != "" && s.physical {
		if err := s.back(name); err == nil {
			return nil
		}
	}
	return s.rollback(out)
}

func (s *session) waitFor(ctx context.Context, st *tsql.WaitFor) error {
	v, err := s.scalar(ctx, st.Delay, value.Type{Kind: value.VarChar, Len: 40, Collation: s.db.collation})
	if err != nil {
		return err
	}
	t, err := value.Convert(v, value.Type{Kind: value.VarChar}, value.Type{Kind: value.Time, Scale: 3}, 0)
	if err != nil || t == nil {
		return value.Errorf(148, 15, 1, "Incorrect time syntax in time string '%v' used with WAITFOR.", v)
	}
	st2, err := value.ParseStamp(t.(string))
	if err != nil {
		return err
	}
	timer := time.NewTimer(st2.Time.Sub(st2.Time.Truncate(24 * time.Hour)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *session) ifStatement(ctx context.Context, st *tsql.If, out sink) error {
	b := s.newBinder()
	cond, err := b.cond(st.Cond, &scope{})
	if err != nil {
		return err
	}
	holds := false
	bit := []outCol{{typ: value.Type{Kind: value.Bit}}}
	err = s.each(ctx, b, "SELECT "+cond, bit, func(row []any) error {
		holds = row[0] == int64(1)
		return nil
	})
	s.rows = 0
	switch {
	case err != nil:
		return err
	case holds:
		return s.statements(ctx, []tsql.Statement{st.Then}, out)
	case st.Else != nil:
		return s.statements(ctx, []tsql.Statement{st.Else}, out)
	}
	return nil
}

func (s *session) tryStatement(ctx context.Context, st *tsql.Try, out sink) error {
	s.try++
	err := s.statements(ctx, st.Body, out)
	s.try--
	e := serverError(err)
	if e == nil {
		return err // none, or one that no CATCH sees
	}
	var tf triggerFailed
	if s.tran > 0 && (undoes[e.Number] || s.xactAbort || errors.As(err, &tf)) {
		s.doomed = true
	}
	s.caught = append(s.caught, e)
	defer func() { s.caught = s.caught[:len(s.caught)-1] }()
	return s.statements(ctx, st.Catch, out)
}

func (s *session) raise(ctx context.Context, st *tsql.Raise, out sink) error {
	if st.Throw && len(st.Args) == 0 {
		if len(s.caught) == 0 {
			return value.Errorf(10704, 15, 1, "To rethrow an error, a THROW statement must be used inside a CATCH block.")
		}
		return thrown{s.caught[len(s.caught)-1]}
	}
	text := value.Type{Kind: value.NVarChar, Len: 2047, Collation: s.db.collation}
	number := value.Type{Kind: value.Int}
	types := []value.Type{text, number, number}
	if st.Throw {
		types = []value.Type{number, text, number}
	}
	if len(st.Args) != 3 {
		return value.Unsupported("RAISERROR with arguments to its message")
	}
	var args [3]any
	for i, x := range st.Args {
		var err error
		if args[i], err = s.scalar(ctx, x, types[i]); err != nil {
			return err
		}
	}
	e := &value.Error{Line: int32(st.Line)}
	if st.Throw {
		n, _ := args[0].(int64)
		if n < 50000 {
			return value.Errorf(35100, 16, 10, "Error number %d in the THROW statement is outside the valid range. Specify an error number in the valid range of 50000 to 2147483647.", n)
		}
		state, _ := args[2].(int64)
		e.Number, e.Message, e.Class, e.State = int32(n), str(args[1]), 16, uint8(state)
		return thrown{e}
	}
	class, _ := args[1].(int64)
	state, _ := args[2].(int64)
	e.Number, e.Message, e.Class, e.State = 50000, str(args[0]), uint8(class), uint8(state)
	if strings.Contains(e.Message, "%") {
		return value.Unsupported("RAISERROR with a format")
	}
	if class <= 10 {
		return out.info(e)
	}
	return e
}

// execute runs the procedures that the double knows.
func (s *session) execute(ctx context.Context, st *tsql.Exec, out sink) error {
	if st.Name != "sp_executesql" {
		return value.Errorf(2812, 16, 62, "Could not find stored procedure '%s'.", st.Name)
	}
	if len(st.Args) == 0 {
		return value.Errorf(201, 16, 10, "Procedure or function 'sp_executesql' expects parameter '@statement', which was not supplied.")
	}
	text := value.Type{Kind: value.NVarChar, Len: value.Max, Collation: s.db.collation}
	query, err := s.scalar(ctx, st.Args[0].X, text)
	if err != nil {
		return err
	}
	var params []param
	if len(st.Args) > 1 {
		decl, err := s.scalar(ctx, st.Args[1].X, text)
		if err != nil {
			return err
		}
		defs, err := tsql.ParseParams(str(decl))
		if err != nil {
			return err
		}
		for i, d := range defs {
			t, err := value.New(d.Type.Name, d.Type.Args, s.db.collation)
			if err != nil {
				return err
			}
			var x tsql.Expr
			for j, a := range st.Args[2:] {
				if a.Name == "" && j == i || strings.EqualFold(a.Name, d.Name) {
					x = a.X
				}
			}
			if x == nil {
				return value.Errorf(8178, 16, 1, "The parameterized query '%s' expects the parameter '@%s', which was not supplied.", str(query), d.Name)
			}
			v, err := s.scalar(ctx, x, t)
			if err != nil {
				return err
			}
			params = append(params, param{d.Name, t, v})
		}
	}
	return s.runCall(ctx, str(query), params, out)
}
