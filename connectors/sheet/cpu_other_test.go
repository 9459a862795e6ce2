//go:build !unix

package sheet

import "time"

var begin = time.Now()

func clock() time.Duration { return time.Since(begin) }
