// Package access finds and changes records in Microsoft Access databases: Jet 3 (Access 97), Jet 4 (2000 to 2003)
// and ACE (2007 to 2019), plain, with a password or encrypted. Access itself is not needed.
//
// # In the register
//
//	[system.legacy]
//	kind     = "access"
//	owners   = ["Head of Membership"]
//	files    = ["legacy/*.accdb", "legacy/*.mdb"]
//	password = "env:LEGACY_PASSWORD"
//	writable = true
//
//	[system.legacy.entity.members]
//	table = "Members"
//
// Of the system:
//
//   - files: paths and patterns from the register's folder. * and ? stand for any part of a name; patterns ignore
//     case. A pattern that matches nothing is a gap;
//   - password: a reference to the secret that opens the files. Where a file's password is missing or wrong, the file
//     is a gap that is ErrPassword;
//   - writable: whether records may be changed. Without it, files are only ever read.
//
// # What a record is
//
// A place is a file: its base name, or, where two files have the same, its path from the register's folder with
// slashes. An entity is a table of the user's. A record is named by the key that the register gives, else by the
// table's primary index, else (and where a part of the key is NULL) by digest and ordinal (connectors.RowDigest).
//
// Tables that stand in other databases (linked tables) are gaps. So is a lock file beside a database
// (.ldb, .laccdb): somebody has it open, and what they have not saved yet is not found. What is there is read so that no page is
// taken half written, even while it changes. A damaged page costs its rows and is a gap that names the table and the page.
//
// # What a value is
//
//   - numbers, dates, booleans, GUIDs and short binary values are the canonical text of their type; a DateTime always
//     has a time, a Currency at least two decimals, a Decimal as many as its column;
//   - Text and Memo, rich text (HTML) and hyperlinks (display#address#place) are text, as stored;
//   - OLE objects are streams, as stored;
//   - a column of several values is a list of them, as text;
//   - a column of attachments is two fields: Column.FileName, the list of their names, and Column.FileData, a stream: the
//     file, or a ZIP archive of several;
//   - the history of a memo is a list of "[Version: 2006-01-02T15:04:05] earlier text".
package access

import (
	"context"
	"errors"
	"fmt"
	"path"

	"dossier/connectors"
	"dossier/internal/secret"
)

// Kind returns the kind "access".
func Kind() connectors.Kind {
	return connectors.Kind{Name: "access", Title: "Microsoft Access", Keyless: true, Setup: setup}
}

type systemKeys struct {
	Files    []string   `toml:"files"`
	Password secret.Ref `toml:"password"`
	Writable bool       `toml:"writable"`
}

func setup(sys *connectors.System) (connectors.Open, error) {
	var keys systemKeys
	if err := sys.Decode(&keys); err != nil {
		return nil, err
	}
	if len(keys.Files) == 0 {
		return nil, sys.Problem("files", `is missing: name the databases, such as files = ["legacy/*.accdb"]`)
	}
	var problems []error
	for i, pattern := range keys.Files {
		if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
			problems = append(problems, sys.Problem(fmt.Sprintf("files[%d]", i), "is no path or pattern: * stands for any part of a name"))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return func(ctx context.Context) (connectors.Connector, error) { return open(ctx, sys, keys) }, nil
}
