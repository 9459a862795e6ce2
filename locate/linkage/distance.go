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
	var rows [3][longest + 1]int8
	before, row, next := &rows[0], &rows[1], &rows[2]
	for j := 0; j <= len(b); j++ {
		row[j] = int8(j)
	}
	for i := 1; i <= len(a); i++ {
		next[0] = int8(i)
		least := next[0]
		for j := 1; j <= len(b); j++ {
			d := row[j-1]
			if a[i-1] != b[j-1] {
				d = min(d, row[j], next[j-1]) + 1
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d = min(d, before[j-2]+1)
				}
			}
			next[j] = d
			least = min(least, d)
		}
		if int(least) > limit {
			return limit + 1
		}
		before, row, next = row, next, before
	}
	return min(int(row[len(b)]), limit+1)
}

// jaroWinkler returns how alike two texts are, 0 to 1, with more weight on how they begin (Winkler 1990).
func jaroWinkler(a, b []byte) float64 {
	a, b = a[:min(len(a), longest)], b[:min(len(b), longest)]
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	window := max(max(len(a), len(b))/2-1, 0)
	var inA, inB uint64
	for i, c := range a {
		for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
			if b[j] == c && inB&(1<<j) == 0 {
				inA |= 1 << i
				inB |= 1 << j
				break
			}
		}
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
	m := float64(matches)
	jaro := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(swapped)/2)/m) / 3
	prefix := 0
	for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	return jaro + float64(prefix)*0.1*(1-jaro)
}

// likeness is how near two spellings are.
func likeness(a, b []byte, bagA, bagB uint32) Level {
	shared := bits.OnesCount32(bagA & bagB)
	if 3*shared < 2*min(bits.OnesCount32(bagA), bits.OnesCount32(bagB)) {
		return Differ
	}
	shorter, longer := min(len(a), len(b)), max(len(a), len(b))
	if shorter < 3 {
		return Differ
	}
	apart := bits.OnesCount32(bagA ^ bagB)
	if longer-shorter <= 2 && apart <= 4 {
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
	if shorter < 4 {
		return Differ
	}
	switch jw := jaroWinkler(a, b); {
	case jw >= 0.92:
		return Close
	case jw >= 0.82:
		return Alike
	}
	return Differ
}
