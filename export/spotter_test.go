package export

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// What the one pass finds is all that the needles find when each is looked for by itself: those are the oracle.
func TestSpotterFindsWhateverTheNeedlesFind(t *testing.T) {
	texts := []string{"Håkon Żeleński-Brandt", "Kiss Kask", "Bo O", "Ann", "1971-05-06", "K-88231907", `the "blue" notebook`, "ẞtraße İpek", "a\uFFFDb\uFFFDc",
		"\uFFFD\uFFFD\uFFFDx1\uFFFDy", "07700 900123", "o'neill@example.org", "  spaced   out  ", "\xffraw\xfe bytes", "日本語の名前", "ſtone Kelvin"}
	var needles []*needle
	for i, text := range texts {
		if n := newNeedle(&Redaction{N: i, Text: text, Field: "F"}); n != nil {
			needles = append(needles, n)
		}
	}
	s := newSpotter(needles)
	rapid.Check(t, func(t *rapid.T) {
		var b []byte
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			b = append(b, rapid.SampledFrom([]string{"", " ", "x", "Zoë said that ", "\x00", "\xc3", "[redacted]", "kK\u212A"}).Draw(t, "between")...)
			text := rapid.SampledFrom(texts).Draw(t, "text")
			b = append(b, rapid.SampledFrom([]func(string) string{
				func(s string) string { return s }, strings.ToLower, strings.ToUpper, norm.NFC.String, norm.NFD.String, html.EscapeString, url.QueryEscape, url.PathEscape,
				func(s string) string { return strings.ReplaceAll(s, " ", "\u00a0\n ") },
				func(s string) string { return strings.NewReplacer("k", "\u212A", "s", "ſ").Replace(s) },
				func(s string) string { return strings.ReplaceAll(s, "\uFFFD", "\xff") },
				func(s string) string { return hex.EncodeToString([]byte(s)) },
				func(s string) string { return base64.StdEncoding.EncodeToString([]byte("ab" + s + "c")) },
				func(s string) string { return fmt.Sprintf("%+q", s) },
				func(s string) string { return strings.ReplaceAll(s, " ", "_") },
				func(s string) string { return s[:len(s)/2] },
				func(s string) string {
					var out []byte
					for _, u := range utf16.Encode([]rune(s)) {
						out = append(out, byte(u), byte(u>>8))
					}
					return string(out)
				},
			}).Draw(t, "form")(text)...)
		}
		may := mayStand(s, b)
		for _, n := range needles {
			in := n.inBytes(b) || n.holds(string(b))
			if in && !contains(may, n) {
				t.Fatalf("%q stands in %q, and is not found", n.of.Text, b)
			}
		}
		if !bytes.Equal(ofNeedles(may), ofNeedles(mayStand(s, string(b)))) {
			t.Fatal("text and bytes differ")
		}
	})
}

func contains(list []*needle, n *needle) bool {
	return bytes.IndexByte(ofNeedles(list), byte(n.of.N)) >= 0
}

// ofNeedles returns the numbers of needles.
func ofNeedles(list []*needle) (numbers []byte) {
	for _, n := range list {
		numbers = append(numbers, byte(n.of.N))
	}
	return numbers
}

// An ordinary text holds what has to be looked for as good as never, so that looking costs one pass.
func TestSpotterFindsLittleElse(t *testing.T) {
	var needles []*needle
	for i, text := range []string{"Wilfred Pettigrew", "Håkon Żeleński-Brandt", "1971-05-06", "K-88231907", "Jessica Skinner", "12 Station Road"} {
		needles = append(needles, newNeedle(&Redaction{N: i, Text: text}))
	}
	s, found := newSpotter(needles), 0
	for i := range 2000 {
		found += len(mayStand(s, valueOf(i, i%12)+" the candidate was in the station on the road to Petersfield; a session in 1971 with Jess"))
	}
	if found > 20 {
		t.Errorf("%d of 2000 texts have to be looked through again", found)
	}
}
