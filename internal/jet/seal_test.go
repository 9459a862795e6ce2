package jet

import (
	"crypto/md5"
	"crypto/rc4"
	"crypto/sha1"
	"encoding/binary"
	"testing"
)

// sealed completes a description of encryption so that a password opens it: it puts in what its verifier and the
// verifier's hash encrypt to. It derives keys by the code it serves to test, which real files test.
func sealed(t *testing.T, info []byte, pageKey uint32, password string) []byte {
	t.Helper()
	const verifier = "sixteen bytes ok"
	var secret []byte
	for _, r := range password {
		secret = binary.LittleEndian.AppendUint16(secret, uint16(r))
	}
	xor := func(key []byte, parts ...[]byte) {
		c, err := rc4.NewCipher(key)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range parts {
			c.XORKeyStream(p, p)
		}
	}
	if info[0] == 1 {
		enc, hash := info[20:36], info[36:52]
		copy(enc, verifier)
		sum := md5.Sum(enc)
		copy(hash, sum[:])
		xor(binaryRC4Key(info[4:20], secret)(make([]byte, 4)), enc, hash)
		return info
	}
	c, err := readCryptoAPI(info[4:], secret)
	if err != nil {
		t.Fatal(err)
	}
	rest := info[len(info)-(16+4+32):]
	enc, hash := rest[:16], rest[20:]
	copy(enc, verifier)
	sum := sha1.Sum(enc)
	copy(hash, sum[:])
	if c.size == 0 {
		xor(c.rc4Key(make([]byte, 4)), enc, hash[:20])
		return info
	}
	block := c.block(make([]byte, 4))
	ecb(block.Encrypt, enc)
	ecb(block.Encrypt, hash)
	return info
}
