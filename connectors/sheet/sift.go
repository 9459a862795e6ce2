package sheet

import (
	"slices"
	"strings"

	"dossier/connectors/compare"
)

// sifting are lines that can move past rows of which no cell is one of a few texts, without looking at their cells one by one.
type sifting interface {
	// sift asks for that. The texts stand in some of the columns; rows with more than so many are read all the same.
	sift(texts []string, within []int, columns int)
	// most is for how many texts of a term sifting is faster than reading every row.
	most() int
}

// splitting are lines of which rows that do not answer are passed over on several cores.
type splitting interface {
	// split asks for that. newAsk returns a function that tells whether the current row of the lines given answers; rows with more than so many
	// columns are read all the same.
	split(columns int, newAsk func(lines) func() bool)
}

// literals returns texts of which every record that answers holds one as it is, in one of the fields, nil where there are none: of each
// clause those of a term by Equal, which has so many at most.
func (q query) literals(most int) (texts, fields []string) {
	seen := map[string]bool{}
	var last *compare.Matcher // of which the values were taken
	for _, clause := range q.clauses {
		found := false
		for _, t := range clause {
			if found = t.one != nil && t.how == compare.Equal && len(t.values) <= most; found {
				fields = append(fields, t.fields...)
				if t.one == last {
					break
				}
				last = t.one
				for _, v := range t.values {
					if !seen[v] {
						seen[v] = true
						texts = append(texts, v)
					}
				}
				break
			}
		}
		if !found {
			return nil, nil
		}
	}
	return texts, fields
}

// sift makes the lines of a table move past rows that cannot answer. Rows whose keys are compared are all read.
func (s *scan) sift() {
	if s.byRef != nil || s.key != nil || len(s.bound) == 0 {
		return
	}
	if in, ok := s.lines.(sifting); ok {
		texts, fields := s.query.literals(in.most())
		var within []int
		for _, f := range fields {
			if i := slices.Index(s.table.names, f); i >= 0 {
				within = append(within, i)
			}
		}
		if texts != nil {
			in.sift(texts, within, len(s.table.names))
		}
	}
	if in, ok := s.lines.(splitting); ok {
		in.split(len(s.table.names), func(own lines) func() bool {
			t := *s.table
			t.lines = own
			ask, _ := s.query.bind(&t)
			return ask.holds
		})
	}
}

// most is from how many searched values on hashing each cell of a sheet is faster.
func (s *sheetLines) most() int { return 4 }

func (s *sheetLines) sift(texts []string, _ []int, columns int) {
	if len(s.merged.ranges) > 0 {
		return // what a row holds may stand in another one
	}
	s.rows.Sift(texts, columns, func(row int) bool {
		return s.hung != nil && (len(s.hung.comments[row]) > 0 || len(s.hung.links[row]) > 0)
	})
}

// meetsNumbers reports whether a number or date may answer to any of the values: not where each of them has a letter that no
// number has.
func meetsNumbers(how compare.How, values []string) bool {
	if how == compare.Digits || how == compare.Date {
		return true
	}
	return slices.ContainsFunc(values, func(v string) bool {
		return !strings.ContainsFunc(v, func(c rune) bool {
			return c == '@' || 'a' <= c|0x20 && c|0x20 <= 'z' && c|0x20 != 'e' && c|0x20 != 't' && c|0x20 != 'z'
		})
	})
}

// isNumber reports whether the text of a number is one: what says that it is a number may hold any text.
func isNumber(text []byte) bool {
	for _, c := range text {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'E' && c != 'e' {
			return false
		}
	}
	return true
}
