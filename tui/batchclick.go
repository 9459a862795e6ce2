package tui

// click puts the cursor on the batch that is pointed at.
func (b *batches) click(_, y, _ int) bool {
	i, ok := b.scroll.at(y-listTop, len(b.list))
	if ok {
		b.scroll.cursor = i
	}
	return ok
}

// click puts the cursor on the plan, the system or the person that is pointed at.
func (b *batchPage) click(x, y, width int) bool {
	c, ok := under(b.layout(width), x)
	if !ok || y < panesTop-1 {
		return false
	}
	b.turn(c.pane)
	switch {
	case c.pane == onSystems:
		i, ok := b.left.at(y-panesTop, len(b.items))
		if ok {
			b.left.cursor = i
		}
		return ok
	case c.pane == onMatches && b.people != nil:
		i, ok := b.scroll.at(y-panesTop, len(b.people.shown))
		if ok {
			b.scroll.cursor = i
		}
		return ok
	}
	return false
}
