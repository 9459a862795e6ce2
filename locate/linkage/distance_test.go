package linkage

import "testing"

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
	f.Add("", "\xff")
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := []byte(a), []byte(b)
		if e := edits(x, y, 2); e != edits(y, x, 2) || min(e, 2) != edits(x, y, 1) {
			t.Errorf("edits of %q and %q: %d, %d, %d", a, b, e, edits(y, x, 2), edits(x, y, 1))
		}
		if j := jaroWinkler(x, y); j < 0 || j > 1.0001 {
			t.Errorf("jaroWinkler(%q, %q) = %f", a, b, j)
		}
	})
}
