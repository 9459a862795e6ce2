package jet

import (
	"bytes"
	"encoding/binary"
	"os"
	"testing"
	"unicode/utf8"
)

// FuzzRow cracks rows of both formats and decodes each column type from them.
func FuzzRow(f *testing.F) {
	f.Add([]byte("\x02\x00\x01\x00\x00\x00\xff\xfeKing\x0c\x00\x06\x00\x01\x00\x03"))
	f.Add([]byte("\x02\x01\x00\x00\x00King\x09\x05\x01\x03"))
	for name, lay := range map[string]int{"tiny-V2000.mdb": 4096, "tiny-V2019.accdb": 4096} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		for at := 0; at+lay <= len(data); at += lay {
			page := data[at : at+lay]
			if page[0] == pageData {
				if row, _, err := jet4.slot(page, 0); err == nil {
					f.Add(row)
				}
			}
		}
	}
	types := []Type{Boolean, Byte, Integer, Long, Currency, Single, Double, DateTime, Binary, Text, GUID, Numeric, BigInt, DateExtended}
	f.Fuzz(func(t *testing.T, row []byte) {
		for _, lay := range []*layout{&jet3, &jet4} {
			c := cells{lay: lay}
			for _, variable := range []bool{false, true} {
				if c.open(row, variable) != nil {
					continue
				}
				for i, typ := range types {
					for _, fixed := range []bool{false, true} {
						col := scanColumn{Column: &Column{Type: typ, number: i, offset: 2 * i, variable: i, fixed: fixed, text: unicodeText}}
						col.width = typ.width()
						if !c.has(i) {
							continue
						}
						start, end, err := c.find(&col)
						if err != nil || start < 0 {
							continue
						}
						text, err := col.appendValue(nil, row[start:end])
						if err == nil && !utf8.Valid(text) {
							t.Fatalf("%s: invalid text %q", typ, text)
						}
					}
				}
			}
		}
	})
}

// FuzzText decodes text at once and as a stream, which agree.
func FuzzText(f *testing.F) {
	f.Add(uint16(0), []byte("\xff\xfea\x00\x3d\xd8\x01\xde\x00b"))
	f.Add(uint16(0), []byte("K\x00i\x00n\x00g\x00\xe9\x05"))
	f.Add(uint16(1252), []byte("Zo\xeb"))
	f.Add(uint16(932), []byte("\x8a\xbf\x8e\x9a"))
	f.Fuzz(func(t *testing.T, page uint16, raw []byte) {
		text := unicodeText
		if page != 0 {
			text = codePage(page)
		}
		whole := text.append(nil, raw)
		if !utf8.Valid(whole) {
			t.Fatalf("invalid text %q", whole)
		}
		if shared, ok := text.share(raw, 0, len(raw)); ok && !bytes.Equal(shared, whole) {
			t.Fatalf("shared %q, decoded %q", shared, whole)
		}
		var streamed bytes.Buffer
		if _, err := streamed.ReadFrom(text.reader(bytes.NewReader(raw))); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(streamed.Bytes(), whole) {
			t.Fatalf("streamed %q, decoded %q", streamed.Bytes(), whole)
		}
	})
}

// FuzzProperties reads property blocks.
func FuzzProperties(f *testing.F) {
	db, err := Open("testdata/tiny-V2010.accdb", Options{})
	if err != nil {
		f.Fatal(err)
	}
	defer db.Close()
	for row, err := range db.catalog.Rows("LvProp") {
		if err != nil {
			f.Fatal(err)
		}
		if len(row.Values[0].Bytes) > 0 {
			f.Add(bytes.Clone(row.Values[0].Bytes))
		}
	}
	f.Fuzz(func(t *testing.T, block []byte) {
		db := &DB{text: unicodeText}
		db.parseProperties(block)
	})
}

// FuzzEncryptionInfo opens descriptions of encryption with a password, which no mutation may get past.
func FuzzEncryptionInfo(f *testing.F) {
	rc4 := make([]byte, 200)
	copy(rc4, "\x02\x00\x02\x00\x04\x00\x00\x00\x20\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x01\x68\x00\x00\x04\x80\x00\x00\x80\x00")
	copy(rc4[12+32:], "\x10\x00\x00\x00")
	f.Add(bytes.Clone(rc4))
	copy(rc4[20:], "\x10\x66") // AES
	f.Add(bytes.Clone(rc4))
	f.Add([]byte("\x01\x00\x01\x00" + string(make([]byte, 48))))
	f.Add([]byte("\x04\x00\x04\x00\x40\x00\x00\x00" + `<encryption><keyData blockSize="16" keyBits="128" hashAlgorithm="SHA1" ` +
		`cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" saltValue="AAAA"/><keyEncryptors><keyEncryptor><encryptedKey ` +
		`spinCount="1" blockSize="16" keyBits="128" hashAlgorithm="SHA1" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" ` +
		`saltValue="AAAA" encryptedVerifierHashInput="AAAAAAAAAAAAAAAAAAAAAA==" encryptedVerifierHashValue="AAAAAAAAAAAAAAAAAAAAAA==" ` +
		`encryptedKeyValue="AAAAAAAAAAAAAAAAAAAAAA=="/></keyEncryptor></keyEncryptors></encryption>`))
	f.Fuzz(func(t *testing.T, info []byte) {
		if bytes.Contains(info, []byte("spinCount")) && !bytes.Contains(info, []byte(`spinCount="1"`)) {
			t.Skip("the work it asks for is bounded, but too much for a fuzzer")
		}
		if c, err := newOfficeCodec(info, 0x12345678, Options{Password: "password"}); err == nil {
			c.decode(make([]byte, 4096), 3)
		}
	})
}

// FuzzLongValue follows chains.
func FuzzLongValue(f *testing.F) {
	data, err := os.ReadFile("testdata/tiny-V2010.accdb")
	if err != nil {
		f.Fatal(err)
	}
	for form := range uint32(4) {
		f.Add(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint32(nil, form<<30|300), 98<<8), data[98*4096:99*4096])
	}
	f.Fuzz(func(t *testing.T, def, page []byte) {
		if len(page) != 4096 {
			t.Skip()
		}
		p := &pager{src: bytes.NewReader(bytes.Repeat(page, 8)), lay: &jet4, pages: 8, opened: stamp{size: 8 * 4096}}
		long, err := p.parseLong(def)
		if err != nil || long.form == longInline {
			return
		}
		if value, err := long.load(p.scattered(false), nil); err == nil && int64(len(value)) != long.size {
			t.Fatalf("%d bytes of %d", len(value), long.size)
		}
	})
}

// FuzzIndexPage decodes index pages of both formats; what was decoded can be written, and reads the same again.
func FuzzIndexPage(f *testing.F) {
	for _, name := range []string{"tiny-V2000.mdb", "tiny-V2019.accdb"} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		seeds := 0
		for at := 0; at+4096 <= len(data) && seeds < 8; at += 4096 {
			if page := data[at : at+4096]; page[0] == pageLeaf || page[0] == pageNode {
				f.Add(page)
				seeds++
			}
		}
	}
	f.Fuzz(func(t *testing.T, page []byte) {
		for _, lay := range []*layout{&jet3, &jet4} {
			if len(page) < lay.pageSize {
				continue
			}
			p, err := lay.readIndexPage(1, page[:lay.pageSize])
			if err != nil {
				continue
			}
			entries := len(p.entries)
			again := bytes.Clone(page[:lay.pageSize])
			if p.write(lay, again) != nil {
				continue
			}
			q, err := lay.readIndexPage(1, again)
			if err != nil || len(q.entries) != entries {
				t.Fatalf("%d entries became %v, %v", entries, q, err)
			}
			for i := range q.entries {
				if !bytes.Equal(p.entries[i], q.entries[i]) {
					t.Fatalf("entry %d changed", i)
				}
			}
		}
	})
}

// FuzzRewriteRow takes rows apart and puts them together again: every value stays as it was.
func FuzzRewriteRow(f *testing.F) {
	f.Add([]byte("\x02\x00\x01\x00\x00\x00\xff\xfeKing\x0c\x00\x06\x00\x01\x00\x03"))
	f.Add([]byte("\x02\x01\x00\x00\x00King\x09\x05\x01\x03"))
	f.Add([]byte("\x00\x00\x00")) // fixed values that end before they begin
	f.Fuzz(func(t *testing.T, row []byte) {
		for _, lay := range []*layout{&jet3, &jet4} {
			if len(row) > lay.pageSize {
				continue
			}
			before := &cells{lay: lay}
			if before.open(row, true) != nil {
				continue
			}
			d, err := before.draft(true)
			if err != nil {
				continue
			}
			rebuilt, err := d.bytes()
			if err != nil || lay == &jet3 && len(rebuilt) > lay.pageSize {
				continue
			}
			after := &cells{lay: lay}
			if err := after.open(rebuilt, true); err != nil {
				t.Fatalf("the rebuilt row does not open: %v", err)
			}
			if after.count != before.count || after.vars != before.vars || !bytes.Equal(after.mask, before.mask) {
				t.Fatal("the frame of the row changed")
			}
			for i := range before.vars {
				col := &scanColumn{Column: &Column{variable: i}}
				start, end, err := after.find(col)
				if err != nil || !bytes.Equal(rebuilt[start:end], d.vars[i]) {
					t.Fatalf("value %d changed: %v", i, err)
				}
			}
		}
	})
}
