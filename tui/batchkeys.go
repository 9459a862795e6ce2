package tui

import "github.com/charmbracelet/bubbles/key"

// batchKeys are the keys of the screens of batches.
type batchKeys struct {
	batches key.Binding // everywhere

	newBatch, reload, purge   key.Binding
	ignore, dryRun, again     key.Binding // a new batch
	result, which, told, lift key.Binding // a batch
}

func newBatchKeys() *batchKeys {
	bind := func(help, what string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, what))
	}
	return &batchKeys{
		batches: bind("7", "batches", "7", "f7"),

		newBatch: bind("n", "new batch", "n"),
		reload:   bind("r", "read again", "r"),
		purge:    bind("d", "destroy what is kept of its people", "d"),

		ignore: bind("space", "leave the column out, or take it in", " "),
		dryRun: bind("x", "dry run", "x"),
		again:  bind("n", "change what was asked for", "n"),

		result: bind("w", "write the result", "w"),
		which:  bind("f", "whom to show", "f"),
		told:   bind("t", "note that everybody was told of the lift", "t"),
		lift:   bind("x", "lift the restriction", "x"),
	}
}
