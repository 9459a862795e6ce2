package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"dossier/internal/tdsdouble/value"
)

// Encryption is the answer of the pre-login to the question of TLS.
type Encryption byte

// What a side says of encryption in the pre-login.
const (
	EncryptLogin Encryption = 0 // only the login packet
	EncryptAll   Encryption = 1
	EncryptNone  Encryption = 2 // not supported
	EncryptMust  Encryption = 3
)

const (
	optVersion    = 0
	optEncryption = 1
	optMARS       = 4
	optEnd        = 0xFF
)

// ParsePreLogin returns what the client says of encryption.
func ParsePreLogin(body []byte) (Encryption, error) {
	for at := 0; ; at += 5 {
		if at >= len(body) {
			return 0, errors.New("pre-login: no end of options")
		}
		if body[at] == optEnd {
			return 0, errors.New("pre-login: no encryption option")
		}
		if at+5 > len(body) {
			return 0, errShort
		}
		off, n := int(binary.BigEndian.Uint16(body[at+1:])), int(binary.BigEndian.Uint16(body[at+3:]))
		if off+n > len(body) {
			return 0, errShort
		}
		if body[at] == optEncryption {
			if n != 1 {
				return 0, fmt.Errorf("pre-login: encryption option of %d bytes", n)
			}
			return Encryption(body[off]), nil
		}
	}
}

// PreLogin answers a pre-login.
func (w *Writer) PreLogin(e Encryption) {
	options := []struct {
		id   byte
		data []byte
	}{
		{optVersion, []byte{16, 0, 0x10, 0x3F, 0, 0}},
		{optEncryption, []byte{byte(e)}},
		{optMARS, []byte{0}},
	}
	off := uint16(5*len(options) + 1)
	for _, o := range options {
		w.bytes(o.id, byte(off>>8), byte(off), byte(len(o.data)>>8), byte(len(o.data)))
		off += uint16(len(o.data))
	}
	w.bytes(optEnd)
	for _, o := range options {
		w.bytes(o.data...)
	}
}

// Login is what a client says of itself.
type Login struct {
	Version        uint32
	PacketSize     int
	Host           string
	User           string
	Password       string
	App            string
	Database       string
	ReadOnlyIntent bool
}

const (
	loginFixed       = 94
	typeFlagReadOnly = 0x20
	sspiRequested    = 0x80
)

// ParseLogin reads a LOGIN7 message. Only SQL authentication is known.
func ParseLogin(body []byte) (Login, error) {
	var l Login
	if len(body) < loginFixed {
		return l, errShort
	}
	l.Version = le.Uint32(body[4:])
	l.PacketSize = int(le.Uint32(body[8:]))
	l.ReadOnlyIntent = body[26]&typeFlagReadOnly != 0
	if body[25]&sspiRequested != 0 {
		return l, errors.New("login: only SQL authentication is supported")
	}
	var err error
	field := func(i int) []byte {
		off, n := int(le.Uint16(body[36+4*i:])), 2*int(le.Uint16(body[38+4*i:]))
		if off+n > len(body) {
			err = errShort
			return nil
		}
		return body[off : off+n]
	}
	text := func(i int) string { return value.FromUTF16(field(i)) }
	l.Host, l.User, l.App, l.Database = text(0), text(1), text(3), text(8)
	scrambled := bytes.Clone(field(2))
	for i, b := range scrambled {
		b ^= 0xA5
		scrambled[i] = b<<4 | b>>4
	}
	l.Password = value.FromUTF16(scrambled)
	return l, err
}
