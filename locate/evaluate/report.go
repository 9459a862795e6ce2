package evaluate

import (
	"cmp"
	"maps"
	"slices"

	"dossier/connectors"
)

// Report is how good a search is.
type Report struct {
	People     int      `json:"people"` // that were searched for
	Certain    Count    `json:"certain"`
	Possible   Count    `json:"possible"`
	Missed     int      `json:"missed"`    // records of the people that are neither
	Precision  float64  `json:"precision"` // of certain
	Recall     float64  `json:"recall"`    // of certain and possible
	Alone      float64  `json:"alone"`     // recall of certain by itself
	F1         float64  `json:"f1"`        // of certain's precision and the recall
	Decisions  float64  `json:"decisions"` // a data protection officer takes, a person
	Searches   float64  `json:"searches"`  // it takes, a person
	Bands      []Band   `json:"bands"`     // of records that were judged by themselves, as first told
	Classes    []Group  `json:"classes"`   // of people and of records
	Systems    []Group  `json:"systems"`
	Unsearched []string `json:"unsearched"` // what could not be searched
	Wrong      []Case   `json:"wrong"`      // records of others that are certain
	Lost       []Case   `json:"lost"`       // records that were missed

	owners  map[string]owner
	curve   Curve
	classes map[string]*Group
	systems map[string]*Group
	decided int
	rounds  int
}

// Count is how many records were said to be a person's and are, or are not.
type Count struct {
	Right int `json:"right"`
	Wrong int `json:"wrong"`
}

// Group is how good a search is for the records of a class or a system.
type Group struct {
	Name     string `json:"name"`
	Certain  Count  `json:"certain"`
	Possible Count  `json:"possible"`
	Missed   int    `json:"missed"`
}

// Recall returns which part of the group's records is certain or possible.
func (g *Group) Recall() float64 { return part(g.Certain.Right+g.Possible.Right, g.Missed) }

// Case is one record of one person, for looking closer.
type Case struct {
	Person  string         `json:"person"`
	Ref     connectors.Ref `json:"ref"`
	Classes []string       `json:"classes"` // of the record
	Theirs  []string       `json:"theirs"`  // of the person
	Owner   string         `json:"owner,omitempty"`
	Words   string         `json:"words,omitempty"` // the evidence; no values
}

// owner is whose a record is.
type owner struct {
	person  *Person
	classes []string
}

// cases is how many wrong and lost records a report names.
const cases = 200

func newReport(truth []Person) *Report {
	r := &Report{owners: map[string]owner{}, classes: map[string]*Group{}, systems: map[string]*Group{}}
	for i := range truth {
		for j := range truth[i].Records {
			r.owners[truth[i].Records[j].ID()] = owner{&truth[i], truth[i].Records[j].Classes}
		}
	}
	return r
}

func part(n, rest int) float64 {
	if n+rest == 0 {
		return 1
	}
	return float64(n) / float64(n+rest)
}

// add counts what came of one search.
func (r *Report) add(o outcome) {
	r.People++
	r.decided += o.decisions
	r.rounds += o.searches
	for _, g := range o.gaps {
		if !slices.Contains(r.Unsearched, g) {
			r.Unsearched = append(r.Unsearched, g)
		}
	}
	own := map[string]bool{}
	for i := range o.person.Records {
		rec := &o.person.Records[i]
		id := rec.ID()
		own[id] = true
		f, found := o.found[id]
		count := func(g *Group) {
			switch {
			case !found:
				g.Missed++
			case f.Certain:
				g.Certain.Right++
			default:
				g.Possible.Right++
			}
		}
		r.each(rec.System, rec.Classes, o.person.Classes, count)
		if !found && len(r.Lost) < cases {
			r.Lost = append(r.Lost, Case{Person: o.person.Person, Ref: rec.Ref, Classes: rec.Classes, Theirs: o.person.Classes})
		}
	}
	for id, f := range o.found {
		if own[id] {
			continue
		}
		whose := r.owners[id]
		r.each(f.Ref.System, whose.classes, o.person.Classes, func(g *Group) {
			if f.Certain {
				g.Certain.Wrong++
			} else {
				g.Possible.Wrong++
			}
		})
		if f.Certain && len(r.Wrong) < cases {
			c := Case{Person: o.person.Person, Ref: f.Ref, Classes: whose.classes, Theirs: o.person.Classes, Words: f.Words}
			if whose.person != nil {
				c.Owner = whose.person.Person
			}
			r.Wrong = append(r.Wrong, c)
		}
	}
	for id, f := range o.first {
		if !f.Child {
			r.curve.Add(bitsOf(f.Score), own[id])
		}
	}
}

// each counts a record in its groups and in the whole.
func (r *Report) each(system string, classes, theirs []string, count func(*Group)) {
	whole := Group{}
	count(&whole)
	r.Certain.Right += whole.Certain.Right
	r.Certain.Wrong += whole.Certain.Wrong
	r.Possible.Right += whole.Possible.Right
	r.Possible.Wrong += whole.Possible.Wrong
	r.Missed += whole.Missed
	count(group(r.systems, system))
	for _, c := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(classes, theirs)))) {
		count(group(r.classes, c))
	}
}

func group(groups map[string]*Group, name string) *Group {
	if groups[name] == nil {
		groups[name] = &Group{Name: name}
	}
	return groups[name]
}

// finish works out what the counts amount to.
func (r *Report) finish() {
	r.Precision = part(r.Certain.Right, r.Certain.Wrong)
	found := r.Certain.Right + r.Possible.Right
	r.Recall = part(found, r.Missed)
	r.Alone = part(r.Certain.Right, r.Possible.Right+r.Missed)
	r.F1 = 2 * r.Precision * r.Recall / max(r.Precision+r.Recall, 1e-9)
	r.Decisions = float64(r.decided) / float64(max(r.People, 1))
	r.Searches = float64(r.rounds) / float64(max(r.People, 1))
	r.Bands = r.curve.Bands()
	sorted := func(groups map[string]*Group) []Group {
		list := []Group{}
		for _, name := range slices.Sorted(maps.Keys(groups)) {
			list = append(list, *groups[name])
		}
		return list
	}
	r.Classes, r.Systems = sorted(r.classes), sorted(r.systems)
	slices.Sort(r.Unsearched)
	byPerson := func(a, b Case) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Compare(a.Ref.ID(), b.Ref.ID()))
	}
	slices.SortFunc(r.Wrong, byPerson)
	slices.SortFunc(r.Lost, byPerson)
}
