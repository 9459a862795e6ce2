package journal

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"dossier/internal/failpoint"
	"dossier/internal/logproof"
)

// copyName is the file beside the journal that holds a copy of the latest checkpoint.
const copyName = "log.checkpoint"

// logKey signs the checkpoints of a log.
type logKey struct {
	signer   note.Signer
	verifier string // checks its signatures; public
}

// openLogKey returns the key of the log, and makes it for a journal that has none yet.
func (j *Journal) openLogKey(ctx context.Context) error {
	at := j.asks(j.write)
	var sealed []byte
	err := at.row(ctx, `SELECT verifier, sealed FROM log_key`).Scan(&j.log.verifier, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return j.makeLogKey(ctx)
	}
	if err != nil {
		return notOpened(ctx, err)
	}
	return j.useLogKey(sealed)
}

func (j *Journal) useLogKey(sealed []byte) error {
	secret, err := unseal(aead(j.master.wrap), place("log_key", j.log.verifier), sealed)
	if err != nil {
		return err
	}
	j.log.signer, err = note.NewSigner(string(secret))
	return err
}

// makeLogKey makes the key of the log and signs the log as it is.
func (j *Journal) makeLogKey(ctx context.Context) error {
	id := make([]byte, 8)
	rand.Read(id)
	secret, verifier, err := note.GenerateKey(rand.Reader, "dossier/"+hex.EncodeToString(id))
	if err != nil {
		return err
	}
	j.log.verifier = verifier
	sealed := seal(aead(j.master.wrap), place("log_key", verifier), []byte(secret))
	if err := j.useLogKey(sealed); err != nil {
		return err
	}
	return j.Update(ctx, func(t *Tx) error {
		if err := t.openTree(); err != nil {
			return err
		}
		_, err := t.exec(`INSERT INTO log_key ("only", verifier, sealed) VALUES (1,?,?)`, verifier, sealed)
		return err
	})
}

// LogKey returns the key that the log's checkpoints and proofs are checked with: a C2SP verifier key, which is public.
func (j *Journal) LogKey() string { return j.log.verifier }

// sign puts a checkpoint of the grown log in the place of the last one, and returns it.
func (t *Tx) sign() ([]byte, error) {
	root, err := tlog.TreeHash(t.tree.size, t.tree)
	if err != nil {
		return nil, err
	}
	key := t.j.log.signer
	signed, err := note.Sign(&note.Note{Text: logproof.Checkpoint{Log: key.Name(), Size: t.tree.size, Root: root}.Text()}, key)
	if err != nil {
		return nil, err
	}
	_, err = t.exec(`INSERT INTO checkpoint ("only", size, note) VALUES (1,?,?)
		ON CONFLICT ("only") DO UPDATE SET size = excluded.size, note = excluded.note`, t.tree.size, string(signed))
	return signed, err
}

// checkpointFile is the copy of the latest checkpoint beside the journal: whoever cuts the journal off, or puts an older
// one in its place, does not change the copy by that. A copy that is not of this log is evidence, and is left alone.
type checkpointFile struct {
	path string
	mu   sync.Mutex
	size int64 // of the log that the file tells of
	err  error // why the file is not written, or was not
	kept bool  // it is not of this log
}

// open looks whether the file is of this log.
func (f *checkpointFile) open(ctx context.Context, j *Journal) error {
	signed, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the copy of the log's checkpoint cannot be read: %w", err)
	}
	return j.view(ctx, func(at asker) error {
		var size int64
		if err := at.row(ctx, `SELECT coalesce(max(seq), 0) FROM log`).Scan(&size); err != nil {
			return err
		}
		if err := agrees(signed, j.log.verifier, size, hashes{ctx, at, map[int64]tlog.Hash{}}); err != nil {
			f.kept, f.err = true, fmt.Errorf("the log is not the one of the checkpoint in %s (%w): dossier log verify says what is wrong; "+
				"after a journal was brought back from a backup on purpose, put the file aside", f.path, err)
		}
		return nil
	})
}

func (f *checkpointFile) write(size int64, signed []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.kept || size < f.size {
		return
	}
	f.size = size
	if err := replaceFile(f.path, signed); err != nil {
		f.err = fmt.Errorf("the copy of the log's checkpoint cannot be written: %w", err)
	}
}

// replaceFile writes a file of its owner's in one step, on the disk.
func replaceFile(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	failpoint.Here("checkpoint written")
	return os.Rename(f.Name(), path)
}
