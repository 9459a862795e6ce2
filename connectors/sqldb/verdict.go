package sqldb

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// verdict is what an error of a driver means, in words that hold no value of a record: servers quote
// values in their messages, so that only the part before the first quote is repeated.
type verdict struct {
	server    bool   // the server said so; else the connection failed and nobody knows what it did
	transient bool   // another try can go better: a deadlock, a lock that was waited for too long
	code      string // the server's own
	message   string
	raw       string // the server's error as its driver writes it
}

func (v verdict) String() string {
	message, _, cut := cutAny(v.message, "'\"`(‘“[")
	message = strings.TrimSpace(message)
	if cut {
		message += " …"
	}
	if v.code != "" {
		message += " (error " + v.code + ")"
	}
	return message
}

func cutAny(s, chars string) (before, after string, found bool) {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i], s[i:], true
	}
	return s, "", false
}

// unknownError is the verdict on an error that is not the server's.
func unknownError(err error) verdict {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return verdict{message: "the time was up"}
	case errors.Is(err, context.Canceled):
		return verdict{message: "it was cancelled"}
	case errors.Is(err, errCount):
		return verdict{server: true, message: "the server changed another number of records than were planned"}
	}
	return verdict{message: fmt.Sprintf("the connection failed: %v", err)}
}
