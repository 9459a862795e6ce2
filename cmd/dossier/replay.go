package main

import (
	"context"

	"github.com/spf13/cobra"

	"dossier/desk"
)

func (a *app) replay() *cobra.Command {
	var n desk.NewReplay
	cmd := &cobra.Command{
		Use:   "replay SYSTEM",
		Short: "Plan again what was erased, restricted or rectified in a system that came back from a backup",
		Long: "Reads the system from end to end, tells by keyed traces the records that plans have changed before, and plans the same again:\n" +
			"one plan an action, approved, applied and verified like any plan. Nothing is written to the system.\n" +
			"Exit codes: 5 some records were set aside (dossier batch result says why), 7 the replay is refused, with every reason.",
		Args: usage(cobra.ExactArgs(1)),
		RunE: a.withDesk(func(ctx context.Context, d *desk.Desk, args []string) error {
			n.System = args[0]
			return a.tell(d.Replay(ctx, n))
		}),
	}
	cmd.Flags().StringVar(&n.Reason, "reason", "", "why, for the log: without personal data")
	cmd.Flags().StringVar(&n.Despite, "despite", "", "why it is planned although the system cannot be read whole, or far more would be changed than ever was")
	return cmd
}
