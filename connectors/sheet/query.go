package sheet

import (
	"fmt"
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// query is a compiled query: every searched value is prepared once, for all files.
type query struct {
	clauses [][]term
}

// term is a term on one field, or a filter for one that compares several as a tuple.
type term struct {
	fields []string
	how    compare.How
	one    *compare.Matcher
	values []string // of one
	number bool     // a number may answer to one
	tuple  *connectors.Filter
}

func compile(q connectors.Query) (query, error) {
	var compiled query
	var last term
	for _, clause := range q.Any {
		terms := make([]term, len(clause))
		for i, t := range clause {
			terms[i] = term{fields: t.Fields, how: t.How}
			if len(t.Fields) == 1 {
				values := make([]string, len(t.Values))
				for j, tuple := range t.Values {
					if len(tuple) != 1 {
						return query{}, fmt.Errorf("a term on %s compares 1 field with %d values", q.Entity, len(tuple))
					}
					values[j] = tuple[0]
				}
				if last.one == nil || last.how != t.How || !slices.Equal(last.values, values) { // many fields are asked for the same values
					last = term{how: t.How, values: values, number: meetsNumbers(t.How, values), one: compare.Compile(t.How, compare.Text, values)}
				}
				terms[i].values, terms[i].number, terms[i].one = last.values, last.number, last.one
				continue
			}
			shape := connectors.Shape{Entity: q.Entity, Fields: columns(t.Fields)}
			filter, err := connectors.NewFilter(shape, connectors.Query{Entity: q.Entity, Any: []connectors.Clause{{t}}})
			if err != nil {
				return query{}, err
			}
			terms[i].tuple = filter
		}
		compiled.clauses = append(compiled.clauses, terms)
	}
	return compiled, nil
}

// columns describes fields of these names.
func columns(names []string) []connectors.Column {
	all := make([]connectors.Column, len(names))
	for i, name := range names {
		all[i] = connectors.Column{Name: name, Type: compare.Text, Native: "cell", Nullable: true, Search: compare.Hows}
	}
	return all
}

// bound is a query on one table: of each clause, what its terms ask of the current row.
type bound [][]func() bool

// bind binds the query to a table. Clauses on fields that the table lacks are left out; lacking returns those fields.
func (q query) bind(t *table) (b bound, lacking []string) {
	for _, clause := range q.clauses {
		var asks []func() bool
		complete := true
		for _, term := range clause {
			for _, name := range term.fields {
				if !t.has(name) {
					lacking = append(lacking, name)
					complete = false
				}
			}
			switch {
			case !complete:
			case term.one != nil:
				asks = append(asks, t.asks(term.fields[0], term.one, term.number))
			default:
				asks = append(asks, func() bool { return term.tuple.MatchFields(t.fields(nil)) })
			}
		}
		if complete {
			b = append(b, asks)
		}
	}
	return b, lacking
}

// holds reports whether any clause holds for the current row.
func (b bound) holds() bool {
	for _, clause := range b {
		all := true
		for _, ask := range clause {
			if all = ask(); !all {
				break
			}
		}
		if all {
			return true
		}
	}
	return false
}
