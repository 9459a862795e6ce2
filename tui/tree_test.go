package tui

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"dossier/connectors"
	"dossier/desk"
	"dossier/locate"
)

// TestTreeAgreesWithAListOfMatches adds, replaces, decides and folds at random and compares the tree with
// what plain loops over the matches say.
func TestTreeAgreesWithAListOfMatches(t *testing.T) {
	register := newFakeDesk(t).register
	systems := []string{"qlms", "lms", "unknown"}
	rapid.Check(t, func(t *rapid.T) {
		tr := newTree(register)
		var order []string // IDs as they first arrived
		latest := map[string]*desk.Match{}
		draw := func(label string, n int) int { return rapid.IntRange(0, n-1).Draw(t, label) }
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch draw("step", 6) {
			default:
				system, key := systems[draw("system", 3)], draw("key", 12)
				m := &desk.Match{Match: locate.Match{Certain: draw("certain", 2) == 0,
					Record: connectors.Record{Ref: ref(system, "e", fmt.Sprint(key))}}}
				if p := draw("parent", 16); p < key {
					parent := ref(system, "e", fmt.Sprint(p))
					m.Parent = &parent
				}
				id := m.Record.Ref.ID()
				if latest[id] == nil {
					order = append(order, id)
				}
				latest[id] = m
				tr.add(m)
			case 4:
				if len(order) > 0 {
					id := order[draw("which", len(order))]
					d := []desk.Decision{desk.Undecided, desk.Accepted, desk.Rejected}[draw("decision", 3)]
					tr.decide(latest[id].Record.Ref, d)
					m := *latest[id]
					m.Decision = d
					latest[id] = &m
				}
			case 5:
				if len(tr.nodes) > 0 {
					tr.fold(int32(draw("node", len(tr.nodes))), draw("hide", 2) == 0)
				}
			}
			checkTree(t, tr, order, latest)
		}
	})
}

func checkTree(t *rapid.T, tr *tree, order []string, latest map[string]*desk.Match) {
	var want tally
	for _, id := range order {
		want.add(latest[id], 1)
		n := tr.nodes[tr.index[id]]
		if l := latest[id]; n.match.Certain != l.Certain || n.match.Decision != l.Decision || parentID(n.match) != parentID(l) {
			t.Fatalf("%s is not the last match of that record", id)
		}
		if n.parent != none {
			if parentID(n.match) != tr.nodes[n.parent].match.Record.Ref.ID() {
				t.Fatalf("%s stands beneath a record that is not its parent", id)
			}
			if !slices.Contains(tr.nodes[n.parent].children, tr.index[id]) {
				t.Fatalf("%s is no child of its parent", id)
			}
		} else if p, ok := tr.index[parentID(n.match)]; ok && !tr.beneath(p, tr.index[id]) {
			t.Fatalf("%s stands at the top although its parent has arrived", id)
		}
	}
	if tr.tally != want {
		t.Fatalf("the tally is %+v, want %+v", tr.tally, want)
	}
	var sum tally
	seen := map[int32]bool{}
	for line := range tr.size() {
		at := tr.at(line)
		if tr.find(at) != line {
			t.Fatalf("line %d holds %v, which is found on line %d", line, at, tr.find(at))
		}
		if at.node == none {
			b := tr.branches[at.branch].tally
			sum.all, sum.included, sum.excluded, sum.waiting = sum.all+b.all, sum.included+b.included, sum.excluded+b.excluded, sum.waiting+b.waiting
			continue
		}
		if seen[at.node] {
			t.Fatalf("line %d shows a match for the second time", line)
		}
		seen[at.node] = true
	}
	if sum != want {
		t.Fatalf("the systems' tallies add up to %+v, want %+v", sum, want)
	}
	for i := range tr.nodes {
		shown := true
		for p := tr.nodes[i].parent; p != none; p = tr.nodes[p].parent {
			shown = shown && tr.nodes[p].unfolded
		}
		if shown != seen[int32(i)] {
			t.Fatalf("match %d is shown: %v, want %v", i, seen[int32(i)], shown)
		}
	}
	checkWaiting(t, tr, want.waiting)
}

// checkWaiting walks from one waiting match to the next: all must come, each once, before the first comes again.
func checkWaiting(t *rapid.T, tr *tree, want int) {
	var walked []int32
	at := nowhere
	for range want + 1 {
		next := tr.nextWaiting(at)
		if next == none {
			break
		}
		if len(walked) > 0 && next == walked[0] {
			break
		}
		walked = append(walked, next)
		at = place{tr.nodes[next].branch, next}
	}
	if len(walked) != want {
		t.Fatalf("walked over %d waiting matches of %d", len(walked), want)
	}
}

// TestTreeOfACircle holds that records which name each other as parents are all shown.
func TestTreeOfACircle(t *testing.T) {
	tr := newTree(newFakeDesk(t).register)
	for k := range 3 {
		parent := ref("qlms", "e", fmt.Sprint((k+1)%3))
		tr.add(&desk.Match{Match: locate.Match{Parent: &parent, Record: connectors.Record{Ref: ref("qlms", "e", fmt.Sprint(k))}}})
	}
	for i := range tr.nodes {
		tr.fold(int32(i), false)
	}
	if tr.size() != 4 {
		t.Errorf("%d lines for a heading and three matches", tr.size())
	}
}

// million returns a tree of n matches in eight systems, every tenth with a child.
func million(t testing.TB, n int) *tree {
	register := newFakeDesk(t).register
	tr := newTree(register)
	names := []string{"CandidateID", "Forename"}
	for i := range n {
		system := register.Systems[i%len(register.Systems)].ID
		m := &desk.Match{Label: "Your registration", SystemTitle: system, Match: locate.Match{Score: 0.9, Certain: i%3 > 0,
			Evidence: []locate.Evidence{agrees("email", "Email", "e-mail address agrees", 11.2)},
			Record: connectors.Record{Ref: ref(system, "candidates", fmt.Sprint(i)),
				Fields: connectors.Fields{Names: names, Values: []connectors.Value{connectors.Text(fmt.Sprint(i)), connectors.Text("Jane")}}}}}
		if i%10 == 9 {
			parent := ref(system, "candidates", fmt.Sprint(i-len(register.Systems)))
			m.Parent = &parent
		}
		tr.add(m)
	}
	return tr
}
