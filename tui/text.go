package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// cells returns how many cells of the terminal clean text takes: two for wide characters, none for
// combining marks.
func cells(text string) int {
	n := plainPrefix(text)
	if n == len(text) {
		return n
	}
	n = 0
	for text != "" {
		_, width, rest := cluster(text)
		n += width
		text = rest
	}
	return n
}

// cut returns clean text that is too long for that many cells, cut to them with … at its end, and
// filled up where a wide character would stand astride.
func cut(text string, width int) string {
	if width < 1 {
		return ""
	}
	end, used := 0, 0
	for rest := text; rest != ""; {
		c, w, after := cluster(rest)
		if used+w > width-1 {
			break
		}
		used += w
		end += len(c)
		rest = after
	}
	return text[:end] + "…" + strings.Repeat(" ", width-1-used)
}

// cluster splits the first character as a person counts them off clean text, with the cells it takes.
func cluster(text string) (first string, width int, rest string) {
	if text[0] < 0x80 && (len(text) == 1 || text[1] < 0x80) {
		return text[:1], 1, text[1:]
	}
	first, width = ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
	return first, width, text[len(first):]
}

// wrap breaks text into lines of at most that many cells (two at least), at its own line ends, between
// words, and within words that are longer than a line. The lines are clean.
func wrap(text string, width int) []string {
	width = max(2, width)
	var lines []string
	for line := range strings.Lines(lineEnds.Replace(text)) {
		line = visible(strings.TrimSuffix(line, "\n"))
		for {
			end, next := breakLine(line, width)
			lines = append(lines, strings.TrimRight(line[:end], " "))
			if line = line[next:]; line == "" {
				break
			}
		}
	}
	return lines
}

// breakLine returns where the first line of a clean text ends and where the next one starts.
func breakLine(text string, width int) (end, next int) {
	used, at, word := 0, 0, 0
	for rest := text; rest != ""; {
		c, w, after := cluster(rest)
		if c == " " {
			word = at + 1
		}
		if used+w > width && c != " " {
			if word > 0 {
				return word - 1, word
			}
			return at, at
		}
		used += w
		at += len(c)
		rest = after
	}
	return len(text), len(text)
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n")
