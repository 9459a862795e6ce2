//go:build !race

package main

import (
	"bytes"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
)

// wireFault is something that goes wrong with a connection, once, when a request with a text passes.
type wireFault struct {
	name  string
	at    string // in capitals
	pass  bool   // whether the request still reaches the server
	lose  bool   // whether its answer is lost on the way back, and the connection with it
	reset bool   // whether the connection is reset, not closed
	slow  bool   // nothing is lost: everything passes byte by byte
}

var wireFaults = []wireFault{
	{name: "cut before a change arrives", at: "DELETE"},
	{name: "cut before the commit arrives", at: "COMMIT"},
	{name: "the answer to the commit is lost", at: "COMMIT", pass: true, lose: true},
	{name: "reset before the commit arrives", at: "COMMIT", reset: true},
	{name: "reset behind the commit", at: "COMMIT", pass: true, lose: true, reset: true},
	{name: "slow", at: "DELETE", slow: true},
}

// TestConnectionsThatFail erases people over connections that are cut, reset and slow: one run must end with exactly what was planned
// changed once.
func TestConnectionsThatFail(t *testing.T) {
	for _, c := range []struct{ kind, variable string }{{"MariaDB", "DOSSIER_TEST_MYSQL"}, {"PostgreSQL", "DOSSIER_TEST_POSTGRES"}} {
		t.Run(c.kind, func(t *testing.T) {
			w := newWire(t, server(t, c.variable))
			t.Setenv(c.variable, w.address.String())
			for _, kind := range crashKinds {
				if kind.name != c.kind {
					continue
				}
				world := newCrashWorld(t, kind, "", len(wireFaults))
				for i, fault := range wireFaults {
					plan := world.planned(i + 1)
					w.arm(fault)
					e := world.run("apply", plan, "--yes")
					if e.code != 0 {
						t.Errorf("%s: %s", fault.name, e)
					}
					if !w.disarm() {
						t.Errorf("%s: it never happened", fault.name)
					}
					world.gone(i+1, fault.name)
				}
				if e := world.run("log", "verify"); e.code != 0 {
					t.Errorf("the log does not verify: %s", e)
				}
			}
		})
	}
}

// wire stands between the program and a server.
type wire struct {
	address *url.URL
	server  string
	fault   atomic.Pointer[wireFault]
	hit     atomic.Bool
	work    sync.WaitGroup
}

func newWire(t *testing.T, to *url.URL) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := *to
	address.Host = l.Addr().String()
	w := &wire{address: &address, server: to.Host}
	t.Cleanup(func() {
		l.Close()
		w.work.Wait()
	})
	w.work.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			back, err := net.Dial("tcp", w.server)
			if err != nil {
				client.Close()
				continue
			}
			c := &wireConn{wire: w, client: client.(*net.TCPConn), server: back.(*net.TCPConn)}
			w.work.Go(c.requests)
			w.work.Go(c.answers)
		}
	})
	return w
}

func (w *wire) arm(f wireFault) {
	w.hit.Store(false)
	w.fault.Store(&f)
}

// disarm reports whether the fault has come.
func (w *wire) disarm() bool {
	w.fault.Store(nil)
	return w.hit.Load()
}

// wireConn is one connection through a wire.
type wireConn struct {
	*wire
	client, server *net.TCPConn
	lose           atomic.Bool
}

// end closes or resets both sides.
func (c *wireConn) end(reset bool) {
	if reset {
		_ = c.client.SetLinger(0) // a close then resets
	}
	_ = c.client.Close()
	_ = c.server.Close()
}

func (c *wireConn) requests() {
	defer c.end(false)
	buf := make([]byte, 64<<10)
	for {
		n, err := c.client.Read(buf)
		if err != nil {
			return
		}
		f := c.fault.Load()
		if f != nil && bytes.Contains(bytes.ToUpper(buf[:n]), []byte(f.at)) && c.hit.CompareAndSwap(false, true) && !f.slow {
			c.lose.Store(f.lose)
			if !f.pass {
				c.end(f.reset)
				return
			}
		}
		if !write(c.server, buf[:n], f) {
			return
		}
	}
}

func (c *wireConn) answers() {
	buf := make([]byte, 64<<10)
	for {
		n, err := c.server.Read(buf)
		f := c.fault.Load()
		if c.lose.Load() || err != nil {
			c.end(f != nil && f.reset)
			return
		}
		if !write(c.client, buf[:n], f) {
			return
		}
	}
}

// write passes bytes on, one by one where the wire is slow.
func write(to net.Conn, b []byte, f *wireFault) bool {
	step := len(b)
	if f != nil && f.slow {
		step = 1
	}
	for ; len(b) > 0; b = b[min(step, len(b)):] {
		if _, err := to.Write(b[:min(step, len(b))]); err != nil {
			return false
		}
	}
	return true
}
