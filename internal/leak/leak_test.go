package leak

import (
	"testing"
	"time"
)

func TestAwait(t *testing.T) {
	stay := make(chan struct{})
	go func() { <-stay }()
	time.AfterFunc(time.Second, func() { close(stay) }) // goleak alone gives up within half a second
	if err := await(nil); err != nil {
		t.Error(err)
	}
}
