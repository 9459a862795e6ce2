// Package jet reads Microsoft Access databases: Jet 3 (Access 97), Jet 4 (2000 to 2003) and ACE (2007
// to 2019) files, plain, with a password, or encrypted. It is pure Go and reads with ReadAt; it neither
// holds a file in memory nor maps it.
//
//	db, err := jet.Open("members.accdb", jet.Options{Password: password})
//	...
//	defer db.Close()
//	members, err := db.Table("Members")
//	...
//	for row, err := range members.Rows("Surname", "Email") {
//		var damage *jet.DamageError
//		if errors.As(err, &damage) {
//			log.Print(err) // something is lost; the rows go on
//			continue
//		}
//		if err != nil {
//			return err
//		}
//		fmt.Println(row.Values[0], row.Values[1])
//	}
//
// Values come as canonical text: numbers as plain exact decimals without trailing zeros, dates as 2006-01-02
// or 2006-01-02T15:04:05, booleans as true or false, GUIDs in lower case without braces. Binary values
// come as bytes, long memos and OLE values as streams, complex columns as lists of items.
//
// Everything in a file is taken for foreign: each offset, length, page number and chain is checked. Damage costs the rows
// or the value it touches, is told as a *DamageError, and the scan goes on.
//
// A file that somebody else has open, or that changes, is read so that no page is taken half written: see Rows.
//
// Edit opens a copy of a file for erasing and rewriting rows where they stand; Verify compares the copy with
// the original before it takes its place.
//
// The format is known from its description in mdbtools (HACKING.md), from the comments of Jackcess, from
// [MS-OFFCRYPTO] for its encryption, and from files.
package jet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
)

// DefaultMaxValue is the longest memo or OLE value, in stored bytes, that Rows loads unless told otherwise.
const DefaultMaxValue = 1 << 20

// Options tell how to open a database. The zero value opens one without a password.
type Options struct {
	Password string
	MaxValue int   // longest memo or OLE value that Rows loads, in stored bytes; longer ones are streams. 0: DefaultMaxValue
	Keys     *Keys // remembers what is made of passwords, for files that are opened again; nil: nothing is remembered
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	*pager
	version  Version
	text     *charset
	maxValue int
	catalog  *Table
	tables   []*Table
	links    []Link
	shadows  []*Table // what the file itself holds of the links, where it holds something
	damage   []error
	closer   io.Closer

	complexLoad sync.Once
	complex     map[uint32]complexColumn
	complexErr  error
}

// Open opens a database file for reading. The error is or wraps ErrFormat, ErrPassword, ErrEncryption,
// a *DamageError when the catalogue cannot be reached, or the file system's.
func Open(path string, o Options) (*DB, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	db, err := newFile(f, o)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("open %s: %w", filepath.Base(path), err)
	}
	return db, nil
}

func newFile(f *os.File, o Options) (*DB, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: it is not a file", ErrFormat)
	}
	db, err := newDB(f, info.Size(), f.Name(), o)
	if err != nil {
		return nil, err
	}
	db.closer = f
	return db, nil
}

// NewReader opens a database of the given size that r reads. Closing it does not close r. Changes under the reader are
// noticed only where r has the Stat method of a file.
func NewReader(r io.ReaderAt, size int64, o Options) (*DB, error) {
	return newDB(r, size, "", o)
}

func newDB(r io.ReaderAt, size int64, path string, o Options) (*DB, error) {
	header := make([]byte, jet4.pageSize)
	if n, err := r.ReadAt(header, 0); err != nil && (n < jet3.pageSize || !errors.Is(err, io.EOF)) {
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%w: it is too short", ErrFormat)
		}
		return nil, err
	}
	version := Version(header[0x14])
	if !bytes.HasPrefix(header, []byte{0, 1, 0, 0}) ||
		!bytes.HasPrefix(header[4:], []byte("Standard Jet DB")) && !bytes.HasPrefix(header[4:], []byte("Standard ACE DB")) {
		return nil, ErrFormat
	}
	if version > ACE2019 {
		return nil, fmt.Errorf("%w of a known version: it says %d", ErrFormat, uint8(version))
	}
	lay := &jet4
	if version == Jet3 {
		lay = &jet3
	}
	p := &pager{src: r, lay: lay, pages: uint32(min(size/int64(lay.pageSize), 1<<24)), opened: stamp{size: size}, path: path}
	if p.pages < 3 {
		return nil, fmt.Errorf("%w: it is too short", ErrFormat)
	}
	var err error
	if p.opened, err = p.stamp(); err != nil {
		return nil, err
	}
	unmask(header, lay)
	if p.codec, err = newCodec(header, lay, version >= ACE2007, o); err != nil {
		return nil, err
	}
	db := &DB{pager: p, version: version, text: unicodeText, maxValue: o.MaxValue}
	if db.maxValue <= 0 {
		db.maxValue = DefaultMaxValue
	}
	if version == Jet3 {
		db.text = codePage(binary.LittleEndian.Uint16(header[codePageAt:]))
	}
	if err := db.readCatalog(); err != nil {
		return nil, err
	}
	return db, nil
}

// Close closes the file.
func (db *DB) Close() error {
	if db.closer == nil {
		return nil
	}
	return db.closer.Close()
}

// Version returns the version of the file's format.
func (db *DB) Version() Version { return db.version }

// Encrypted reports whether the pages of the file are encrypted.
func (db *DB) Encrypted() bool { return db.codec != nil }

// Tables returns the tables of the user, in the order of the catalogue. Those that Access keeps for
// itself are in SystemTables.
func (db *DB) Tables() []*Table { return db.listTables(false) }

// SystemTables returns the tables that Access keeps for itself: its catalogue, and the hidden ones with
// the entries of complex columns.
func (db *DB) SystemTables() []*Table { return db.listTables(true) }

// Table returns a table of either kind by its name, in any case of letters, or ErrNoTable.
func (db *DB) Table(name string) (*Table, error) {
	for _, t := range db.tables {
		if equalName(t.Name, name) {
			return t, nil
		}
	}
	return nil, fmt.Errorf("%w: %q", ErrNoTable, name)
}

// Links returns the tables that stand in other databases; their rows are not in this file.
func (db *DB) Links() []Link { return db.links }

// Damage returns what of the catalogue could not be read: tables may be missing from Tables and Links. Each is a *DamageError
// or a *ChangedError.
func (db *DB) Damage() []error { return db.damage }

// decode is the text of a name or property.
func (db *DB) decode(raw []byte) string { return string(db.text.append(nil, raw)) }

// LockFile returns the path of the lock file that Access keeps while it has the database open, if there is
// one. One that was left behind by a crash looks the same.
func (db *DB) LockFile() (string, bool) { return db.pager.lockFile() }
