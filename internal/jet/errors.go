package jet

import (
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrFormat is returned by Open for a file that is not a Microsoft Access database.
	ErrFormat = errors.New("not a Microsoft Access database")
	// ErrPassword is returned by Open when the database has a password and the one given is missing or wrong.
	ErrPassword = errors.New("the database password is missing or wrong")
	// ErrEncryption is returned by Open for a file encrypted in a way that this package cannot read.
	ErrEncryption = errors.New("the database is encrypted in a way that cannot be read")
	// ErrNoTable is returned for a table that the database does not have.
	ErrNoTable = errors.New("no such table")
	// ErrNoColumn is returned for a column that the table does not have.
	ErrNoColumn = errors.New("no such column")
)

// DamageError tells of one part of the file that could not be read: pages, a row or one value of a row.
// It never holds what the file holds.
type DamageError struct {
	Table  string // the table that loses something; empty when it is not known
	Page   uint32 // the first page concerned, zero-based
	Pages  uint32 // how many pages, when the whole pages are lost; otherwise zero
	Row    int    // the slot of the row in its page, or -1
	Column string // the column, when one value only is lost
	Why    string
}

func (e *DamageError) Error() string {
	var b strings.Builder
	if e.Table != "" {
		fmt.Fprintf(&b, "table %s, ", e.Table)
	}
	fmt.Fprintf(&b, "page %d", e.Page)
	if e.Pages > 1 {
		fmt.Fprintf(&b, " and the %d after it", e.Pages-1)
	}
	if e.Row >= 0 {
		fmt.Fprintf(&b, ", row %d", e.Row)
	}
	if e.Column != "" {
		fmt.Fprintf(&b, ", column %s", e.Column)
	}
	return b.String() + ": " + e.Why
}

// ChangedError tells that a table was written to while it was read, faster than its pages could be
// read again: rows may be missing. Rows yields it last; close the database elsewhere and read again.
type ChangedError struct {
	Table string
	Pages int // how many pages were still changing
}

func (e *ChangedError) Error() string {
	return fmt.Sprintf("table %s: %d of its pages kept changing while they were read; "+
		"read it again when nobody is writing to it", e.Table, e.Pages)
}

// fault is what a decoder of one structure returns; the reader of the structure adds where it stood.
type fault string

func (f fault) Error() string { return string(f) }

// why is the reason of an error as a DamageError tells it.
func why(err error) string {
	var d *DamageError
	if errors.As(err, &d) {
		return d.Why
	}
	return err.Error()
}
