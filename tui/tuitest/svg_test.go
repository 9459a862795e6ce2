package tuitest

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestSVG(t *testing.T) {
	for _, test := range []struct {
		name    string
		written string
		want    []string
		lacks   string
	}{
		{"text that XML would read", `a <b> & "c"`, []string{`x="14.0" textLength="92.4" fill="#d7dae0">a &lt;b&gt; &amp; &#34;c&#34;<`}, "<b>"},
		{"wide characters stand in their cells", "山田x", []string{`x="14.0" textLength="16.8" fill="#d7dae0">山<`, `x="30.8" textLength="16.8"`, `x="47.6" textLength="8.4" fill="#d7dae0">x<`}, ""},
		{"a colour ends", "\x1b[92mgood\x1b[0m plain", []string{`textLength="42.0" fill="#a8d98a">good <`, `x="56.0" textLength="42.0" fill="#d7dae0">plain<`}, ""},
		{"bold, and what follows only in weight", "\x1b[1;96ma\x1b[22mb", []string{`fill="#6fd3df" font-weight="bold">a<`, `fill="#6fd3df">b<`}, ""},
		{"faint is nearer to the ground", "\x1b[2ma", []string{`fill="#898c92">a<`}, ""},
		{"reverse", "\x1b[7mab", []string{`<rect x="14.0" y="32" width="16.8" height="17" fill="#d7dae0"/>`, `fill="#16181d">ab<`}, ""},
		{"a ground under spaces", "\x1b[41m  ", []string{`width="16.8" height="17" fill="#e06c75"/>`}, ""},
		{"underlined spaces", "\x1b[4m  ", []string{`text-decoration="underline">  <`}, ""},
		{"the cube, the greys and any colour", "\x1b[38;5;196ma\x1b[38;5;232mb\x1b[38;2;1;2;3mc", []string{`fill="#ff0000">a<`, `fill="#080808">b<`, `fill="#010203">c<`}, ""},
		{"spaces that nobody sees", " a  b   c", []string{`x="22.4" textLength="16.8" fill="#d7dae0">a <`, `x="47.6" textLength="16.8" fill="#d7dae0">b <`, `x="81.2" textLength="8.4" fill="#d7dae0">c<`}, "  <"},
		{"nothing", "", nil, "<tspan"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := NewScreen(20, 2)
			_, _ = s.Write([]byte(test.written))
			svg := s.SVG("Requests & more")
			for _, want := range append(test.want, `viewBox="0 0 196 80"`, "<title>Requests &amp; more</title>") {
				if !strings.Contains(svg, want) {
					t.Errorf("it lacks %s:\n%s", want, svg)
				}
			}
			if test.lacks != "" && strings.Contains(svg, test.lacks) {
				t.Errorf("it holds %s:\n%s", test.lacks, svg)
			}
			wellFormed(t, svg)
			if again := s.SVG("Requests & more"); again != svg {
				t.Error("drawn twice it differs")
			}
		})
	}
}

func wellFormed(t *testing.T, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
