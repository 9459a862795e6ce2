package xlsx

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/rand"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

func TestEncryptedWorkbooks(t *testing.T) {
	parts := plainParts(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`)
	filler := make([]byte, 8192) // excelize makes no sound container for less than 4096 bytes
	rand.Read(filler)
	parts["xl/filler.bin"] = string(filler)
	plain := pack(t, parts)
	standard, err := excelize.Encrypt(plain, &excelize.Options{Password: "geheim😀"})
	if err != nil {
		t.Fatal(err)
	}
	known, err := excelize.Encrypt(plain, &excelize.Options{Password: knownPassword})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, password string
		file           []byte
		want           error
	}{
		{"standard", "geheim😀", standard, nil},
		{"standard, another password", "Geheim😀", standard, ErrPassword},
		{"standard, no password", "", standard, ErrEncrypted},
		{"agile", "geheim", agileFile(t), nil},
		{"agile, another password", "Geheim", agileFile(t), ErrPassword},
		{"agile, no password", "", agileFile(t), ErrEncrypted},
		{"protected against changes only", "", known, nil},
		{"protected against changes, needless password", "x", known, nil},
		{"cut short", "geheim😀", standard[:len(standard)/2], ErrDamaged},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, err := Open(context.Background(), bytes.NewReader(c.file), int64(len(c.file)), Options{Password: c.password})
			if !errors.Is(err, c.want) {
				t.Fatalf("want %v, got %v", c.want, err)
			}
			if err != nil {
				return
			}
			got, err := grid(w, w.Sheets[0])
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff([]string{"zero"}, got[0]); d != "" {
				t.Error(d)
			}
		})
	}
}

// sealStandard encrypts as Office 2007 did, and returns the description and the package.
func sealStandard(t testing.TB, plain []byte, password string, bits int) (info, data []byte) {
	t.Helper()
	salt, verifier := make([]byte, 16), make([]byte, 16)
	rand.Read(salt)
	rand.Read(verifier)
	spun, err := spin(context.Background(), sha1.New(), salt, passwordBytes(password), standardSpins)
	if err != nil {
		t.Fatal(err)
	}
	final := sha1.Sum(append(spun, 0, 0, 0, 0))
	var derived []byte
	for _, pad := range []byte{0x36, 0x5c} {
		block := bytes.Repeat([]byte{pad}, 64)
		for i, c := range final {
			block[i] ^= c
		}
		sum := sha1.Sum(block)
		derived = append(derived, sum[:]...)
	}
	key, err := aes.NewCipher(derived[:bits/8])
	if err != nil {
		t.Fatal(err)
	}
	seal := func(b []byte) []byte {
		b = append(bytes.Clone(b), make([]byte, -len(b)&15)...)
		for i := 0; i < len(b); i += 16 {
			key.Encrypt(b[i:], b[i:])
		}
		return b
	}
	le := binary.LittleEndian
	header := make([]byte, 32)
	le.PutUint32(header[0:], 0x24)
	le.PutUint32(header[8:], map[int]uint32{128: 0x660e, 192: 0x660f, 256: 0x6610}[bits])
	le.PutUint32(header[12:], 0x8004)
	le.PutUint32(header[16:], uint32(bits))
	le.PutUint32(header[20:], 0x18)
	info = append(info, 3, 0, 2, 0, 0x24, 0, 0, 0)
	info = le.AppendUint32(info, uint32(len(header)))
	info = append(info, header...)
	info = append(le.AppendUint32(info, 16), salt...)
	info = append(info, seal(verifier)...)
	sum := sha1.Sum(verifier)
	info = append(le.AppendUint32(info, 20), seal(sum[:])...)
	return info, append(le.AppendUint64(nil, uint64(len(plain))), seal(plain)...)
}

func TestStandardEncryption(t *testing.T) {
	plain := pack(t, plainParts(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`))
	for _, bits := range []int{128, 256} {
		info, data := sealStandard(t, plain, "geheim", bits)
		for password, want := range map[string]error{"geheim": nil, "other": ErrPassword, "": ErrEncrypted} {
			r, err := decrypt(context.Background(), info, bytes.NewReader(data), int64(len(data)), password)
			if !errors.Is(err, want) {
				t.Errorf("%d bits, %q: want %v, got %v", bits, password, want, err)
			}
			if err != nil {
				continue
			}
			got, err := io.ReadAll(io.NewSectionReader(r, 0, r.size))
			if err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%d bits: %d bytes, %v", bits, len(got), err)
			}
		}
	}
}

func FuzzDecrypt(f *testing.F) {
	info, data := sealStandard(f, []byte("PK"), knownPassword, 128)
	f.Add(info, data)
	f.Add([]byte("\x04\x00\x04\x00\x40\x00\x00\x00<encryption><keyData saltSize='16'/></encryption>"), data)
	f.Fuzz(func(t *testing.T, info, data []byte) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel() // no rounds of hashing: only the parsing is of interest
		decrypt(ctx, info, bytes.NewReader(data), int64(len(data)), "")
	})
}
