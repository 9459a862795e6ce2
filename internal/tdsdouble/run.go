package tdsdouble

import (
	"context"
	"errors"
	"maps"
	"strings"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
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

// triggerFailed is an error inside a trigger, which undoes the whole transaction.
type triggerFailed struct{ err error }

func (t triggerFailed) Error() string { return t.err.Error() }
func (t triggerFailed) Unwrap() error { return t.err }

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
			if e := s.dropTemp(t); e != nil && err == nil {
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
	s.level++
	defer func() { s.level-- }()
	stmts, err := tsql.Parse(text)
	if err == nil {
		err = s.statements(ctx, stmts, out)
	} else if s.try == 0 {
		e := translate(err)
		s.lastErr = e.Number
		return out.fail(e)
	}
	if errors.Is(err, errStopped) {
		err = nil
	}
	if err == nil && s.doomed && s.level == 1 {
		if err := s.rollback(out); err != nil {
			return err
		}
		return out.fail(value.Errorf(3998, 16, 1, "Uncommittable transaction is detected at the end of the batch. The transaction is rolled back."))
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
	var tf triggerFailed
	raised := e.Number == 50000 && !isDouble(e) && !errors.As(cause, &th) // RAISERROR does not heed XACT_ABORT
	if undoes[e.Number] || errors.As(cause, &tf) || s.xactAbort && e.Number != 3902 && e.Number != 3903 && !raised {
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
	if s.depth > 0 {
		switch st := st.(type) {
		case *tsql.Transaction:
			return value.Unsupported("%s TRANSACTION in a trigger", st.Verb)
		case *tsql.Raise:
			if !st.Throw {
				return value.Unsupported("RAISERROR in a trigger")
			}
		}
	}
	if s.doomed {
		switch st.(type) {
		case *tsql.SelectStmt, *tsql.Transaction, *tsql.If, *tsql.Block, *tsql.Raise, *tsql.Print, *tsql.SetOption, *tsql.Declare, *tsql.SetVar:
		default:
			return value.Errorf(3930, 16, 1, "The current transaction cannot be committed and cannot support operations that write to the log file. Roll back the transaction.")
		}
	}
	switch st.(type) {
	case *tsql.Use, *tsql.SetOption, *tsql.Print, *tsql.Raise, *tsql.Transaction:
		defer func() { s.rows = 0 }()
	case *tsql.SetVar:
		defer func() { s.rows = 1 }()
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
	return s.define(ctx, st)
}
