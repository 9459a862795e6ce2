// Package wire speaks TDS 7.4, the protocol of SQL Server, from the server's side. It is written from the
// open specification [MS-TDS] and knows nothing of SQL: it turns bytes into requests and results into bytes.
//
// [MS-TDS]: https://learn.microsoft.com/openspecs/windows_protocols/ms-tds/
package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

var le = binary.LittleEndian

// The packet types a client sends, and the reply.
const (
	PacketBatch     = 1
	PacketRPC       = 3
	PacketReply     = 4
	PacketAttention = 6
	PacketBulk      = 7
	PacketTransMgr  = 14
	PacketLogin     = 16
	PacketPreLogin  = 18
)

const (
	headerSize = 8
	statusEOM  = 0x01 // end of message
	statusIgn  = 0x02 // the client gave up this message half-way
	resetConn  = 0x08 // start from a fresh session before running this message
)

// DefaultPacketSize holds until the login asks for another one.
const DefaultPacketSize = 4096

// maxMessage bounds what one message may take in memory.
const maxMessage = 64 << 20

// Message is one whole request, its packets joined.
type Message struct {
	Type   byte
	Reset  bool // run on a fresh session
	Ignore bool // given up half-way: only acknowledge
	Body   []byte
}

// ReadMessage joins packets up to the end of a message.
func ReadMessage(r io.Reader) (Message, error) {
	var m Message
	for first := true; ; first = false {
		var h [headerSize]byte
		if _, err := io.ReadFull(r, h[:]); err != nil {
			if !first && errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return m, err
		}
		n := int(binary.BigEndian.Uint16(h[2:])) - headerSize
		switch {
		case n < 0:
			return m, fmt.Errorf("packet of %d bytes is shorter than its header", n+headerSize)
		case first:
			m.Type, m.Reset = h[0], h[1]&resetConn != 0
		case h[0] != m.Type:
			return m, fmt.Errorf("packet type %d inside a message of type %d", h[0], m.Type)
		}
		if len(m.Body)+n > maxMessage {
			return m, fmt.Errorf("message longer than %d bytes", maxMessage)
		}
		at := len(m.Body)
		m.Body = append(m.Body, make([]byte, n)...)
		if _, err := io.ReadFull(r, m.Body[at:]); err != nil {
			return m, io.ErrUnexpectedEOF
		}
		m.Ignore = h[1]&statusIgn != 0
		if h[1]&statusEOM != 0 {
			return m, nil
		}
	}
}

// Writer cuts a reply into packets and sends each as it fills, so that a long result streams.
type Writer struct {
	w    io.Writer
	size int
	buf  []byte
	next int // the size from the next reply on
	id   byte
	err  error
}

// NewWriter makes a writer of replies; a packet never exceeds size bytes.
func NewWriter(w io.Writer, size int) *Writer {
	return &Writer{w: w, size: size, next: size, buf: make([]byte, headerSize, size), id: 1}
}

// ResizeNext changes the packet size from the next reply on.
func (w *Writer) ResizeNext(size int) { w.next = size }

// End sends what is left as the last packet of the reply.
func (w *Writer) End() error {
	w.send(statusEOM)
	w.id, w.size = 1, w.next
	return w.err
}

// Err is the error that sending met; nothing is sent after it.
func (w *Writer) Err() error { return w.err }

func (w *Writer) send(status byte) {
	w.buf[0], w.buf[1], w.buf[6] = PacketReply, status, w.id
	binary.BigEndian.PutUint16(w.buf[2:], uint16(len(w.buf)))
	if w.err == nil {
		_, w.err = w.w.Write(w.buf)
	}
	w.buf = w.buf[:headerSize]
	w.id++
}

func (w *Writer) bytes(p ...byte) {
	for len(p) > 0 {
		if len(w.buf) == w.size {
			w.send(0)
		}
		n := min(len(p), w.size-len(w.buf))
		w.buf = append(w.buf, p[:n]...)
		p = p[n:]
	}
}

func (w *Writer) u16(v uint16) { w.bytes(byte(v), byte(v>>8)) }
func (w *Writer) u32(v uint32) { w.bytes(le.AppendUint32(nil, v)...) }
func (w *Writer) u64(v uint64) { w.bytes(le.AppendUint64(nil, v)...) }

var errShort = errors.New("message ends too early")

// decoder reads one message; the first error sticks and every later read gives zero.
type decoder struct {
	b   []byte
	err error
}

func (d *decoder) take(n int) []byte {
	if d.err == nil && (n < 0 || n > len(d.b)) {
		d.err = errShort
	}
	if d.err != nil {
		return nil
	}
	p := d.b[:n:n]
	d.b = d.b[n:]
	return p
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf(format, args...)
	}
}

func (d *decoder) uint(n int) uint64 {
	var v uint64
	for i, b := range d.take(n) {
		v |= uint64(b) << (8 * i)
	}
	return v
}

func (d *decoder) u8() byte    { return byte(d.uint(1)) }
func (d *decoder) u16() uint16 { return uint16(d.uint(2)) }
func (d *decoder) u32() uint32 { return uint32(d.uint(4)) }
func (d *decoder) u64() uint64 { return d.uint(8) }

// Wrap makes one message of the bytes of a TLS handshake.
func Wrap(p []byte) []byte {
	out := make([]byte, headerSize, headerSize+len(p))
	out[0], out[1], out[6] = PacketPreLogin, statusEOM, 1
	binary.BigEndian.PutUint16(out[2:], uint16(headerSize+len(p)))
	return append(out, p...)
}
