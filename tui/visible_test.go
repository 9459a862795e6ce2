package tui

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestVisible(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"plain", "Jane O'Neill ~", "Jane O'Neill ~"},
		{"empty", "", ""},
		{"letters of every script", "Łódź ß Ærø שלום 山田 ﬁ", "Łódź ß Ærø שלום 山田 ﬁ"},
		{"decomposed", "Ame\u0301lie", "Ame\u0301lie"},
		{"emoji", "🙂", "🙂"},
		{"escape sequence", "\x1b[31mred\x1b[0m", "␛[31mred␛[0m"},
		{"window title", "\x1b]0;owned\a", "␛]0;owned␇"},
		{"new line and tab", "a\r\n\tb", "a␍␊␉b"},
		{"NUL and DEL", "a\x00b\x7f", "a␀b␡"},
		{"C1 control, encoded", "\u009b31m", "‹U+009B›31m"},
		{"C1 control, raw", "\x9b31m", "‹x9B›31m"},
		{"not UTF-8", "caf\xe9", "caf‹xE9›"},
		{"a surrogate's bytes", "\xed\xa0\x80", "‹xED›‹xA0›‹x80›"},
		{"right-to-left override", "txt.\u202eexe", "txt.‹U+202E›exe"},
		{"isolates and marks", "\u2066a\u2069\u200e\u200f\u061c", "‹U+2066›a‹U+2069›‹U+200E›‹U+200F›‹U+061C›"},
		{"zero width", "a\u200bb\u200d\ufeffc\u2060", "a‹U+200B›b‹U+200D›‹U+FEFF›c‹U+2060›"},
		{"soft hyphen", "co\u00adop", "co‹U+00AD›op"},
		{"line and paragraph separators", "a\u2028b\u2029", "a‹U+2028›b‹U+2029›"},
		{"variation selector", "❤\ufe0f", "❤‹U+FE0F›"},
		{"tag characters", "\U000e0041", "‹U+E0041›"},
		{"Hangul filler", "a\u3164", "a‹U+3164›"},
		{"private use", "\ue000", "‹U+E000›"},
		{"noncharacter", "\ufdd0", "‹U+FDD0›"},
		{"a mark on nothing", "\u0301e", "◌\u0301e"},
		{"a mark after a plain letter", "e\u0301", "e\u0301"},
		{"a mark after a space", " \u0301", " \u0301"},
		{"a mark after an escape", "\x1b\u0301", "␛\u0301"},
		{"a stack of marks", "e" + strings.Repeat("\u0301", 8), "e" + strings.Repeat("\u0301", 6) + "‹U+0301›\u0301"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := visible(test.text); got != test.want {
				t.Errorf("visible(%q) = %q, want %q", test.text, got, test.want)
			}
		})
	}
}

func FuzzVisible(f *testing.F) {
	for _, s := range []string{"Jane", "\x1b[2J\x1b]52;c;aGk=\a", "\u202eabc\u200b", "\xff\xfe\x9b", "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301", "\u0301", "👩\u200d👧"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := visible(text)
		if !utf8.ValidString(got) {
			t.Fatalf("visible(%q) = %q is not UTF-8", text, got)
		}
		for i, r := range got {
			if !unicode.IsGraphic(r) || showsNothing(r) {
				t.Fatalf("visible(%q) = %q holds %U", text, got, r)
			}
			if i == 0 && unicode.IsMark(r) {
				t.Fatalf("visible(%q) = %q starts with a mark", text, got)
			}
		}
		if again := visible(got); again != got {
			t.Fatalf("visible(%q) = %q, and of that %q", text, got, again)
		}
	})
}
