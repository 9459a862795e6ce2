package lock

import (
	"encoding/binary"
	"math"
)

// The container is ZIP as PKWARE's APPNOTE.TXT states it, with one file whose sizes follow its content.

var little = binary.LittleEndian

// common is what the file's own head and its line in the list share: version 5.1, flags, method, time, no CRC (AE-2).
func (z *zipWriter) common() []byte {
	b := little.AppendUint16(nil, 51)
	b = little.AppendUint16(b, zipEncrypted|zipStreamed|zipUTF8)
	b = little.AppendUint16(b, zipMethodAES)
	b = little.AppendUint16(b, uint16(z.made.Hour()<<11|z.made.Minute()<<5|z.made.Second()/2))
	b = little.AppendUint16(b, uint16(max(z.made.Year()-1980, 0)<<9|int(z.made.Month())<<5|z.made.Day()))
	return little.AppendUint32(b, 0)
}

// aesExtra is the extra field of the format: its id, its length, AE-2, "AE", 256 bits, stored as it is.
var aesExtra = []byte{0x01, 0x99, 7, 0, 2, 0, 'A', 'E', 3, 0, 0}

// head returns what stands before the file.
func (z *zipWriter) head() []byte {
	b := append([]byte("PK\x03\x04"), z.common()...)
	b = append(b, make([]byte, 8)...) // the sizes, which follow
	b = little.AppendUint16(b, uint16(len(z.name)))
	b = little.AppendUint16(b, uint16(len(aesExtra)))
	return append(append(b, z.name...), aesExtra...)
}

// end returns what stands after the file: its sizes and the list of the archive, in ZIP64's form from 4 GiB on.
func (z *zipWriter) end() []byte {
	packed := zipSalt + zipVerifier + z.size + zipTag
	if packed >= math.MaxUint32 || z.written >= math.MaxUint32-1<<10 {
		return z.largeEnd(packed)
	}
	b := append([]byte("PK\x07\x08"), 0, 0, 0, 0)
	b = little.AppendUint32(b, uint32(packed))
	b = little.AppendUint32(b, uint32(z.size))
	list := z.written + uint64(len(b))
	b = append(b, z.line(uint32(packed), uint32(z.size), nil)...)
	return append(b, lastRecord(uint32(z.written+uint64(len(b))-list), uint32(list))...)
}

func (z *zipWriter) largeEnd(packed uint64) []byte {
	b := append([]byte("PK\x07\x08"), 0, 0, 0, 0)
	b = little.AppendUint64(b, packed)
	b = little.AppendUint64(b, z.size)
	list := z.written + uint64(len(b))
	extra := little.AppendUint64([]byte{1, 0, 16, 0}, z.size)
	b = append(b, z.line(math.MaxUint32, math.MaxUint32, little.AppendUint64(extra, packed))...)
	end := z.written + uint64(len(b))
	b = append(b, "PK\x06\x06"...)
	b = little.AppendUint64(b, 44) // the length of what follows of this record
	b = append(b, 51, 0, 51, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	b = little.AppendUint64(b, 1)
	b = little.AppendUint64(b, 1)
	b = little.AppendUint64(b, end-list)
	b = little.AppendUint64(b, list)
	b = append(b, "PK\x06\x07\x00\x00\x00\x00"...)
	b = little.AppendUint64(b, end)
	b = little.AppendUint32(b, 1)
	return append(b, lastRecord(uint32(end-list), math.MaxUint32)...)
}

// line returns the file's line in the list.
func (z *zipWriter) line(packed, size uint32, more []byte) []byte {
	b := append([]byte("PK\x01\x02\x33\x00"), z.common()...)
	b = little.AppendUint32(b, packed)
	b = little.AppendUint32(b, size)
	b = little.AppendUint16(b, uint16(len(z.name)))
	b = little.AppendUint16(b, uint16(len(aesExtra)+len(more)))
	b = append(b, make([]byte, 2+2+2+4+4)...) // no comment, the first disk, no attributes, at the archive's begin
	return append(append(append(b, z.name...), more...), aesExtra...)
}

// lastRecord returns the end of the archive, which holds one file.
func lastRecord(length, list uint32) []byte {
	b := append([]byte("PK\x05\x06"), 0, 0, 0, 0, 1, 0, 1, 0)
	b = little.AppendUint32(b, length)
	b = little.AppendUint32(b, list)
	return append(b, 0, 0)
}
