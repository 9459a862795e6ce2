package jet

import (
	"crypto/rc4"
	"encoding/binary"
	"fmt"
	"unicode/utf16"
)

// codec turns a page of the file into the plain page and back, in place. Page 0 is never encoded.
// A codec is not safe for concurrent use; fork gives another goroutine its own.
type codec interface {
	decode(page []byte, number uint32)
	encode(page []byte, number uint32)
	fork() codec
}

// headerKey is the RC4 key of the mask over the database header, the same for every file.
var headerKey = []byte{0xc7, 0xda, 0x39, 0x6b}

const (
	maskStart  = 0x18 // first masked byte of the database header
	codePageAt = 0x3c
	pageKeyAt  = 0x3e // key of the pages' encryption, zero when they are plain
	passwordAt = 0x42
	createdAt  = 0x72  // creation date, a double; it also masks the Jet 4 password
	infoAt     = 0x299 // length of the EncryptionInfo structure, which follows
)

// unmask removes the mask from a database header.
func unmask(page []byte, lay *layout) {
	c, _ := rc4.NewCipher(headerKey)
	part := page[maskStart : maskStart+lay.headerMasked]
	c.XORKeyStream(part, part)
}

// newCodec checks the password against the unmasked database header and returns how the pages are
// encoded, nil when they are plain.
func newCodec(header []byte, lay *layout, ace bool, o Options) (codec, error) {
	key := binary.LittleEndian.Uint32(header[pageKeyAt:])
	if ace {
		if key == 0 {
			return nil, nil
		}
		info := header[infoAt+2:]
		n := int(binary.LittleEndian.Uint16(header[infoAt:]))
		if n > len(info) {
			return nil, fmt.Errorf("%w: its description is cut short", ErrEncryption)
		}
		return newOfficeCodec(info[:n], key, o)
	}
	if stored := jetPassword(header, lay); stored != "" && stored != o.Password {
		return nil, ErrPassword
	}
	if key == 0 {
		return nil, nil
	}
	return pageRC4(func(number uint32) []byte {
		return binary.LittleEndian.AppendUint32(nil, key^number)
	}), nil
}

// jetPassword is the password a Jet 3 or Jet 4 header holds: code page bytes in Jet 3, UTF-16 masked
// with the whole days of the creation date in Jet 4.
func jetPassword(header []byte, lay *layout) string {
	field := append([]byte(nil), header[passwordAt:passwordAt+lay.password]...)
	if lay == &jet3 {
		end := 0
		for end < len(field) && field[end] != 0 {
			end++
		}
		return string(codePage(binary.LittleEndian.Uint16(header[codePageAt:])).append(nil, field[:end]))
	}
	days, _ := dateParts(binary.LittleEndian.Uint64(header[createdAt:]))
	var units []uint16
	for i := 0; i+2 <= len(field); i += 2 {
		mask := uint16(days)
		if i%4 == 2 {
			mask = uint16(days >> 16)
		}
		u := binary.LittleEndian.Uint16(field[i:]) ^ mask
		if u == 0 {
			break
		}
		units = append(units, u)
	}
	return string(utf16.Decode(units))
}

// pageRC4 is RC4 with a key of its own for each page: Jet's own encryption, and two of Office's.
type pageRC4 func(number uint32) (key []byte)

func (k pageRC4) decode(page []byte, number uint32) {
	c, err := rc4.NewCipher(k(number))
	if err != nil {
		panic(err) // keys have between 4 and 64 bytes
	}
	c.XORKeyStream(page, page)
}

func (k pageRC4) encode(page []byte, number uint32) { k.decode(page, number) }
func (k pageRC4) fork() codec                       { return k }
