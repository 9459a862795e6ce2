package wire

import (
	"strconv"

	"dossier/internal/tdsdouble/value"
)

// The tokens of a reply.
const (
	tokReturnStatus = 0x79
	tokColMetadata  = 0x81
	tokError        = 0xAA
	tokInfo         = 0xAB
	tokLoginAck     = 0xAD
	tokRow          = 0xD1
	tokEnvChange    = 0xE3
	tokDone         = 0xFD
	tokDoneProc     = 0xFE
	tokDoneInProc   = 0xFF
)

// Done is which of the three DONE tokens ends a statement: DONE in a batch, DONEINPROC inside a remote call,
// DONEPROC at its end.
type Done byte

// The DONE tokens.
const (
	DoneBatch  Done = tokDone
	DoneInProc Done = tokDoneInProc
	DoneProc   Done = tokDoneProc
)

// The status bits of a DONE token.
const (
	StatusMore      = 0x001
	StatusError     = 0x002
	StatusCount     = 0x010
	StatusAttention = 0x020
)

// Column describes a column of a result.
type Column struct {
	Name     string
	Type     value.Type
	Nullable bool
	Identity bool
	Computed bool
	Table    string // of legacy text columns
}

func (w *Writer) byteText(s string) {
	b := value.UTF16Bytes(s)
	b = b[:min(len(b), 2*255)]
	w.bytes(byte(len(b) / 2))
	w.bytes(b...)
}

func (w *Writer) shortText(s string) {
	b := value.UTF16Bytes(s)
	b = b[:min(len(b), 2*16000)]
	w.u16(uint16(len(b) / 2))
	w.bytes(b...)
}

// Columns opens a result.
func (w *Writer) Columns(cols []Column) {
	w.bytes(tokColMetadata)
	w.u16(uint16(len(cols)))
	for _, c := range cols {
		w.u32(0)
		flags := uint16(0x08)
		if c.Nullable {
			flags |= 0x01
		}
		if c.Identity {
			flags |= 0x10
		}
		if c.Computed {
			flags |= 0x20
		}
		w.u16(flags)
		w.typeInfo(c.Type, c.Table)
		w.byteText(c.Name)
	}
}

// Row writes one row of the open result; the values are canonical for its columns.
func (w *Writer) Row(cols []Column, row []any) {
	w.bytes(tokRow)
	for i, c := range cols {
		w.value(c.Type, row[i])
	}
}

// Done ends a statement or the reply. Command is the number of the statement's kind, 0xC1 for SELECT.
func (w *Writer) Done(kind Done, status uint16, command uint16, rows int64) {
	w.bytes(byte(kind))
	w.u16(status)
	w.u16(command)
	w.u64(uint64(rows))
}

// ReturnStatus is what a procedure returned.
func (w *Writer) ReturnStatus(n int32) {
	w.bytes(tokReturnStatus)
	w.u32(uint32(n))
}

// Error writes an error of the server.
func (w *Writer) Error(e *value.Error, server string) { w.message(tokError, e, server) }

// Info writes an informational message.
func (w *Writer) Info(e *value.Error, server string) { w.message(tokInfo, e, server) }

func (w *Writer) message(token byte, e *value.Error, server string) {
	text := value.UTF16Bytes(e.Message)
	text = text[:min(len(text), 2*2000)]
	w.bytes(token)
	w.u16(uint16(4 + 1 + 1 + 2 + len(text) + 1 + 2*value.Units(server) + 1 + 4))
	w.u32(uint32(e.Number))
	w.bytes(e.State, e.Class)
	w.u16(uint16(len(text) / 2))
	w.bytes(text...)
	w.byteText(server)
	w.bytes(0) // no procedure
	w.u32(uint32(e.Line))
}

func (w *Writer) envChange(kind byte, newValue, oldValue []byte, chars bool) {
	size := func(b []byte) byte {
		if chars {
			return byte(len(b) / 2)
		}
		return byte(len(b))
	}
	w.bytes(tokEnvChange)
	w.u16(uint16(3 + len(newValue) + len(oldValue)))
	w.bytes(kind, size(newValue))
	w.bytes(newValue...)
	w.bytes(size(oldValue))
	w.bytes(oldValue...)
}

// Database tells that the current database changed.
func (w *Writer) Database(now, before string) {
	w.envChange(1, value.UTF16Bytes(now), value.UTF16Bytes(before), true)
}

// Collation tells the server's collation.
func (w *Writer) Collation() { w.envChange(7, collationBytes, nil, false) }

// PacketSize tells the size agreed on.
func (w *Writer) PacketSize(now, before int) {
	w.envChange(4, value.UTF16Bytes(strconv.Itoa(now)), value.UTF16Bytes(strconv.Itoa(before)), true)
}

// Began, Committed and RolledBack tell what happened to a transaction.
func (w *Writer) Began(id uint64) { w.envChange(8, le.AppendUint64(nil, id), nil, false) }

// Committed tells the end of a transaction.
func (w *Writer) Committed(id uint64) { w.envChange(9, nil, le.AppendUint64(nil, id), false) }

// RolledBack tells that a transaction is undone.
func (w *Writer) RolledBack(id uint64) { w.envChange(10, nil, le.AppendUint64(nil, id), false) }

// ResetDone acknowledges that the session is fresh.
func (w *Writer) ResetDone() { w.envChange(18, nil, nil, false) }

// LoginAck accepts a login as SQL Server 2022.
func (w *Writer) LoginAck() {
	name := value.UTF16Bytes("Microsoft SQL Server")
	w.bytes(tokLoginAck)
	w.u16(uint16(1 + 4 + 1 + len(name) + 4))
	w.bytes(1, 0x74, 0, 0, 4)
	w.bytes(byte(len(name) / 2))
	w.bytes(name...)
	w.bytes(16, 0, 0x10, 0x3F)
}
