package linkage

import "bytes"

// Fields of phone numbers and ids often hold several: "0113 496 0000 / 07700 900495", "M100007; M100014".

const (
	longestPhone = 15 // digits, by ITU-T E.164; with what is written before them
	wholePhone   = 11 // digits of a British number with its trunk zero
	minNational  = 9  // the fewest without it
)

// addPhones takes in every phone number of a text.
func (r *Reader) addPhones(text []byte) {
	total := 0
	for _, c := range text {
		if c >= '0' && c <= '9' {
			total++
		}
	}
	start, digits := 0, 0
	for i, c := range text {
		several := total > longestPhone
		switch {
		case c == ';' || c == ',' || c == '|' || c == '\n' || several && digits >= minNational && (c == '/' || c == '&'):
			r.addPhone(text[start:i])
			start, digits = i+1, 0
		case several && digits >= wholePhone && (c == '0' || c == '+' || c == '(') && (text[i-1] == ' ' || text[i-1] == '\t'):
			r.addPhone(text[start:i])
			start, digits = i, 0
		}
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	r.addPhone(text[start:])
}

func (r *Reader) addPhone(text []byte) {
	if p, ok := r.arena.Phone(text, r.model.region); ok {
		r.entry.phones = append(r.entry.phones, phoneNumber{p, bag(p)})
	}
}

// addNumbers takes in every id of a text.
func (r *Reader) addNumbers(k *kind, text []byte) {
	for {
		end := bytes.IndexAny(text, ";,|\n")
		one := text
		if end >= 0 {
			one = text[:end]
		}
		if n, ok := r.number(k, one); ok {
			r.entry.numbers[k.slot] = append(r.entry.numbers[k.slot], id{n, bag(n.Core)})
		}
		if end < 0 {
			return
		}
		text = text[end+1:]
	}
}
