package wire

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"

	"dossier/internal/tdsdouble/value"
)

// message cuts a body into packets of a size.
func message(kind byte, body []byte, size int) []byte {
	var out []byte
	for {
		n := min(len(body), size-headerSize)
		status := byte(0)
		if n == len(body) {
			status = statusEOM
		}
		h := []byte{kind, status, 0, 0, 0, 0, 1, 0}
		binary.BigEndian.PutUint16(h[2:], uint16(n+headerSize))
		out = append(append(out, h...), body[:n]...)
		if body = body[n:]; status != 0 {
			return out
		}
	}
}

// noHeaders is ALL_HEADERS without any.
var noHeaders = []byte{4, 0, 0, 0}

// call is the body of sp_executesql with one argument of every type that a client can send.
func call() []byte {
	b := append(bytes.Clone(noHeaders), 0xFF, 0xFF, ExecuteSQL, 0, 0, 0)
	arg := func(name string, info, v []byte) {
		n := value.UTF16Bytes("@" + name)
		b = append(append(b, byte(len(n)/2)), n...)
		b = append(append(append(b, 0), info...), v...)
	}
	text := value.UTF16Bytes("SELECT 1")
	nvarchar := append([]byte{tNVarChar, 40, 0}, collationBytes...)
	arg("", nvarchar, append([]byte{byte(len(text)), 0}, text...))
	arg("a", []byte{tIntN, 4}, []byte{4, 1, 0, 0, 0})
	arg("b", []byte{tDecimalN, 5, 9, 2}, []byte{5, 1, 150, 0, 0, 0})
	arg("c", []byte{tDateN}, []byte{3, 0, 0, 0})
	arg("d", []byte{tDTOffset, 7}, []byte{10, 0, 0, 0, 0, 0, 1, 2, 3, 60, 0})
	arg("e", append([]byte{tNVarChar, 0xFF, 0xFF}, collationBytes...), []byte{2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 65, 0, 0, 0, 0, 0})
	arg("f", []byte{tGUID, 16}, []byte{0})
	arg("g", []byte{tNull}, nil)
	arg("h", []byte{tFltN, 8}, []byte{8, 0, 0, 0, 0, 0, 0, 0, 0})
	arg("i", []byte{tVarBinary, 8, 0}, []byte{2, 0, 1, 2})
	arg("j", []byte{tDateTimeN, 8}, []byte{8, 0, 0, 0, 0, 0, 0, 0, 0})
	arg("k", []byte{tBitN, 1}, []byte{1, 1})
	arg("l", []byte{tMoneyN, 8}, []byte{8, 0, 0, 0, 0, 1, 0, 0, 0})
	arg("m", []byte{tTimeN, 3}, []byte{4, 1, 0, 0, 0})
	arg("n", append([]byte{tVarChar, 10, 0}, collationBytes...), []byte{1, 0, 'x'})
	return b
}

func bulk() []byte {
	b := []byte{tokColMetadata, 2, 0}
	for _, name := range []string{"a", "b"} {
		b = append(b, 0, 0, 0, 0, 9, 0)
		if name == "a" {
			b = append(b, tIntN, 4)
		} else {
			b = append(append(b, tNVarChar, 20, 0), collationBytes...)
		}
		b = append(b, 1, name[0], 0)
	}
	b = append(b, tokRow, 4, 7, 0, 0, 0, 2, 0, 'x', 0, tokRow, 0, 0xFF, 0xFF)
	return append(b, tokDone, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
}

func login(user, password, database string) []byte {
	b := make([]byte, loginFixed)
	field := func(i int, s string) {
		p := value.UTF16Bytes(s)
		if i == 2 {
			for k, c := range p {
				p[k] = (c<<4 | c>>4) ^ 0xA5
			}
		}
		le.PutUint16(b[36+4*i:], uint16(len(b)))
		le.PutUint16(b[38+4*i:], uint16(len(p)/2))
		b = append(b, p...)
	}
	field(1, user)
	field(2, password)
	field(8, database)
	le.PutUint32(b, uint32(len(b)))
	return b
}

func TestRPC(t *testing.T) {
	rpc, err := ParseRPC(call(), "c")
	if err != nil {
		t.Fatal(err)
	}
	want := "nvarchar(20)=SELECT 1 int=1 decimal(9,2)=1.50 date=0001-01-01 datetimeoffset(7)=0540-09-13 00:00:00.0000000 60 nvarchar(max)=A uniqueidentifier=<nil> " +
		"null=<nil> float=0 varbinary(8)=[1 2] datetime=1900-01-01 00:00:00.0000000 bit=1 money=0.0001 time(3)=00:00:00.0010000 varchar(10)=x"
	var got []string
	for _, p := range rpc.Params {
		got = append(got, p.Type.String()+"="+strings.TrimSpace(sprint(p.Value)))
	}
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

func TestLogin(t *testing.T) {
	l, err := ParseLogin(login("sa", "Pä55", "db"))
	if err != nil || l.User != "sa" || l.Password != "Pä55" || l.Database != "db" {
		t.Errorf("%+v %v", l, err)
	}
	integrated := login("", "", "")
	integrated[25] = sspiRequested
	if _, err := ParseLogin(integrated); err == nil {
		t.Error("integrated security accepted")
	}
}

func TestMessages(t *testing.T) {
	body := bytes.Repeat([]byte("0123456789"), 100)
	for _, size := range []int{9, 100, 4096} {
		m, err := ReadMessage(bytes.NewReader(message(PacketBatch, body, size)))
		if err != nil || m.Type != PacketBatch || !bytes.Equal(m.Body, body) {
			t.Errorf("packets of %d: %v", size, err)
		}
	}
	torn := message(PacketBatch, body, 100)
	if _, err := ReadMessage(bytes.NewReader(torn[:250])); err != io.ErrUnexpectedEOF {
		t.Errorf("torn message: %v", err)
	}
	mixed := append(message(PacketBatch, body[:92], 100)[:100:100], message(PacketRPC, body, 2000)...)
	mixed[1] = 0
	if _, err := ReadMessage(bytes.NewReader(mixed)); err == nil {
		t.Error("two kinds in one message")
	}
}

func TestWriter(t *testing.T) {
	var out bytes.Buffer
	w := NewWriter(&out, 20)
	w.bytes(bytes.Repeat([]byte{7}, 30)...)
	w.ResizeNext(4096)
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	m, err := ReadMessage(&out)
	if err != nil || len(m.Body) != 30 || m.Type != PacketReply {
		t.Errorf("%+v %v", m, err)
	}
	w.bytes(bytes.Repeat([]byte{7}, 30)...)
	if err := w.End(); err != nil || out.Len() != 38 {
		t.Errorf("the next reply takes %d bytes, %v", out.Len(), err)
	}
}

func FuzzReadMessage(f *testing.F) {
	f.Add(message(PacketBatch, []byte("abc"), 9))
	f.Add([]byte{1, 1, 0, 7, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ReadMessage(bytes.NewReader(b))
		if err == nil && len(m.Body) > len(b) {
			t.Fatal("more than was sent")
		}
	})
}

func FuzzParsePreLogin(f *testing.F) {
	var out bytes.Buffer
	w := NewWriter(&out, 4096)
	w.PreLogin(EncryptAll)
	if err := w.End(); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes()[headerSize:])
	f.Add([]byte{optEnd})
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = ParsePreLogin(b) })
}

func FuzzParseLogin(f *testing.F) {
	f.Add(login("sa", "x", "db"))
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = ParseLogin(b) })
}

func FuzzParseRPC(f *testing.F) {
	f.Add(call())
	f.Add(append(bytes.Clone(noHeaders), 2, 0, 'x', 0, 'y', 0, 0, 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		rpc, err := ParseRPC(b, "")
		if err != nil {
			return
		}
		for _, p := range rpc.Params {
			roundTrip(t, p.Type, p.Value)
		}
	})
}

func FuzzParseBulk(f *testing.F) {
	f.Add(bulk())
	f.Fuzz(func(t *testing.T, b []byte) {
		load, err := ParseBulk(b, "")
		if err != nil {
			return
		}
		for _, row := range load.Rows {
			for i, v := range row {
				roundTrip(t, load.Types[i], v)
			}
		}
	})
}

// roundTrip writes a value and reads it back.
func roundTrip(t *testing.T, typ value.Type, v any) {
	t.Helper()
	if typ.Kind == value.Null {
		return
	}
	if typ.Kind.IsText() || typ.Kind.IsBinary() {
		typ.Len = value.Max // a value longer than its declaration is the client's fault
		if typ.Kind == value.Char || typ.Kind == value.NChar || typ.Kind == value.Binary {
			return
		}
	}
	var out bytes.Buffer
	w := NewWriter(&out, 4096)
	w.typeInfo(typ, "")
	w.value(typ, v)
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	m, err := ReadMessage(&out)
	if err != nil {
		t.Fatal(err)
	}
	d := &decoder{b: m.Body}
	c := d.typeInfo("")
	got := d.value(c)
	if d.err != nil || sprint(got) != sprint(v) {
		t.Fatalf("%s: %v came back as %v (%v)", typ, v, got, d.err)
	}
}

func sprint(v any) string {
	if f, ok := v.(float64); ok && f != f {
		return "NaN"
	}
	return fmt.Sprint(v)
}

func FuzzParseTrans(f *testing.F) {
	f.Add(append(bytes.Clone(noHeaders), TransBegin, 0, 2, 0))
	f.Add(append(bytes.Clone(noHeaders), TransCommit, 0, 0, 1, 0, 0))
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = ParseTrans(b) })
}

func FuzzParseBatch(f *testing.F) {
	f.Add(append(bytes.Clone(noHeaders), 'x', 0))
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = ParseBatch(b) })
}
