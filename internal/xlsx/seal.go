package xlsx

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"hash"
	"io"
	"regexp"

	"dossier/internal/cfb"
)

// Writing an encrypted workbook: as it was encrypted, with the same password, by a new key and new salts. Whatever else the
// container holds is copied.

var (
	blockHmacKey   = []byte{0x5f, 0xb2, 0xad, 0x01, 0x0c, 0xb9, 0xe1, 0xf6}
	blockHmacValue = []byte{0xa0, 0x67, 0x7f, 0x02, 0xb2, 0x2c, 0x84, 0x33}
)

// container is the compound file of an encrypted workbook, and what opened it.
type container struct {
	file     *cfb.File
	info     []byte // the description of the encryption
	password string
}

// sealer encrypts the blocks of a package; see opener.
type sealer interface {
	seal(block []byte, at int64)
}

// write writes the container with another package, whose plain text is in a spill.
func (c *container) write(ctx context.Context, out io.Writer, plain *spill) error {
	s, info, mac, err := c.newKey(ctx)
	if err != nil {
		return err
	}
	data := func() io.Reader { return &sealedReader{ctx: ctx, plain: plain, s: s} }
	if mac != nil {
		h := mac.hash()
		if _, err := io.Copy(h, data()); err != nil {
			return err
		}
		info = mac.enter(info, h.Sum(nil))
	}
	root, err := c.file.Tree()
	if err != nil {
		return compoundError(err)
	}
	for i := range root.Nodes {
		switch n := &root.Nodes[i]; n.Name {
		case "EncryptionInfo":
			n.Size, n.Content = int64(len(info)), func() io.Reader { return bytes.NewReader(info) }
		case "EncryptedPackage":
			n.Size, n.Content = 8+int64(plain.size+aes.BlockSize-1)&^(aes.BlockSize-1), data
		}
	}
	return cfb.Write(out, root)
}

// sealedReader encrypts a package while it is read.
type sealedReader struct {
	ctx   context.Context
	plain *spill
	s     sealer
	at    int64
	buf   [segmentSize]byte
	rest  []byte
	begun bool
}

func (r *sealedReader) Read(b []byte) (int, error) {
	if len(r.rest) == 0 {
		size := int64(r.plain.size)
		switch {
		case !r.begun:
			r.begun = true
			r.rest = binary.LittleEndian.AppendUint64(r.buf[:0], uint64(size))
		case r.at >= size:
			return 0, io.EOF
		case r.ctx.Err() != nil:
			return 0, r.ctx.Err()
		default:
			n := min(segmentSize, size-r.at)
			if err := r.plain.readAt(r.buf[:n], uint64(r.at)); err != nil {
				return 0, err
			}
			padded := (n + aes.BlockSize - 1) &^ (aes.BlockSize - 1)
			clear(r.buf[n:padded])
			r.rest = r.buf[:padded]
			r.s.seal(r.rest, r.at)
			r.at += n
		}
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// newKey returns what encrypts the package, the description of it, and for agile encryption its check.
func (c *container) newKey(ctx context.Context) (sealer, []byte, *integrity, error) {
	info := bytes.Clone(c.info)
	if binary.LittleEndian.Uint16(info) == 4 && binary.LittleEndian.Uint16(info[2:]) == 4 {
		return c.newAgile(ctx, info)
	}
	s, err := newStandard(ctx, info[8:], passwordBytes(c.password))
	return s, info, nil, err
}

// newStandard puts a new salt and a new verifier into the description of a standard encryption.
func newStandard(ctx context.Context, description, password []byte) (sealer, error) {
	headerSize := binary.LittleEndian.Uint32(description)
	header, verifier := description[4:4+headerSize], description[4+headerSize:]
	rand.Read(verifier[4:36])
	s, err := standardCipher(ctx, header, verifier[4:20], password)
	if err != nil {
		return nil, err
	}
	sum := sha1.Sum(verifier[20:36])
	clear(verifier[40:72])
	copy(verifier[40:], sum[:])
	s.seal(verifier[20:36], 0)
	s.seal(verifier[40:72], 0)
	return s, nil
}

func (s standard) seal(block []byte, _ int64) {
	for ; len(block) >= aes.BlockSize; block = block[aes.BlockSize:] {
		s.key.Encrypt(block, block)
	}
}

// newAgile puts a new key and a new salt into the description of an agile encryption.
func (c *container) newAgile(ctx context.Context, info []byte) (sealer, []byte, *integrity, error) {
	fail := func(err error) (sealer, []byte, *integrity, error) { return nil, nil, nil, err }
	var was agileInfo
	if err := xml.Unmarshal(bytes.TrimRight(info[8:], "\x00"), &was); err != nil || len(was.Encryptors) != 1 {
		return fail(fmt.Errorf("%w: the description of its encryption is damaged", ErrDamaged))
	}
	p := was.Encryptors[0]
	newHash, salt, err := p.parse()
	if err != nil {
		return fail(err)
	}
	dataHash, dataSalt, err := was.KeyData.parse()
	if err != nil {
		return fail(err)
	}
	spun, err := spin(ctx, newHash(), salt, passwordBytes(c.password), p.Spins)
	if err != nil {
		return fail(err)
	}
	secret, newSalt := make([]byte, was.KeyData.KeyBits/8), make([]byte, len(dataSalt))
	rand.Read(secret)
	rand.Read(newSalt)
	key, err := aes.NewCipher(secret)
	if err != nil {
		return fail(err)
	}
	wrapping, err := aes.NewCipher(fitted(hashed(newHash, spun, blockKeyValue), p.KeyBits/8))
	if err != nil {
		return fail(err)
	}
	wrapped := padded(secret)
	cipher.NewCBCEncrypter(wrapping, fitted(bytes.Clone(salt), aes.BlockSize)).CryptBlocks(wrapped, wrapped)
	info = enter(info, "keyData", "saltValue", newSalt)
	info = enter(info, "encryptedKey", "encryptedKeyValue", wrapped)
	a := agile{key, dataHash, newSalt}
	if was.Integrity.Key == "" {
		return a, info, nil, nil
	}
	macKey := make([]byte, dataHash().Size())
	rand.Read(macKey)
	return a, info, &integrity{agile: a, key: macKey}, nil
}

func (a agile) seal(block []byte, at int64) {
	cipher.NewCBCEncrypter(a.key, a.vector(binary.LittleEndian.AppendUint32(nil, uint32(at/segmentSize)))).CryptBlocks(block, block)
}

// vector returns the initialisation vector of a segment or of another value.
func (a agile) vector(of []byte) []byte {
	return fitted(hashed(a.newHash, a.salt, of), aes.BlockSize)
}

func hashed(newHash func() hash.Hash, parts ...[]byte) []byte {
	h := newHash()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// padded returns a copy filled up with zeros to whole blocks.
func padded(b []byte) []byte {
	return append(bytes.Clone(b), make([]byte, -len(b)&(aes.BlockSize-1))...)
}

// integrity is the check of an agile encryption: a keyed hash over the encrypted package ([MS-OFFCRYPTO] 2.3.4.14).
type integrity struct {
	agile
	key []byte
}

func (m *integrity) hash() hash.Hash { return hmac.New(m.newHash, m.key) }

// enter puts the check into the description.
func (m *integrity) enter(info, sum []byte) []byte {
	for _, v := range []struct {
		name         string
		value, block []byte
	}{{"encryptedHmacKey", m.key, blockHmacKey}, {"encryptedHmacValue", sum, blockHmacValue}} {
		sealed := padded(v.value)
		cipher.NewCBCEncrypter(m.agile.key, m.vector(v.block)).CryptBlocks(sealed, sealed)
		info = enter(info, "dataIntegrity", v.name, sealed)
	}
	return info
}

// enter replaces an attribute of an element of the description.
func enter(info []byte, element, name string, value []byte) []byte {
	at := regexp.MustCompile(`<(?:\w+:)?` + element + `\s[^>]*?\b` + name + `\s*=\s*["']([^"']*)["']`).FindSubmatchIndex(info)
	if at == nil {
		return info
	}
	text := base64.StdEncoding.AppendEncode(nil, value)
	return append(append(bytes.Clone(info[:at[2]]), text...), info[at[3]:]...)
}
