package lock

import (
	"archive/zip"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ErrForeign says that a file was not locked by this program, or that something was put around what it locked.
var ErrForeign = errors.New("the file around the package is not as this program writes one")

// errWrong says that a passphrase opens nothing.
var errWrong = errors.New("this passphrase does not open the file")

// OpenZIP returns the plain content of what ZIP wrote, and its size. It is decrypted as it is read, and never on the disk. The error wraps
// ErrForeign where the ZIP is not as ZIP writes one to the last byte.
func OpenZIP(r io.ReaderAt, size int64, passphrase string) (io.ReaderAt, int64, error) {
	list, err := zip.NewReader(r, size)
	if err != nil || len(list.File) != 1 {
		return nil, 0, ErrForeign
	}
	f := list.File[0]
	z := &zipWriter{name: f.Name, made: f.Modified.UTC(), size: f.UncompressedSize64}
	head := z.head()
	begin := int64(len(head)) + zipSalt + zipVerifier
	if z.size > uint64(size) || begin+int64(z.size)+zipTag > size {
		return nil, 0, ErrForeign
	}
	z.written = uint64(begin) + z.size + zipTag
	for _, part := range []struct {
		at   int64
		want []byte
	}{{0, head}, {int64(z.written), z.end()}} {
		got := make([]byte, len(part.want))
		if _, err := r.ReadAt(got, part.at); err != nil && err != io.EOF || !bytes.Equal(got, part.want) {
			return nil, 0, ErrForeign
		}
	}
	if int64(z.written)+int64(len(z.end())) != size {
		return nil, 0, ErrForeign
	}
	salt := make([]byte, zipSalt+zipVerifier)
	if _, err := r.ReadAt(salt, int64(len(head))); err != nil {
		return nil, 0, fmt.Errorf("the file cannot be read: %w", err)
	}
	keys, err := pbkdf2.Key(sha1.New, passphrase, salt[:zipSalt], zipRounds, 32+32+zipVerifier)
	if err != nil {
		return nil, 0, fmt.Errorf("the passphrase cannot be used: %w", err)
	}
	if subtle.ConstantTimeCompare(keys[64:], salt[zipSalt:]) != 1 {
		return nil, 0, errWrong
	}
	mac := hmac.New(sha1.New, keys[32:64])
	if _, err := io.Copy(mac, io.NewSectionReader(r, begin, int64(z.size))); err != nil {
		return nil, 0, fmt.Errorf("the file cannot be read: %w", err)
	}
	tag := make([]byte, zipTag)
	if _, err := r.ReadAt(tag, begin+int64(z.size)); err != nil || !hmac.Equal(tag, mac.Sum(nil)[:zipTag]) {
		return nil, 0, errors.New("the file is damaged, or this passphrase does not open it")
	}
	block, err := aes.NewCipher(keys[:32])
	if err != nil {
		return nil, 0, err
	}
	return &zipPlain{io.NewSectionReader(r, begin, int64(z.size)), block}, int64(z.size), nil
}

// zipPlain decrypts what lies in a ZIP, wherever it is read.
type zipPlain struct {
	*io.SectionReader
	block cipher.Block
}

// ReadAt reads plain bytes.
func (z *zipPlain) ReadAt(b []byte, at int64) (int, error) {
	n, err := z.SectionReader.ReadAt(b, at)
	var count, pad [aes.BlockSize]byte
	for done := 0; done < n; {
		position := at + int64(done)
		binary.LittleEndian.PutUint64(count[:], uint64(position/aes.BlockSize)+1)
		z.block.Encrypt(pad[:], count[:])
		done += subtle.XORBytes(b[done:n], b[done:n], pad[position%aes.BlockSize:])
	}
	return n, err
}
