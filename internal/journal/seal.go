package journal

import (
	"context"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"

	"dossier/connectors"
	"dossier/internal/secret"
)

const keyName = "master.key"

// keySize is the size of every key in bytes (256 bits).
const keySize = 32

// derive returns a key of its own for one purpose (HKDF with SHA-256, RFC 5869).
func derive(key []byte, purpose string) []byte {
	b, err := hkdf.Key(sha256.New, key, nil, "dossier journal 1: "+purpose, keySize)
	if err != nil {
		panic(err) // only for lengths that no key has
	}
	return b
}

// masterKey wraps the keys of requests, and keys the identifiers of persons that are held, the traces of what was done and the names of
// files that are kept.
type masterKey struct{ wrap, proof, person, trace, file []byte }

// openMaster reads the master key, and makes one for a journal that has none yet. A key that is missing or
// another one's is an error: what was sealed could not be opened.
func openMaster(ctx context.Context, at asker, c Config) (masterKey, error) {
	var proof []byte
	err := at.row(ctx, `SELECT proof FROM master`).Scan(&proof)
	fresh := errors.Is(err, sql.ErrNoRows)
	if err != nil && !fresh {
		return masterKey{}, notOpened(ctx, err)
	}
	key, err := c.readKey(ctx)
	if fresh && secret.IsMissing(err) {
		if err := c.makeKey(ctx); err != nil {
			return masterKey{}, fmt.Errorf("the key of the journal cannot be made: %w", err)
		}
		key, err = c.readKey(ctx)
	}
	if secret.IsMissing(err) {
		return masterKey{}, fmt.Errorf("the key of the journal, %s, is missing, and what is sealed cannot be opened without it: bring it back from a backup", c.keyPlace())
	}
	if err != nil {
		return masterKey{}, err
	}
	m := masterKey{derive(key, "wrap"), derive(key, "proof"), derive(key, "person"), derive(key, "trace"), derive(key, "file")}
	if fresh {
		if _, err := at.exec(ctx, `INSERT INTO master ("only", proof) VALUES (1, ?) ON CONFLICT DO NOTHING`, m.proof); err != nil {
			return masterKey{}, notOpened(ctx, err)
		}
		if err := at.row(ctx, `SELECT proof FROM master`).Scan(&proof); err != nil {
			return masterKey{}, notOpened(ctx, err)
		}
	}
	if subtle.ConstantTimeCompare(proof, m.proof) != 1 {
		return masterKey{}, fmt.Errorf("%s is the key of another journal: bring back the one that belongs to it", c.keyPlace())
	}
	return m, nil
}

// keyPlace names where the master key is.
func (c Config) keyPlace() string {
	if c.Key.IsZero() {
		return filepath.Join(c.Dir, keyName)
	}
	return c.Key.String()
}

// readKey reads the master key, 64 hexadecimal digits, from the file of the journal's folder or from where it is kept instead.
func (c Config) readKey(ctx context.Context) ([]byte, error) {
	var text string
	if c.Key.IsZero() {
		path := c.keyPlace()
		info, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
			return nil, fmt.Errorf("the key of the journal, %s, may be read by others: close it with chmod 600", path)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		text = strings.TrimSpace(string(b))
	} else {
		s, err := c.Key.Resolve(ctx, c.KeyDir)
		if err != nil {
			return nil, err
		}
		text = s.Reveal()
	}
	key, err := hex.DecodeString(text)
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("%s is no key of a journal: bring it back from a backup", c.keyPlace())
	}
	return key, nil
}

// makeKey makes a new master key and keeps it.
func (c Config) makeKey(ctx context.Context) error {
	if c.Key.IsZero() {
		return makeKey(c.keyPlace())
	}
	key := make([]byte, keySize)
	rand.Read(key)
	return c.Key.Keep(ctx, c.KeyDir, hex.EncodeToString(key))
}

// makeKey writes a new key. Of several processes that do so at once, one wins.
func makeKey(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	key := make([]byte, keySize)
	rand.Read(key)
	_, err = f.WriteString(hex.EncodeToString(key) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// requestKey seals what belongs to one request.
type requestKey struct {
	request   string
	seal      cipher.AEAD
	reference []byte
}

// newRequestKey returns a random key and its wrapped form, which only the master key opens.
func (m masterKey) newRequestKey(request string) (requestKey, []byte) {
	key := make([]byte, keySize)
	rand.Read(key)
	return keyOf(request, key), seal(aead(m.wrap), place("requests", "key", request), key)
}

func (m masterKey) open(request string, wrapped []byte) (requestKey, error) {
	key, err := unseal(aead(m.wrap), place("requests", "key", request), wrapped)
	if err != nil {
		return requestKey{}, err
	}
	return keyOf(request, key), nil
}

func keyOf(request string, key []byte) requestKey {
	return requestKey{request, aead(derive(key, "seal")), derive(key, "reference")}
}

// Sealed columns are bound to their table, request and row: moved elsewhere, they do not open.
func (k requestKey) sealRow(table, row string, plain []byte) []byte {
	return seal(k.seal, place(table, row, k.request), plain)
}

func (k requestKey) unsealRow(table, row string, sealed []byte) ([]byte, error) {
	return unseal(k.seal, place(table, row, k.request), sealed)
}

// refer returns the keyed reference of a record: the same for the same record of the same request, and
// telling nothing to whoever lacks the key.
func (k requestKey) refer(ref connectors.Ref) string {
	h := hmac.New(sha256.New, k.reference)
	h.Write([]byte(ref.ID()))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// aead returns XChaCha20-Poly1305, whose nonces may be chosen at random.
func aead(key []byte) cipher.AEAD {
	a, err := chacha20poly1305.NewX(key)
	if err != nil {
		panic(err) // only for keys that are not of 32 bytes
	}
	return a
}

// seal returns nonce and ciphertext.
func seal(a cipher.AEAD, place, plain []byte) []byte {
	nonce := make([]byte, a.NonceSize(), a.NonceSize()+len(plain)+a.Overhead())
	rand.Read(nonce)
	return a.Seal(nonce, nonce, plain, place)
}

func unseal(a cipher.AEAD, place, sealed []byte) ([]byte, error) {
	if len(sealed) >= a.NonceSize() {
		if plain, err := a.Open(nil, sealed[:a.NonceSize()], sealed[a.NonceSize():], place); err == nil {
			return plain, nil
		}
	}
	return nil, errors.New("the journal was changed from outside, or damaged: something sealed in it does not open; bring it back from a backup")
}

// place returns the associated data of a sealed value: each part after its length.
func place(parts ...string) []byte {
	var b []byte
	for _, p := range parts {
		b = append(binary.AppendUvarint(b, uint64(len(p))), p...)
	}
	return b
}
