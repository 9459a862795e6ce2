package linkage

// Odds say how often a level is seen: M among pairs of records of one person, U among those of two people who have nothing to do
// with each other. The M of a kind's levels add up to one, and so do the U.
type Odds struct {
	M float64 `json:"m"`
	U float64 `json:"u"`
}

// Weights are the odds of every level of a kind.
type Weights [levels]Odds

// defaults are the weights of what was not trained. They are estimates for British records of adults:
//
//   - first names: the chance that two people share one is 1 in 125, a surname 1 in 800 (names of a census, squared and summed);
//     one woman in twenty stands under another surname in some system; one record in thirty has an initial only
//   - birth dates: 63 years of birthdays; one record in fifteen is mistyped, transposed or wrong
//   - postcodes: a member of an organisation shares one with 1 in 25,000 others; one person in seven has moved since
//   - phone numbers and mailboxes: what strangers share by mistyping; families are counted apart, see alternatives
//   - ids: one in a hundred thousand million by mistyping, since those that were given twice are counted apart; they are given in
//     order, so that one in two thousand differs in one digit
var defaults = [measures]Weights{
	given: {Exact: {.82, .008}, Variant: {.01, .0003}, Short: {.06, .006}, OneOff: {.03, .003}, Close: {.015, .008}, Part: {.03, .0025},
		Alike: {.01, .03}, Differ: {.025, .9422}},
	family: {Exact: {.86, .00125}, Variant: {.015, .0001}, Short: {.015, .0003}, OneOff: {.035, .0015}, Close: {.015, .003}, Part: {.003, .0003},
		Alike: {.007, .02}, Differ: {.05, .97355}},
	order:    {Exact: {.985, 1}, Variant: {.015, 1}}, // two strangers' names agree either way alike
	birth:    {Exact: {.92, 4.3e-5}, Variant: {.015, 8e-5}, OneOff: {.03, .001}, Part: {.005, 9e-5}, Alike: {.01, .005}, Differ: {.02, .993787}},
	postcode: {Exact: {.75, 4e-5}, OneOff: {.03, 1e-4}, Close: {.02, 5e-4}, Part: {.05, .004}, Differ: {.15, .99536}},
	address:  {Exact: {.65, 2e-5}, Close: {.06, 4e-5}, Part: {.05, 2e-4}, Alike: {.02, .002}, Differ: {.22, .99774}},
	email:    {Exact: {.68, 1e-6}, Variant: {.03, 2e-7}, OneOff: {.02, .002}, Close: {.03, .003}, Differ: {.24, .9949988}},
	phone:    {Exact: {.6, 1e-5}, Variant: {.03, 1e-6}, Part: {.01, 1e-5}, OneOff: {.02, 1e-4}, Differ: {.34, .999879}},
	number:   {Exact: {.93, 1e-11}, Variant: {.02, 1e-9}, OneOff: {.01, 5e-4}, Differ: {.04, .9995}},
	label:    {Exact: {.75, .05}, OneOff: {.05, .003}, Close: {.03, .005}, Alike: {.02, .02}, Differ: {.15, .922}},
}
