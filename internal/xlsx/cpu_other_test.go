//go:build !unix

package xlsx

import "time"

var begin = time.Now()

func clock() time.Duration { return time.Since(begin) }
