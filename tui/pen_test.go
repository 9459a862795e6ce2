package tui

import (
	"slices"
	"strings"
	"testing"
)

func TestPenFillsEveryPart(t *testing.T) {
	mark := ink{"<", ">"}
	for _, test := range []struct {
		name  string
		width int
		draw  func(p *pen)
		want  string
	}{
		{"nothing", 3, func(p *pen) {}, "   "},
		{"fits", 4, func(p *pen) { p.put(mark, "abc") }, "<abc> "},
		{"too long", 4, func(p *pen) { p.put(mark, "abcdef") }, "<abc…>"},
		{"a second text has no room", 3, func(p *pen) { p.put(mark, "abc"); p.put(mark, "d") }, "<abc>"},
		{"wide", 5, func(p *pen) { p.put(mark, "山田太郎") }, "<山田…>"},
		{"wide astride the end", 4, func(p *pen) { p.put(mark, "山田太郎") }, "<山… >"},
		{"combining", 5, func(p *pen) { p.put(mark, "Ame\u0301lie") }, "<Ame\u0301l…>"},
		{"escapes are seen", 8, func(p *pen) { p.put(mark, "\x1b[1mx") }, "<␛[1mx>   "},
		{"columns", 10, func(p *pen) { p.cell(mark, "abcdef", 4); p.cell(mark, "x", 3); p.put(mark, "yz0123") }, "<abc…><x>  <yz…>"},
		{"right", 8, func(p *pen) { p.right(mark, "12", 5); p.put(mark, "abc") }, "   <12><abc>"},
		{"right, too long", 4, func(p *pen) { p.right(mark, "123456", 5) }, "<123…>"},
		{"one ink", 5, func(p *pen) { p.lit(5, &ink{"[", "]"}); p.put(mark, "ab") }, "[ab   ]"},
		{"rule", 5, func(p *pen) { p.put(mark, "a"); p.rule(mark, true) }, "<a><━━━━>"},
		{"no room at all", -2, func(p *pen) { p.put(mark, "abc"); p.rule(mark, false) }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := new(pen)
			p.part(test.width)
			test.draw(p)
			p.end()
			if got := string(p.b); got != test.want {
				t.Errorf("drew %q, want %q", got, test.want)
			}
		})
	}
}

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		name  string
		text  string
		width int
		want  []string
	}{
		{"empty", "", 10, nil},
		{"short", "one line", 10, []string{"one line"}},
		{"words", "the quick brown fox", 10, []string{"the quick", "brown fox"}},
		{"its own lines", "a\r\nb\rc\nd\u2028e", 10, []string{"a", "b", "c", "d", "e"}},
		{"an empty line", "a\n\nb", 10, []string{"a", "", "b"}},
		{"a long word", "abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"wide", "山田太郎", 4, []string{"山田", "太郎"}},
		{"escapes are seen", "\x1b[2J", 10, []string{"␛[2J"}},
		{"no width", "abc", 0, []string{"ab", "c"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := wrap(test.text, test.width); !slices.Equal(got, test.want) {
				t.Errorf("wrap(%q, %d) = %q, want %q", test.text, test.width, got, test.want)
			}
		})
	}
}

func FuzzPen(f *testing.F) {
	f.Add("Jane Smith", 5)
	f.Add("\x1b[31m山\u0301\u0301田👩\u200d👧", 7)
	f.Add("🇬🇧🇬", 3)
	f.Fuzz(func(t *testing.T, text string, width int) {
		width %= 300
		p := new(pen)
		p.part(width)
		p.put(ink{}, text)
		p.end()
		if got := cells(string(p.b)); got != max(0, width) {
			t.Errorf("%q in %d cells took %d: %q", text, width, got, p.b)
		}
		for _, line := range wrap(text, 20) {
			if cells(line) > 20 || strings.ContainsAny(line, "\x1b\n\r") {
				t.Errorf("%q was wrapped to the line %q", text, line)
			}
		}
	})
}
