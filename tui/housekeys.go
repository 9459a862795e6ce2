package tui

import "github.com/charmbracelet/bubbles/key"

// houseKeys are the keys of the screens that keep the house: incidents, operators, what comes back from a backup, proofs and matching.
type houseKeys struct {
	incidents, operators, tools key.Binding // everywhere

	record, change, authority, concerned, end, versions key.Binding // incidents
	one, replay, suite, processing                      key.Binding // systems
	begin, admit, roles, remove, passphrase             key.Binding // operators
	prove, proof, older                                 key.Binding // the log
	earlier, later, period, write                       key.Binding // figures
	openPlan, reasons, use                              key.Binding // a replay, the tools
}

func newHouseKeys() *houseKeys {
	bind := func(help, what string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, what))
	}
	return &houseKeys{
		incidents: bind("8", "incidents", "8", "f8"),
		operators: bind("9", "operators", "9", "f9"),
		tools:     bind("0", "tools", "0"),

		record:    bind("n", "new incident", "n"),
		change:    bind("e", "note what is known by now", "e"),
		authority: bind("a", "the authority", "a"),
		concerned: bind("p", "the people concerned", "p"),
		end:       bind("x", "close it", "x"),
		versions:  bind("d", "as it was known before", "d"),

		one:        bind("s", "check this system", "s"),
		replay:     bind("b", "back from a backup", "b"),
		suite:      bind("t", "test its connector", "t"),
		processing: bind("w", "write the record of processing", "w"),

		begin:      bind("i", "make your key", "i"),
		admit:      bind("n", "admit an operator", "n"),
		roles:      bind("e", "give other roles", "e"),
		remove:     bind("x", "remove", "x"),
		passphrase: bind("p", "set your passphrase", "p"),

		prove: bind("p", "prove the entry", "p"),
		proof: bind("c", "check a proof", "c"),
		older: bind("o", "compare with an older checkpoint", "o"),

		earlier: bind("←", "the year before", "left", "h"),
		later:   bind("→", "the year after", "right", "l"),
		period:  bind("f", "another period", "f"),
		write:   bind("w", "write them to a file", "w"),

		openPlan: bind("enter", "open the plan", "enter"),
		reasons:  bind("d", "what speaks against it", "d"),
		use:      bind("enter", "use it", "enter"),
	}
}
