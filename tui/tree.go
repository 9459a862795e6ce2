package tui

import (
	"slices"

	"dossier/connectors"
	"dossier/desk"
)

// tree holds the matches of a request: by system, children beneath their parents. It is made for a
// million of them arriving while it is drawn: adding one costs the same however many there are, and so does
// finding the one on a line while nothing is unfolded.
type tree struct {
	branches []*branch // systems, in the register's order
	nodes    []node
	index    map[string]int32   // the record's ID → its node
	orphans  map[string][]int32 // the ID of a parent that has not arrived → its children
	tally    tally
}

// branch is one system's matches.
type branch struct {
	system string
	title  string
	tops   []int32 // the nodes without a parent
	lines  []int32 // the nodes that are shown, children included where their parent is unfolded
	stale  bool    // lines must be made again
	folded bool
	tally  tally
}

// node is one match.
type node struct {
	match    *desk.Match
	branch   int32
	parent   int32 // none: -1
	children []int32
	unfolded bool
}

const none int32 = -1

// tally counts matches.
type tally struct {
	all      int
	included int
	excluded int
	waiting  int // a person has yet to decide

	unfollowed int // of the included ones: what they lead to was not searched for
}

func (t *tally) add(m *desk.Match, by int) {
	t.all += by
	switch {
	case m.Included():
		t.included += by
		if m.Unfollowed {
			t.unfollowed += by
		}
	case m.Waits():
		t.waiting += by
	default:
		t.excluded += by
	}
}

// newTree returns an empty tree for the systems of the register.
func newTree(register *connectors.Register) *tree {
	t := &tree{index: map[string]int32{}, orphans: map[string][]int32{}}
	for _, s := range register.Systems {
		t.branches = append(t.branches, &branch{system: s.ID, title: s.Title})
	}
	return t
}

// branchOf returns the number of the system's branch, made where the register does not know the system.
func (t *tree) branchOf(m *desk.Match) int32 {
	system := m.Record.Ref.System
	i := slices.IndexFunc(t.branches, func(b *branch) bool { return b.system == system })
	if i < 0 {
		i = len(t.branches)
		t.branches = append(t.branches, &branch{system: system, title: m.SystemTitle})
	}
	return int32(i)
}

// add takes a match in, or replaces the one of the same record.
func (t *tree) add(m *desk.Match) {
	id := m.Record.Ref.ID()
	if i, ok := t.index[id]; ok {
		t.replace(i, m)
		return
	}
	i := int32(len(t.nodes))
	n := node{match: m, branch: t.branchOf(m), parent: none}
	t.index[id] = i
	t.nodes = append(t.nodes, n)
	t.count(n.branch, m, 1)
	t.attach(i)
	if waiting, ok := t.orphans[id]; ok {
		delete(t.orphans, id)
		for _, child := range waiting {
			t.detach(child)
			t.attach(child)
		}
	}
}

func (t *tree) replace(i int32, m *desk.Match) {
	n := &t.nodes[i]
	t.count(n.branch, n.match, -1)
	moved := parentID(n.match) != parentID(m)
	if moved {
		t.detach(i)
	}
	n.match = m
	if moved {
		t.attach(i)
	}
	t.count(n.branch, m, 1)
}

func (t *tree) count(branch int32, m *desk.Match, by int) {
	t.tally.add(m, by)
	t.branches[branch].tally.add(m, by)
}

// attach puts a node beneath its parent, or at the top where it has none (yet).
func (t *tree) attach(i int32) {
	n := &t.nodes[i]
	b := t.branches[n.branch]
	if id := parentID(n.match); id != "" {
		parent, ok := t.index[id]
		if ok && !t.beneath(parent, i) {
			n.parent = parent
			t.nodes[parent].children = append(t.nodes[parent].children, i)
			b.stale = b.stale || t.nodes[parent].unfolded
			return
		}
		t.orphans[id] = append(t.orphans[id], i)
	}
	n.parent = none
	b.tops = append(b.tops, i)
	if !b.stale {
		b.lines = append(b.lines, i)
		b.stale = n.unfolded && len(n.children) > 0
	}
}

func (t *tree) detach(i int32) {
	n := &t.nodes[i]
	b := t.branches[n.branch]
	if n.parent == none {
		b.tops = without(b.tops, i)
		id := parentID(n.match)
		if left := without(t.orphans[id], i); len(left) > 0 {
			t.orphans[id] = left
		} else {
			delete(t.orphans, id)
		}
	} else {
		t.nodes[n.parent].children = without(t.nodes[n.parent].children, i)
	}
	n.parent = none
	b.stale = true
}

// beneath reports whether i is an ancestor of n, or n itself.
func (t *tree) beneath(n, i int32) bool {
	for ; n != none; n = t.nodes[n].parent {
		if n == i {
			return true
		}
	}
	return false
}

// without returns the list without one item, looked for from the end, where late arrivals stand.
func without(list []int32, item int32) []int32 {
	for k := len(list) - 1; k >= 0; k-- {
		if list[k] == item {
			return slices.Delete(list, k, k+1)
		}
	}
	return list
}

func parentID(m *desk.Match) string {
	if m.Parent == nil {
		return ""
	}
	return m.Parent.ID()
}

// decide notes a decision about the record.
func (t *tree) decide(ref connectors.Ref, d desk.Decision) {
	i, ok := t.index[ref.ID()]
	if !ok {
		return
	}
	n := &t.nodes[i]
	t.count(n.branch, n.match, -1)
	m := *n.match
	m.Decision = d
	n.match = &m
	t.count(n.branch, n.match, 1)
}

// family returns the node and everything beneath it, parents first.
func (t *tree) family(i int32) []int32 {
	all := []int32{i}
	for k := 0; k < len(all); k++ {
		all = append(all, t.nodes[all[k]].children...)
	}
	return all
}

// depth returns how many parents stand above the node.
func (t *tree) depth(i int32) int {
	d := 0
	for p := t.nodes[i].parent; p != none; p = t.nodes[p].parent {
		d++
	}
	return d
}

// fold shows or hides what is beneath a node.
func (t *tree) fold(i int32, hide bool) {
	n := &t.nodes[i]
	if n.unfolded == hide && len(n.children) > 0 {
		n.unfolded = !hide
		t.branches[n.branch].stale = true
	}
}

// reveal unfolds whatever hides the node.
func (t *tree) reveal(i int32) {
	t.branches[t.nodes[i].branch].folded = false
	for p := t.nodes[i].parent; p != none; p = t.nodes[p].parent {
		t.fold(p, false)
	}
}
