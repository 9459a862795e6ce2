package export

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"io/fs"
	"regexp"
	"strings"
)

// nameForm is the form of the names that Write gives to files. It has no "..", no root and no drive, so that
// unpacking writes nowhere else.
var nameForm = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$`)

const (
	maxRatio  = 1032    // how far DEFLATE can shrink: 258 bytes in 2 bits
	roomAbove = 1 << 30 // what a small package may unpack to, in bytes
	usualMost = 100     // how far a whole package can be expected to shrink
)

// openZIP returns the files of a ZIP by name. It refuses what Write does not write and what could harm
// whoever unpacks it: names that lead elsewhere, the same name twice, links, contents that share bytes or hide between
// others, sizes that cannot be true and contents that would fill the disk.
func openZIP(r io.ReaderAt, size int64, report *Report) map[string]*zip.File {
	z, err := zip.NewReader(r, size)
	if err != nil {
		report.problem("", "this is no ZIP file, or it is cut short")
		return nil
	}
	if z.Comment != "" {
		report.problem("", "the ZIP has a comment, which no package has")
	}
	files := make(map[string]*zip.File, len(z.File))
	folded := make(map[string]bool, len(z.File))
	var total uint64
	room := max(roomAbove, uint64(size)*usualMost)
	for _, f := range z.File {
		switch {
		case !nameForm.MatchString(f.Name):
			report.problem(f.Name, "is no name that a package can have: do not unpack it")
		case folded[strings.ToLower(f.Name)]:
			report.problem(f.Name, "is in the ZIP twice: do not unpack it")
		case f.Mode()&fs.ModeType != 0:
			report.problem(f.Name, "is no file but a link or a folder: do not unpack it")
		case f.Method != zip.Store && f.Method != zip.Deflate || f.Flags&1 != 0:
			report.problem(f.Name, "is packed or encrypted in a way that no package uses")
		case f.UncompressedSize64/maxRatio > f.CompressedSize64:
			report.problem(f.Name, "says that it is larger than it can be: do not unpack it")
		case f.UncompressedSize64 > room-total:
			report.problem(f.Name, "would unpack to more than this package can hold: do not unpack it")
			return nil
		default:
			total += f.UncompressedSize64
		}
		files[f.Name], folded[strings.ToLower(f.Name)] = f, true
	}
	if len(report.Problems) == 0 {
		checkLayout(r, z, report)
	}
	return files
}

const (
	localHeader     = "PK\x03\x04"
	centralHeader   = "PK\x01\x02"
	localHeaderSize = 30
)

// checkLayout checks that the contents follow each other without a gap from the first byte to the directory, each
// under the name that the directory gives it (APPNOTE.TXT 4.3.7): programs that unpack by the one and by the other see
// the same files, and nothing is hidden between them.
func checkLayout(r io.ReaderAt, z *zip.Reader, report *Report) {
	var at int64
	var first string // how and when the first file was written
	for i, f := range z.File {
		header := make([]byte, localHeaderSize+len(f.Name))
		data, err := f.DataOffset()
		if err != nil || !readAt(r, header, at) || string(header[:4]) != localHeader || string(header[localHeaderSize:]) != f.Name ||
			binary.LittleEndian.Uint16(header[8:]) != f.Method || binary.LittleEndian.Uint16(header[6:]) != f.Flags ||
			data != at+int64(len(header))+int64(binary.LittleEndian.Uint16(header[28:])) ||
			int(binary.LittleEndian.Uint16(header[26:])) != len(f.Name) {
			report.problem(f.Name, "is not where the ZIP says, or shares its content with another: do not unpack it")
			return
		}
		extra := make([]byte, binary.LittleEndian.Uint16(header[28:]))
		readAt(r, extra, data-int64(len(extra)))
		how := string(header[4:6]) + string(header[10:14]) + string(extra)
		if f.Flags&8 != 0 {
			how += string(header[14:26]) // nothing: what stands here otherwise stands behind the content
		}
		if i == 0 {
			first = how
		} else if how != first {
			report.problem(f.Name, "has another time or form in front of its content than the first file: one of the two was changed after it was written")
		}
		at = data + int64(f.CompressedSize64)
		descriptor := binary.LittleEndian.AppendUint32([]byte("PK\x07\x08"), f.CRC32)
		if f.Flags&8 != 0 { // a data descriptor follows, with sizes of 4 or of 8 bytes
			if startsHeader(r, at+16) {
				descriptor = binary.LittleEndian.AppendUint32(descriptor, uint32(f.CompressedSize64))
				descriptor = binary.LittleEndian.AppendUint32(descriptor, uint32(f.UncompressedSize64))
			} else {
				descriptor = binary.LittleEndian.AppendUint64(descriptor, f.CompressedSize64)
				descriptor = binary.LittleEndian.AppendUint64(descriptor, f.UncompressedSize64)
			}
			if got := make([]byte, len(descriptor)); !readAt(r, got, at) || !bytes.Equal(got, descriptor) {
				report.problem(f.Name, "has another size or checksum behind its content than in the directory of the ZIP: it was changed after it was written")
			}
			at += int64(len(descriptor))
		}
	}
	if !startsHeader(r, at) && len(z.File) > 0 {
		report.problem("", "something is hidden between the contents and the directory of the ZIP")
	}
}

func startsHeader(r io.ReaderAt, at int64) bool {
	start := make([]byte, 4)
	return readAt(r, start, at) && (string(start) == localHeader || bytes.Equal(start, []byte(centralHeader)))
}

func readAt(r io.ReaderAt, b []byte, at int64) bool {
	if at < 0 {
		return false
	}
	n, _ := r.ReadAt(b, at)
	return n == len(b)
}
