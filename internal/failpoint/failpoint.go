//go:build failpoint

package failpoint

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
)

// Variable names the environment variable that says where the process is killed: "name", or "name:n" for the n-th time
// that it comes by there. "trace" kills nowhere and writes a line "failpoint NAME" to standard error at every point, so
// that a test learns from one run which points there are.
const Variable = "DOSSIER_FAILPOINT"

const trace = "trace"

var (
	name  string
	times int64 = 1
	seen  atomic.Int64
)

func init() {
	n, count, counted := strings.Cut(os.Getenv(Variable), ":")
	name = n
	if counted {
		times, _ = strconv.ParseInt(count, 10, 64) // a count that is none never comes
	}
}

// Here kills the process, as a loss of power would, where the environment says so.
func Here(point string) {
	switch name {
	case "":
	case trace:
		fmt.Fprintf(os.Stderr, "failpoint %s\n", point)
	case point:
		if seen.Add(1) == times {
			kill()
		}
	}
}
