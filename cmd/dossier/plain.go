package main

import (
	"context"

	"github.com/spf13/cobra"

	"dossier/desk"
	"dossier/tui"
)

// plainFlag adds the flag that shows the screen in lines of text.
func (a *app) plainFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.plain, "plain", false, "the screen in lines of text, for screen readers: a command a line, ? tells them")
}

// screen opens the screen, on a request where one is named.
func (a *app) screen(ctx context.Context, d *desk.Desk, request string) error {
	if a.plain {
		return tui.RunPlain(ctx, d, tui.Options{Request: request, Input: a.in, Output: a.out})
	}
	return tui.Run(ctx, d, tui.Options{Request: request})
}
