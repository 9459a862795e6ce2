package jet

import (
	"errors"
	"slices"
	"strconv"
)

// Relationship joins the rows of two tables.
type Relationship struct {
	Name           string
	Parent, Child  string   // tables
	ParentColumns  []string // in the order of ChildColumns
	ChildColumns   []string
	Enforced       bool // every child row has a parent
	CascadeUpdates bool
	CascadeDeletes bool
	OneToOne       bool
}

// Flags of a relationship.
const (
	relationOneToOne       = 0x0001
	relationNotEnforced    = 0x0002
	relationCascadeUpdates = 0x0100
	relationCascadeDeletes = 0x1000
)

// Relationships returns the relationships of the database. What could not be read of them is told by
// the error, which joins one *DamageError for each loss; the others are returned.
func (db *DB) Relationships() ([]Relationship, error) {
	t, err := db.Table("MSysRelationships")
	if errors.Is(err, ErrNoTable) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	byName := make(map[string]*Relationship)
	order := make(map[*Relationship][]int64) // position of each pair of columns
	var list []*Relationship
	var lost []error
	columns := []string{"szRelationship", "szReferencedObject", "szReferencedColumn", "szObject", "szColumn", "grbit", "icolumn"}
	for row, err := range t.Rows(columns...) {
		if err != nil {
			if !lasting(err) {
				return nil, err
			}
			lost = append(lost, err)
			continue
		}
		v := row.Values
		r := byName[v[0].String()]
		if r == nil {
			flags, _ := strconv.ParseInt(v[5].String(), 10, 64)
			r = &Relationship{
				Name: v[0].String(), Parent: v[1].String(), Child: v[3].String(),
				Enforced:       flags&relationNotEnforced == 0,
				CascadeUpdates: flags&relationCascadeUpdates != 0,
				CascadeDeletes: flags&relationCascadeDeletes != 0,
				OneToOne:       flags&relationOneToOne != 0,
			}
			byName[r.Name] = r
			list = append(list, r)
		}
		at, _ := strconv.ParseInt(v[6].String(), 10, 64)
		i, _ := slices.BinarySearch(order[r], at)
		order[r] = slices.Insert(order[r], i, at)
		r.ParentColumns = slices.Insert(r.ParentColumns, i, v[2].String())
		r.ChildColumns = slices.Insert(r.ChildColumns, i, v[4].String())
	}
	relations := make([]Relationship, len(list))
	for i, r := range list {
		relations[i] = *r
	}
	return relations, errors.Join(lost...)
}
