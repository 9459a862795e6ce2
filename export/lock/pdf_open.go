package lock

import (
	"bytes"
	"compress/zlib"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"unicode/utf16"
)

// Attached is a file that is attached to a PDF.
type Attached struct {
	Name    string
	Content []byte
}

var (
	pdfKeys = regexp.MustCompile(`(?s)^<</Filter /Standard /V 5 /R 6 .*/U <([0-9a-f]{96})> /UE <([0-9a-f]{64})> `)
	pdfFile = regexp.MustCompile(`/EF << /F (\d+) 0 R >>`)

	errSealed = errors.New("the file is damaged: a part of it cannot be decrypted")
)

// OpenPDF returns the files that are attached to a document that PDF encrypted, in the order of its objects; together they have at most
// room bytes. The error wraps ErrForeign where the document is of another form. What its pages show is not looked at.
func OpenPDF(b []byte, passphrase string, room int64) ([]Attached, error) {
	doc, err := readPDF(b)
	if err != nil || doc.seal == 0 {
		return nil, ErrForeign
	}
	objects := map[int]pdfObject{}
	for _, o := range doc.objects {
		objects[o.number] = o
	}
	s, err := openPDFSeal(objects[doc.seal].head, []byte(passphrase))
	if err != nil {
		return nil, err
	}
	var files []Attached
	for _, o := range doc.objects {
		if !bytes.Contains(o.head, []byte("/Type /Filespec")) {
			continue
		}
		m := pdfFile.FindSubmatch(o.head)
		if m == nil {
			return nil, ErrForeign
		}
		number, err := strconv.Atoi(string(m[1]))
		if err != nil {
			return nil, ErrForeign
		}
		name, err := s.textOf(o.head, "/UF")
		if err != nil {
			return nil, err
		}
		content, err := s.fileOf(objects[number], room)
		if err != nil {
			return nil, err
		}
		room -= int64(len(content))
		files = append(files, Attached{name, content})
	}
	return files, nil
}

// openPDFSeal returns the key of a document by its passphrase (algorithm 2.A).
func openPDFSeal(dictionary, passphrase []byte) (*pdfSeal, error) {
	m := pdfKeys.FindSubmatch(dictionary)
	if m == nil {
		return nil, ErrForeign
	}
	_, u, err := hexString(append(append([]byte("<"), m[1]...), '>'))
	if err != nil {
		return nil, ErrForeign
	}
	_, sealed, err := hexString(append(append([]byte("<"), m[2]...), '>'))
	if err != nil {
		return nil, ErrForeign
	}
	if !bytes.Equal(pdfHash(passphrase, u[32:40], nil), u[:32]) {
		return nil, errWrong
	}
	door, err := aes.NewCipher(pdfHash(passphrase, u[40:48], nil))
	if err != nil {
		return nil, err
	}
	key := make([]byte, len(sealed))
	cipher.NewCBCDecrypter(door, make([]byte, aes.BlockSize)).CryptBlocks(key, sealed)
	block, err := aes.NewCipher(key)
	return &pdfSeal{block: block}, err
}

// unseal decrypts a string or a stream.
func (s *pdfSeal) unseal(b []byte) ([]byte, error) {
	if len(b) < 2*aes.BlockSize || len(b)%aes.BlockSize != 0 {
		return nil, errSealed
	}
	plain := make([]byte, len(b)-aes.BlockSize)
	cipher.NewCBCDecrypter(s.block, b[:aes.BlockSize]).CryptBlocks(plain, b[aes.BlockSize:])
	fill := int(plain[len(plain)-1])
	if fill < 1 || fill > aes.BlockSize {
		return nil, errSealed
	}
	return plain[:len(plain)-fill], nil
}

// textOf returns the string under a key of an object, which is UTF-16 with a byte order mark.
func (s *pdfSeal) textOf(head []byte, key string) (string, error) {
	var sealed []byte
	last := ""
	if err := eachToken(head, func(token, text []byte) bool {
		if text != nil && last == key {
			sealed = text
		}
		if len(bytes.TrimSpace(token)) > 0 {
			last = string(token)
		}
		return sealed == nil
	}); err != nil {
		return "", errSealed
	}
	b, err := s.unseal(sealed)
	if err != nil || len(b)%2 != 0 || !bytes.HasPrefix(b, []byte("\xfe\xff")) {
		return "", errSealed
	}
	var units []uint16
	for i := 2; i < len(b); i += 2 {
		units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return string(utf16.Decode(units)), nil
}

// fileOf returns the content of an attached file of at most room bytes.
func (s *pdfSeal) fileOf(o pdfObject, room int64) ([]byte, error) {
	if !bytes.Contains(o.head, []byte("/Filter /FlateDecode")) {
		return nil, ErrForeign
	}
	packed, err := s.unseal(o.stream)
	if err != nil {
		return nil, err
	}
	r, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, errSealed
	}
	content, err := io.ReadAll(io.LimitReader(r, room+1))
	switch {
	case err != nil:
		return nil, errSealed
	case int64(len(content)) > room:
		return nil, fmt.Errorf("%w, or would unpack to more than a package can hold", ErrTooLarge)
	}
	return content, nil
}
