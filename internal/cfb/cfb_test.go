package cfb

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"testing"

	"github.com/richardlehane/mscfb"
	"github.com/xuri/excelize/v2"
)

// encrypted returns a compound file: a workbook of so many random bytes that excelize encrypted.
func encrypted(t testing.TB, size int) []byte {
	t.Helper()
	filler := make([]byte, size)
	rand.Read(filler)
	out, err := excelize.Encrypt(filler, &excelize.Options{Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestStreamsAsMscfbReadsThem(t *testing.T) {
	for _, size := range []int{100, 3000, 5000, 100_000, 9_000_000} {
		file := encrypted(t, size)
		f, err := Open(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := mscfb.New(bytes.NewReader(file))
		if err != nil {
			t.Logf("%d bytes: mscfb cannot open what excelize made: %v", size, err)
			continue
		}
		streams := 0
		for e, err := theirs.Next(); err == nil; e, err = theirs.Next() {
			if e.FileInfo().IsDir() {
				continue
			}
			streams++
			want, err := io.ReadAll(e)
			if err != nil {
				t.Logf("%d bytes: mscfb cannot read %s: %v", size, e.Name, err)
				continue
			}
			if len(e.Path) > 0 {
				continue // mscfb strips the control characters of some storages' names
			}
			s, err := f.Stream(e.Name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(io.NewSectionReader(s, 0, s.Size()))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes, %s: %d bytes and %v, want %d", size, e.Name, len(got), err, len(want))
			}
		}
		if streams < 2 || !f.Has("EncryptedPackage") || !f.Has("encryptioninfo") || f.Has("Workbook") {
			t.Errorf("%d streams", streams)
		}
	}
}

func TestCutShort(t *testing.T) {
	file := encrypted(t, 100_000)
	read := func(n int) ([]byte, error) {
		f, err := Open(bytes.NewReader(file[:n]), int64(n))
		if err != nil {
			return nil, err
		}
		s, err := f.Stream("EncryptedPackage")
		if err != nil {
			return nil, err
		}
		return io.ReadAll(io.NewSectionReader(s, 0, s.Size()))
	}
	whole, err := read(len(file))
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(file); n += 1000 {
		got, err := read(n)
		if err == nil && bytes.Equal(got, whole) {
			continue // only what lies behind was cut off
		}
		if !errors.Is(err, ErrFormat) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("cut at %d: %v", n, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(encrypted(f, 100))
	f.Add(encrypted(f, 6000))
	f.Add([]byte(Signature))
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := Open(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			return
		}
		for _, name := range []string{"EncryptedPackage", "EncryptionInfo", "Workbook"} {
			if s, err := c.Stream(name); err == nil {
				io.Copy(io.Discard, io.NewSectionReader(s, 0, min(s.Size(), 1<<20)))
			}
		}
		c.Tree()
	})
}
