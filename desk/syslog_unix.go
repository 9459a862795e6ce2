//go:build !windows && !plan9

package desk

import (
	"log/syslog"
	"sync"
)

// system is the syslog of this computer. It is connected to when there is something to tell, and again when it went away.
type system struct {
	mu     sync.Mutex
	dial   func() (*syslog.Writer, error)
	writer *syslog.Writer
}

// openSyslog returns what takes lines for the syslog of this computer, in the facility for what concerns authority.
func openSyslog() (send func(string) error, closing func() error, err error) {
	s := &system{dial: func() (*syslog.Writer, error) { return syslog.New(syslog.LOG_NOTICE|syslog.LOG_AUTHPRIV, "dossier") }}
	return s.send, s.close, nil
}

func (s *system) send(line string) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writer == nil {
		if s.writer, err = s.dial(); err != nil {
			return err
		}
	}
	return s.writer.Notice(line)
}

func (s *system) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writer == nil {
		return nil
	}
	return s.writer.Close()
}
