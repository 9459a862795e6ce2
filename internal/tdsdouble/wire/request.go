package wire

import (
	"fmt"

	"dossier/internal/tdsdouble/value"
)

// headers skips ALL_HEADERS, which every request but a bulk load starts with.
func headers(body []byte) (*decoder, error) {
	if len(body) < 4 {
		return nil, errShort
	}
	n := int64(le.Uint32(body))
	if n < 4 || n > int64(len(body)) {
		return nil, fmt.Errorf("headers of %d bytes", n)
	}
	return &decoder{b: body[n:]}, nil
}

// ParseBatch returns the SQL text of a batch.
func ParseBatch(body []byte) (string, error) {
	d, err := headers(body)
	if err != nil {
		return "", err
	}
	return value.FromUTF16(d.b), nil
}

// Param is an argument of a remote call.
type Param struct {
	Name   string
	Output bool
	Type   value.Type
	Value  any // canonical
}

// ExecuteSQL is the number by which clients call sp_executesql.
const ExecuteSQL = 10

// RPC is a call of a procedure, by name or by number.
type RPC struct {
	Name   string
	ID     uint16
	Params []Param
}

const (
	paramByRef   = 0x01
	paramDefault = 0x02
)

// ParseRPC reads a remote call. Character parameters take the collation given.
func ParseRPC(body []byte, collation string) (RPC, error) {
	var rpc RPC
	d, err := headers(body)
	if err != nil {
		return rpc, err
	}
	if n := d.u16(); n == 0xFFFF {
		rpc.ID = d.u16()
	} else {
		rpc.Name = value.FromUTF16(d.take(2 * int(n)))
	}
	d.u16() // options
	for len(d.b) > 0 && d.err == nil {
		if d.b[0] == 0x80 || d.b[0] == 0xFF {
			return rpc, fmt.Errorf("double: several calls in one message not supported")
		}
		p := Param{Name: value.FromUTF16(d.take(2 * int(d.u8())))}
		flags := d.u8()
		if flags&^(paramByRef|paramDefault) != 0 {
			return rpc, fmt.Errorf("double: parameter flags 0x%02X not supported", flags)
		}
		p.Output = flags&paramByRef != 0
		c := d.typeInfo(collation)
		p.Type, p.Value = c.t, d.value(c)
		rpc.Params = append(rpc.Params, p)
	}
	return rpc, d.err
}

// The transaction manager requests.
const (
	TransBegin    = 5
	TransCommit   = 7
	TransRollback = 8
	TransSave     = 9
)

// TransRequest is a request to the transaction manager.
type TransRequest struct {
	Kind      uint16
	Isolation byte // of TransBegin: 0 unchanged, 1 read uncommitted … 5 snapshot
	Name      string
	ThenBegin bool // start the next transaction at once
}

// ParseTrans reads a transaction manager request.
func ParseTrans(body []byte) (TransRequest, error) {
	var r TransRequest
	d, err := headers(body)
	if err != nil {
		return r, err
	}
	r.Kind = d.u16()
	name := func() string { return value.FromUTF16(d.take(2 * int(d.u8()))) }
	switch r.Kind {
	case TransBegin:
		r.Isolation = d.u8()
		r.Name = name()
	case TransCommit, TransRollback:
		r.Name = name()
		if r.ThenBegin = d.u8()&1 != 0; r.ThenBegin {
			r.Isolation = d.u8()
			name()
		}
	case TransSave:
		r.Name = name()
	default:
		return r, fmt.Errorf("double: transaction manager request %d not supported", r.Kind)
	}
	return r, d.err
}

// Bulk is the data of a bulk load.
type Bulk struct {
	Names []string
	Types []value.Type
	Rows  [][]any
}

// ParseBulk reads the rows of a bulk load. Character columns take the collation given.
func ParseBulk(body []byte, collation string) (Bulk, error) {
	var b Bulk
	d := &decoder{b: body}
	if t := d.u8(); t != tokColMetadata {
		return b, fmt.Errorf("bulk load: token 0x%02X instead of column metadata", t)
	}
	n := int(d.u16())
	if n == 0 || n == 0xFFFF {
		return b, fmt.Errorf("bulk load of no columns")
	}
	cols := make([]column, 0, min(n, 1024))
	for range n {
		d.u32() // user type
		d.u16() // flags
		c := d.typeInfo(collation)
		b.Names = append(b.Names, value.FromUTF16(d.take(2*int(d.u8()))))
		if d.err != nil {
			return b, d.err
		}
		cols, b.Types = append(cols, c), append(b.Types, c.t)
	}
	for d.err == nil {
		switch t := d.u8(); {
		case d.err != nil:
		case t == tokRow:
			row := make([]any, n)
			for i, c := range cols {
				row[i] = d.value(c)
			}
			b.Rows = append(b.Rows, row)
		case t == tokDone:
			return b, nil
		default:
			d.fail("bulk load: token 0x%02X", t)
		}
	}
	return b, d.err
}
