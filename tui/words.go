package tui

import (
	"strconv"
	"strings"
	"time"

	"dossier/locate"
)

// count writes a number with its thousands apart: 1,234,567.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural writes a number with its noun: "1 record", "1,234 records".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}

// size writes a number of bytes: "812 bytes", "48 kB", "1.2 MB".
func size(bytes int64) string {
	switch {
	case bytes < 1000:
		return plural(int(bytes), "byte")
	case bytes < 1_000_000:
		return strconv.FormatInt((bytes+500)/1000, 10) + " kB"
	}
	return strconv.FormatFloat(float64(bytes)/1e6, 'f', 1, 64) + " MB"
}

// seconds writes how long a system took: "0.4 s", "85 s".
func seconds(s float64) string {
	if s < 10 {
		return strconv.FormatFloat(s, 'f', 1, 64) + " s"
	}
	return strconv.FormatFloat(s, 'f', 0, 64) + " s"
}

// certainty writes a score as a word and a number, never rounded up to a certainty that it has not.
func certainty(score float64, certain bool) (word, number string) {
	word = "possible"
	if certain {
		word = "certain"
	}
	return word, strconv.Itoa(int(max(0, min(1, score))*100)) + "%"
}

// day writes a date: 3 Dec 2026.
func day(t time.Time) string { return t.Format("2 Jan 2006") }

// person returns the name of the subject, or its first identifier where it has none.
func person(s locate.Subject) string {
	if full := s.Values("full_name"); len(full) > 0 {
		return full[0]
	}
	var parts []string
	for _, kind := range []string{"given_name", "family_name"} {
		if values := s.Values(kind); len(values) > 0 {
			parts = append(parts, values[0])
		}
	}
	if len(parts) == 0 && len(s.Identifiers) > 0 {
		return s.Identifiers[0].Value
	}
	return strings.Join(parts, " ")
}

// masked stands for a value that is not shown. It has one length, whatever the value's.
const masked = "••••••"
