// Package clock counts the days within which a request must be answered, and tells in words how it counted.
//
// A Rule is the counting of one legal order, named as the register of systems names it. It knows nothing of
// requests as they are stored and reads nothing: the caller states the Facts, and gets an Answer.
//
//	rule, err := clock.For("england-and-wales")
//	answer, err := rule.Due(clock.Facts{Access: true, Received: clock.On(2026, time.January, 31)})
//	// answer.Due is Monday 2 March 2026; answer.Steps say why
//
// The United Kingdom: Articles 12(3) and 12A UK GDPR (the latter by section 76 of the Data (Use and Access)
// Act 2025), counted as the ICO does ("Right of access: how long do we have to comply?"): to the
// corresponding date of the next month, whose last day stands in where it has no such date, then on to the
// next working day. The European Union: Article 12(3) GDPR, counted by Article 3 of Regulation (EEC,
// Euratom) No 1182/71. Both end on the same date; they differ in their public holidays.
//
// Where a source can be read in two ways (the days at both ends of a pause, the first of the 30 days of a
// complaint), the reading that ends sooner is taken. The count supports a decision and is no legal advice.
package clock

import (
	"fmt"
	"slices"
)

// Names lists the rules that For knows.
var Names = []string{string(englandAndWales), string(scotland), string(northernIreland), "eu"}

// Rule is one legal order's way of counting.
type Rule struct {
	where division // empty: the European Union
	own   map[Day]bool
}

// For returns the rule of that name, one of Names. The holidays are public holidays that the organisation
// lists. Under "eu" they are all there are beside Saturdays and Sundays, because each member state has its
// own (Regulation 1182/71, Article 2); in the United Kingdom they add to the bank holidays, for one that was
// proclaimed after this program was made.
func For(name string, holidays ...Day) (Rule, error) {
	if !slices.Contains(Names, name) {
		return Rule{}, fmt.Errorf("%q is no rule for counting days: choose one of %q", name, Names)
	}
	r := Rule{own: make(map[Day]bool, len(holidays))}
	if name != "eu" {
		r.where = division(name)
	}
	for _, day := range holidays {
		r.own[day] = true
	}
	return r, nil
}

// Working reports whether a day is neither a Saturday, a Sunday nor a public holiday.
func (r Rule) Working(d Day) bool { return !isWeekend(d) && r.holiday(d) == "" }

// holiday returns the name of the public holiday that d is, or nothing.
func (r Rule) holiday(d Day) string {
	if r.where != "" {
		if name := bankHoliday(r.where, d); name != "" {
			return name
		}
	}
	if r.own[d] {
		return "a public holiday"
	}
	return ""
}

// roll returns d, or the next working day where d is none.
func (r Rule) roll(d Day) Day {
	for !r.Working(d) {
		d++
	}
	return d
}
