package linkage

import (
	"math/bits"
	"testing"
)

func TestEdits(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"a", "", 1}, {"thompson", "thomson", 1}, {"thompson", "tompson", 1}, {"brown", "borwn", 1}, {"aab", "ab", 1}, {"ab", "ba", 1}, {"king", "kong", 1},
		{"thompson", "tomson", 2}, {"abcd", "badc", 2}, {"smith", "jones", 3}, {"ab", "cd", 2},
	} {
		for _, pair := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			if got := edits([]byte(pair[0]), []byte(pair[1]), 2); got != c.want {
				t.Errorf("edits(%q, %q) = %d, want %d", pair[0], pair[1], got, c.want)
			}
			if got := edits([]byte(pair[0]), []byte(pair[1]), 1); got != min(c.want, 2) {
				t.Errorf("edits(%q, %q) to 1 = %d, want %d", pair[0], pair[1], got, min(c.want, 2))
			}
		}
	}
}

func TestJaroWinkler(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{{"martha", "marhta", .961}, {"dixon", "dicksonx", .813}, {"", "a", 0}, {"abc", "xyz", 0}, {"same", "same", 1}} {
		if got := jaroWinkler([]byte(c.a), []byte(c.b)); got < c.want-.001 || got > c.want+.001 {
			t.Errorf("jaroWinkler(%q, %q) = %.4f, want %.3f", c.a, c.b, got, c.want)
		}
	}
}

func FuzzDistances(f *testing.F) {
	f.Add("thompson", "tomson")
	f.Add("featherstonehaugh", "fetherstonhaugh")
	f.Add("abcdefgh", "badcfehg")
	f.Add("", "\xff")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := []byte(a), []byte(b)
		x, y = x[:min(len(x), longest)], y[:min(len(y), longest)]
		plain := editsOfBytes(x, y)
		for limit := 1; limit <= 2; limit++ {
			if got, want := edits(x, y, limit), min(plain, limit+1); got != want || edits(y, x, limit) != want {
				t.Errorf("edits of %q and %q up to %d: %d and %d, want %d", x, y, limit, got, edits(y, x, limit), want)
			}
		}
		var at letters
		if len(x) > 0 && at.mark(x) {
			if got := at.edits(len(x), y); got != plain {
				t.Errorf("edits of %q and %q by bits: %d, want %d", x, y, got, plain)
			}
		}
		j := jaroWinkler(x, y)
		if want := plainJaroWinkler(x, y); j != want {
			t.Errorf("jaroWinkler(%q, %q) = %f, want %f", x, y, j, want)
		}
		if got, want := likeness(x, y, bag(x), bag(y)), plainLikeness(x, y); got != want {
			t.Errorf("%q and %q are %v, want %v", x, y, got, want)
		}
	})
}

func plainJaroWinkler(a, b []byte) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	inA, inB := common(a, b, max(max(len(a), len(b))/2-1, 0))
	var x, y []byte
	for i := range a {
		if inA>>i&1 != 0 {
			x = append(x, a[i])
		}
	}
	for i := range b {
		if inB>>i&1 != 0 {
			y = append(y, b[i])
		}
	}
	swapped := 0
	for i := range x {
		if x[i] != y[i] {
			swapped++
		}
	}
	if len(x) == 0 {
		return 0
	}
	return winkler(a, b, len(x), swapped)
}

// plainLikeness is likeness without what saves time.
func plainLikeness(a, b []byte) Level {
	if shared := bag(a) & bag(b); 3*bits.OnesCount32(shared) < 2*min(bits.OnesCount32(bag(a)), bits.OnesCount32(bag(b))) {
		return Differ
	}
	shorter, longer := min(len(a), len(b)), max(len(a), len(b))
	n := editsOfBytes(a, b)
	switch {
	case shorter < 3:
		return Differ
	case n == 1 && shorter == 3 && longer == 3:
		return Alike
	case n == 1:
		return OneOff
	case n == 2 && shorter >= 6 && bits.OnesCount32(bag(a)^bag(b)) <= 4:
		return Close
	case shorter < 4:
		return Differ
	}
	switch jw := plainJaroWinkler(a, b); {
	case jw >= closely:
		return Close
	case jw >= alike:
		return Alike
	}
	return Differ
}
