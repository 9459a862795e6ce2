package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"dossier/internal/logproof"
)

// growing is the tree of the log within one change.
type growing struct {
	size int64 // entries
	hashes
}

// hashes reads stored hashes of the tree, those that it has seen from memory.
type hashes struct {
	ctx  context.Context
	at   asker
	seen map[int64]tlog.Hash
}

// ReadHashes returns the hashes of these numbers.
func (h hashes) ReadHashes(numbers []int64) ([]tlog.Hash, error) {
	var unseen []any
	for _, n := range numbers {
		if _, ok := h.seen[n]; !ok {
			unseen = append(unseen, n)
		}
	}
	if len(unseen) > 0 {
		if err := h.fetch(unseen); err != nil {
			return nil, err
		}
	}
	all := make([]tlog.Hash, len(numbers))
	for i, n := range numbers {
		hash, ok := h.seen[n]
		if !ok {
			return nil, fmt.Errorf("the tree of the log lacks its hash %d: dossier log verify says what is wrong", n)
		}
		all[i] = hash
	}
	return all, nil
}

func (h hashes) fetch(numbers []any) error {
	rows, err := h.at.query(h.ctx, `SELECT n, hash FROM tree WHERE n IN (?`+strings.Repeat(",?", len(numbers)-1)+`)`, numbers...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		var b []byte
		if err := rows.Scan(&n, &b); err != nil {
			return err
		}
		if len(b) != tlog.HashSize {
			return fmt.Errorf("the hash %d of the tree of the log is damaged: dossier log verify says what is wrong", n)
		}
		h.seen[n] = tlog.Hash(b)
	}
	return rows.Err()
}

// openTree has the change end with a checkpoint. It refuses to go on from a log that is not what the last one says.
func (t *Tx) openTree() error {
	if t.tree != nil {
		return nil
	}
	g := &growing{hashes: hashes{t.ctx, t.asker, map[int64]tlog.Hash{}}}
	if err := t.row(`SELECT coalesce(max(seq), 0) FROM log`).Scan(&g.size); err != nil {
		return err
	}
	var signed string
	err := t.row(`SELECT note FROM checkpoint`).Scan(&signed)
	if errors.Is(err, sql.ErrNoRows) {
		err = t.neverSigned()
	} else if err == nil {
		err = agrees([]byte(signed), t.j.log.verifier, g.size, g)
		if last, _ := logproof.Open([]byte(signed), t.j.log.verifier); err == nil && last.Size != g.size {
			err = fmt.Errorf("it has %d entries, and the checkpoint says %d", g.size, last.Size)
		}
	}
	if err != nil {
		return fmt.Errorf("nothing is added to the log, since it was changed from outside, or damaged (%w): dossier log verify says what is wrong", err)
	}
	t.tree = g
	return nil
}

// neverSigned returns an error where a checkpoint is missing.
func (t *Tx) neverSigned() error {
	var keys int
	err := t.row(`SELECT count(*) FROM log_key`).Scan(&keys)
	if err == nil && keys > 0 {
		err = errors.New("its checkpoint is missing")
	}
	return err
}

// agrees returns an error where a signed checkpoint is not of the log whose tree it is.
func agrees(signed []byte, key string, size int64, tree tlog.HashReader) error {
	c, err := logproof.Open(signed, key)
	if err != nil {
		return err
	}
	if c.Size > size {
		return fmt.Errorf("a checkpoint says that it had %d entries, and it has %d", c.Size, size)
	}
	root, err := tlog.TreeHash(c.Size, tree)
	if err == nil && root != c.Root {
		err = fmt.Errorf("its first %d entries are not those of a checkpoint", c.Size)
	}
	return err
}

// grow appends a leaf to the tree and returns its position.
func (t *Tx) grow(leaf tlog.Hash) (int64, error) {
	if err := t.openTree(); err != nil {
		return 0, err
	}
	g := t.tree
	added, err := tlog.StoredHashesForRecordHash(g.size, leaf, g)
	if err != nil {
		return 0, err
	}
	first := tlog.StoredHashIndex(0, g.size)
	for i, hash := range added {
		n := first + int64(i)
		g.seen[n] = hash
		if _, err := t.exec(`INSERT INTO tree (n, hash) VALUES (?,?)`, n, hash[:]); err != nil {
			return 0, err
		}
	}
	g.size++
	return g.size - 1, nil
}

// plant makes the tree of a log that has none yet.
func plant(ctx context.Context, at asker) error {
	rows, err := at.query(ctx, `SELECT `+rowColumns+` FROM log ORDER BY seq`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var tree memory
	for rows.Next() {
		var r row
		if err := rows.Scan(r.into()...); err != nil {
			return err
		}
		if err := tree.grow(r.leaf()); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for n, hash := range tree {
		if _, err := at.exec(ctx, `INSERT INTO tree (n, hash) VALUES (?,?)`, n, hash[:]); err != nil {
			return err
		}
	}
	return nil
}

// memory is a tree in memory: its stored hashes.
type memory []tlog.Hash

// ReadHashes returns the hashes of these numbers.
func (m memory) ReadHashes(numbers []int64) ([]tlog.Hash, error) {
	all := make([]tlog.Hash, len(numbers))
	for i, n := range numbers {
		all[i] = m[n]
	}
	return all, nil
}

// grow appends a leaf.
func (m *memory) grow(leaf tlog.Hash) error {
	added, err := tlog.StoredHashesForRecordHash(m.size(), leaf, m)
	*m = append(*m, added...)
	return err
}

// size returns how many leaves the tree has.
func (m memory) size() int64 {
	n := int64(len(m)+1) / 2 // n leaves store fewer than 2n hashes
	for tlog.StoredHashCount(n) < int64(len(m)) {
		n++
	}
	return n
}
