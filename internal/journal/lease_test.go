package journal

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is a time that tests move, and a heart that beats when they say.
type clock struct {
	mu   sync.Mutex
	at   time.Time
	tick chan time.Time
}

func newClock() *clock { return &clock{at: testTime, tick: make(chan time.Time)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// until beats until the lease is lost.
func (c *clock) until(l *Lease) {
	for {
		select {
		case c.tick <- c.now():
		case <-l.Lost():
			return
		}
	}
}

// beside opens a journal that is open already, as another process or host does.
func beside(t *testing.T, at Config, c *clock) *Journal {
	at.Now = c.now
	j := open(t, at)
	j.ticks = func(time.Duration) (<-chan time.Time, func()) { return c.tick, func() {} }
	return j
}

func TestLeases(t *testing.T) {
	onEachStore(t, func(t *testing.T, at Config) {
		c := newClock()
		one, two := beside(t, at, c), beside(t, at, c)
		lease, err := one.Lease(t.Context(), "SAR-2026-0001", "Pat")
		if err != nil {
			t.Fatal(err)
		}
		host, _ := os.Hostname()
		for _, j := range []*Journal{one, two} {
			_, err := j.Lease(t.Context(), "SAR-2026-0001", "Sam")
			if !errors.Is(err, ErrLeased) || !strings.Contains(err.Error(), fmt.Sprintf("process %d on %s, started by Pat, since 2026-03-02T09:30", os.Getpid(), host)) {
				t.Errorf("a second was not refused: %v", err)
			}
		}
		other, err := two.Lease(t.Context(), "SAR-2026-0002", "Sam")
		if err != nil {
			t.Fatalf("another request: %v", err)
		}
		if err := errors.Join(other.Release(), other.Release()); err != nil {
			t.Error(err)
		}

		update(t, one, func(tx *Tx) error { return tx.Held(lease) })
		for range 5 { // beating, it lasts
			c.pass(leaseFor - time.Second)
			c.tick <- c.now()
			c.tick <- c.now() // taken once the first beat is kept
		}
		if _, err := two.Lease(t.Context(), "SAR-2026-0001", "Sam"); !errors.Is(err, ErrLeased) {
			t.Errorf("a living holder lost its lease: %v", err)
		}
		c.pass(leaseFor) // dead, or cut off
		taken, err := two.Lease(t.Context(), "SAR-2026-0001", "Sam")
		if err != nil {
			t.Fatalf("the lease of a dead holder: %v", err)
		}
		c.until(lease) // both beat on the one heart of the test
		if err := one.Update(t.Context(), func(tx *Tx) error { return tx.Held(lease) }); !errors.Is(err, ErrLeased) {
			t.Errorf("the first writes on: %v", err)
		}
		if err := lease.Release(); err != nil { // which frees nobody else's
			t.Error(err)
		}
		if _, err := one.Lease(t.Context(), "SAR-2026-0001", "Pat"); !errors.Is(err, ErrLeased) {
			t.Errorf("%v", err)
		}
		select {
		case <-taken.Lost():
			t.Error("the second holder lost it too")
		default:
		}
		if err := taken.Release(); err != nil {
			t.Error(err)
		}
		again, err := one.Lease(t.Context(), "SAR-2026-0001", "Pat")
		if err != nil {
			t.Fatalf("after its release: %v", err)
		}
		if err := again.Release(); err != nil {
			t.Error(err)
		}
	})
}

// A holder that cannot reach the journal gives up before anybody else can take over.
func TestLeaseCutOff(t *testing.T) {
	c := newClock()
	j := beside(t, inFile(t), c)
	lease, err := j.Lease(t.Context(), "SAR-2026-0001", "Pat")
	if err != nil {
		t.Fatal(err)
	}
	if err := j.write.Close(); err != nil {
		t.Fatal(err)
	}
	c.tick <- c.now()
	c.tick <- c.now()
	select {
	case <-lease.Lost():
		t.Error("lost by one missed beat")
	default:
	}
	c.pass(leaseFor * 5 / 6)
	c.until(lease)
	if err := lease.Release(); err == nil {
		t.Error("no error from a closed journal")
	}
}
