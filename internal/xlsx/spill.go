package xlsx

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// spill is a temporary file for what does not fit into memory. It is encrypted with a key that only this process has, and
// has no name where the system allows that, so that nothing readable stays behind whatever happens.
type spill struct {
	file    *os.File
	block   cipher.Block
	buf     []byte // not yet written
	written uint64
	size    uint64 // of what was and of what was not yet written
	named   bool   // the file still has a name
}

const spillBuffer = 64 << 10

func newSpill() (*spill, error) {
	file, err := os.CreateTemp("", "dossier-*.tmp")
	if err != nil {
		return nil, fmt.Errorf("a temporary file cannot be made: %w", err)
	}
	key := make([]byte, 16)
	rand.Read(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	unnamed := os.Remove(file.Name()) == nil
	return &spill{file: file, block: block, buf: make([]byte, 0, spillBuffer), named: !unnamed}, nil
}

// Write appends b; see flush.
func (s *spill) Write(b []byte) (int, error) { return len(b), s.write(b) }

func (s *spill) write(b []byte) error {
	s.size += uint64(len(b))
	for len(b) > 0 {
		n := min(len(b), spillBuffer-len(s.buf))
		s.buf = append(s.buf, b[:n]...)
		b = b[n:]
		if len(s.buf) == spillBuffer {
			if err := s.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush writes what was gathered.
func (s *spill) flush() error {
	s.crypt(s.buf, s.written)
	_, err := s.file.WriteAt(s.buf, int64(s.written))
	s.written += uint64(len(s.buf))
	s.buf = s.buf[:0]
	if err != nil {
		return fmt.Errorf("the temporary file cannot be written: %w", err)
	}
	return nil
}

// crypt encrypts or decrypts, in counter mode, what stands at that place.
func (s *spill) crypt(b []byte, at uint64) {
	var counter [aes.BlockSize]byte
	binary.BigEndian.PutUint64(counter[8:], at/aes.BlockSize)
	stream := cipher.NewCTR(s.block, counter[:])
	if skip := at % aes.BlockSize; skip > 0 {
		var dropped [aes.BlockSize]byte
		stream.XORKeyStream(dropped[:skip], dropped[:skip])
	}
	stream.XORKeyStream(b, b)
}

func (s *spill) readAt(b []byte, at uint64) error {
	n, err := s.file.ReadAt(b, int64(at))
	if n < len(b) {
		return fmt.Errorf("the temporary file cannot be read: %w", err)
	}
	s.crypt(b, at)
	return nil
}

func (s *spill) close() error {
	err := s.file.Close()
	if s.named {
		err = errors.Join(err, os.Remove(s.file.Name()))
	}
	return err
}

// window is the stretch of a spill that was read last. Strings are looked up in nearly the order in which they are stored.
type window struct {
	at  uint64
	buf []byte
}

const windowSize = 8 << 10

// find returns the string that is so many strings behind the one at a place.
func (w *window) find(s *spill, place uint64, skip int) ([]byte, error) {
	for ; ; skip-- {
		head, err := w.read(s, place, binary.MaxVarintLen64)
		if err != nil {
			return nil, err
		}
		length, n := binary.Uvarint(head)
		if n <= 0 {
			return nil, io.ErrUnexpectedEOF
		}
		place += uint64(n)
		if skip == 0 {
			text, err := w.read(s, place, length)
			if err == nil && uint64(len(text)) < length {
				err = io.ErrUnexpectedEOF
			}
			return text, err
		}
		place += length
	}
}

// read returns so many bytes from a place, fewer only at the end.
func (w *window) read(s *spill, place, n uint64) ([]byte, error) {
	n = min(n, s.size-min(place, s.size))
	if place < w.at || place+n > w.at+uint64(len(w.buf)) {
		size := min(max(n, windowSize), s.size-place)
		if uint64(cap(w.buf)) < size {
			w.buf = make([]byte, size)
		}
		w.buf = w.buf[:size]
		w.at = place
		if err := s.readAt(w.buf, place); err != nil {
			w.buf = w.buf[:0]
			return nil, err
		}
	}
	return w.buf[place-w.at:][:n:n], nil
}
