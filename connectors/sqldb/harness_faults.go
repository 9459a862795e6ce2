package sqldb

import (
	"bytes"
	"context"
	"errors"
	"net"
	"strings"
	"sync"

	"dossier/connectors/connectortest"
)

// faulty is a dialect with something wrong about one place or about writing.
type faulty struct {
	dialect
	lost     string // the place that cannot be reached
	noWrites bool   // sessions that write are set up as those that read
}

func (d faulty) connect(ctx context.Context, p *place, write bool) (link, error) {
	if p.name == d.lost {
		return nil, errors.New("cannot be reached: the suite took it away")
	}
	return d.dialect.connect(ctx, p, write && !d.noWrites)
}

func (d faulty) settle(ctx context.Context, s *session) error {
	if !d.noWrites {
		return d.dialect.settle(ctx, s)
	}
	reader := *s
	reader.write = false
	err := d.dialect.settle(ctx, &reader)
	s.id = reader.id
	return err
}

// lock keeps every table of the suite from being read until it is undone.
func (h *Harness) lock(ctx context.Context) (func() error, error) {
	var undo []func() error
	all := func() error {
		var errs []error
		for _, f := range undo {
			errs = append(errs, f())
		}
		return errors.Join(errs...)
	}
	for _, p := range h.like.places {
		l, err := h.like.d.connect(ctx, p, true)
		if err != nil {
			return nil, errors.Join(err, all())
		}
		undo = append(undo, func() error {
			defer l.close()
			ctx, cancel := context.WithTimeout(context.Background(), goodbye)
			defer cancel()
			_, err := l.exec(ctx, h.ddl.unlock)
			return err
		})
		names := make([]string, len(h.data.Entities))
		for i, e := range h.data.Entities {
			names[i] = h.like.d.quote(e.Name)
		}
		for _, text := range h.ddl.lock(names) {
			if _, err := l.exec(ctx, text); err != nil {
				return nil, errors.Join(err, all())
			}
		}
	}
	return all, nil
}

// proxy stands between the connector and the server, and loses what the fault says.
type proxy struct {
	listener net.Listener
	network  string // of the server
	server   string
	fault    connectortest.Fault
	once     sync.Once

	mu    sync.Mutex
	open  []net.Conn
	group sync.WaitGroup
}

// cutAfter is how many bytes of answers pass before the connection is cut: more than the catalog of the suite's
// tables, less than the records of its largest one.
const cutAfter = 300_000

func newProxy(network, server string, fault connectortest.Fault) (*proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: listener, network: network, server: server, fault: fault}
	p.group.Go(p.accept)
	return p, nil
}

// address returns the address by which the proxy is reached instead of the server.
func (p *proxy) address(to address) address {
	to.host, to.port, _ = net.SplitHostPort(p.listener.Addr().String())
	return to
}

func (p *proxy) close() error {
	err := p.listener.Close()
	p.mu.Lock()
	for _, c := range p.open {
		_ = c.Close()
	}
	p.mu.Unlock()
	p.group.Wait()
	return err
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial(p.network, p.server)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		p.open = append(p.open, client, server)
		p.mu.Unlock()
		var lose sync.Once
		lost := make(chan struct{})
		p.group.Go(func() { p.toServer(client, server, func() { lose.Do(func() { close(lost) }) }) })
		p.group.Go(func() { p.toClient(client, server, lost) })
	}
}

// toServer passes requests on, and tells when one of them is a commit whose answer is to be lost.
func (p *proxy) toServer(client, server net.Conn, lose func()) {
	defer server.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if p.fault == connectortest.LostReply && commits(buf[:n]) {
			p.once.Do(lose)
		}
		if p.fault == connectortest.Stalled && reads(buf[:n]) {
			n = 0
		}
		if n > 0 {
			if _, err := server.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// commits reports whether a request is the statement COMMIT, in ASCII or UTF-16, and not a word that starts so.
func commits(request []byte) bool {
	narrow := bytes.ReplaceAll(request, []byte{0}, nil)
	_, behind, found := bytes.Cut(bytes.ToUpper(narrow), []byte("COMMIT"))
	return found && (len(behind) == 0 || behind[0] < 'A' || behind[0] > 'Z')
}

// reads reports whether a request reads a table of the suite.
func reads(request []byte) bool {
	narrow := bytes.ReplaceAll(request, []byte{0}, nil)
	return bytes.Contains(narrow, []byte("SELECT")) && bytes.Contains(narrow, []byte(suitePrefix))
}

// toClient passes answers on until what is to be lost.
func (p *proxy) toClient(client, server net.Conn, lost <-chan struct{}) {
	defer client.Close()
	buf := make([]byte, 32<<10)
	passed := 0
	for {
		n, err := server.Read(buf)
		select {
		case <-lost:
			return // the answer has arrived here and goes no further
		default:
		}
		passed += n
		if p.fault == connectortest.CutOff && passed > cutAfter {
			cut := false
			p.once.Do(func() { cut = true })
			if cut {
				return
			}
		}
		if n > 0 {
			if _, err := client.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

var definers = map[string]definer{
	"mssql":    mssqlDefiner,
	"mysql":    mysqlDefiner,
	"postgres": postgresDefiner,
	"sqlite":   sqliteDefiner,
}

func lockMySQL(tables []string) []string {
	return []string{"LOCK TABLES " + strings.Join(tables, " WRITE, ") + " WRITE"}
}
