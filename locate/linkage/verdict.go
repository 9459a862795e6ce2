package linkage

import "dossier/connectors"

// Verdict is what a record's evidence amounts to.
type Verdict uint8

// The verdicts.
const (
	No       Verdict = iota // nothing says that the record is the subject's
	Possible                // a person decides
	Certain
)

// The thresholds, in bits of log odds. Certain is one other person's record in 10,000; possible was chosen so that fewer than one record
// in a thousand of the subject's is below it, on the training estates.
const (
	CertainBits  = 13.3
	PossibleBits = -5.0
)

// Verdict judges what Score found.
//
//   - A record is certain at CertainBits. By a shareable identifier (a mailbox, a phone) it is only where names and birth date agree
//     too, since families share those: alone, or where one of them disagrees or is absent, it is at most possible.
//   - A record is possible at PossibleBits. Where it says nothing but a name, and has no place to say more (bare), the name is enough; so
//     it is beside another mailbox or phone, where no training tells how rare the name is.
func (m *Model) Verdict(c *Comparison, bare bool) Verdict {
	if c.Bits < PossibleBits {
		if bare && c.levels[given].Agrees() && c.levels[family].Agrees() && c.Bits > hopeless && (m.terms == nil || !m.contradicts(c)) {
			return Possible
		}
		return No
	}
	if c.Bits < CertainBits {
		return Possible
	}
	strong, shared := false, false
	for i := range m.kinds {
		if c.levels[i].Agrees() {
			strong = strong || m.kinds[i].strength == connectors.Strong && c.levels[i] <= Variant
			shared = shared || m.kinds[i].strength == connectors.Shareable
		}
	}
	whole := c.levels[given].Agrees() && c.levels[family].Agrees() && c.levels[birth].Agrees()
	if !strong && shared && !whole {
		return Possible
	}
	return Certain
}

// contradicts reports whether anything but the names differs.
func (m *Model) contradicts(c *Comparison) bool {
	for i := int(birth); i < len(m.kinds); i++ {
		if c.levels[i] != Missing && !c.levels[i].Agrees() {
			return true
		}
	}
	return false
}
