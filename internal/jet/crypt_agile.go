package jet

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"hash"
	"sync"
)

// The agile encryption of ACE files since Access 2010. Source: [MS-OFFCRYPTO] sections 2.3.4.10 to 2.3.4.13.

// maxSpins bounds the work a hostile file can ask for before its password is checked.
const maxSpins = 10_000_000

type agileXML struct {
	KeyData  agileParams `xml:"keyData"`
	Password []struct {
		agileParams
		Spins         int    `xml:"spinCount,attr"`
		VerifierInput string `xml:"encryptedVerifierHashInput,attr"`
		VerifierValue string `xml:"encryptedVerifierHashValue,attr"`
		Key           string `xml:"encryptedKeyValue,attr"`
	} `xml:"keyEncryptors>keyEncryptor>encryptedKey"`
}

type agileParams struct {
	BlockSize int    `xml:"blockSize,attr"`
	KeyBits   int    `xml:"keyBits,attr"`
	Cipher    string `xml:"cipherAlgorithm,attr"`
	Chaining  string `xml:"cipherChaining,attr"`
	Hash      string `xml:"hashAlgorithm,attr"`
	Salt      string `xml:"saltValue,attr"`
}

func (p agileParams) check() (func() hash.Hash, []byte, error) {
	hashes := map[string]func() hash.Hash{
		"SHA1": sha1.New, "SHA-1": sha1.New, "SHA256": sha256.New, "SHA384": sha512.New384, "SHA512": sha512.New,
	}
	h := hashes[p.Hash]
	salt, err := base64.StdEncoding.DecodeString(p.Salt)
	if h == nil || err != nil || len(salt) == 0 || p.Cipher != "AES" || p.Chaining != "ChainingModeCBC" ||
		p.BlockSize != aes.BlockSize || p.KeyBits != 128 && p.KeyBits != 192 && p.KeyBits != 256 {
		return nil, nil, fmt.Errorf("%w: %.20q %.20q %d bits with %.20q", ErrEncryption, p.Cipher, p.Chaining, p.KeyBits, p.Hash)
	}
	return h, salt, nil
}

// Keys remembers what agile encryption makes of passwords: the hundred thousand rounds of hashing that it takes to open such a file
// are done once. The zero value is ready; it is safe for concurrent use.
type Keys struct{ known sync.Map }

// spinning is what a key is made of.
type spinning struct {
	hash, salt, secret string
	spins              int
}

// spun returns the hash of a password, spun.
func (k *Keys) spun(s spinning, newHash func() hash.Hash) []byte {
	if k != nil {
		if known, ok := k.known.Load(s); ok {
			return known.([]byte)
		}
	}
	spun := sum(newHash, []byte(s.salt), []byte(s.secret))
	h, count := newHash(), make([]byte, 4)
	for i := range s.spins {
		binary.LittleEndian.PutUint32(count, uint32(i))
		h.Reset()
		h.Write(count)
		h.Write(spun)
		spun = h.Sum(spun[:0])
	}
	if k != nil {
		k.known.Store(s, spun)
	}
	return spun
}

func newAgile(info []byte, pageKey uint32, secret []byte, keys *Keys) (codec, error) {
	if len(info) < 4 || binary.LittleEndian.Uint32(info) != 0x40 {
		return nil, fmt.Errorf("%w: its description is cut short", ErrEncryption)
	}
	var x agileXML
	if err := xml.Unmarshal(bytes.TrimRight(info[4:], "\x00"), &x); err != nil {
		return nil, fmt.Errorf("%w: its description is not XML", ErrEncryption)
	}
	if len(x.Password) != 1 {
		return nil, fmt.Errorf("%w: it opens with something other than one password", ErrEncryption)
	}
	p := x.Password[0]
	newHash, salt, err := p.check()
	if err != nil {
		return nil, err
	}
	pageHash, pageSalt, err := x.KeyData.check()
	if err != nil {
		return nil, err
	}
	if p.Spins < 0 || p.Spins > maxSpins {
		return nil, fmt.Errorf("%w: it asks for %d rounds of hashing", ErrEncryption, p.Spins)
	}

	spun := keys.spun(spinning{p.Hash, string(salt), string(secret), p.Spins}, newHash)
	open := func(encoded string, purpose ...byte) ([]byte, error) {
		text, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || len(text) == 0 || len(text)%aes.BlockSize != 0 {
			return nil, fmt.Errorf("%w: its keys are cut short", ErrEncryption)
		}
		block, err := aes.NewCipher(fit(sum(newHash, spun, purpose), p.KeyBits/8))
		if err != nil {
			return nil, err
		}
		cipher.NewCBCDecrypter(block, fit(salt, aes.BlockSize)).CryptBlocks(text, text)
		return text, nil
	}
	verifier, err := open(p.VerifierInput, 0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79)
	if err != nil {
		return nil, err
	}
	want, err := open(p.VerifierValue, 0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e)
	if err != nil {
		return nil, err
	}
	got := sum(newHash, verifier)
	if len(want) < len(got) || !bytes.Equal(got, want[:len(got)]) {
		return nil, ErrPassword
	}
	key, err := open(p.Key, 0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6)
	if err != nil {
		return nil, err
	}
	if len(key) < x.KeyData.KeyBits/8 {
		return nil, fmt.Errorf("%w: its key is cut short", ErrEncryption)
	}
	block, err := aes.NewCipher(key[:x.KeyData.KeyBits/8])
	if err != nil {
		return nil, err
	}
	return &agile{block: block, hash: pageHash(), newHash: pageHash, salt: pageSalt, pageKey: pageKey}, nil
}

// agile is AES in CBC mode with one key and a vector of its own for each page.
type agile struct {
	block   cipher.Block
	hash    hash.Hash
	newHash func() hash.Hash
	salt    []byte
	pageKey uint32
}

func (c *agile) vector(n uint32) []byte {
	c.hash.Reset()
	c.hash.Write(c.salt)
	c.hash.Write(blockKey(c.pageKey, n))
	return fit(c.hash.Sum(nil), aes.BlockSize)
}

func (c *agile) decode(page []byte, n uint32) {
	cipher.NewCBCDecrypter(c.block, c.vector(n)).CryptBlocks(page, page)
}

func (c *agile) encode(page []byte, n uint32) {
	cipher.NewCBCEncrypter(c.block, c.vector(n)).CryptBlocks(page, page)
}

func (c *agile) fork() codec {
	f := *c
	f.hash = c.newHash()
	return &f
}

func sum(newHash func() hash.Hash, parts ...[]byte) []byte {
	h := newHash()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// fit cuts b to n bytes or fills it up with 0x36.
func fit(b []byte, n int) []byte {
	if len(b) >= n {
		return b[:n]
	}
	return append(bytes.Clone(b), bytes.Repeat([]byte{0x36}, n-len(b))...)
}
