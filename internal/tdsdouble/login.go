package tdsdouble

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"time"

	"dossier/internal/tdsdouble/value"
	"dossier/internal/tdsdouble/wire"
)

// login takes a client through the pre-login, TLS and LOGIN7. It returns where later messages come from.
func (c *conn) login(ctx context.Context) (io.Reader, error) {
	m, err := wire.ReadMessage(c.raw)
	if err != nil {
		return nil, err
	}
	if m.Type != wire.PacketPreLogin {
		return nil, fmt.Errorf("message of type %d before the pre-login", m.Type)
	}
	asked, err := wire.ParsePreLogin(m.Body)
	if err != nil {
		return nil, err
	}
	agreed := wire.EncryptNone
	if c.srv.tls != nil && asked != wire.EncryptNone {
		agreed = wire.EncryptAll
		if c.srv.opts.LoginOnly && asked == wire.EncryptLogin {
			agreed = wire.EncryptLogin
		}
	}
	c.w = wire.NewWriter(c.raw, wire.DefaultPacketSize)
	c.w.PreLogin(agreed)
	if err := c.w.End(); err != nil {
		return nil, err
	}
	stream := net.Conn(c.raw)
	if agreed != wire.EncryptNone {
		if stream, err = c.handshake(ctx); err != nil {
			return nil, err
		}
	}
	if m, err = wire.ReadMessage(stream); err != nil {
		return nil, err
	}
	if agreed == wire.EncryptLogin {
		stream = c.raw
	}
	if m.Type != wire.PacketLogin {
		return nil, fmt.Errorf("message of type %d instead of the login", m.Type)
	}
	c.w = wire.NewWriter(stream, wire.DefaultPacketSize)
	l, err := wire.ParseLogin(m.Body)
	if err == nil {
		err = c.admit(ctx, l)
	}
	if err != nil {
		var e *value.Error
		if !errors.As(err, &e) {
			e = value.Unsupported("this login (%v)", err)
		}
		c.w.Error(e, serverName)
		c.w.Done(wire.DoneBatch, wire.StatusError, 0, 0)
		return nil, errors.Join(err, c.w.End())
	}
	return stream, c.w.End()
}

// admit checks the password and answers the login.
func (c *conn) admit(ctx context.Context, l wire.Login) error {
	if want, ok := c.srv.opts.Users[l.User]; !ok || want != l.Password {
		return value.Errorf(18456, 14, 1, "Login failed for user '%s'.", l.User)
	}
	name := l.Database
	if name == "" {
		name = c.srv.opts.Databases[0]
	}
	db := c.srv.catalog.database(name)
	if db == nil || !c.srv.mayEnter(l.User, name) {
		c.w.Error(value.Errorf(4060, 11, 1, "Cannot open database \"%s\" requested by the login. The login failed.", name), serverName)
		return value.Errorf(18456, 14, 1, "Login failed for user '%s'.", l.User)
	}
	ses, err := c.srv.newSession(ctx, l.User, db)
	if err != nil {
		return err
	}
	c.ses, c.app = ses, l.App
	ses.app = l.App
	c.w.Database(db.name, "master")
	c.w.Info(&value.Error{Number: 5701, State: 2, Line: 1, Message: "Changed database context to '" + db.name + "'."}, serverName)
	c.w.Collation()
	c.w.LoginAck()
	size := min(max(l.PacketSize, 512), 32767)
	if c.srv.tls != nil {
		size = min(size, 16383)
	}
	c.w.PacketSize(size, wire.DefaultPacketSize)
	c.w.Done(wire.DoneBatch, 0, 0, 0)
	c.w.ResizeNext(size)
	return nil
}

// handshake runs TLS inside pre-login packets; after it the packets run inside TLS.
func (c *conn) handshake(ctx context.Context) (net.Conn, error) {
	wrapped := &wrappedConn{Conn: c.raw, wrapping: true}
	t := tls.Server(wrapped, c.srv.tls)
	if err := t.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	if err := wrapped.flush(); err != nil {
		return nil, err
	}
	wrapped.wrapping = false
	return t, nil
}

// wrappedConn carries the bytes of a TLS handshake in pre-login messages.
type wrappedConn struct {
	net.Conn
	wrapping bool
	in       bytes.Reader
	out      bytes.Buffer
}

func (w *wrappedConn) Read(p []byte) (int, error) {
	if !w.wrapping {
		if w.in.Len() > 0 {
			return w.in.Read(p)
		}
		return w.Conn.Read(p)
	}
	if err := w.flush(); err != nil {
		return 0, err
	}
	for w.in.Len() == 0 {
		m, err := wire.ReadMessage(w.Conn)
		if err != nil {
			return 0, err
		}
		w.in.Reset(m.Body)
	}
	return w.in.Read(p)
}

func (w *wrappedConn) Write(p []byte) (int, error) {
	if !w.wrapping {
		return w.Conn.Write(p)
	}
	return w.out.Write(p)
}

// flush sends what the handshake has written as one message.
func (w *wrappedConn) flush() error {
	if w.out.Len() == 0 {
		return nil
	}
	defer w.out.Reset()
	_, err := w.Conn.Write(wire.Wrap(w.out.Bytes()))
	return err
}

// selfSigned makes a certificate for this machine's loopback address.
func selfSigned() (*tls.Config, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: serverName}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"},
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	// TLS 1.3 would send session tickets after the handshake, when packets are no longer wrapped.
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MaxVersion: tls.VersionTLS12}, nil
}
