package jet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
)

// ErrInUse is returned by Edit for a file that somebody has open.
var ErrInUse = errors.New("somebody has the database open")

// Editor erases and rewrites rows of a database file where they stand. Give it a copy: after an error the
// file it works on is worth nothing. When all is done, Finish, and compare the copy with the original by
// Verify before it takes its place.
type Editor struct {
	db      *DB
	file    *os.File
	changes Changes
}

// Changes lists, by table, the rows that an Editor erased, and the columns that it rewrote. The hidden
// tables with the entries of complex columns are tables of their own here.
type Changes struct {
	Erased  map[string][]RowID
	Updated map[string]map[RowID][]string
}

// Edit opens a copy of a database for changing. It is refused with ErrInUse when a lock file stands beside it.
func Edit(path string, o Options) (*Editor, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	e, err := newEditor(f, o)
	if err != nil {
		f.Close()
		return nil, err
	}
	return e, nil
}

func newEditor(f *os.File, o Options) (*Editor, error) {
	db, err := newFile(f, o)
	if err != nil {
		return nil, err
	}
	if lock, ok := db.LockFile(); ok {
		return nil, fmt.Errorf("%w: close it there, or remove %s if nobody has", ErrInUse, lock)
	}
	if len(db.damage) > 0 {
		return nil, db.damage[0]
	}
	db.own = true
	e := &Editor{db: db, file: f}
	e.changes = Changes{Erased: make(map[string][]RowID), Updated: make(map[string]map[RowID][]string)}
	return e, nil
}

// DB returns the database for reading; it shows the changes made so far.
func (e *Editor) DB() *DB { return e.db }

// Changes returns what was changed so far.
func (e *Editor) Changes() Changes { return e.changes }

// Close closes the file without finishing it.
func (e *Editor) Close() error { return e.db.Close() }

// Finish makes zero whatever in the file is no part of a live row: rows deleted before, gaps, slack, pages
// that nothing uses. Then it brings the file to the disk and closes it.
func (e *Editor) Finish() error {
	err := e.scrub()
	if err == nil {
		err = e.file.Sync()
	}
	return errors.Join(err, e.Close())
}

func (e *Editor) scrub() error {
	c, err := e.db.takeCensus()
	if err != nil {
		return err
	}
	w := e.db.window()
	for n := uint32(1); n < e.db.pages; n++ {
		page, err := w.page(n, e.db.pages-1)
		if err != nil {
			return err
		}
		dead, slots, err := c.remnants(n, page)
		if err != nil {
			return err
		}
		changed := len(slots) > 0
		for _, s := range dead {
			changed = changed || !blank(page[s.from:s.to])
			clear(page[s.from:s.to])
		}
		for _, i := range slots {
			e.db.lay.markDeleted(page, i)
		}
		if changed {
			if err := e.write(n, slices.Clone(page)); err != nil {
				return err
			}
		}
	}
	return nil
}

func blank(b []byte) bool {
	for _, v := range b {
		if v != 0 {
			return false
		}
	}
	return true
}

// markDeleted flags a row slot as deleted.
func (l *layout) markDeleted(page []byte, slot int) {
	page[l.rowCount+2+2*slot+1] |= slotDeleted >> 8
}

// read returns a copy of a decoded page.
func (e *Editor) read(n uint32) ([]byte, error) {
	page, err := e.db.window().page(n, 0)
	return slices.Clone(page), err
}

// write puts a page into the file. The page is spent afterwards.
func (e *Editor) write(n uint32, page []byte) error {
	if e.db.codec != nil {
		e.db.codec.encode(page, n)
	}
	_, err := e.file.WriteAt(page, int64(n)*int64(e.db.lay.pageSize))
	return err
}

// eraseSlot makes the bytes of a row zero and flags it as deleted.
func (e *Editor) eraseSlot(p pointer) error {
	page, err := e.read(p.page())
	if err != nil {
		return err
	}
	row, _, err := e.db.lay.slot(page, p.slot())
	if err != nil {
		return err
	}
	clear(row)
	e.db.lay.markDeleted(page, p.slot())
	return e.write(p.page(), page)
}

// countDown takes erased rows off the number that a table's definition states.
func (e *Editor) countDown(def *definition, rows int) error {
	page, err := e.read(def.page)
	if err != nil {
		return err
	}
	at := page[e.db.lay.tdefRows:]
	left := binary.LittleEndian.Uint32(at)
	left -= min(left, uint32(rows))
	binary.LittleEndian.PutUint32(at, left)
	def.rows = left
	return e.write(def.page, page)
}
