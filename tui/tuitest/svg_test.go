package tuitest

import (
	"encoding/xml"
	"strings"
	"testing"
)

func TestSVG(t *testing.T) {
	s := NewScreen(20, 3)
	_, _ = s.Write([]byte("a <b> & \"c\"\r\n\r\n山田"))
	svg := s.SVG()
	for _, want := range []string{`viewBox="0 0 192 78"`, `textLength="92.4">a &lt;b&gt; &amp; &#34;c&#34;<`, `y="62" textLength="33.6">山田<`} {
		if !strings.Contains(svg, want) {
			t.Errorf("it lacks %s:\n%s", want, svg)
		}
	}
	if err := xml.Unmarshal([]byte(svg), new(struct{ XMLName xml.Name })); err != nil {
		t.Error(err)
	}
}
