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

func newOfficeCodec(info []byte, pageKey uint32, o Options) (codec, error) {
	if len(info) < 4 {
		return nil, fmt.Errorf("%w: its description is cut short", ErrEncryption)
	}
	units := utf16.Encode([]rune(o.Password))
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
		return newAgile(info[4:], pageKey, secret, o.Keys)
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
	verifier, want := bytes.Clone(info[16:32]), bytes.Clone(info[32:48])
	key := binaryRC4Key(info[:16], secret)
	c, _ := rc4.NewCipher(key(make([]byte, 4)))
	c.XORKeyStream(verifier, verifier)
	c.XORKeyStream(want, want)
	if got := md5.Sum(verifier); !bytes.Equal(got[:], want) {
		return nil, ErrPassword
	}
	return pageRC4(func(n uint32) []byte { return key(blockKey(pageKey, n)) }), nil
}

func binaryRC4Key(salt, secret []byte) func(block []byte) []byte {
	first := md5.Sum(secret)
	base := md5.Sum(bytes.Repeat(append(first[:5:5], salt...), 16))
	return func(block []byte) []byte {
		sum := md5.Sum(append(base[:5:5], block...))
		return sum[:]
	}
}

// cryptoAPI is the encryption of section 2.3.5 (RC4) or 2.3.4.5 (AES). What Access writes as AES
// without setting the AES flag does not spin the hash.
type cryptoAPI struct {
	base           []byte // hash of salt and password
	size           int    // of an AES key; zero: RC4
	bits           int    // of an RC4 key
	verifier, want []byte // encrypted
	pageKey        uint32
}

func newCryptoAPI(info []byte, pageKey uint32, secret []byte) (codec, error) {
	c, err := readCryptoAPI(info, secret)
	if err != nil {
		return nil, err
	}
	c.pageKey = pageKey
	if c.size > 0 {
		block := c.block(make([]byte, 4))
		ecb(block.Decrypt, c.verifier)
		ecb(block.Decrypt, c.want)
	} else {
		stream, _ := rc4.NewCipher(c.rc4Key(make([]byte, 4)))
		stream.XORKeyStream(c.verifier, c.verifier)
		stream.XORKeyStream(c.want, c.want)
	}
	if got := sha1.Sum(c.verifier); !bytes.Equal(got[:], c.want[:sha1.Size]) {
		return nil, ErrPassword
	}
	if c.size > 0 {
		return c, nil
	}
	return pageRC4(func(n uint32) []byte { return c.rc4Key(blockKey(pageKey, n)) }), nil
}

// readCryptoAPI reads what follows the version: flags, the length of the header, the header (flags, extra
// size, algorithm, hash, key bits, provider, two reserved, name), and the verifier.
func readCryptoAPI(info, secret []byte) (*cryptoAPI, error) {
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
	c := &cryptoAPI{bits: int(binary.LittleEndian.Uint32(header[16:]))}
	if alg == 0 && flags&flagCryptoAPI != 0 {
		alg = algRC4
		if flags&flagAES != 0 {
			alg = algAES128
		}
	}
	if hash != 0 && hash != algSHA1 {
		return nil, fmt.Errorf("%w: hash algorithm %#x", ErrEncryption, hash)
	}
	wantSize := sha1.Size
	switch alg {
	case algRC4:
		if c.bits == 0 {
			c.bits = defaultBits(header[32:])
		}
		if c.bits < 40 || c.bits > 8*sha1.Size || c.bits%8 != 0 {
			return nil, fmt.Errorf("%w: RC4 with a key of %d bits", ErrEncryption, c.bits)
		}
	case algAES128, algAES192, algAES256:
		c.size = map[uint32]int{algAES128: 16, algAES192: 24, algAES256: 32}[alg]
		if c.bits != 0 && c.bits != 8*c.size {
			return nil, fmt.Errorf("%w: AES with a key of %d bits", ErrEncryption, c.bits)
		}
		wantSize = 32
	default:
		return nil, fmt.Errorf("%w: algorithm %#x", ErrEncryption, alg)
	}
	if len(rest) < 40+wantSize || binary.LittleEndian.Uint32(rest) != 16 {
		return nil, fmt.Errorf("%w: its verifier is cut short", ErrEncryption)
	}
	c.verifier, c.want = bytes.Clone(rest[20:36]), bytes.Clone(rest[40:40+wantSize])
	base := sha1.Sum(append(bytes.Clone(rest[4:20]), secret...))
	if c.size > 0 && flags&flagAES != 0 {
		for i := range standardSpins {
			base = sha1.Sum(append(binary.LittleEndian.AppendUint32(nil, uint32(i)), base[:]...))
		}
	}
	c.base = base[:]
	return c, nil
}

func (c *cryptoAPI) rc4Key(block []byte) []byte {
	sum := sha1.Sum(append(c.base[:sha1.Size:sha1.Size], block...))
	if c.bits == 40 {
		return append(sum[:5:5], make([]byte, 11)...)
	}
	return sum[:c.bits/8]
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

// block derives the AES key of section 2.3.4.7: one of its own for each page, in ECB mode.
func (c *cryptoAPI) block(n []byte) cipher.Block {
	final := sha1.Sum(append(c.base[:sha1.Size:sha1.Size], n...))
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

func (c *cryptoAPI) decode(page []byte, n uint32) {
	ecb(c.block(blockKey(c.pageKey, n)).Decrypt, page)
}

func (c *cryptoAPI) encode(page []byte, n uint32) {
	ecb(c.block(blockKey(c.pageKey, n)).Encrypt, page)
}

func (c *cryptoAPI) fork() codec { return c }

func ecb(step func(dst, src []byte), data []byte) {
	for ; len(data) >= aes.BlockSize; data = data[aes.BlockSize:] {
		step(data[:aes.BlockSize], data[:aes.BlockSize])
	}
}
