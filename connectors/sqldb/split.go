package sqldb

import (
	"slices"

	"dossier/connectors"
	"dossier/connectors/compare"
)

// maxIndexed is how many values of an indexed column one statement asks for: longer lists make servers give
// the index up.
const maxIndexed = 512

// maxTuples is how many tuples one statement compares: SQLite refuses expressions nested a thousand deep.
const maxTuples = 200

// split divides the clauses of a query over statements, such that each stays below the number of
// parameters that the server takes. A term that does not fit beside a longer one of its clause is left to
// the caller's check.
func split(e *entity, any []connectors.Clause, budget int) [][]connectors.Clause {
	var out [][]connectors.Clause
	var together []connectors.Clause
	spent := 0
	for _, clause := range any {
		pieces, cost := divide(e, clause, budget)
		if len(pieces) > 1 {
			for _, p := range pieces {
				out = append(out, []connectors.Clause{p})
			}
			continue
		}
		if spent+cost > budget && len(together) > 0 {
			out = append(out, together)
			together, spent = nil, 0
		}
		together = append(together, pieces...)
		spent += cost
	}
	if len(together) > 0 {
		out = append(out, together)
	}
	return out
}

// divide cuts the longest term of a clause into pieces. The cost is the parameters of one piece at most.
func divide(e *entity, clause connectors.Clause, budget int) ([]connectors.Clause, int) {
	clause = slices.Clone(clause)
	slices.SortStableFunc(clause, func(a, b connectors.Term) int { return cost(e, b) - cost(e, a) })
	rest := 0
	for i := 1; i < len(clause); i++ {
		c := cost(e, clause[i])
		if rest+c > budget/2 {
			clause = slices.Delete(clause, i, i+1)
			i--
			continue
		}
		rest += c
	}
	if len(clause) == 0 {
		return []connectors.Clause{clause}, 0
	}
	longest := clause[0]
	size := (budget - rest) / perValue(longest)
	switch {
	case len(longest.Fields) > 1:
		size = min(size, maxTuples)
	case longest.How == compare.Equal && e.column(longest.Fields[0]).indexed:
		size = min(size, maxIndexed)
	case !listed(e, longest):
		return []connectors.Clause{clause}, cost(e, longest) + rest
	}
	var pieces []connectors.Clause
	for values := range slices.Chunk(longest.Values, max(size, 1)) {
		piece := slices.Clone(clause)
		piece[0].Values = values
		pieces = append(pieces, piece)
	}
	if pieces == nil {
		return []connectors.Clause{clause}, rest
	}
	return pieces, min(len(longest.Values), size)*perValue(longest) + rest
}

// listed reports whether every value of the term becomes a parameter, however many there are.
func listed(e *entity, t connectors.Term) bool {
	switch t.How {
	case compare.Equal, compare.Folded, compare.Compact:
		return true
	case compare.Date:
		return e.column(t.Fields[0]).typ == compare.Day
	}
	return false
}

// perValue is the most parameters that a value of the term takes: lists are filled up to twice their length,
// and a day has some twenty numbers.
func perValue(t connectors.Term) int {
	n := 2
	if t.How == compare.Date {
		n = 20
	}
	return n * len(t.Fields)
}

// cost is the most parameters that the term takes.
func cost(e *entity, t connectors.Term) int {
	n := len(t.Values)
	if !listed(e, t) && len(t.Fields) == 1 {
		limit := maxPatterns
		if t.How == compare.Date {
			limit = maxDays
		}
		n = min(n, limit)
	}
	return n * perValue(t)
}
