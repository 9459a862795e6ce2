package linkage

import "math/bits"

// longest is how many letters of a name the distances look at.
const longest = 64

// bag tells which of 32 classes of letters a text has: two texts whose bags differ much need no closer look.
func bag(text []byte) uint32 {
	var b uint32
	for _, c := range text {
		b |= 1 << (c & 31)
	}
	return b
}

// edits returns how many letters must be inserted, dropped, replaced or swapped with their neighbour to make one text of the
// other (optimal string alignment; Damerau 1964), or limit+1 where they are more than limit.
func edits(a, b []byte, limit int) int {
	a, b = a[:min(len(a), longest)], b[:min(len(b), longest)]
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > limit {
		return limit + 1
	}
	if len(a) == 0 {
		return len(b)
	}
	if limit == 1 { // what is left is one letter replaced, or two swapped, or more than one slip
		if len(b) == 1 || len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0] {
			return 1
		}
		return 2
	}
	var at letters
	if !at.mark(a) {
		return min(editsOfBytes(a, b), limit+1)
	}
	return min(at.edits(len(a), b), limit+1)
}

// letters tells where in a text each of the letters a to z stands: a bit a place.
type letters [32]uint64

// mark notes the places of a text of at most 64 letters; it reports false where the text holds anything else.
func (at *letters) mark(text []byte) bool {
	for i, c := range text {
		if c < 'a' || c > 'z' {
			return false
		}
		at[c&31] |= 1 << i
	}
	return true
}

// of returns the places of a byte.
func (at *letters) of(c byte) uint64 {
	if c < 'a' || c > 'z' {
		return 0
	}
	return at[c&31]
}

// edits returns the edits between the marked text, of a length above 0, and another: a column of the table of distances at a time, as
// bits that say where the distance grows (Hyyrö, "A bit-vector algorithm for computing Levenshtein and Damerau edit distances", 2003).
func (at *letters) edits(length int, b []byte) int {
	grows, shrinks := ^uint64(0), uint64(0)
	var same, before uint64
	last := uint64(1) << (length - 1)
	distance := length
	for _, c := range b {
		here := at.of(c)
		swapped := (^same & here) << 1 & before
		same = ((here & grows) + grows ^ grows) | here | shrinks | swapped
		up, down := shrinks|^(same|grows), same&grows
		if up&last != 0 {
			distance++
		}
		if down&last != 0 {
			distance--
		}
		up, down = up<<1|1, down<<1
		grows, shrinks = down|^(same|up), up&same
		before = here
	}
	return distance
}

// editsOfBytes returns the edits between two texts of any bytes, by the table of distances.
func editsOfBytes(a, b []byte) int {
	var rows [3][longest + 1]int8
	before, row, next := &rows[0], &rows[1], &rows[2]
	for j := 0; j <= len(b); j++ {
		row[j] = int8(j)
	}
	for i := 1; i <= len(a); i++ {
		next[0] = int8(i)
		for j := 1; j <= len(b); j++ {
			d := row[j-1]
			if a[i-1] != b[j-1] {
				d = min(d, row[j], next[j-1]) + 1
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d = min(d, before[j-2]+1)
				}
			}
			next[j] = d
		}
		before, row, next = row, next, before
	}
	return int(row[len(b)])
}

// jaroWinkler returns how alike two texts are, 0 to 1, with more weight on how they begin (Winkler 1990).
func jaroWinkler(a, b []byte) float64 {
	a, b = a[:min(len(a), longest)], b[:min(len(b), longest)]
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	window := max(max(len(a), len(b))/2-1, 0)
	var inA, inB uint64
	var at letters
	if at.mark(b) {
		near := uint64(1)<<(window+1) - 1 // the places that a letter may have moved to
		for i, c := range a {
			if free := at.of(c) & near &^ inB; free != 0 {
				inA |= 1 << i
				inB |= free & -free
			}
			if i < window {
				near = near<<1 | 1
			} else {
				near <<= 1
			}
		}
	} else {
		inA, inB = common(a, b, window)
	}
	matches := bits.OnesCount64(inA)
	if matches == 0 {
		return 0
	}
	swapped := 0
	for x, y := inA, inB; x != 0; {
		i, j := bits.TrailingZeros64(x), bits.TrailingZeros64(y)
		if a[i] != b[j] {
			swapped++
		}
		x, y = x&(x-1), y&(y-1)
	}
	return winkler(a, b, matches, swapped)
}

// winkler returns how alike two texts are that have so many letters in common, so many of them in another order.
func winkler(a, b []byte, matches, swapped int) float64 {
	m := float64(matches)
	jaro := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(swapped)/2)/m) / 3
	prefix := 0
	for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	return jaro + float64(prefix)*0.1*(1-jaro)
}

// common returns the places of the bytes that two texts have in common, no further apart than the window.
func common(a, b []byte, window int) (inA, inB uint64) {
	for i, c := range a {
		for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
			if b[j] == c && inB&(1<<j) == 0 {
				inA |= 1 << i
				inB |= 1 << j
				break
			}
		}
	}
	return inA, inB
}

// The least likeness of texts that are Close and of those that are Alike.
const closely, alike = .92, .82

// likeness is how near two spellings are.
func likeness(a, b []byte, bagA, bagB uint32) Level {
	shared := bits.OnesCount32(bagA & bagB)
	ownA, ownB := bits.OnesCount32(bagA)-shared, bits.OnesCount32(bagB)-shared // letters that the other has not
	if 3*shared < 2*(shared+min(ownA, ownB)) {
		return Differ
	}
	shorter, longer := min(len(a), len(b)), max(len(a), len(b))
	if shorter < 3 {
		return Differ
	}
	if longer-shorter <= 2 && ownA+ownB <= 4 {
		switch limit := 1 + min(1, shorter/6); edits(a, b, limit) {
		case 1:
			if shorter >= 4 || shorter == 3 && longer == 4 {
				return OneOff
			}
			return Alike
		case 2:
			if limit == 2 {
				return Close
			}
		}
	}
	if shorter < 4 || longer <= longest && winkler(a, b, min(len(a)-ownA, len(b)-ownB), 0) < alike {
		return Differ
	}
	switch jw := jaroWinkler(a, b); {
	case jw >= closely:
		return Close
	case jw >= alike:
		return Alike
	}
	return Differ
}
