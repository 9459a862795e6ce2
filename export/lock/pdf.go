package lock

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// PDF encrypts a PDF document with AES-256 as ISO 32000-2 states it (7.6, revision 6), so that every current reader asks for the
// passphrase. It takes documents as the package paper makes them: a table of objects, none of them compressed together. Whoever has the
// passphrase may print and copy.
func PDF(w io.Writer, plain []byte, passphrase string) error {
	doc, err := readPDF(plain)
	if err == nil && doc.seal != 0 {
		err = fmt.Errorf("%w: it is encrypted already", errPDF)
	}
	if err != nil {
		return err
	}
	s, err := newPDFSeal(passphrase)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	out.WriteString("%PDF-2.0\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(doc.objects)+1)
	for i, o := range doc.objects {
		offsets[i] = out.Len()
		if err := s.object(&out, o); err != nil {
			return fmt.Errorf("object %d of the PDF: %w", o.number, err)
		}
	}
	number := doc.size // of the encryption's own object
	offsets[len(doc.objects)] = out.Len()
	fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", number, s.dictionary())

	begin := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n", number+1)
	lines := make([]string, number+1)
	for i := range lines {
		lines[i] = "0000000000 65535 f \n"
	}
	for i, o := range doc.objects {
		lines[o.number] = fmt.Sprintf("%010d 00000 n \n", offsets[i])
	}
	lines[number] = fmt.Sprintf("%010d 00000 n \n", offsets[len(doc.objects)])
	out.WriteString(strings.Join(lines, ""))
	id := random(16)
	fmt.Fprintf(&out, "trailer\n<</Size %d /Root %s /Info %s /Encrypt %d 0 R /ID [<%x> <%x>]>>\nstartxref\n%d\n%%%%EOF\n",
		number+1, doc.root, doc.info, number, id, id, begin)
	_, err = out.WriteTo(w)
	return err
}

// pdfSeal is the key of a document, and what lets the passphrase and nothing else give it.
type pdfSeal struct {
	block        cipher.Block
	u, ue, o, oe []byte
	permitted    []byte
}

// pdfMay lets readers do everything with the open document: all bits but the two that are always 0.
const pdfMay = -4

func newPDFSeal(passphrase string) (*pdfSeal, error) {
	key, nobody := random(32), random(32) // the owner's password, which nobody has
	s := &pdfSeal{}
	var err error
	if s.block, err = aes.NewCipher(key); err != nil {
		return nil, err
	}
	s.u, s.ue = pdfDoor([]byte(passphrase), nil, key)
	s.o, s.oe = pdfDoor(nobody, s.u, key)
	may := int32(pdfMay)
	perms := binary.LittleEndian.AppendUint32(nil, uint32(may))
	perms = append(append(perms, 0xff, 0xff, 0xff, 0xff, 'T', 'a', 'd', 'b'), random(4)...)
	s.permitted = make([]byte, 16)
	s.block.Encrypt(s.permitted, perms)
	return s, nil
}

// pdfDoor returns what tells whether a password is right, and the document's key under it (algorithms 8 and 9).
func pdfDoor(password, user, key []byte) (check, sealed []byte) {
	salts := random(16)
	check = append(pdfHash(password, salts[:8], user), salts...)
	block, err := aes.NewCipher(pdfHash(password, salts[8:], user))
	if err != nil {
		panic(err) // the length of a hash is one of AES's
	}
	sealed = make([]byte, 32)
	cipher.NewCBCEncrypter(block, make([]byte, 16)).CryptBlocks(sealed, key)
	return check, sealed
}

// pdfHash is algorithm 2.B: at least 64 rounds of AES and whichever of three hashes its output chooses.
func pdfHash(password, salt, user []byte) []byte {
	first := sha256.Sum256(bytes.Join([][]byte{password, salt, user}, nil))
	k := first[:]
	for round := 1; ; round++ {
		e := bytes.Repeat(bytes.Join([][]byte{password, k, user}, nil), 64)
		block, err := aes.NewCipher(k[:16])
		if err != nil {
			panic(err) // 16 bytes are a key
		}
		cipher.NewCBCEncrypter(block, k[16:32]).CryptBlocks(e, e)
		sum := 0
		for _, b := range e[:16] {
			sum += int(b) // 256 is 1 modulo 3: the number that the bytes are, modulo 3, is their sum's
		}
		switch sum % 3 {
		case 0:
			h := sha256.Sum256(e)
			k = h[:]
		case 1:
			h := sha512.Sum384(e)
			k = h[:]
		default:
			h := sha512.Sum512(e)
			k = h[:]
		}
		if round >= 64 && int(e[len(e)-1]) <= round-32 {
			return k[:32]
		}
	}
}

func (s *pdfSeal) dictionary() string {
	return fmt.Sprintf("<</Filter /Standard /V 5 /R 6 /Length 256 /P %d /U <%x> /UE <%x> /O <%x> /OE <%x> /Perms <%x> /EncryptMetadata true "+
		"/CF <</StdCF <</AuthEvent /DocOpen /CFM /AESV3 /Length 32>>>> /StmF /StdCF /StrF /StdCF>>", pdfMay, s.u, s.ue, s.o, s.oe, s.permitted)
}

// seal encrypts a string or a stream: a random start, then AES in CBC, filled up to whole blocks as PKCS #7 does.
func (s *pdfSeal) seal(plain []byte) []byte {
	fill := aes.BlockSize - len(plain)%aes.BlockSize
	out := append(random(aes.BlockSize), plain...)
	out = append(out, bytes.Repeat([]byte{byte(fill)}, fill)...)
	cipher.NewCBCEncrypter(s.block, out[:aes.BlockSize]).CryptBlocks(out[aes.BlockSize:], out[aes.BlockSize:])
	return out
}

// object writes an object with its strings and its stream encrypted.
func (s *pdfSeal) object(out *bytes.Buffer, o pdfObject) error {
	fmt.Fprintf(out, "%d 0 obj\n", o.number)
	var stream []byte
	if o.stream != nil {
		stream = s.seal(o.stream)
	}
	err := eachToken(o.head, func(token, text []byte) bool {
		switch {
		case text != nil:
			fmt.Fprintf(out, "<%x>", s.seal(text))
		case o.stream != nil && bytes.HasPrefix(token, []byte("/Length ")):
			fmt.Fprintf(out, "/Length %d", len(stream))
		default:
			out.Write(token)
		}
		return true
	})
	if err != nil {
		return err
	}
	if o.stream != nil {
		out.WriteString("\nstream\n")
		out.Write(stream)
		out.WriteString("\nendstream")
	}
	out.WriteString("\nendobj\n")
	return nil
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}
