package desk

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// The passphrase of an operator opens the screen where it is locked. It keeps other eyes from a screen that was left; it is no key,
// and seals nothing: whoever may read the journal's files needs none. What is kept of it is a salted hash, in a file of the state's
// folder that only its owner can read.

// minPassphrase is how many characters a passphrase has at least.
const minPassphrase = 8

// ErrPassphrase says that a passphrase is not the one that was set, or that it comes too soon after wrong ones.
var ErrPassphrase = errors.New("the passphrase was not taken")

// passphrase is the file of an operator's passphrase: the hash, what it was made with, and the attempts since one was right.
type passphrase struct {
	Argon2id hashing   `json:"argon2id"`
	Salt     []byte    `json:"salt"`
	Hash     []byte    `json:"hash"`
	Wrong    int       `json:"wrong,omitempty"` // attempts in a row
	Last     time.Time `json:"last,omitzero"`   // when the last of them was made
}

// hashing are the costs of the hash: passes, memory in KiB, threads.
type hashing struct {
	Time    uint32 `json:"time"`
	Memory  uint32 `json:"memory"`
	Threads uint8  `json:"threads"`
}

// costs are those of RFC 9106's second choice.
var costs = hashing{Time: 3, Memory: 64 << 10, Threads: 4}

func (h hashing) of(text string, salt []byte) []byte {
	return argon2.IDKey([]byte(norm.NFKC.String(text)), salt, h.Time, h.Memory, h.Threads, 32)
}

// HasPassphrase reports whether this operator has set a passphrase.
func (d *Desk) HasPassphrase(ctx context.Context) (bool, error) {
	if err := d.known(ctx); err != nil {
		return false, err
	}
	_, err := d.readPassphrase()
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// SetPassphrase sets the passphrase of this operator. Where one was set before it has to be given; the error wraps ErrPassphrase
// where it is another.
func (d *Desk) SetPassphrase(ctx context.Context, before, next string) error {
	if err := d.known(ctx); err != nil {
		return err
	}
	if utf8.RuneCountInString(next) < minPassphrase {
		return fmt.Errorf("%w: a passphrase has %d characters or more: several words are best", ErrUsage, minPassphrase)
	}
	set, err := d.HasPassphrase(ctx)
	if err == nil && set {
		err = d.try(ctx, before)
	}
	if err != nil {
		return err
	}
	p := passphrase{Argon2id: costs, Salt: make([]byte, 16)}
	rand.Read(p.Salt)
	p.Hash = costs.of(next, p.Salt)
	if err := d.writePassphrase(p); err != nil {
		return err
	}
	return d.note(ctx, "", "", "passphrase set", struct{}{})
}

// Unlock returns nil where the passphrase is the one that this operator set, else an error that wraps ErrPassphrase. From the third wrong
// attempt on each has to wait for longer than the one before, up to five minutes, whichever process makes it.
func (d *Desk) Unlock(ctx context.Context, text string) error {
	if err := d.known(ctx); err != nil {
		return err
	}
	if err := d.try(ctx, text); err != nil {
		return errors.Join(err, d.note(ctx, "", "", "passphrase refused", struct{}{}))
	}
	return d.note(ctx, "", "", "screen unlocked", struct{}{})
}

// try compares a passphrase with the one that was set, and counts the attempt before it does.
func (d *Desk) try(_ context.Context, text string) error {
	p, err := d.readPassphrase()
	if err != nil {
		return err
	}
	if left := p.Last.Add(delay(p.Wrong)).Sub(d.now()); left > 0 {
		return fmt.Errorf("%w: after %d wrong attempts wait %d s and try again", ErrPassphrase, p.Wrong, (left+time.Second-1)/time.Second)
	}
	p.Wrong, p.Last = p.Wrong+1, d.now()
	if err := d.writePassphrase(p); err != nil {
		return err
	}
	if subtle.ConstantTimeCompare(p.Argon2id.of(text, p.Salt), p.Hash) != 1 {
		return fmt.Errorf("%w: it is not the one that was set", ErrPassphrase)
	}
	p.Wrong, p.Last = 0, time.Time{}
	return d.writePassphrase(p)
}

// delay is how long an attempt waits after that many wrong ones: 2, 4, 8 … seconds from the third on.
func delay(wrong int) time.Duration {
	if wrong < 3 {
		return 0
	}
	return min(5*time.Minute, time.Second<<min(wrong-2, 10))
}

func (d *Desk) passphraseFile() string {
	return filepath.Join(d.state, "operators", url.PathEscape(d.operator)+".passphrase")
}

func (d *Desk) readPassphrase() (p passphrase, err error) {
	b, err := os.ReadFile(d.passphraseFile())
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal(b, &p); err != nil || len(p.Hash) != 32 || !p.Argon2id.sound() {
		return p, fmt.Errorf("the file of the passphrase of %s is damaged: remove %s and set a new one with dossier operator passphrase", d.operator, d.passphraseFile())
	}
	return p, nil
}

// sound reports whether costs can be paid: a file that somebody changed neither stops the program nor takes its memory.
func (h hashing) sound() bool {
	return h.Time >= 1 && h.Time <= 16 && h.Threads >= 1 && h.Threads <= 16 && h.Memory >= 8<<10 && h.Memory <= 1<<20
}

// writePassphrase puts the file in the place of the one before, whole.
func (d *Desk) writePassphrase(p passphrase) (err error) {
	path := d.passphraseFile()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".passphrase-*") // readable by its owner alone
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(b); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
