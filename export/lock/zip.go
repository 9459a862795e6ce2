package lock

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"hash"
	"io"
	"time"
)

// The format is WinZip's AES encryption, AE-2 with 256 bits: https://www.winzip.com/en/support/aes-encryption/. A file is
// its salt, two bytes that tell most wrong passwords, the content under AES in counter mode (the counter little-endian, from 1),
// and the first ten bytes of an HMAC-SHA-1 over the encrypted content.
const (
	zipMethodAES = 99
	zipEncrypted = 0x1 // flag: the content is encrypted
	zipStreamed  = 0x8 // flag: sizes follow the content
	zipUTF8      = 0x800
	zipRounds    = 1000
	zipSalt      = 16
	zipVerifier  = 2
	zipTag       = 10
)

// ZIP returns a writer for the content of a file that is the only one of an encrypted ZIP. Only its name and size can be seen
// without the passphrase. The content is stored as it is: it is a package, which is compressed. Close completes the
// ZIP and leaves w open.
func ZIP(w io.Writer, name, passphrase string, made time.Time) (io.WriteCloser, error) {
	salt := make([]byte, zipSalt)
	rand.Read(salt)
	keys, err := pbkdf2.Key(sha1.New, passphrase, salt, zipRounds, 32+32+zipVerifier)
	if err != nil {
		return nil, fmt.Errorf("the ZIP cannot be encrypted: %w", err)
	}
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		return nil, fmt.Errorf("the ZIP cannot be encrypted: %w", err)
	}
	z := &zipWriter{w: w, name: name, made: made.UTC(), block: block, mac: hmac.New(sha1.New, keys[32:64])}
	if err := z.put(append(append(z.head(), salt...), keys[64:]...)); err != nil {
		return nil, err
	}
	return z, nil
}

type zipWriter struct {
	w       io.Writer
	name    string
	made    time.Time
	size    uint64 // of the content so far
	written uint64 // bytes of the ZIP so far
	block   cipher.Block
	mac     hash.Hash
	counter uint64
	pad     [aes.BlockSize]byte // the key stream of the block that the counter stands at
	left    int                 // bytes of it that were not used
	buffer  [32 << 10]byte
}

func (z *zipWriter) Write(p []byte) (int, error) {
	done := 0
	for len(p) > 0 {
		part := z.buffer[:min(len(p), len(z.buffer))]
		z.encrypt(part, p[:len(part)])
		z.mac.Write(part)
		if err := z.put(part); err != nil {
			return done, err
		}
		done += len(part)
		z.size += uint64(len(part))
		p = p[len(part):]
	}
	return done, nil
}

func (z *zipWriter) put(b []byte) error {
	n, err := z.w.Write(b)
	z.written += uint64(n)
	return err
}

func (z *zipWriter) encrypt(to, from []byte) {
	for len(from) > 0 {
		if z.left == 0 {
			z.counter++
			var count [aes.BlockSize]byte
			binary.LittleEndian.PutUint64(count[:], z.counter)
			z.block.Encrypt(z.pad[:], count[:])
			z.left = aes.BlockSize
		}
		n := subtle.XORBytes(to, from, z.pad[aes.BlockSize-z.left:])
		z.left -= n
		to, from = to[n:], from[n:]
	}
}

// Close writes the sum of the content and the list of the archive.
func (z *zipWriter) Close() error {
	if err := z.put(z.mac.Sum(nil)[:zipTag]); err != nil {
		return err
	}
	return z.put(z.end())
}
