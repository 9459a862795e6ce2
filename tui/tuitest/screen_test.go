package tuitest

import (
	"slices"
	"testing"
)

func TestScreen(t *testing.T) {
	for _, test := range []struct {
		name    string
		written string
		want    string
		unknown []string
	}{
		{"text", "one\r\ntwo", "one\ntwo\n\n", nil},
		{"a line too long", "abcdefghijkl", "abcdefghij\nkl\n\n", nil},
		{"the last column waits", "abcdefghij\r\nk", "abcdefghij\nk\n\n", nil},
		{"scrolls", "1\r\n2\r\n3\r\n4", "2\n3\n4\n", nil},
		{"cursor", "abc\x1b[2;3Hx\x1b[Hy\x1b[B\x1b[Cz", "ybc\n  z\n\n", nil},
		{"erase to the end", "abcdef\x1b[1;4H\x1b[K", "abc\n\n\n", nil},
		{"erase below", "a\r\nb\r\nc\x1b[2;1H\x1b[J", "a\n\n\n", nil},
		{"erase all", "a\r\nb\x1b[2J", "\n\n\n", nil},
		{"colours", "\x1b[1;31mred\x1b[0m", "red\n\n\n", nil},
		{"wide", "山田x", "山田x\n\n\n", nil},
		{"wide at the edge", "abcdefghi山", "abcdefghi\n山\n\n", nil},
		{"combining", "e\u0301x", "e\u0301x\n\n\n", nil},
		{"combining in the last column", "abcdefghie\u0301", "abcdefghie\u0301\n\n\n", nil},
		{"alternate screen", "a\x1b[?1049hb\x1b[?1049lc", "ac\n\n\n", nil},
		{"cursor and paste modes", "\x1b[?25l\x1b[?2004hx", "x\n\n\n", nil},
		{"a window title", "\x1b]0;owned\ax", "x\n\n\n", []string{`OSC "0;owned"`}},
		{"a question to the terminal", "\x1b[6nx", "x\n\n\n", []string{"CSI n"}},
		{"text that nobody would see", "\x1b[8mx\x1b[38;7mx", "xx\n\n\n", []string{"SGR 8", "SGR 38"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := NewScreen(10, 3)
			for i := range len(test.written) { // it may come in any pieces
				_, _ = s.Write([]byte{test.written[i]})
			}
			if got := s.Text(); got != test.want {
				t.Errorf("the screen shows %q, want %q", got, test.want)
			}
			if got := s.Unknown(); !slices.Equal(got, test.unknown) {
				t.Errorf("not understood: %q, want %q", got, test.unknown)
			}
		})
	}
}

func FuzzScreen(f *testing.F) {
	f.Add([]byte("one\r\ntwo\x1b[2;3Hx\x1b[K\x1b[?1049h山\u0301"), 10, 3)
	f.Add([]byte("\x1b[38;5;300;1;7mx\x1b[48;2;1;2m\x1b[;;m山"), 0, 0)
	f.Add([]byte("\x1b[999;999H\x1b[99A\x1b[J\x1b[1J"), 1, 1)
	f.Fuzz(func(t *testing.T, written []byte, width, height int) {
		s := NewScreen(1+max(0, width%50), 1+max(0, height%20))
		_, _ = s.Write(written)
		s.Resize(1+max(0, height%30), 1+max(0, width%10))
		_, _ = s.Write(written)
		s.Text()
		wellFormed(t, s.SVG(string(written)))
	})
}
