//go:build windows || plan9

package desk

import "errors"

func openSyslog() (send func(string) error, closing func() error, err error) {
	return nil, nil, errors.New("this computer has no syslog: take syslog = true out of [log] in the register")
}
