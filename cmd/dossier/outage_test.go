package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"dossier/internal/estate"
)

// Five kinds of systems are searched at once. The MariaDB server stops in the middle, when it is asked for the
// children of what it has told; the PostgreSQL server answers only once everything else has been shown.
func TestOneSystemStopsAndAnotherIsSlow(t *testing.T) {
	mysql, postgres := server(t, "DOSSIER_TEST_MYSQL"), server(t, "DOSSIER_TEST_POSTGRES")
	options := estate.Options{Dir: t.TempDir(), People: 60, Seed: 3, Prefix: "outage_"}
	shown := make(chan struct{})
	var armed atomic.Bool
	stops := relay(t, mysql, &armed, "`Claims`", func(client net.Conn) { client.Close() })
	slow := relay(t, postgres, &armed, `"Accounts"`, func(net.Conn) { <-shown })
	options.Servers = map[string]string{"qlms": stops.String(), "websites": slow.String()}
	if _, err := estate.Generate(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	armed.Store(true)
	password, _ := mysql.User.Password()
	t.Setenv(estate.PasswordVariable, password)

	waiting := map[string]bool{"qlms": true, "lms": true, "prodrive": true, "fileshare": true, "mailing-lists": true}
	out := &lines{line: func(l result) {
		delete(waiting, l.System)
		if l.Type == "match" && len(waiting) == 0 {
			waiting["all were shown"] = true
			close(shown)
		}
	}}
	var errs bytes.Buffer
	code := run(t.Context(), []string{"locate", "--json", "--register", filepath.Join(options.Dir, "connectors.toml"),
		"--state", t.TempDir(), "--subject", "-", "--reason", "a drill"}, strings.NewReader(subjectLines()), out, &errs)
	if code != 3 {
		t.Errorf("exit code %d, want 3: %s", code, errs.String())
	}
	for system, state := range map[string]string{"qlms": "partly", "websites": "searched", "lms": "searched", "prodrive": "searched",
		"fileshare": "searched", "mailing-lists": "searched", "paper": "manual"} {
		if got := out.coverage[system]; got.State != state {
			t.Errorf("%s: state %q with gaps %v, want %s", system, got.State, got.Gaps, state)
		}
	}
	if gaps := out.coverage["qlms"].Gaps; len(gaps) == 0 || gaps[0].Why == "" {
		t.Errorf("nothing says what of QLMS was not searched and why")
	}
	select {
	case <-shown:
	default:
		t.Errorf("not everything else was shown while one system was slow: %v still waited", waiting)
	}
	if out.matches["websites"] == 0 || out.matches["qlms"] == 0 {
		t.Errorf("matches a system: %v", out.matches)
	}
	if strings.Contains(errs.String()+out.text.String(), password) {
		t.Error("the password was printed")
	}
}

func subjectLines() string {
	var b strings.Builder
	for kind, values := range estate.DemoSubject() {
		for _, v := range values {
			b.WriteString(kind + " = \"" + v + "\"\n")
		}
	}
	return b.String()
}

// server returns the address of a server that the tests may use.
func server(t *testing.T, variable string) *url.URL {
	t.Helper()
	u, err := url.Parse(os.Getenv(variable))
	if err != nil {
		t.Fatal(err)
	}
	if u.Host == "" {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is not set: run the tests with make test", variable)
		}
		t.Skipf("SKIPPED: %s is not set: run the tests with make test", variable)
	}
	return u
}

// relay stands before a server and, once armed, calls at with the client's connection before it hands on bytes that
// hold the text. It returns its own address, for the same account.
func relay(t *testing.T, to *url.URL, armed *atomic.Bool, text string, at func(client net.Conn)) *url.URL {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var work sync.WaitGroup
	t.Cleanup(func() {
		l.Close()
		work.Wait()
	})
	work.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			back, err := net.Dial("tcp", to.Host)
			if err != nil {
				client.Close()
				continue
			}
			work.Go(func() {
				defer client.Close()
				_, _ = io.Copy(client, back) // an end of either side ends the relay
			})
			work.Go(func() {
				defer back.Close()
				buf := make([]byte, 64<<10)
				for {
					n, err := client.Read(buf)
					if err != nil {
						return
					}
					if armed.Load() && bytes.Contains(buf[:n], []byte(text)) {
						at(client)
					}
					if _, err := back.Write(buf[:n]); err != nil {
						return
					}
				}
			})
		}
	})
	here := *to
	here.Host, here.RawQuery = l.Addr().String(), ""
	return &here
}

// result is a line that locate --json prints.
type result struct {
	Type, System, State string
	Gaps                []struct{ Why string }
}

// lines gathers what locate prints.
type lines struct {
	text     bytes.Buffer
	rest     []byte
	line     func(result)
	coverage map[string]result
	matches  map[string]int
}

func (l *lines) Write(b []byte) (int, error) {
	l.text.Write(b)
	l.rest = append(l.rest, b...)
	for {
		line, rest, ok := bytes.Cut(l.rest, []byte("\n"))
		if !ok {
			return len(b), nil
		}
		l.rest = rest
		var r result
		if err := json.Unmarshal(line, &r); err != nil {
			return 0, err
		}
		if l.coverage == nil {
			l.coverage, l.matches = map[string]result{}, map[string]int{}
		}
		switch r.Type {
		case "coverage":
			l.coverage[r.System] = r
		case "match":
			l.matches[r.System]++
		}
		l.line(r)
	}
}
