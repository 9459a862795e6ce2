package main

import (
	"bytes"
	"context"
	"database/sql"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"dossier/internal/estate"
	"dossier/locate"
)

// onDemo is an office on the demo estate, where two people approve an erasure.
func onDemo(t *testing.T) *screenOffice {
	t.Helper()
	made, err := estate.Generate(t.Context(), estate.Options{Dir: t.TempDir(), People: 20, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	o := &screenOffice{t: t, dir: made.Dir, register: made.Register, clock: pictured}
	register, err := os.ReadFile(made.Register)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(made.Register, append(register, "\n[approvals]\nerase = 2\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	return o
}

// demoPerson is what the person of the demonstration says of themselves.
func demoPerson(kinds ...string) []locate.Identifier {
	var known []locate.Identifier
	for kind, values := range estate.DemoSubject() {
		if len(kinds) == 0 || slices.Contains(kinds, kind) {
			for _, v := range values {
				known = append(known, locate.Identifier{Kind: kind, Value: v})
			}
		}
	}
	slices.SortFunc(known, func(a, b locate.Identifier) int { return bytes.Compare([]byte(a.Kind), []byte(b.Kind)) })
	return known
}

// lock keeps a database of files to the test alone: whoever would change it waits.
func (o *screenOffice) lock(name string) (unlock func()) {
	o.t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(o.dir, name))
	if err != nil {
		o.t.Fatal(err)
	}
	conn, err := db.Conn(context.Background())
	if err != nil {
		o.t.Fatal(err)
	}
	if _, err := conn.ExecContext(context.Background(), "BEGIN IMMEDIATE"); err != nil {
		o.t.Fatal(err)
	}
	return func() {
		if _, err := conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
			o.t.Error(err)
		}
		_ = conn.Close() // nothing was written
		if err := db.Close(); err != nil {
			o.t.Error(err)
		}
	}
}

// gate stands before a server that can go away: then every connection is reset, and no new one is answered.
type gate struct {
	address *url.URL
	server  string
	work    sync.WaitGroup

	mu     sync.Mutex
	shut   bool
	before []byte // it goes away when it is sent this; nil: it stays
	open   map[net.Conn]bool
}

// newGate stands before the server of an address.
func newGate(t *testing.T, to *url.URL) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	here := *to
	here.Host = l.Addr().String()
	g := &gate{address: &here, server: to.Host, open: map[net.Conn]bool{}}
	t.Cleanup(func() {
		l.Close()
		g.goAway()
		g.work.Wait()
	})
	g.work.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			g.connect(client.(*net.TCPConn))
		}
	})
	return g
}

func (g *gate) connect(client *net.TCPConn) {
	back, err := net.Dial("tcp", g.server)
	if err != nil || !g.admit(client, back) {
		_ = client.SetLinger(0)
		client.Close()
		if err == nil {
			back.Close()
		}
		return
	}
	g.work.Go(func() {
		defer client.Close()
		_, _ = io.Copy(client, back) // an end of either side ends both
	})
	g.work.Go(func() {
		defer back.Close()
		b := make([]byte, 64<<10)
		for {
			n, err := client.Read(b)
			if err != nil || g.struck(b[:n]) {
				return
			}
			if _, err := back.Write(b[:n]); err != nil {
				return
			}
		}
	})
}

// admit keeps the two ends of a connection; it reports false while the server is away.
func (g *gate) admit(client *net.TCPConn, back net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.shut {
		_ = client.SetLinger(0)
		g.open[client], g.open[back] = true, true
	}
	return !g.shut
}

// struck lets the server go away where it is sent what it goes away before; it reports whether it did.
func (g *gate) struck(sent []byte) bool {
	g.mu.Lock()
	strikes := g.before != nil && bytes.Contains(bytes.ToUpper(sent), g.before)
	g.mu.Unlock()
	if strikes {
		g.goAway()
	}
	return strikes
}

func (g *gate) goAway() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut, g.before = true, nil
	for c := range g.open {
		c.Close()
	}
	clear(g.open)
}

// awayBefore lets the server go away when it is sent a text, in capitals.
func (g *gate) awayBefore(text string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.before = []byte(text)
}

func (g *gate) comeBack() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = false
}
