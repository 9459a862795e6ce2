package linkage

// alternative is somebody other than the subject whom a record that resembles the subject may be about. Evidence is weighed
// against each of them, so that what relatives share (a surname, an address, a postcode, a phone) is not counted as if four strangers'
// traits had agreed by chance, and what neighbours share (street, postcode, town) is counted once.
type alternative struct {
	key    string                        // in what is trained
	who    string                        // as it is read aloud
	many   float64                       // how many records of theirs there are to one of the subject's
	shares [measures]float64             // how often they truly have the same value; else they are like strangers
	home   float64                       // the same for other kinds that everybody at a home shares, such as the town
	levels map[measure]map[Level]float64 // where that is not all: how often each level is seen; others as seldom as rare
}

// rare is how often a level is seen that an alternative's levels do not name.
const rare = 1e-5

// The alternatives. Their numbers are estimates: three relatives live with a member; one birth in seventy is of twins; one
// member in forty has a namesake born on the same day or nearly, as organisations that recruit by families and towns see it; one id in
// thirty thousand is given twice.
const (
	stranger = iota
	relative
	twin
	namesake
	neighbour
	holder
	alternatives
)

var others = [alternatives]alternative{
	stranger: {key: "stranger", who: "a stranger"},
	relative: {key: "relative", who: "a relative at the same home", many: 3, home: .95,
		shares: [measures]float64{given: .03, family: .8, order: 1, birth: .0003, postcode: .9, address: .9, email: .25, phone: .5, number: 4e-6}},
	twin: {key: "twin", who: "a twin", many: .03, home: .9,
		shares: [measures]float64{family: .98, order: 1, birth: 1, postcode: .85, address: .85, email: .15, phone: .4, number: 4e-6},
		levels: map[measure]map[Level]float64{given: {Exact: 2e-5, Variant: 1e-4, Short: .003, OneOff: .01, Close: .02, Part: .005, Alike: .08, Differ: .88}}},
	namesake: {key: "namesake", who: "a namesake", many: .025,
		shares: [measures]float64{given: 1, family: 1, order: 1},
		levels: map[measure]map[Level]float64{email: {Exact: 2e-6, Variant: 1e-6, OneOff: .05, Close: .15, Differ: .8},
			birth: {Exact: .5, Variant: .02, OneOff: .2, Part: .004, Alike: .1, Differ: .176}}},
	neighbour: {key: "neighbour", who: "a neighbour", many: 30, home: 1,
		shares: [measures]float64{postcode: 1, address: .05}},
	holder: {key: "holder", who: "somebody else with the same number", many: 3e-5,
		shares: [measures]float64{number: 1}},
}

// seen returns how often the alternative shows a level of a kind.
func (o *alternative) seen(k *kind, l Level, w Odds) float64 {
	if levels, ok := o.levels[k.measure]; ok {
		return max(levels[l], rare)
	}
	share := o.shares[k.measure]
	if k.measure == label && k.home {
		share = o.home
	}
	return share*w.M + (1-share)*w.U
}
