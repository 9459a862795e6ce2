//go:build !windows && !plan9

package desk

import (
	"log/syslog"
	"net"
	"path/filepath"
	"strings"
	"testing"
)

func TestSyslog(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "log")
	s := &system{dial: func() (*syslog.Writer, error) {
		return syslog.Dial("unixgram", socket, syslog.LOG_NOTICE|syslog.LOG_AUTHPRIV, "dossier")
	}}
	if err := s.send("too early"); err == nil {
		t.Error("nobody listens, and nobody says so")
	}
	listener, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if err := s.send(`entry=1 what="system searched"`); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 1000)
	n, err := listener.Read(b)
	if err != nil || !strings.HasPrefix(string(b[:n]), "<85>") || !strings.Contains(string(b[:n]), `entry=1 what="system searched"`) {
		t.Errorf("%q, %v", b[:n], err)
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
}
