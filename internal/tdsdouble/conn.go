package tdsdouble

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"

	"dossier/internal/tdsdouble/tsql"
	"dossier/internal/tdsdouble/value"
	"dossier/internal/tdsdouble/wire"
)

// conn is one client. One goroutine reads, so that an attention is seen while a request runs; the other runs
// requests and writes.
type conn struct {
	srv    *Server
	raw    net.Conn
	w      *wire.Writer
	ses    *session
	app    string
	msgs   chan received
	gone   context.CancelFunc // ends everything when the client is gone
	acked  int                // attentions already answered inside a reply
	proc   bool               // inside a remote call
	held   *heldDone          // the DONE that is not written yet: the last one is final
	failed int32              // number of the first error of the request
}

// received is a message, with the context that an attention behind it ends: be it run by then, or still waiting to be.
type received struct {
	wire.Message
	ctx  context.Context
	stop context.CancelCauseFunc
}

type heldDone struct {
	status, command uint16
	rows            int64
}

// errAttention is why a request ends when its client interrupts it.
var errAttention = errors.New("interrupted by the client")

func (s *Server) serve(ctx context.Context, raw net.Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	c := &conn{srv: s, raw: raw, msgs: make(chan received), gone: cancel}
	s.mu.Lock()
	s.conns[c] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
		_ = raw.Close()
	}()
	in, err := c.login(ctx)
	if err != nil {
		return
	}
	defer c.ses.close()
	var wg sync.WaitGroup
	defer wg.Wait()
	defer func() {
		cancel() // the reader may wait to hand over a message
		_ = raw.Close()
	}()
	wg.Go(func() { c.read(ctx, in) })
	for m := range c.msgs {
		if err := c.handle(m); err != nil {
			return
		}
	}
}

// read hands over messages; an attention also ends the request before it.
func (c *conn) read(ctx context.Context, in io.Reader) {
	defer close(c.msgs)
	defer c.gone()
	stop := func(error) {} // nothing was asked for
	for {
		m, err := wire.ReadMessage(in)
		if err != nil {
			return
		}
		r := received{Message: m}
		if m.Type == wire.PacketAttention {
			stop(errAttention)
		} else {
			r.ctx, r.stop = context.WithCancelCause(ctx)
			stop = r.stop
		}
		select {
		case c.msgs <- r:
		case <-ctx.Done():
			return
		}
	}
}

func (c *conn) handle(m received) error {
	if m.Type == wire.PacketAttention {
		if c.acked > 0 {
			c.acked--
			return nil
		}
		c.w.Done(wire.DoneBatch, wire.StatusAttention, 0, 0)
		return c.w.End()
	}
	defer m.stop(nil)
	if m.Ignore {
		c.w.Done(wire.DoneBatch, wire.StatusError, 0, 0)
		return c.w.End()
	}
	if m.Reset {
		c.w.ResetDone()
		if err := c.ses.reset(discard{}); err != nil {
			return err
		}
	}
	c.held, c.failed, c.proc = nil, 0, m.Type == wire.PacketRPC
	st := &Statement{User: c.ses.user, Database: c.ses.db.name, App: c.app, Session: c.ses.spid}
	work, err := c.request(m.Message, st)
	if err != nil {
		if err := c.fail(translate(err)); err != nil {
			return err
		}
		return c.finish()
	}
	return c.perform(m.ctx, st, work)
}

// perform records a request, meets its fate and answers it.
func (c *conn) perform(ctx context.Context, st *Statement, work func(context.Context) error) error {
	c.srv.record(st)
	fate := c.srv.fate(ctx, st)
	c.ses.stmt = st
	var err error
	switch {
	case fate.Drop:
		return net.ErrClosed
	case ctx.Err() != nil:
		err = c.ses.interrupted(ctx, c)
	case fate.Error != nil:
		err = c.fail(fate.Error)
	default:
		err = work(ctx)
	}
	interrupted := errors.Is(context.Cause(ctx), errAttention) && err != nil
	c.srv.mu.Lock()
	st.Error, st.Cancelled = c.failed, interrupted
	c.srv.mu.Unlock()
	c.ses.stmt = nil
	var gone lost
	switch {
	case fate.DropReply:
		return net.ErrClosed
	case interrupted:
		c.acked++
		if err := c.release(wire.StatusMore); err != nil {
			return err
		}
		c.w.Done(wire.DoneBatch, wire.StatusAttention, 0, 0)
		return c.w.End()
	case errors.As(err, &gone), ctx.Err() != nil:
		return net.ErrClosed
	case err != nil:
		if err := c.fail(translate(err)); err != nil {
			return err
		}
	}
	return c.finish()
}

// request makes of a message what is to be done.
func (c *conn) request(m wire.Message, st *Statement) (func(context.Context) error, error) {
	switch m.Type {
	case wire.PacketBatch:
		text, err := wire.ParseBatch(m.Body)
		st.Kind, st.SQL = Batch, text
		return func(ctx context.Context) error { return c.ses.run(ctx, text, c) }, err
	case wire.PacketRPC:
		return c.call(m.Body, st)
	case wire.PacketTransMgr:
		return c.transaction(m.Body, st)
	case wire.PacketBulk:
		b, err := wire.ParseBulk(m.Body, c.srv.collation)
		st.Kind, st.Rows = Bulk, int64(len(b.Rows))
		if c.ses.bulk != nil {
			st.SQL = "INSERT BULK " + objectName(c.ses.bulk.Table)
		}
		return func(ctx context.Context) error { return c.ses.bulkLoad(ctx, b, c) }, err
	}
	return nil, value.Unsupported("a message of type %d", m.Type)
}

// maxParams is how many parameters a remote call may have.
const maxParams = 2100

func (c *conn) call(body []byte, st *Statement) (func(context.Context) error, error) {
	rpc, err := wire.ParseRPC(body, c.srv.collation)
	if err != nil {
		return nil, err
	}
	st.Kind = Call
	if rpc.ID != wire.ExecuteSQL && !strings.EqualFold(rpc.Name, "sp_executesql") {
		return nil, value.Errorf(2812, 16, 62, "Could not find stored procedure '%s'.", rpc.Name)
	}
	if len(rpc.Params) > maxParams {
		return nil, value.Errorf(8003, 16, 1, "The incoming request has too many parameters. The server supports a maximum of %d parameters. Reduce the number of parameters and resend the request.", maxParams)
	}
	if len(rpc.Params) == 0 {
		return nil, value.Errorf(201, 16, 10, "Procedure or function 'sp_executesql' expects parameter '@statement', which was not supplied.")
	}
	text, ok := rpc.Params[0].Value.(string)
	if !ok || !rpc.Params[0].Type.Kind.IsUnicode() {
		return nil, value.Errorf(214, 16, 2, "Procedure expects parameter '@statement' of type 'ntext/nchar/nvarchar'.")
	}
	st.SQL = text
	var params []param
	if len(rpc.Params) > 1 {
		if params, err = c.bindParams(rpc, text); err != nil {
			return nil, err
		}
	}
	for _, p := range params {
		st.Params = append(st.Params, Param{p.name, p.typ.String(), p.val})
	}
	return func(ctx context.Context) error { return c.ses.runCall(ctx, text, params, c) }, nil
}

// bindParams gives each declared parameter its argument, converted to the declared type.
func (c *conn) bindParams(rpc wire.RPC, text string) ([]param, error) {
	decl, _ := rpc.Params[1].Value.(string)
	defs, err := tsql.ParseParams(decl)
	if err != nil {
		return nil, err
	}
	params := make([]param, 0, len(defs))
	args := rpc.Params[2:]
	if len(args) > len(defs) {
		return nil, value.Errorf(8144, 16, 2, "Procedure or function has too many arguments specified.")
	}
	named := make(map[string]int, len(args))
	for i, a := range args {
		if a.Name != "" {
			named[strings.ToLower(strings.TrimPrefix(a.Name, "@"))] = i
		}
	}
	for i, d := range defs {
		t, err := value.New(d.Type.Name, d.Type.Args, c.ses.db.collation)
		if err != nil {
			return nil, err
		}
		at, ok := named[strings.ToLower(d.Name)]
		if !ok && i < len(args) && args[i].Name == "" {
			at, ok = i, true
		}
		if !ok {
			return nil, value.Errorf(8178, 16, 1, "The parameterized query '%s' expects the parameter '@%s', which was not supplied.", value.Cut(text, 60), d.Name)
		}
		if args[at].Output {
			return nil, value.Unsupported("an output parameter")
		}
		v, err := value.Convert(args[at].Value, args[at].Type, t, 0)
		if err != nil {
			return nil, err
		}
		params = append(params, param{d.Name, t, v})
	}
	return params, nil
}

var isolations = map[byte]string{1: "READ UNCOMMITTED", 2: "READ COMMITTED", 3: "REPEATABLE READ", 4: "SERIALIZABLE", 5: "SNAPSHOT"}

func (c *conn) transaction(body []byte, st *Statement) (func(context.Context) error, error) {
	r, err := wire.ParseTrans(body)
	if err != nil {
		return nil, err
	}
	begin := func() error {
		if level, ok := isolations[r.Isolation]; ok {
			if err := c.ses.setIsolation(level); err != nil {
				return err
			}
		}
		return c.ses.begin(c)
	}
	st.Kind = map[uint16]Kind{wire.TransBegin: Begin, wire.TransCommit: Commit, wire.TransRollback: Rollback, wire.TransSave: Save}[r.Kind]
	return func(ctx context.Context) error {
		var err error
		switch r.Kind {
		case wire.TransBegin:
			return begin()
		case wire.TransCommit:
			err = c.ses.commit(c)
		case wire.TransRollback:
			err = c.ses.rollbackTo(r.Name, c)
		case wire.TransSave:
			err = c.ses.save(ctx, r.Name)
		}
		if err == nil && r.ThenBegin {
			err = begin()
		}
		return err
	}, nil
}

// release writes the DONE that was held back.
func (c *conn) release(more uint16) error {
	if c.held == nil {
		return nil
	}
	kind := wire.DoneBatch
	if c.proc {
		kind = wire.DoneInProc
	}
	c.w.Done(kind, c.held.status|more, c.held.command, c.held.rows)
	c.held = nil
	return nil
}

// finish ends the reply: with the last statement's DONE in a batch, with the status and DONEPROC in a call.
func (c *conn) finish() error {
	if c.proc {
		if err := c.release(wire.StatusMore); err != nil {
			return err
		}
		c.w.ReturnStatus(c.failed)
		status := uint16(0)
		if c.failed != 0 {
			status = wire.StatusError
		}
		c.w.Done(wire.DoneProc, status, 0, 0)
		return c.w.End()
	}
	if c.held == nil {
		c.held = &heldDone{command: cmdOther}
	}
	if err := c.release(0); err != nil {
		return err
	}
	return c.w.End()
}

func (c *conn) columns(cols []wire.Column) error {
	err := c.release(wire.StatusMore)
	c.w.Columns(cols)
	return err
}

func (c *conn) row(cols []wire.Column, row []any) error {
	c.w.Row(cols, row)
	if err := c.w.Err(); err != nil {
		return lost{err}
	}
	return nil
}

func (c *conn) done(command uint16, rows int64, counted bool) error {
	err := c.release(wire.StatusMore)
	c.held = &heldDone{command: command, rows: rows}
	if counted {
		c.held.status = wire.StatusCount
	}
	return err
}

func (c *conn) fail(e *value.Error) error {
	err := c.release(wire.StatusMore)
	if c.failed == 0 {
		c.failed = e.Number
	}
	c.w.Error(e, serverName)
	c.held = &heldDone{status: wire.StatusError, command: cmdOther}
	return err
}

func (c *conn) info(e *value.Error) error {
	err := c.release(wire.StatusMore)
	c.w.Info(e, serverName)
	return err
}

func (c *conn) database(now, before string) { c.w.Database(now, before) }
func (c *conn) began(id uint64)             { c.w.Began(id) }

func (c *conn) ended(id uint64, committed bool) {
	if committed {
		c.w.Committed(id)
	} else {
		c.w.RolledBack(id)
	}
}
