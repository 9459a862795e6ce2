package desk

import (
	"context"

	"dossier/act"
	"dossier/internal/journal"
)

// PeopleTable is what a table of people says before anybody of it is searched for.
type PeopleTable struct {
	Columns []TableColumn // in their order
	People  int           // its rows
	Aside   []TableRow    // the rows that would be set aside as they stand
}

// TableColumn is a column of a table of people.
type TableColumn struct {
	Name    string
	Is      string // the name of the identifier that it holds; of a batch that rectifies also "right" and "wrong"; "": it names none
	Ignored bool   // it is not looked at
}

// Unknown reports whether it has to be said that the column is not looked at, before the table can be used.
func (c TableColumn) Unknown() bool { return c.Is == "" && !c.Ignored }

// TableRow is a row of a table of people that is not searched for, and why.
type TableRow struct {
	At  string // "row 17"
	Why string
}

// Usable returns an error where the table cannot be searched for as it is.
func (t PeopleTable) Usable() error { return checkColumns(t.Columns) }

// LookAtPeople reads the table of people of a batch, and searches for nobody. The error wraps ErrUsage where it cannot be read.
func (d *Desk) LookAtPeople(ctx context.Context, n NewBatch) (PeopleTable, error) {
	if err := d.may(ctx, journal.RoleDecide); err != nil {
		return PeopleTable{}, err
	}
	var table PeopleTable
	people, err := d.readPeople(ctx, n, func(columns []TableColumn) error { table.Columns = columns; return nil })
	if err != nil {
		return table, err
	}
	b := batching{planning: &planning{Desk: d, NewPlan: NewPlan{Action: n.Action}}, people: people, claims: act.NewClaims(len(people))}
	b.subjects()
	b.settle()
	table.People = len(people)
	for _, p := range b.people {
		if p.State == journal.PersonAside {
			table.Aside = append(table.Aside, TableRow{p.At, p.Why})
		}
	}
	return table, nil
}
