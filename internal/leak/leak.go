// Package leak holds that the tests of a package leave no goroutine behind.
package leak

import (
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// patience is how long goroutines have to end once the tests are through: a driver may still be closing a connection that was
// broken off, and on a loaded machine that takes its time.
const patience = time.Minute

// Main runs the tests of a package, for its TestMain, and fails where goroutines stay.
func Main(m *testing.M, options ...goleak.Option) {
	code := m.Run()
	if code == 0 {
		if err := await(options); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func await(options []goleak.Option) error {
	began := time.Now()
	for {
		if err := goleak.Find(options...); err == nil || time.Since(began) > patience {
			return err
		}
	}
}
