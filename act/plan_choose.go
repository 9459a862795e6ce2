package act

import (
	"context"
	"slices"

	"dossier/internal/journal"
	"dossier/request"
)

// Choices returns the actions that a request of a kind may be answered by, the usual one first; none where it changes no records.
func Choices(kind request.Kind) []Action { return slices.Clone(actions[kind]) }

// Grounds returns the grounds in the UK GDPR that an action may rest on: "17(1)(a)" …
func Grounds(a Action) []string { return slices.Clone(grounds[a]) }

// ReadSome returns the lines of a plan with the numbers from first to last. Whether they are those that were sealed is told by
// Read alone, which reads all.
func ReadSome(ctx context.Context, j *journal.Journal, id string, first, last int) ([]Line, error) {
	var lines []Line
	for b, err := range j.Lines(ctx, id, first, last) {
		if err != nil {
			return nil, err
		}
		l, err := decodeLine(b)
		if err != nil {
			return nil, err
		}
		lines = append(lines, l)
	}
	return lines, nil
}
