package normal

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"dossier/connectors/compare"
)

// Address is where somebody lives: the line of an address that names house and street.
type Address struct {
	Number []byte // the house number, "12" or "12a"; empty: none
	Street []byte // the street's letters with its abbreviations written out: "highstreet", "stjamesroad"
	House  []byte // the house's name where it has no number, "rosecottage"; else empty
}

// Address makes an address ready, of one line or all lines in one field: "Flat 3, 12 High St., Leeds LS6 2SH" is number 12 of
// highstreet. It reports false for fillers.
func (a *Arena) Address(text []byte) (Address, bool) {
	folded := a.keep(compare.AppendFold(a.letters, bytesWithoutBreaks(a, text)))
	if Filler(folded) {
		return Address{}, false
	}
	var line Address
	rest := folded
	for len(rest) > 0 {
		segment, after, _ := bytes.Cut(rest, []byte{','})
		rest = after
		number, street, typed := a.segment(segment)
		switch {
		case len(street) == 0 && len(number) > 0 && len(line.Street) == 0:
			line.Number = number // 12, High Street
		case len(street) == 0:
		case typed || len(number) > 0 && len(line.Number) == 0 && len(line.Street) == 0:
			if len(number) > 0 {
				line.Number = number
			} else if len(line.Number) == 0 {
				line.House = line.Street
			}
			line.Street = street
			return line, true
		case len(line.Street) == 0:
			line.Street = street
		}
	}
	return line, len(line.Street) > 0
}

// bytesWithoutBreaks returns text with line breaks and semicolons made commas.
func bytesWithoutBreaks(a *Arena, text []byte) []byte {
	if !bytes.ContainsAny(text, "\n\r;") {
		return text
	}
	text = a.Copy(text)
	for i, c := range text {
		if c == '\n' || c == '\r' || c == ';' {
			text[i] = ','
		}
	}
	return text
}

// segment reads what stands between two commas: the last number before the street, and the street up to the word that says
// what kind of way it is. Flats and units are left out.
func (a *Arena) segment(text []byte) (number, street []byte, typed bool) {
	start := len(a.letters)
	var buf [16][]byte
	words := fields(buf[:0], text)
	for i, w := range words {
		last := i == len(words)-1
		switch {
		case digit(w[0]) && len(a.letters) == start:
			number = trimNumber(w)
		case skipped[string(w)] && len(a.letters) == start:
			number = nil
		case digit(w[0]) && last && number == nil: // Hauptstrasse 12
			number = trimNumber(w)
		case string(w) == "st" && !last && len(a.letters) == start: // St James Road
			a.letters = append(a.letters, "st"...)
		default:
			if long := ways[string(w)]; long != "" {
				a.letters = append(a.letters, long...)
				typed = len(a.letters)-start > len(long)
			} else {
				a.letters = append(a.letters, w...)
				typed = wayNames[string(w)] && len(a.letters)-start > len(w)
			}
			if typed && number == nil && !last && digit(words[i+1][0]) {
				number = trimNumber(words[i+1])
			}
			if typed {
				return number, a.letters[start:len(a.letters):len(a.letters)], true
			}
		}
	}
	return number, a.letters[start:len(a.letters):len(a.letters)], false
}

// fields appends the runs of letters and digits of folded text.
func fields(dst [][]byte, text []byte) [][]byte {
	start := -1
	for i := 0; i <= len(text); {
		r, size := rune(-1), 1
		if i < len(text) {
			r, size = utf8.DecodeRune(text[i:])
		}
		word := r == '\'' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)
		if word && start < 0 {
			start = i
		} else if !word && start >= 0 {
			dst = append(dst, text[start:i:i])
			start = -1
		}
		i += size
	}
	return dst
}

// trimNumber drops leading zeros.
func trimNumber(w []byte) []byte {
	if t := bytes.TrimLeft(w, "0"); len(t) > 0 {
		return t
	}
	return w
}

var (
	skipped = set("flat", "apartment", "apt", "unit", "room", "suite", "floor", "level", "lot", "no", "number", "block", "ground", "first", "second", "top", "basement")

	// ways are abbreviations of the word that ends a street's name.
	ways = map[string]string{"st": "street", "str": "street", "rd": "road", "ave": "avenue", "av": "avenue", "avn": "avenue", "ln": "lane", "cl": "close", "clo": "close",
		"cres": "crescent", "crs": "crescent", "cr": "crescent", "crt": "court", "ct": "court", "dr": "drive", "drv": "drive", "gdns": "gardens", "gdn": "gardens",
		"gr": "grove", "gro": "grove", "pl": "place", "sq": "square", "tce": "terrace", "ter": "terrace", "terr": "terrace", "pde": "parade", "cct": "circuit",
		"circ": "circuit", "hwy": "highway", "pk": "park", "wy": "way", "hl": "hill", "vw": "view", "blvd": "boulevard", "bvd": "boulevard", "mws": "mews", "est": "estate",
		"grn": "green", "wlk": "walk", "rw": "row", "esp": "esplanade"}

	wayNames = set("street", "road", "avenue", "lane", "close", "crescent", "court", "drive", "gardens", "grove", "place", "square", "terrace", "parade", "circuit",
		"highway", "way", "boulevard", "mews", "walk", "row", "esplanade", "strasse", "str")
)
