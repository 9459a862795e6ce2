//go:build unix

package sheet

import (
	"syscall"
	"time"
)

// clock returns the processor time of the process and of those that it waited for: other work on the machine does not lengthen it.
func clock() time.Duration {
	var sum time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if err := syscall.Getrusage(who, &u); err != nil {
			panic(err)
		}
		sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	return sum
}
