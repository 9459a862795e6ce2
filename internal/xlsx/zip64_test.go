package xlsx

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pack64 writes a package whose sizes and places all stand in ZIP64 fields, as programs do that cannot tell beforehand how large it gets.
func pack64(parts map[string]string) []byte {
	var b, directory []byte
	le := binary.LittleEndian
	u16 := func(to *[]byte, values ...uint16) {
		for _, v := range values {
			*to = le.AppendUint16(*to, v)
		}
	}
	u32 := func(to *[]byte, values ...uint32) {
		for _, v := range values {
			*to = le.AppendUint32(*to, v)
		}
	}
	u64 := func(to *[]byte, values ...uint64) {
		for _, v := range values {
			*to = le.AppendUint64(*to, v)
		}
	}
	const elsewhere = 0xffffffff
	for name, text := range parts {
		at, size, sum := uint64(len(b)), uint64(len(text)), crc32.ChecksumIEEE([]byte(text))
		u32(&b, 0x04034b50)
		u16(&b, 45, 0, 0, 0, 0)
		u32(&b, sum, elsewhere, elsewhere)
		u16(&b, uint16(len(name)), 20)
		b = append(b, name...)
		u16(&b, 1, 16)
		u64(&b, size, size)
		b = append(b, text...)
		u32(&directory, 0x02014b50)
		u16(&directory, 45, 45, 0, 0, 0, 0)
		u32(&directory, sum, elsewhere, elsewhere)
		u16(&directory, uint16(len(name)), 28, 0, 0, 0)
		u32(&directory, 0, elsewhere)
		directory = append(directory, name...)
		u16(&directory, 1, 24)
		u64(&directory, size, size, at)
	}
	at := uint64(len(b))
	b = append(b, directory...)
	end := uint64(len(b))
	u32(&b, 0x06064b50)
	u64(&b, 44)
	u16(&b, 45, 45)
	u32(&b, 0, 0)
	u64(&b, uint64(len(parts)), uint64(len(parts)), uint64(len(directory)), at)
	u32(&b, 0x07064b50, 0)
	u64(&b, end)
	u32(&b, 1, 0x06054b50)
	u16(&b, 0, 0, 0xffff, 0xffff)
	u32(&b, elsewhere, elsewhere)
	u16(&b, 0)
	return b
}

func TestZIP64(t *testing.T) {
	file := pack64(plainParts(`<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2"><v>5</v></c></row>`))
	sameAsExcelize(t, file)
	after, _ := rewriteWorkbook(t, file, Edit{Sheet: "Sheet1", Delete: []int{1}})
	if bytes.Contains(after, []byte("zero")) {
		t.Error("the removed text is still there")
	}
	w := open(t, after)
	got, err := grid(w, w.Sheets[0])
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]string{{"5"}}, got); d != "" {
		t.Error(d)
	}
}
