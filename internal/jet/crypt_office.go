package jet

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
)

// The encryptions that Office brought to ACE files, by the version of the EncryptionInfo structure.
// Source: [MS-OFFCRYPTO] sections 2.3.4 to 2.3.6; a page takes the place of a block there, and its key or
// vector is made from the page key of the database header exclusive-or the page number.

const (
	flagCryptoAPI = 0x04
	flagAES       = 0x20

	algRC4    = 0x6801
	algAES128 = 0x660e
	algAES192 = 0x660f
	algAES256 = 0x6610
	algSHA1   = 0x8004

	standardSpins = 50000
)

func newOfficeCodec(info []byte, pageKey uint32, password string) (codec, error) {
	if len(info) < 4 {
		return nil, fmt.Errorf("%w: its description is cut short", ErrEncryption)
	}
	units := utf16.Encode([]rune(password))
	if len(units) > 255 {
		units = units[:255]
	}
	var secret []byte
	for _, u := range units {
		secret = binary.LittleEndian.AppendUint16(secret, u)
	}
	major, minor := binary.LittleEndian.Uint16(info), binary.LittleEndian.Uint16(info[2:])
	switch {
	case major == 4 && minor == 4:
		return newAgile(info[4:], pageKey, secret)
	case major == 1 && minor == 1:
		return newBinaryRC4(info[4:], pageKey, secret)
	case major >= 2 && major <= 4 && minor == 2:
		return newCryptoAPI(info[4:], pageKey, secret)
	}
	return nil, fmt.Errorf("%w: version %d.%d of its description", ErrEncryption, major, minor)
}

// blockKey is what a page contributes to its key.
func blockKey(pageKey, number uint32) []byte {
	return binary.LittleEndian.AppendUint32(nil, pageKey^number)
}

// newBinaryRC4 is "Office binary document RC4" (section 2.3.6), with MD5.
func newBinaryRC4(info []byte, pageKey uint32, secret []byte) (codec, error) {
	if len(info) < 48 {
		return nil, fmt.Errorf("%w: its verifier is cut short", ErrEncryption)
	}
	salt, verifier, want := info[:16], bytes.Clone(info[16:32]), bytes.Clone(info[32:48])
	first := md5.Sum(secret)
	unit := append(first[:5:5], salt...)
	base := md5.Sum(bytes.Repeat(unit, 16))
	key := func(block []byte) []byte {
		sum := md5.Sum(append(base[:5:5], block...))
		return sum[:]
	}
	c, _ := rc4.NewCipher(key(make([]byte, 4)))
	c.XORKeyStream(verifier, verifier)
	c.XORKeyStream(want, want)
	if got := md5.Sum(verifier); !bytes.Equal(got[:], want) {
		return nil, ErrPassword
	}
	return pageRC4(func(n uint32) []byte { return key(blockKey(pageKey, n)) }), nil
}

// newCryptoAPI is the encryption of section 2.3.5 (RC4) or 2.3.4.5 (AES); what Access writes as AES
// without setting the AES flag does not spin the hash.
func newCryptoAPI(info []byte, pageKey uint32, secret []byte) (codec, error) {
	// flags, header length, then the header: flags, extra size, algorithm, hash, key bits, provider, 2 reserved, name
	if len(info) < 8 {
		return nil, fmt.Errorf("%w: its header is cut short", ErrEncryption)
	}
	n := int(binary.LittleEndian.Uint32(info[4:]))
	if n < 32 || n > len(info)-8 {
		return nil, fmt.Errorf("%w: its header is cut short", ErrEncryption)
	}
	header, rest := info[8:8+n], info[8+n:]
	flags := binary.LittleEndian.Uint32(header)
	alg := binary.LittleEndian.Uint32(header[8:])
	hash := binary.LittleEndian.Uint32(header[12:])
	bits := int(binary.LittleEndian.Uint32(header[16:]))
	if alg == 0 && flags&flagCryptoAPI != 0 {
		alg = algRC4
		if flags&flagAES != 0 {
			alg = algAES128
		}
	}
	if hash != 0 && hash != algSHA1 {
		return nil, fmt.Errorf("%w: hash algorithm %#x", ErrEncryption, hash)
	}
	if len(rest) < 4+16+16+4 || binary.LittleEndian.Uint32(rest) != 16 {
		return nil, fmt.Errorf("%w: its verifier is cut short", ErrEncryption)
	}
	salt, verifier, want := rest[4:20], bytes.Clone(rest[20:36]), bytes.Clone(rest[40:])
	base := sha1.Sum(append(bytes.Clone(salt), secret...))

	switch alg {
	case algRC4:
		if bits == 0 {
			bits = defaultBits(header[32:])
		}
		if bits < 40 || bits > 160 || bits%8 != 0 || len(want) < sha1.Size {
			return nil, fmt.Errorf("%w: RC4 with a key of %d bits", ErrEncryption, bits)
		}
		key := func(block []byte) []byte {
			sum := sha1.Sum(append(base[:len(base):len(base)], block...))
			if bits == 40 {
				return append(sum[:5:5], make([]byte, 11)...)
			}
			return sum[:bits/8]
		}
		c, _ := rc4.NewCipher(key(make([]byte, 4)))
		c.XORKeyStream(verifier, verifier)
		c.XORKeyStream(want, want)
		if got := sha1.Sum(verifier); !bytes.Equal(got[:], want[:sha1.Size]) {
			return nil, ErrPassword
		}
		return pageRC4(func(n uint32) []byte { return key(blockKey(pageKey, n)) }), nil

	case algAES128, algAES192, algAES256:
		size := map[uint32]int{algAES128: 16, algAES192: 24, algAES256: 32}[alg]
		if len(want) < 32 || bits != 0 && bits != 8*size {
			return nil, fmt.Errorf("%w: AES with a key of %d bits", ErrEncryption, bits)
		}
		spins := 0
		if flags&flagAES != 0 {
			spins = standardSpins
		}
		for i := range spins {
			base = sha1.Sum(append(binary.LittleEndian.AppendUint32(nil, uint32(i)), base[:]...))
		}
		c := standardAES{base: base[:], size: size, pageKey: pageKey}
		block := c.block(make([]byte, 4))
		ecb(block.Decrypt, verifier)
		ecb(block.Decrypt, want[:32])
		if got := sha1.Sum(verifier); !bytes.Equal(got[:], want[:sha1.Size]) {
			return nil, ErrPassword
		}
		return c, nil
	}
	return nil, fmt.Errorf("%w: algorithm %#x", ErrEncryption, alg)
}

// defaultBits is the length of an RC4 key where the header gives none: it hangs on the provider's name.
func defaultBits(name []byte) int {
	var units []uint16
	for ; len(name) >= 2; name = name[2:] {
		if u := binary.LittleEndian.Uint16(name); u != 0 {
			units = append(units, u)
		}
	}
	s := strings.ToLower(string(utf16.Decode(units)))
	if s == "" || strings.Contains(s, " base ") {
		return 40
	}
	return 128
}

// standardAES is AES in ECB mode with a key of its own for each page.
type standardAES struct {
	base    []byte
	size    int
	pageKey uint32
}

// block derives the key of section 2.3.4.7.
func (c standardAES) block(n []byte) cipher.Block {
	final := sha1.Sum(append(bytes.Clone(c.base), n...))
	half := func(pad byte) []byte {
		x := bytes.Repeat([]byte{pad}, 64)
		for i, b := range final {
			x[i] ^= b
		}
		sum := sha1.Sum(x)
		return sum[:]
	}
	b, err := aes.NewCipher(append(half(0x36), half(0x5c)...)[:c.size])
	if err != nil {
		panic(err) // the size is one of AES's three
	}
	return b
}

func (c standardAES) decode(page []byte, n uint32) {
	ecb(c.block(blockKey(c.pageKey, n)).Decrypt, page)
}
func (c standardAES) encode(page []byte, n uint32) {
	ecb(c.block(blockKey(c.pageKey, n)).Encrypt, page)
}
func (c standardAES) fork() codec { return c }

func ecb(step func(dst, src []byte), data []byte) {
	for ; len(data) >= aes.BlockSize; data = data[aes.BlockSize:] {
		step(data[:aes.BlockSize], data[:aes.BlockSize])
	}
}
