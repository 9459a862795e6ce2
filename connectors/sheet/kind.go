// Package sheet finds and changes records in spreadsheets and tables of text: workbooks (.xlsx, .xlsm and their templates .xltx, .xltm)
// and delimited text (.csv, .tsv, .tab, .txt).
//
// # In the register
//
//	[system.shares]
//	kind   = "sheet"
//	owners = ["Head of Membership"]
//	files  = ["members/*.xlsx", "lists/**/*.csv"]
//
//	[system.shares.entity.members]
//	sheet  = "Members*"
//	header = 3
//	[system.shares.entity.members.fields]
//	"E-mail" = { is = "email" }
//
//	[system.shares.entity.mailing]
//	files     = ["lists/**/*.csv"]
//	delimiter = ";"
//	encoding  = "windows-1252"
//
// Of the system:
//
//   - files: paths and patterns from the register's folder. * and ? stand for any part of a name and ** for
//     any folders; patterns ignore case. A pattern that matches nothing is a gap. What Excel and LibreOffice
//     leave beside an open file (~$name.xlsx, .~lock.name#) is never searched;
//   - password: a reference to the secret that opens encrypted workbooks. Without it, they are gaps;
//   - writable: whether records may be changed. Without it, files are only ever read.
//
// Of an entity, all of which may be left out:
//
//   - files: the files that the entity is read from, in place of the system's;
//   - sheet: the sheets of a workbook, by name or pattern, ignoring case. Without it, the sheet named like the
//     entity's table, or, in a file that has none, every sheet whose header has a column that the register names;
//   - header: the number of the row that names the columns; 0 where there is none and columns go by their letters
//     ("column A"). Without it, the row among the first that has the most of the register's names;
//   - delimiter: of text files: one character or "tab". Without it, it is detected;
//   - encoding: of text files: see csvfile.Encoding. Without it, it is detected.
//
// A sheet that no entity takes is described and found under its own name, a text file under its file's name
// without the ending.
//
// # What a record is
//
// A place is a file: its path from the register's folder, with slashes. An entity is a sheet, or the sheets that its
// keys take. Every row that holds anything is a record, also above the header, in hidden rows, columns and sheets; where
// the header is only guessed at and nothing speaks for the guess but that it is text, it is a record too. Records are named by
// digest and ordinal (connectors.RowDigest) unless the entity has a key; Record.At says in which row a person finds them.
//
// Columns are named by the header: with white space trimmed and collapsed, a column without a name by its letter
// ("column C"), the second of two equal names "Email (2)". A name that differs from one of the register only in case,
// accents or white space is spelled as the register spells it. Cells beyond the header's last column make fields of their
// own in that record alone, and are told as a gap, since no clause can name them.
//
// # What a value is
//
// Every field is compare.Text, since nothing holds the cells of a column to one type; each cell is canonical
// by itself:
//
//   - a number in plain decimal, as stored (compare.Date reads it as a date where it is one's serial number). A number whose format makes an
//     identifier of it (00000, 00000 000000, "M"0000) is a list of two: as shown and as stored; either finds it;
//   - a number under a date's format as 2006-01-02, 2006-01-02T15:04:05 or 15:04:05;
//   - true or false; an error by its name, such as #N/A;
//   - the stored result of a formula; a formula without one is a gap;
//   - the value of merged cells in every row that they cover;
//   - an empty cell is NULL, whether it holds an empty text or nothing.
//
// # What is no cell
//
// What hangs on a row's cells is part of its record: the comments with their authors in the field "(comments)", and what its links tell beside
// the text of their cells in the field "(links)". Whatever else a workbook says (headers and footers, text boxes, charts and their caches,
// the data that pivot tables and links to other workbooks keep, properties, names, rules and lists of allowed values) belongs to no row. Every
// search by values looks into it too, as into the comments and links of rows that it does not find, word by word: where it meets what it
// searches for, a gap names the place. Files within the file are a gap. Pictures and macros are not looked into.
//
// # How a record is changed
//
// All changes of a file are one swap (package swapfile): a copy is written beside it in which just the planned rows differ, read again and
// compared, and takes the file's place, or none of it happens. A file that Excel or LibreOffice has open, as their lock files say, is left
// alone, and so is one that would be read otherwise after the change.
//
//   - A record without a key is found by what it holds: where no row is what the plan saw, or one of several equal rows is gone, the
//     change is Drifted, also when it was made already. What became of a swap is decided by the file's sum.
//   - A new value is stored as what the cell held before (a number, a date, a truth) where that reads as the same value, and else as text. A
//     formula can be emptied, and not be given another result; so can comments and links.
//   - A row is taken out with everything that a workbook keeps of its values (see xlsx.Workbook.Rewrite). Where a formula refers to it, it
//     is emptied instead; a row whose merged cells give rows below their value stays. What may still hold removed values, such as a file within the
//     file, is told in the outcome of the change, which is Done.
//   - A new record goes below the last one, into the table of Excel's that ends there.
package sheet

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"dossier/connectors"
	"dossier/internal/csvfile"
	"dossier/internal/secret"
)

// Kind returns the kind "sheet".
func Kind() connectors.Kind {
	return connectors.Kind{Name: "sheet", Title: "Spreadsheets and tables of text", Keyless: true, Setup: setup}
}

type systemKeys struct {
	Files    []string   `toml:"files"`
	Password secret.Ref `toml:"password"`
	Writable bool       `toml:"writable"`
}

type entityKeys struct {
	Files     []string         `toml:"files"`
	Sheet     string           `toml:"sheet"`
	Header    *int64           `toml:"header"`
	Delimiter string           `toml:"delimiter"`
	Encoding  csvfile.Encoding `toml:"encoding"`
}

// entity is one entity of the register with this kind's own keys.
type entity struct {
	*connectors.Entity
	entityKeys
	patterns []pattern // of its files; the system's where it has none of its own
	names    *known    // of its fields and key
}

func setup(sys *connectors.System) (connectors.Open, error) {
	var keys systemKeys
	var problems []error
	if err := sys.Decode(&keys); err != nil {
		return nil, err
	}
	all, err := parsePatterns(keys.Files)
	if err != nil {
		problems = append(problems, sys.Problem("files", err.Error()))
	}
	c := &source{system: sys, patterns: all, passwordRef: keys.Password, writable: keys.Writable}
	for _, e := range sys.Entities {
		bound, errs := setupEntity(e, all)
		problems = append(problems, errs...)
		c.entities = append(c.entities, bound)
		if len(bound.Files) > 0 {
			c.patterns = append(c.patterns, bound.patterns...)
		}
	}
	if len(c.patterns) == 0 && err == nil {
		problems = append(problems, sys.Problem("files", `is missing: write the files that are searched, such as files = ["members/*.xlsx"]`))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return func(ctx context.Context) (connectors.Connector, error) { return c.open(ctx) }, nil
}

func setupEntity(e *connectors.Entity, all []pattern) (*entity, []error) {
	bound := &entity{Entity: e, patterns: all}
	if err := e.Decode(&bound.entityKeys); err != nil {
		return bound, []error{err}
	}
	var problems []error
	names := slices.Clone(e.Key)
	for _, f := range e.Fields {
		names = append(names, f.Name)
	}
	bound.names = knownNames(names)
	if len(bound.Files) > 0 {
		own, err := parsePatterns(bound.Files)
		if err != nil {
			problems = append(problems, e.Problem("files", err.Error()))
		}
		bound.patterns = own
	}
	if _, err := path.Match(bound.Sheet, ""); err != nil {
		problems = append(problems, e.Problem("sheet", "is no pattern: write the sheet's name, with * for any part of it"))
	}
	if h := bound.Header; h != nil && (*h < 0 || *h > 1<<20) {
		problems = append(problems, e.Problem("header", "write the number of the row that names the columns, or 0 where there is none"))
	}
	if strings.EqualFold(bound.Delimiter, "tab") {
		bound.Delimiter = "\t"
	}
	if n := utf8.RuneCountInString(bound.Delimiter); n > 1 || strings.ContainsAny(bound.Delimiter, "\"\r\n") {
		problems = append(problems, e.Problem("delimiter", `write one character, such as ";", or "tab"`))
	}
	return bound, problems
}
