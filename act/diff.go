package act

import (
	"crypto/sha256"
	"iter"
)

// Difference is a record with which two plans do not do the same.
type Difference struct {
	Before *Line `json:"before,omitempty"` // nil: only the second plan names the record
	After  *Line `json:"after,omitempty"`  // nil: only the first plan does
}

// Diff yields what differs from one plan to another, without regard to the order of their lines: what the second changes or
// adds, in its order, and then what it lacks. Of the first plan it holds a few bytes a line; the lines are read twice.
func Diff(before, after iter.Seq2[Line, error]) iter.Seq2[Difference, error] {
	type mark = [16]byte
	return func(yield func(Difference, error) bool) {
		first := map[mark]mark{} // content by name
		for l, err := range before {
			if err != nil {
				yield(Difference{}, err)
				return
			}
			name, content := marks(l)
			first[name] = content
		}
		var changed []Line // of the second plan, whose first form is read once more
		at := map[mark]int{}
		for l, err := range after {
			if err != nil {
				yield(Difference{}, err)
				return
			}
			name, content := marks(l)
			was, known := first[name]
			delete(first, name)
			switch {
			case !known:
				if !yield(Difference{After: &l}, nil) {
					return
				}
			case was != content:
				at[name] = len(changed)
				changed = append(changed, l)
			}
		}
		for l, err := range before {
			if err != nil {
				yield(Difference{}, err)
				return
			}
			name, _ := marks(l)
			d := Difference{Before: &l}
			if i, differs := at[name]; differs {
				d.After = &changed[i]
			} else if _, gone := first[name]; !gone {
				continue
			}
			if !yield(d, nil) {
				return
			}
		}
	}
}

// marks returns what names the record of a line, and what tells its content but for its number.
func marks(l Line) (name, content [16]byte) {
	sum := sha256.Sum256([]byte(l.Record.ID() + "\x00" + insertOf(l)))
	copy(name[:], sum[:])
	l.N = 0
	b, err := encodeLine(l)
	if err != nil {
		panic(err) // a line that was read is one that can be written
	}
	sum = sha256.Sum256(b)
	copy(content[:], sum[:])
	return name, content
}

// insertOf tells inserts apart whose records have no name yet.
func insertOf(l Line) string {
	if len(l.Record.Key) > 0 {
		return ""
	}
	var text string
	for i, v := range l.Change.After.Values {
		text += l.Change.After.Names[i] + "\x00" + v.String() + "\x00"
	}
	return text
}
