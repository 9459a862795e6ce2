package act

import (
	"slices"
	"strings"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// distinct sees to it that a record which is anonymised still differs from others where fields must differ together: one of those that are
// blanked gets a value of its own. NULL differs from everything.
func (r Rules) distinct(c Case, after *connectors.Fields) (problems []Problem) {
	for _, fields := range c.Shape.Uniques {
		token, differs := -1, !slices.ContainsFunc(fields, after.Has)
		for _, name := range fields {
			column, _ := c.Shape.Column(name)
			v := c.Record.Get(name)
			i := slices.Index(after.Names, name)
			if i >= 0 {
				v = after.Values[i]
			}
			field, _ := c.Entity.Field(name)
			switch {
			case v.IsNull(), column.Unique:
				differs = true
			case i >= 0 && (field == nil || field.Blank == nil) && (column.Type == compare.GUID || column.Type == compare.Text && !listed(column)):
				token = i
			}
		}
		if differs {
			continue
		}
		why := ""
		if token >= 0 {
			column, _ := c.Shape.Column(after.Names[token])
			after.Values[token], why = r.unique(column, after.Values[token])
		}
		if token < 0 || why != "" {
			problems = append(problems, c.refuse(strings.Join(fields, ", "),
				"no two records may hold the same in these fields together, and blanked they would: say erase = \"keep\" of one of them, or erase = \"delete\" of the entity")...)
		}
	}
	return problems
}
