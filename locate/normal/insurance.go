package normal

import "dossier/connectors/compare"

// Insurance makes a National Insurance number ready: two letters and six digits, "qq123456", without the suffix, which is often
// left out and says nothing of whose it is. A letter O among the digits is read as 0. It reports false for text of another
// form, for the temporary numbers that are made of a birth date and sex (TN), and for well-known examples.
// HM Revenue & Customs, NIM39110.
func (a *Arena) Insurance(text []byte) ([]byte, bool) {
	n := a.keep(compare.AppendCompacted(a.letters, text))
	if len(n) < 8 || len(n) > 9 || !letter(n[0]) || !letter(n[1]) || string(n[:2]) == "tn" {
		return nil, false
	}
	for i := 2; i < 8; i++ {
		n[i] = asDigit(n[i])
		if !digit(n[i]) {
			return nil, false
		}
	}
	if len(n) == 9 && !letter(n[8]) && n[8] != '0' {
		return nil, false
	}
	digits := n[2:8]
	return n[:8], !Filler(digits) && string(digits) != "123456"
}
