package xlsx

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"hash"
	"io"
	"unicode/utf16"
)

// Encrypted packages by [MS-OFFCRYPTO] 2.3.4: "standard" encryption of Office 2007 and "agile" encryption since.

// knownPassword is the one that Excel itself encrypts with where a workbook is only protected against changes of its
// structure: such a workbook opens for everybody.
const knownPassword = "VelvetSweatshop"

const (
	maxSpins      = 10_000_000 // bounds the work that a hostile file can ask for
	standardSpins = 50_000
	segmentSize   = 4096
)

var (
	blockVerifierInput = []byte{0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79}
	blockVerifierValue = []byte{0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e}
	blockKeyValue      = []byte{0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6}
)

func unsupported(format string, args ...any) error {
	return fmt.Errorf("%w in a way that cannot be read: %s", ErrEncrypted, fmt.Sprintf(format, args...))
}

// opener decrypts the blocks of a package. at is a multiple of the segment size, block of the cipher's.
type opener interface {
	open(block []byte, at int64)
}

// decrypt returns the package within an encrypted workbook. info and data are its two streams.
func decrypt(ctx context.Context, info []byte, data io.ReaderAt, dataSize int64, password string) (*decrypted, error) {
	head := make([]byte, 8)
	if len(info) < 8 || dataSize < 8 {
		return nil, fmt.Errorf("%w: the description of its encryption is cut short", ErrDamaged)
	}
	if _, err := data.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, err
	}
	size := int64(binary.LittleEndian.Uint64(head))
	if size < 0 || size > dataSize-8 {
		return nil, fmt.Errorf("%w: its encrypted package is cut short", ErrDamaged)
	}
	unlock := standardKey
	major, minor := binary.LittleEndian.Uint16(info), binary.LittleEndian.Uint16(info[2:])
	switch {
	case major == 4 && minor == 4:
		unlock = agileKey
	case minor != 2 || major < 2 || major > 4:
		return nil, unsupported("version %d.%d", major, minor)
	}
	for _, try := range []string{password, knownPassword} {
		o, err := unlock(ctx, info[8:], passwordBytes(try))
		if err != nil {
			return nil, err
		}
		if o != nil {
			return &decrypted{data: data, size: size, stored: dataSize - 8, o: o, password: try}, nil
		}
	}
	if password == "" {
		return nil, ErrEncrypted
	}
	return nil, ErrPassword
}

func passwordBytes(password string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(password)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// spin hashes the salted password so many times.
func spin(ctx context.Context, h hash.Hash, salt, password []byte, spins int) ([]byte, error) {
	h.Write(salt)
	h.Write(password)
	sum := h.Sum(nil)
	var count [4]byte
	for i := range spins {
		if i%10_000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		binary.LittleEndian.PutUint32(count[:], uint32(i))
		h.Reset()
		h.Write(count[:])
		h.Write(sum)
		sum = h.Sum(sum[:0])
	}
	return sum, nil
}

// fitted cuts b, or fills it up with 0x36, to n bytes.
func fitted(b []byte, n int) []byte {
	for len(b) < n {
		b = append(b, 0x36)
	}
	return b[:n]
}

type agileInfo struct {
	KeyData   agileParams `xml:"keyData"`
	Integrity struct {
		Key string `xml:"encryptedHmacKey,attr"`
	} `xml:"dataIntegrity"`
	Encryptors []struct {
		agileParams
		Spins         int    `xml:"spinCount,attr"`
		VerifierInput string `xml:"encryptedVerifierHashInput,attr"`
		VerifierValue string `xml:"encryptedVerifierHashValue,attr"`
		KeyValue      string `xml:"encryptedKeyValue,attr"`
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

var hashes = map[string]func() hash.Hash{"SHA1": sha1.New, "SHA-1": sha1.New, "SHA256": sha256.New, "SHA384": sha512.New384, "SHA512": sha512.New}

func (p agileParams) parse() (newHash func() hash.Hash, salt []byte, err error) {
	newHash = hashes[p.Hash]
	salt, err = base64.StdEncoding.DecodeString(p.Salt)
	if newHash == nil || err != nil || len(salt) == 0 || p.Cipher != "AES" || p.Chaining != "ChainingModeCBC" ||
		p.BlockSize != aes.BlockSize || p.KeyBits != 128 && p.KeyBits != 192 && p.KeyBits != 256 {
		return nil, nil, unsupported("%.20q %.20q, %d bits, %.20q", p.Cipher, p.Chaining, p.KeyBits, p.Hash)
	}
	return newHash, salt, nil
}

// agileKey returns what decrypts the package, nil where the password is another one.
func agileKey(ctx context.Context, description, password []byte) (opener, error) {
	var info agileInfo
	if err := xml.Unmarshal(bytes.TrimRight(description, "\x00"), &info); err != nil {
		return nil, fmt.Errorf("%w: the description of its encryption is no XML", ErrDamaged)
	}
	if len(info.Encryptors) != 1 {
		return nil, unsupported("it opens with something else than one password")
	}
	p := info.Encryptors[0]
	newHash, salt, err := p.parse()
	if err != nil {
		return nil, err
	}
	dataHash, dataSalt, err := info.KeyData.parse()
	if err != nil {
		return nil, err
	}
	if p.Spins < 0 || p.Spins > maxSpins {
		return nil, unsupported("%d rounds of hashing", p.Spins)
	}
	spun, err := spin(ctx, newHash(), salt, password, p.Spins)
	if err != nil {
		return nil, err
	}
	unseal := func(block []byte, text string) ([]byte, error) {
		sealed, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(sealed) == 0 || len(sealed)%aes.BlockSize != 0 {
			return nil, fmt.Errorf("%w: the description of its encryption is damaged", ErrDamaged)
		}
		h := newHash()
		h.Write(spun)
		h.Write(block)
		key, err := aes.NewCipher(fitted(h.Sum(nil), p.KeyBits/8))
		if err != nil {
			return nil, err
		}
		cipher.NewCBCDecrypter(key, fitted(bytes.Clone(salt), aes.BlockSize)).CryptBlocks(sealed, sealed)
		return sealed, nil
	}
	input, err := unseal(blockVerifierInput, p.VerifierInput)
	if err != nil {
		return nil, err
	}
	want, err := unseal(blockVerifierValue, p.VerifierValue)
	if err != nil {
		return nil, err
	}
	h := newHash()
	h.Write(input[:min(len(input), len(salt))])
	got := h.Sum(nil)
	if len(want) < len(got) || subtle.ConstantTimeCompare(got, want[:len(got)]) != 1 {
		return nil, nil
	}
	value, err := unseal(blockKeyValue, p.KeyValue)
	if err != nil {
		return nil, err
	}
	if len(value) < info.KeyData.KeyBits/8 {
		return nil, fmt.Errorf("%w: the description of its encryption is damaged", ErrDamaged)
	}
	key, err := aes.NewCipher(value[:info.KeyData.KeyBits/8])
	return agile{key, dataHash, dataSalt}, err
}

type agile struct {
	key     cipher.Block
	newHash func() hash.Hash
	salt    []byte
}

func (a agile) open(block []byte, at int64) {
	cipher.NewCBCDecrypter(a.key, a.vector(binary.LittleEndian.AppendUint32(nil, uint32(at/segmentSize)))).CryptBlocks(block, block)
}

// standardKey returns what decrypts the package, nil where the password is another one.
func standardKey(ctx context.Context, description, password []byte) (opener, error) {
	cut := fmt.Errorf("%w: the description of its encryption is cut short", ErrDamaged)
	if len(description) < 4 {
		return nil, cut
	}
	headerSize := int64(binary.LittleEndian.Uint32(description))
	if headerSize < 32 || int64(len(description)) < 4+headerSize+72 {
		return nil, cut
	}
	header, verifier := description[4:4+headerSize], description[4+headerSize:]
	saltSize := binary.LittleEndian.Uint32(verifier)
	if saltSize != 16 {
		return nil, unsupported("a salt of %d bytes", saltSize)
	}
	s, err := standardCipher(ctx, header, verifier[4:20], password)
	if err != nil {
		return nil, err
	}
	input, want := bytes.Clone(verifier[20:36]), bytes.Clone(verifier[40:72])
	s.open(input, 0)
	s.open(want, 0)
	if got := sha1.Sum(input); subtle.ConstantTimeCompare(got[:], want[:sha1.Size]) != 1 {
		return nil, nil
	}
	return s, nil
}

// standardCipher returns the cipher that a password and a salt make.
func standardCipher(ctx context.Context, header, salt, password []byte) (standard, error) {
	bits := binary.LittleEndian.Uint32(header[16:])
	if algorithm := binary.LittleEndian.Uint32(header[8:]); algorithm < 0x660e || algorithm > 0x6610 {
		return standard{}, unsupported("algorithm %#x", algorithm)
	}
	if bits != 128 && bits != 192 && bits != 256 {
		return standard{}, unsupported("%d bits", bits)
	}
	spun, err := spin(ctx, sha1.New(), salt, password, standardSpins)
	if err != nil {
		return standard{}, err
	}
	final := sha1.Sum(append(spun, 0, 0, 0, 0))
	derived := make([]byte, 0, 2*sha1.Size)
	for _, pad := range []byte{0x36, 0x5c} {
		block := bytes.Repeat([]byte{pad}, 64)
		subtle.XORBytes(block, block, final[:])
		sum := sha1.Sum(block)
		derived = append(derived, sum[:]...)
	}
	key, err := aes.NewCipher(derived[:bits/8])
	return standard{key}, err
}

type standard struct{ key cipher.Block }

func (s standard) open(block []byte, _ int64) {
	for ; len(block) >= aes.BlockSize; block = block[aes.BlockSize:] {
		s.key.Decrypt(block, block)
	}
}

// decrypted is the package, decrypted segment by segment where it is read.
type decrypted struct {
	data   io.ReaderAt // behind its first 8 bytes
	size   int64       // of the package
	stored int64       // with the padding
	o      opener

	password string // that opened it
}

func (d *decrypted) ReadAt(b []byte, at int64) (int, error) {
	done := 0
	segment := make([]byte, 0, segmentSize)
	for done < len(b) && at < d.size {
		from := at / segmentSize * segmentSize
		n := min(segmentSize, d.stored-from) &^ (aes.BlockSize - 1)
		segment = segment[:n]
		if got, err := d.data.ReadAt(segment, 8+from); int64(got) < n {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return done, err
		}
		d.o.open(segment, from)
		end := min(n, d.size-from)
		if at-from >= end {
			return done, io.ErrUnexpectedEOF
		}
		got := copy(b[done:], segment[at-from:end])
		done += got
		at += int64(got)
	}
	if done < len(b) {
		return done, io.EOF
	}
	return done, nil
}
