package tuitest

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// The size of a cell in an SVG, in pixels, and the margin around the screen.
const (
	cellWidth  = 8.4
	cellHeight = 18
	margin     = 12
)

// SVG draws what the screen shows: its text, on a dark background, in cells of a fixed width.
func (s *Screen) SVG() string {
	text := strings.Split(strings.TrimSuffix(s.Text(), "\n"), "\n")
	s.mu.Lock()
	width, height := float64(s.width())*cellWidth+2*margin, s.height()*cellHeight+2*margin
	s.mu.Unlock()
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" font-family="ui-monospace, DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">`+"\n", width, height)
	b.WriteString(`<rect width="100%" height="100%" rx="6" fill="#16181d"/>` + "\n")
	b.WriteString(`<g fill="#d7dae0" xml:space="preserve">` + "\n")
	for y, line := range text {
		if line == "" {
			continue
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" textLength="%.1f">`, margin, margin+14+y*cellHeight, float64(ansi.StringWidth(line))*cellWidth)
		_ = xml.EscapeText(&b, []byte(line)) // a Builder takes everything
		b.WriteString("</text>\n")
	}
	b.WriteString("</g>\n</svg>\n")
	return b.String()
}
