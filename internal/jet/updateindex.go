package jet

import (
	"bytes"
	"slices"
)

// index moves the row's key in an index to where its new values belong.
func (u *update) index(tree *indexTree, before *cells, changed map[int][]byte) error {
	if !slices.ContainsFunc(tree.columns, func(c IndexColumn) bool { _, ok := changed[c.number]; return ok }) {
		return nil
	}
	root, leaves, err := u.e.db.window().readIndex(tree.root)
	if err != nil {
		return err
	}
	oldEntry, err := u.entry(tree, leaves, before, nil)
	if err != nil {
		return err
	}
	newEntry, err := u.entry(tree, leaves, before, changed)
	if err != nil {
		return err
	}
	found := 0
	for _, p := range leaves {
		for i, e := range p.entries {
			if p.row(i) == u.id {
				if found++; !bytes.Equal(e, oldEntry) {
					return fault("the keys of an index are made in a way that is not known")
				}
			} else if newEntry != nil && tree.unique && newEntry[0] != keyNull && bytes.Equal(e[:len(e)-entryRow], newEntry[:len(newEntry)-entryRow]) {
				return fault("another row has the value, and an index wants it once")
			}
		}
	}
	if (oldEntry == nil) != (found == 0) || found > 1 {
		return fault("an index does not name the row as it should")
	}
	for _, p := range leaves {
		p.entries = slices.DeleteFunc(p.entries, func(e []byte) bool {
			same := oldEntry != nil && bytes.Equal(e, oldEntry)
			p.changed = p.changed || same
			return same
		})
	}
	if newEntry != nil {
		full := slices.IndexFunc(leaves, func(p *indexPage) bool {
			return len(p.entries) > 0 && bytes.Compare(newEntry, p.entries[len(p.entries)-1]) < 0
		})
		if full < 0 {
			full = len(leaves) - 1
		}
		into := leaves[full]
		at, _ := slices.BinarySearchFunc(into.entries, newEntry, bytes.Compare)
		into.entries, into.changed = slices.Insert(into.entries, at, newEntry), true
		if !u.e.db.lay.spread(leaves, full) {
			return fault("an index has no room for the new key")
		}
	}
	if len(leaves) > 1 && slices.ContainsFunc(leaves, func(p *indexPage) bool { return len(p.entries) == 0 }) {
		return fault("an index page would be left empty")
	}
	root.prune()
	root.each(func(p *indexPage) {
		if !p.changed || err != nil {
			return
		}
		var page []byte
		if page, err = u.page(p.number); err == nil {
			err = p.write(u.e.db.lay, page)
		}
	})
	return err
}

// entry makes the entry of the row in an index from its stored values, those in changed going first. It is nil
// when the index leaves the row out.
func (u *update) entry(tree *indexTree, leaves []*indexPage, before *cells, changed map[int][]byte) ([]byte, error) {
	var entry []byte
	null := true
	for _, ic := range tree.columns {
		at := slices.IndexFunc(u.def.columns, func(c Column) bool { return c.number == ic.number })
		if at < 0 {
			return nil, fault("an index names a column that is not there")
		}
		c := &u.def.columns[at]
		raw, ok := changed[c.number]
		switch {
		case c.Type == Boolean && !c.Calculated:
			if raw = []byte{0xff}; ok && changed[c.number] != nil || !ok && before.has(c.number) {
				raw = []byte{0}
			}
		case !ok:
			var err error
			if raw, err = before.bytes(newScanColumn(c)); err != nil {
				return nil, err
			}
		}
		var letters *alphabet
		if c.Type == Text && raw != nil {
			if len(tree.columns) > 1 {
				return nil, fault("an index joins it with other columns, and its keys cannot be made")
			}
			var err error
			if letters, err = u.alphabet(c, ic.Descending, leaves); err != nil {
				return nil, err
			}
		}
		part, err := c.keyPart(raw, ic.Descending, letters)
		if err != nil {
			return nil, err
		}
		null = null && raw == nil
		entry = append(entry, part...)
	}
	if null && tree.flags&indexIgnoreNulls != 0 {
		return nil, nil
	}
	return append(entry, byte(u.id.Page>>16), byte(u.id.Page>>8), byte(u.id.Page), byte(u.id.Slot)), nil
}

// maxLessons is how many keys of an index are looked at to learn its alphabet.
const maxLessons = 1 << 15

// alphabet learns from keys of an index, and the texts in the rows that they name.
func (u *update) alphabet(c *Column, descending bool, leaves []*indexPage) (*alphabet, error) {
	total := 0
	for _, p := range leaves {
		total += len(p.entries)
	}
	every := total/maxLessons + 1
	keys := make(map[RowID][]byte)
	n := 0
	for _, p := range leaves {
		for i, entry := range p.entries {
			if n++; n%every == 0 || p.row(i) == u.id {
				keys[p.row(i)] = entry[:len(entry)-entryRow]
			}
		}
	}
	a := &alphabet{codes: make(map[rune][]byte)}
	for row, err := range u.t.Rows(c.Name) {
		if err != nil {
			return nil, err
		}
		value := bytes.Clone(keys[row.ID])
		if descending {
			for i := range value {
				value[i] = ^value[i]
			}
		}
		if len(value) > 1 && value[0] == keyValue {
			a.learn(row.Values[0].String(), value[1:])
		}
	}
	return a, nil
}
