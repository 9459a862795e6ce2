package tdsdouble

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
	"dossier/internal/tdsdouble/wire"
)

// param is an argument of sp_executesql.
type param struct {
	name string
	typ  value.Type
	val  any
}

// errStopped ends a batch whose error was already reported.
var errStopped = errors.New("batch stopped")

// lost is an error of the connection: nobody is left to report to.
type lost struct{ error }

// thrown is an error of THROW, after which the batch never goes on.
type thrown struct{ err *value.Error }

func (t thrown) Error() string { return t.err.Error() }
func (t thrown) Unwrap() error { return t.err }

// run runs a batch. Errors of the server go to the sink; the error returned is one of the connection, or the
// context's when the batch was cut off.
func (s *session) run(ctx context.Context, text string, out sink) error {
	return s.batch(ctx, text, nil, out)
}

// runCall runs the text of sp_executesql in a scope of its own: what it sets with SET and USE and the
// temporary tables it makes end with it.
func (s *session) runCall(ctx context.Context, text string, params []param, out sink) error {
	options, db, temps, before := s.options, s.db, maps.Clone(s.temps), s.tran
	err := s.batch(ctx, text, params, out)
	s.options = options
	if s.db != db {
		out.database(db.name, s.db.name)
		s.db = db
	}
	for name, t := range s.temps {
		if temps[name] == nil {
			delete(s.temps, name)
			if e := s.exec(context.Background(), "DROP TABLE IF EXISTS "+t.storage()); e != nil && err == nil {
				err = e
			}
		}
	}
	if err == nil && before != s.tran {
		return out.fail(value.Errorf(266, 16, 2, "Transaction count after EXECUTE indicates a mismatching number of BEGIN and COMMIT statements. Previous count = %d, current count = %d.", before, s.tran))
	}
	return err
}

func (s *session) batch(ctx context.Context, text string, params []param, out sink) error {
	saved := s.vars
	s.vars = map[string]variable{}
	defer func() { s.vars = saved }()
	for _, p := range params {
		s.vars[strings.ToLower(p.name)] = variable{p.typ, p.val}
	}
	if s.depth == 0 && s.try == 0 {
		s.asks = nil
	}
	stmts, err := tsql.Parse(text)
	if err == nil {
		err = s.statements(ctx, stmts, out)
	} else if s.try == 0 {
		e := translate(err)
		s.lastErr = e.Number
		return out.fail(e)
	}
	if errors.Is(err, errStopped) {
		return nil
	}
	return err
}

// statements runs one after the other. Inside TRY the first error comes back; outside it is reported and
// either ends the batch or not, by its number.
func (s *session) statements(ctx context.Context, list []tsql.Statement, out sink) error {
	for _, st := range list {
		if ctx.Err() != nil {
			return s.interrupted(ctx, out)
		}
		err := s.statement(ctx, st, out)
		var gone lost
		switch {
		case err == nil:
			s.lastErr = 0
			continue
		case errors.Is(err, errStopped), errors.As(err, &gone):
			return err
		case ctx.Err() != nil:
			return s.interrupted(ctx, out)
		}
		e := s.translate(err)
		if e.Line <= 1 {
			e.Line = int32(st.At().Line)
		}
		s.lastErr = e.Number
		if s.try > 0 && !isDouble(e) {
			return err
		}
		if err := s.report(err, e, out); err != nil {
			return err
		}
	}
	return nil
}

// isDouble tells an error of the double itself, which no CATCH may hide.
func isDouble(e *value.Error) bool { return strings.HasPrefix(e.Message, "double:") }

// report sends an error, undoes the transaction where the server would, and returns errStopped when the
// batch ends.
func (s *session) report(cause error, e *value.Error, out sink) error {
	if err := out.fail(e); err != nil {
		return err
	}
	var th thrown
	if undoes[e.Number] || s.xactAbort && e.Number != 3902 && e.Number != 3903 {
		if err := s.rollback(out); err != nil {
			return err
		}
		return errStopped
	}
	if !continues[e.Number] || isDouble(e) || errors.As(cause, &th) {
		return errStopped
	}
	return nil
}

// undoes lists the errors after which the server rolls the transaction back, whatever XACT_ABORT says.
var undoes = map[int32]bool{241: true, 242: true, 244: true, 245: true, 248: true, 295: true, 1205: true, 3960: true, 8114: true, 8169: true}

// continues lists the errors that end their statement alone. Every other one ends the batch.
var continues = map[int32]bool{
	220: true, 229: true, 266: true, 512: true, 515: true, 544: true, 547: true, 628: true, 1222: true, 2601: true, 2627: true, 2628: true,
	3902: true, 3903: true, 6401: true, 8115: true, 8134: true, 8152: true, 50000: true,
}

// interrupted ends a batch on an attention: with XACT_ABORT the transaction goes too.
func (s *session) interrupted(ctx context.Context, out sink) error {
	if s.xactAbort {
		if err := s.rollback(out); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (s *session) statement(ctx context.Context, st tsql.Statement, out sink) error {
	if s.fmtOnly {
		switch st := st.(type) {
		case *tsql.SelectStmt:
		case *tsql.SetOption:
			return s.set(st)
		default:
			return value.Unsupported("SET FMTONLY with this statement")
		}
	}
	if s.doomed {
		switch st.(type) {
		case *tsql.SelectStmt, *tsql.Transaction, *tsql.If, *tsql.Block, *tsql.Raise, *tsql.Print, *tsql.SetOption, *tsql.Declare, *tsql.SetVar:
		default:
			return value.Errorf(3930, 16, 1, "The current transaction cannot be committed and cannot support operations that write to the log file. Roll back the transaction.")
		}
	}
	switch st := st.(type) {
	case *tsql.SelectStmt:
		return s.selectStatement(ctx, st, out)
	case *tsql.Insert:
		return s.insert(ctx, st, out)
	case *tsql.Update:
		return s.update(ctx, st, out)
	case *tsql.Delete:
		return s.delete(ctx, st, out)
	case *tsql.Use:
		return s.use(st.Database, out)
	case *tsql.SetOption:
		return s.set(st)
	case *tsql.SetVar:
		return s.setVariable(ctx, st.Name, st.X)
	case *tsql.Declare:
		return s.declare(ctx, st)
	case *tsql.Transaction:
		return s.transaction(ctx, st, out)
	case *tsql.WaitFor:
		return s.waitFor(ctx, st)
	case *tsql.If:
		return s.ifStatement(ctx, st, out)
	case *tsql.Block:
		return s.statements(ctx, st.Body, out)
	case *tsql.Try:
		return s.tryStatement(ctx, st, out)
	case *tsql.Raise:
		return s.raise(ctx, st, out)
	case *tsql.Print:
		v, err := s.scalar(ctx, st.X, value.Type{Kind: value.NVarChar, Len: 4000, Collation: s.db.collation})
		if err != nil {
			return err
		}
		return out.info(&value.Error{Number: 0, Class: 0, State: 1, Line: int32(st.Line), Message: str(v)})
	case *tsql.Exec:
		return s.execute(ctx, st, out)
	case *tsql.InsertBulk:
		if _, err := s.bulkTarget(st); err != nil {
			return err
		}
		s.bulk = st
		return nil
	}
	return s.define(ctx, st, out)
}

func (s *session) newBinder() *binder { return &binder{s: s} }

func (s *session) selectStatement(ctx context.Context, st *tsql.SelectStmt, out sink) error {
	b := s.newBinder()
	q, err := b.query(st.Query, nil)
	if err != nil {
		return err
	}
	if q.into != nil {
		return s.selectInto(ctx, b, q, out)
	}
	cols := make([]wire.Column, len(q.cols))
	for i, c := range q.cols {
		cols[i] = wire.Column{Name: c.name, Type: c.typ, Nullable: c.null, Identity: c.identity, Computed: c.computed}
		if c.typ.Kind == value.Null {
			cols[i].Type = value.Type{Kind: value.Int}
		}
	}
	if s.fmtOnly {
		if err := out.columns(cols); err != nil {
			return err
		}
		return out.done(cmdSelect, 0, true)
	}
	if b.locks && s.tran > 0 {
		end, err := s.enterWrite(ctx, b.nowait)
		if err != nil {
			return err
		}
		defer func() { _ = end(nil) }()
	}
	if q.vars == nil {
		if err := out.columns(cols); err != nil {
			return err
		}
	}
	n := int64(0)
	err = s.each(ctx, b, q.sql, q.cols, func(row []any) error {
		n++
		if q.vars == nil {
			return out.row(cols, row)
		}
		for i, name := range q.vars {
			v := s.vars[strings.ToLower(name)]
			val, err := value.Convert(row[i], q.cols[i].typ, v.typ, 0)
			if err != nil {
				return err
			}
			s.vars[strings.ToLower(name)] = variable{v.typ, val}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.rows = n
	if q.vars != nil {
		return nil
	}
	return out.done(cmdSelect, n, !s.noCount)
}

// each runs a bound query and hands over its rows in canonical form.
func (s *session) each(ctx context.Context, b *binder, query string, cols []outCol, yield func([]any) error) error {
	if err := s.fill(b.views); err != nil {
		return err
	}
	rows, err := s.conn.QueryContext(ctx, query, b.args...)
	if err != nil {
		return fmt.Errorf("%w (in %s)", err, query)
	}
	defer func() { _ = rows.Close() }()
	raw := make([]any, len(cols))
	into := make([]any, len(cols))
	for i := range raw {
		into[i] = &raw[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		row := make([]any, len(cols))
		for i, v := range raw {
			if row[i], err = canonical(v, cols[i].typ); err != nil {
				return err
			}
		}
		if err := yield(row); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// canonical checks that a value from SQLite has the form of its type.
func canonical(v any, t value.Type) (any, error) {
	ok := true
	switch x := v.(type) {
	case nil:
	case int64:
		if t.Kind.IsApprox() {
			return float64(x), nil
		}
		if t.Kind.IsExact() {
			return fmt.Sprint(x), nil
		}
		ok = t.Kind.IsInteger() || t.Kind == value.Variant || t.Kind == value.Null
	case float64:
		ok = t.Kind.IsApprox()
	case string:
		if t.Kind.IsExact() {
			d, isDec := value.ParseDec(x)
			ok = isDec && d.Rescale(int(t.Scale), false).Fits(int(t.Prec))
			break
		}
		ok = !t.Kind.IsInteger() && !t.Kind.IsApprox() && !t.Kind.IsBinary() && t.Kind != value.Image
	case []byte:
		ok = t.Kind.IsBinary() || t.Kind == value.Image
	}
	if !ok {
		return nil, fmt.Errorf("a value of type %T where %s is due", v, t)
	}
	return v, nil
}

// scalar evaluates an expression without rows and converts it.
func (s *session) scalar(ctx context.Context, x tsql.Expr, to value.Type) (any, error) {
	b := s.newBinder()
	e, err := b.value(x, &scope{})
	if err != nil {
		return nil, err
	}
	if err := value.Implicit(e.typ.Kind, to.Kind); err != nil {
		return nil, err
	}
	var out any
	err = s.each(ctx, b, "SELECT "+e.sql, []outCol{{typ: e.typ}}, func(row []any) error {
		out, err = value.Convert(row[0], e.typ, to, 0)
		return err
	})
	return out, err
}

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
	if s.tran > 0 && (undoes[e.Number] || s.xactAbort) {
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
