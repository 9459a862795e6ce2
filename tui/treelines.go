package tui

import "slices"

// place is what stands on a line of the tree: a system (node none) or a match.
type place struct {
	branch int32
	node   int32
}

var nowhere = place{none, none}

// shown returns the branch's lines beneath its heading.
func (t *tree) shown(b *branch) []int32 {
	if b.folded {
		return nil
	}
	if b.stale {
		b.stale = false
		b.lines = b.lines[:0]
		for _, i := range b.tops {
			b.lines = t.unfold(b.lines, i)
		}
	}
	return b.lines
}

func (t *tree) unfold(lines []int32, i int32) []int32 {
	lines = append(lines, i)
	if t.nodes[i].unfolded {
		for _, child := range t.nodes[i].children {
			lines = t.unfold(lines, child)
		}
	}
	return lines
}

// size returns how many lines there are: a heading for each system with matches, and the matches shown.
func (t *tree) size() int {
	n := 0
	for _, b := range t.branches {
		if len(b.tops) > 0 {
			n += 1 + len(t.shown(b))
		}
	}
	return n
}

// at returns what stands on a line.
func (t *tree) at(line int) place {
	for k, b := range t.branches {
		if len(b.tops) == 0 {
			continue
		}
		if line == 0 {
			return place{int32(k), none}
		}
		lines := t.shown(b)
		if line--; line < len(lines) {
			return place{int32(k), lines[line]}
		}
		line -= len(lines)
	}
	return nowhere
}

// find returns the line of a place, or of what hides it; 0 where it has none.
func (t *tree) find(p place) int {
	line := 0
	for k, b := range t.branches {
		if len(b.tops) == 0 {
			continue
		}
		lines := t.shown(b)
		if int32(k) != p.branch {
			line += 1 + len(lines)
			continue
		}
		for n := p.node; n != none; n = t.nodes[n].parent {
			if i := slices.Index(lines, n); i >= 0 {
				return line + 1 + i
			}
		}
		return line
	}
	return 0
}

// nextWaiting returns the next match after the place, in the order of the tree with everything unfolded and
// from its start again at its end, that waits for a decision; none where there is none.
func (t *tree) nextWaiting(after place) int32 {
	if t.tally.waiting == 0 {
		return none
	}
	first, passed := none, after == nowhere
	for k, b := range t.branches {
		if int32(k) == after.branch && after.node == none {
			passed = true
		}
		if b.tally.waiting == 0 && int32(k) != after.branch {
			continue
		}
		for _, top := range b.tops {
			if n := t.waitingIn(top, after.node, &passed, &first); n != none {
				return n
			}
		}
		passed = passed || int32(k) >= after.branch
	}
	return first
}

// waitingIn walks a node and what is beneath it: it returns the first match that waits once the walk has
// passed a node, and remembers the first one of all.
func (t *tree) waitingIn(i, after int32, passed *bool, first *int32) int32 {
	n := &t.nodes[i]
	if i == after {
		*passed = true
	} else if n.match.Waits() {
		if *passed {
			return i
		}
		if *first == none {
			*first = i
		}
	}
	for _, child := range n.children {
		if found := t.waitingIn(child, after, passed, first); found != none {
			return found
		}
	}
	return none
}
