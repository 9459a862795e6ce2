package linkage

// Blocks calls yield with the keys under which an index of thousands of subjects finds those that a record may be about. A record that
// shares no key with a subject agrees with it in no id, mailbox, phone number, birth date or postcode, nor in a name together with the
// birth year, or in two names but for the end of the one and all but the beginning of the other. Keys are hashes: two that differ
// may be equal, which costs a comparison and no more.
func (m *Model) Blocks(e *Entry, yield func(key uint64)) {
	for i := range m.kinds {
		switch k := &m.kinds[i]; k.measure {
		case number:
			for _, id := range e.numbers[k.slot] {
				yield(block(k.name, id.Core, 0))
			}
		case label:
			for _, l := range e.labels[k.slot] {
				yield(block(k.name, l.text, 0))
			}
		}
	}
	for i := range e.mailboxes {
		yield(block("email", e.mailboxes[i].Same, 0))
	}
	for _, p := range e.phones {
		yield(block("phone", p.digits[max(0, len(p.digits)-8):], 0))
	}
	for _, p := range e.postcodes {
		yield(block("postcode", p.Code, 0))
	}
	for i := range e.births {
		for _, d := range e.births[i].Days {
			yield(block("day", nil, int(d)))
			if swapped := d.Year()*10000 + d.Date()*100 + d.Month(); swapped != int(d) {
				yield(block("day", nil, swapped))
			}
		}
	}
	m.nameBlocks(e, yield)
}

// nameBlocks joins names with what narrows them down.
func (m *Model) nameBlocks(e *Entry, yield func(key uint64)) {
	for i := range e.family {
		for _, surname := range pieces(&e.family[i]) {
			e.years(func(year int) { yield(block("surname born", surname, year)) })
			for j := range e.given {
				if first := e.given[j].First(); len(first) > 0 {
					yield(block("surname", surname, int(first[0])))
				}
			}
		}
	}
	for i := range e.given {
		first := e.given[i].First()
		e.years(func(year int) { yield(block("first name born", first, year)) })
		for j := range e.family {
			if whole := e.family[j].Whole; len(whole) > 0 {
				yield(block("first name", first, int(whole[0])))
			}
		}
	}
}

// pieces returns a surname in one piece, and the parts of a double-barrelled one.
func pieces(n *name) [][]byte {
	if len(n.Parts) < 2 {
		return [][]byte{n.Loose}
	}
	return append([][]byte{n.Loose}, n.Parts...)
}

// years calls do with the years of birth.
func (e *Entry) years(do func(year int)) {
	for i := range e.births {
		if e.births[i].Year > 0 {
			do(e.births[i].Year)
		}
		for _, d := range e.births[i].Days {
			do(d.Year())
		}
	}
}

// block hashes a key (FNV-1a, 64 bits).
func block(kind string, text []byte, n int) uint64 {
	const prime = 1099511628211
	h := uint64(14695981039346656037)
	for i := range len(kind) {
		h = (h ^ uint64(kind[i])) * prime
	}
	for _, c := range text {
		h = (h ^ uint64(c)) * prime
	}
	return (h ^ uint64(n)) * prime
}
