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
	type seen struct {
		content mark
		at      int
	}
	return func(yield func(Difference, error) bool) {
		first := map[mark]seen{}
		for l, err := range before {
			if err != nil {
				yield(Difference{}, err)
				return
			}
			name, content := marks(l)
			first[name] = seen{content, l.N}
		}
		gone := func(l Line) bool {
			name, _ := marks(l)
			_, left := first[name]
			return left
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
			case was.content != content:
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
			i, differs := at[name]
			switch {
			case differs:
				if !yield(Difference{&l, &changed[i]}, nil) {
					return
				}
			case gone(l):
				if !yield(Difference{Before: &l}, nil) {
					return
				}
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
