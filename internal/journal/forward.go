package journal

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"dossier/internal/logproof"
)

// forwarding sends entries on to where the journal was told to. Those that were not taken wait in the journal.
type forwarding struct {
	send func(line string) error // nil: nothing is sent on
	host string
	mu   sync.Mutex
	err  error // of the last try; nil: everything was taken
}

func newForwarding(send func(string) error) forwarding {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return forwarding{send: send, host: logproof.Storable(host)}
}

// line returns an entry as one line without its details, with its hash in the tree: who holds the lines can tell later
// whether an entry was changed.
func (r row) line(seq int64) string {
	return fmt.Sprintf("entry=%d time=%s operator=%q request=%q system=%q what=%q hash=%s", seq, r.time, r.operator, r.request, r.system, r.what, r.leaf())
}

// toSend notes that an entry is to be sent on.
func (t *Tx) toSend(seq int64) error {
	if t.j.forward.send == nil {
		return nil
	}
	_, err := t.exec(`INSERT INTO unsent (seq, host) VALUES (?,?)`, seq, t.j.forward.host)
	return err
}

// sendOn sends what this computer has yet to send, the oldest first, until one entry is not taken. An entry may be sent
// twice, and is never left out.
func (j *Journal) sendOn(ctx context.Context) {
	f := &j.forward
	if f.send == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = j.trySendOn(context.WithoutCancel(ctx))
}

func (j *Journal) trySendOn(ctx context.Context) error {
	type entry struct {
		seq int64
		row
	}
	var waiting []entry
	rows, err := j.query(ctx, `SELECT seq, `+rowColumns+` FROM log WHERE seq IN (SELECT seq FROM unsent WHERE host = ?) ORDER BY seq LIMIT 1000`, j.forward.host)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var e entry
		if err := rows.Scan(append([]any{&e.seq}, e.into()...)...); err != nil {
			return err
		}
		waiting = append(waiting, e)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	sent := int64(0)
	var failed error
	for _, e := range waiting {
		if failed = j.forward.send(e.line(e.seq)); failed != nil {
			break
		}
		sent = e.seq
	}
	err = j.Update(ctx, func(t *Tx) error {
		_, err := t.exec(`DELETE FROM unsent WHERE host = ? AND seq <= ?`, j.forward.host, sent)
		return err
	})
	if failed != nil {
		return failed
	}
	return err
}

// Unsent returns how many entries wait to be sent on, since when, and why the last try failed; 0 where all were taken.
func (j *Journal) Unsent(ctx context.Context) (n int, since time.Time, why error, err error) {
	var first string
	err = j.row(ctx, `SELECT count(*), coalesce(min(time), '') FROM log WHERE seq IN (SELECT seq FROM unsent)`).Scan(&n, &first)
	if err == nil && n > 0 {
		since, err = time.Parse(timeForm, first)
	}
	j.forward.mu.Lock()
	defer j.forward.mu.Unlock()
	return n, since, j.forward.err, failed(ctx, err)
}
