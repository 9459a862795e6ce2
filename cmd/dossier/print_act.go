package main

import (
	"fmt"

	"dossier/desk"
)

// actWords returns an event of approving, applying or verifying as lines for a person.
func actWords(e desk.Event) string {
	switch e := e.(type) {
	case desk.Approved:
		return fmt.Sprintf("approved %s until %s: %d of %d approvals\n", e.Plan, e.Expires.Local().Format("2 January 2006 15:04"), e.Given, e.Needed)
	case desk.Begun:
		return fmt.Sprintf("changing %s: %d changes, %d of them made before\n", e.Title, e.Changes, e.Made)
	case desk.Changing:
		return changingWords(e)
	case desk.Trouble:
		return fmt.Sprintf("%-10s %s: %s\n", e.Result, desk.Visible(e.Record.String()), desk.Visible(e.Why))
	case desk.Retry:
		return fmt.Sprintf("%s: %s; attempt %d follows in %.1f s\n", e.System, desk.Visible(e.Why), e.Attempt+1, e.After.Seconds())
	case desk.Closed:
		return fmt.Sprintf("%s: its hours begin at %s; stop and go on then, or leave the program waiting\n", e.System, e.Until.Local().Format("2 January 2006 15:04"))
	case desk.Returned:
		return e.System + ": " + desk.Visible(e.Words()) + "\n"
	case desk.TaskMade:
		return taskWords(e.Task)
	case desk.SystemApplied:
		return systemWords(e)
	case desk.Applied:
		return appliedWords(e)
	case desk.Verdict:
		return verdictWords(e)
	}
	return ""
}
