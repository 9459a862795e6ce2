package connectortest

import (
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// Cases returns every case of the suite, in the order in which they are best run.
func Cases() []Case {
	return slices.Concat(describeCases(), searchCases(), queryCases(), readCases(), streamCases(), faultCases(), writeCases(), planCases())
}

// term asks for any of the values in one field.
func term(field string, how compare.How, values ...string) connectors.Term {
	t := connectors.Term{Fields: []string{field}, How: how, Values: make([][]string, len(values))}
	for i, v := range values {
		t.Values[i] = []string{v}
	}
	return t
}

// query asks for records of an entity for which any of the terms holds.
func query(entity string, terms ...connectors.Term) connectors.Query {
	q := connectors.Query{Entity: entity}
	for _, t := range terms {
		q.Any = append(q.Any, connectors.Clause{t})
	}
	return q
}

// fields names values, alternately: name, value, name, value.
func fields(pairs ...string) connectors.Fields {
	var f connectors.Fields
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Names = append(f.Names, pairs[i])
		f.Values = append(f.Values, connectors.Text(pairs[i+1]))
	}
	return f
}
