package journal

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"dossier/internal/logproof"
)

// A lease lasts leaseFor after its last beat, and beats every leaseFor/6: a holder that misses several in a row is dead, or
// cut off, and has noticed that itself by then.
const leaseFor = time.Minute

// ErrLeased says that another process works on the request.
var ErrLeased = errors.New("another process works on it")

// Lease is the right to change systems for a request, which one process has at a time. Where several computers share a
// journal, their clocks must agree to within half of leaseFor.
type Lease struct {
	j       *Journal
	request string
	token   string
	lost    chan struct{}
	stop    context.CancelFunc
	beats   sync.WaitGroup
}

// Lease takes the request for this process, on behalf of holder. The error wraps ErrLeased and says who has it.
func (j *Journal) Lease(ctx context.Context, request, holder string) (*Lease, error) {
	l := &Lease{j: j, request: request, token: rand.Text(), lost: make(chan struct{})}
	if err := j.Update(ctx, func(t *Tx) error { return t.take(l, holder) }); err != nil {
		return nil, err
	}
	var beating context.Context
	beating, l.stop = context.WithCancel(context.WithoutCancel(ctx))
	tick, end := j.ticks(leaseFor / 6)
	l.beats.Go(func() {
		defer end()
		l.beat(beating, tick)
	})
	return l, nil
}

func (t *Tx) take(l *Lease, holder string) error {
	now := t.j.now()
	var who, host, since, beat string
	var process int
	err := t.row(`SELECT holder, host, process, since, beat FROM leases WHERE request = ?`, l.request).Scan(&who, &host, &process, &since, &beat)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	here, hostErr := os.Hostname()
	gone := hostErr == nil && host == here && !alive(process) // killed: nobody has to wait for its lease to run out
	if err == nil && beat > written(now.Add(-leaseFor)) && !gone {
		return fmt.Errorf("%s: %w: process %d on %s, started by %s, since %s; wait until it ends, or end it: what it has begun is taken up then",
			l.request, ErrLeased, process, host, who, since)
	}
	if host = here; hostErr != nil {
		host = "unknown"
	}
	_, err = t.exec(`INSERT INTO leases (request, token, holder, host, process, since, beat) VALUES (?,?,?,?,?,?,?)
		ON CONFLICT (request) DO UPDATE SET token = excluded.token, holder = excluded.holder, host = excluded.host,
		process = excluded.process, since = excluded.since, beat = excluded.beat`,
		l.request, l.token, logproof.Storable(holder), logproof.Storable(host), os.Getpid(), written(now), written(now))
	return err
}

// beat keeps the lease until it is released, another one has it, or it has not been kept for so long that another may.
func (l *Lease) beat(ctx context.Context, tick <-chan time.Time) {
	kept := l.j.now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
		within, cancel := context.WithTimeout(ctx, leaseFor/6)
		mine, err := l.keep(within)
		cancel()
		now := l.j.now()
		switch {
		case ctx.Err() != nil:
			return
		case err == nil && mine:
			kept = now
		case err == nil || now.Sub(kept) >= leaseFor*5/6: // before anybody else can take it
			close(l.lost)
			return
		}
	}
}

// keep beats once, and reports whether the lease is still this one's.
func (l *Lease) keep(ctx context.Context) (mine bool, err error) {
	err = l.j.Update(ctx, func(t *Tx) error {
		now := t.j.now()
		res, err := t.exec(`UPDATE leases SET beat = ? WHERE request = ? AND token = ? AND beat > ?`,
			written(now), l.request, l.token, written(now.Add(-leaseFor)))
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		mine = n == 1
		return err
	})
	return mine, err
}

// Lost is closed when the lease is no longer this process's: it stops before its next write.
func (l *Lease) Lost() <-chan struct{} { return l.lost }

// Held returns an error where the lease is not this process's any more. Within the change that writes an intent down, it
// keeps a holder that was cut off from writing beside the next one.
func (t *Tx) Held(l *Lease) error {
	var mine int
	err := t.row(`SELECT count(*) FROM leases WHERE request = ? AND token = ?`, l.request, l.token).Scan(&mine)
	if err == nil && mine == 0 {
		err = fmt.Errorf("%s: %w since this one was not heard of for too long", l.request, ErrLeased)
	}
	return err
}

// Release gives the request free. Once is enough.
func (l *Lease) Release() error {
	l.stop()
	l.beats.Wait()
	return l.j.Update(context.Background(), func(t *Tx) error {
		_, err := t.exec(`DELETE FROM leases WHERE request = ? AND token = ?`, l.request, l.token)
		return err
	})
}

// ticking is the clock's tick; tests give their own.
func ticking(every time.Duration) (<-chan time.Time, func()) {
	t := time.NewTicker(every)
	return t.C, t.Stop
}
