// Package kinds is the list of the kinds of systems that the program can talk to. It is the only
// importer of their packages.
package kinds

import (
	"dossier/connectors"
	"dossier/connectors/access"
	"dossier/connectors/sheet"
	"dossier/connectors/sqldb"
)

// All returns every kind that the register can name.
func All() []connectors.Kind {
	return append(sqldb.Kinds(), access.Kind(), sheet.Kind(), Manual)
}

// Manual is the kind of systems that people work: paper, cameras, software without an open interface.
var Manual = connectors.Kind{Name: "manual", Title: "Worked by people"}
